"""Lets on only what comes from where the bot may be used, and was written since it came there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot.core.values import Conversation
from bot.handlers.access import stranger_of
from bot.handlers.addressing import addressed
from bot.handlers.incoming import is_private, person_of
from bot.handlers.messages import Messages, Said
from bot.handlers.services import Services
from bot.store import KnownChat
from bot.updates.dispatching import PTBApplication

if TYPE_CHECKING:
    from telegram import Message


class Gate:
    """Stands before all that people use, and stops what is not for them."""

    def __init__(self, services: Services, messages: Messages) -> None:
        self._services = services
        self._messages = messages

    async def check(self, update: Update, _context: Any) -> None:
        message, press = update.message or update.edited_message, update.callback_query
        chat = update.effective_chat
        if chat is None or (message is None and press is None):
            return
        if message is not None:
            self._look_at(message)
        known = await self._services.access.known(chat)
        if chat not in self._services.access.allowed:
            if press is not None:
                await press.answer()
            elif update.message is not None and known.migrated_to is None:
                said = await self._messages.said(update)
                if said is not None:
                    await self._refuse(known, said)
            raise ApplicationHandlerStop
        if message is not None:
            await self._is_new(known, message)
        why_not = await self._why_not(known, update.effective_message)
        if why_not:
            if press is not None:
                here, language = Conversation(chat.id), press.from_user.language_code
                texts = await self._services.preferences.texts(here, language)
                await press.answer(texts(why_not))
            raise ApplicationHandlerStop

    def _look_at(self, message: Message) -> None:
        """What it tells of its topic, whoever writes it; then only people come further."""
        if message.forum_topic_reopened or message.general_forum_topic_unhidden:
            self._services.muting.topics.reopened(message.chat.id)
        if person_of(message) is None:
            raise ApplicationHandlerStop  # other bots above all: they might talk for ever

    async def _why_not(self, known: KnownChat, message: Message | None) -> str:
        """The id of the line that says why no answer would be taken where it is written, or nothing."""
        muting = self._services.muting
        if await muting.holds(known):
            return "toast-muted"
        if message is None or not muting.topics.any_in(message.chat.id):
            return ""
        closed = muting.topics.holds(await self._services.conversation_of(message))
        return "toast-closed-topic" if closed else ""

    async def _refuse(self, known: KnownChat, said: Said) -> None:
        message = said.message
        await self._services.access.refuse(
            known,
            stranger_of(message.chat, said.person.language),
            said.texts,
            message,
            asker=said.person.name,
            update_id=said.update_id,
            asks=addressed(message, self._services.me) is not None,
        )

    async def _is_new(self, known: KnownChat, message: Message) -> None:
        if known.greeted_at is not None and not is_private(message) and message.date < known.greeted_at:
            raise ApplicationHandlerStop
        if known.removed_at is not None and message.date > known.removed_at:
            # Telegram forgets after a day that the bot was let in again; this one says so.
            await self._services.store.chats.save(replace(known, removed_at=None))


def register(
    application: PTBApplication,
    services: Services,
    messages: Messages,
    *,
    group: int,
) -> None:
    application.add_handler(TypeHandler(Update, Gate(services, messages).check), group=group)
