"""The bot's own coming and going: what works is said once; where it was removed, all work ends."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telegram import Chat, ChatMember, ChatMemberRestricted
from telegram.error import BadRequest, Forbidden
from telegram.ext import ChatMemberHandler

from bot.core.values import Conversation
from bot.handlers.access import stranger_of
from bot.handlers.incoming import full_name
from bot.handlers.listening import LISTEN
from bot.handlers.services import Services
from bot.options import OPTIONS
from bot.presenting.muting import REACTS, SENDS_FILES, SPEAKS, is_admin
from bot.presenting.muting import lacking as what_is_lacking
from bot.store import KnownChat
from bot.texts import Texts
from bot.updates.dispatching import PTBApplication

if TYPE_CHECKING:
    from telegram import ChatMemberUpdated, Update

log = logging.getLogger(__name__)

PRESENT = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER})


class Joining:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def on_bot_member(self, update: Update, _context: Any) -> None:
        """`my_chat_member`. In private, it says that the person blocked the bot or let it in again."""
        change = update.my_chat_member
        if change is None or change.chat.type == Chat.CHANNEL:
            return
        self._services.admins.forget(change.chat.id)
        known = await self._services.access.known(change.chat)
        if not _is_present(change.new_chat_member):
            await self._left(known, change)
        elif change.chat.type == Chat.PRIVATE:
            await self._services.store.chats.save(replace(known, removed_at=None))
        else:
            await self._is_in(known, change)

    async def on_chat_member(self, update: Update, _context: Any) -> None:
        """`chat_member`: who administers the group may have changed."""
        if update.chat_member is not None:
            self._services.admins.forget(update.chat_member.chat.id)

    async def _left(self, known: KnownChat, change: ChatMemberUpdated) -> None:
        await self._services.answering.stopping.drop_chat(known.chat_id)
        await self._services.store.settings.reset_everywhere(
            known.chat_id, LISTEN
        )  # who lets it in anew decides
        await self._services.store.talk.drop_chat(known.chat_id)
        if known.migrated_to is None:
            await self._services.store.chats.save(replace(known, removed_at=change.date))

    async def _is_in(self, known: KnownChat, change: ChatMemberUpdated) -> None:
        came = not _is_present(change.old_chat_member)
        known = replace(known, removed_at=None, refused_at=None if came else known.refused_at)
        missing = await what_is_lacking(self._services.bot, change.chat.id, change.new_chat_member)
        known = self._services.muting.told(known, speaks=SPEAKS not in missing)
        if known.muted_at is not None:
            await self._services.answering.stopping.drop_chat(known.chat_id)
        texts = await self._texts_for(change)
        if change.chat not in self._services.access.allowed:
            asker = full_name(change.from_user)
            await self._services.access.refuse(known, stranger_of(change.chat), texts, asker=asker)
        elif came or (known.greeted_at is None and is_admin(change.new_chat_member)):
            await self._greet(known, change, missing, texts)
        else:
            await self._services.store.chats.save(known)

    async def _greet(
        self, known: KnownChat, change: ChatMemberUpdated, lacking: Collection[str], texts: Texts
    ) -> None:
        """Where it may not speak, whoever let it in is told so in private; once promoted, it greets."""
        bot = self._services.bot
        if SPEAKS in lacking:
            await self._services.store.chats.save(replace(known, greeted_at=None))
            try:
                await bot.send_message(change.from_user.id, texts("joined-mute", title=known.title))
            except (Forbidden, BadRequest) as refusal:
                log.info("nobody can be told: %s", refusal, extra={"chat_id": known.chat_id})
            return
        try:
            await bot.send_message(known.chat_id, await self._what_works(change, lacking, texts))
        finally:
            await self._services.store.chats.save(replace(known, greeted_at=change.date))

    async def _texts_for(self, change: ChatMemberUpdated) -> Texts:
        """In the language of whoever made the change, unless the group has chosen one."""
        group = Conversation(change.chat.id)
        found = await self._services.preferences.effective(group)
        chosen = found.settings.language if found.is_own(OPTIONS["language"], group) else ""
        return self._services.catalogue.for_language(chosen, change.from_user.language_code or "")

    async def _what_works(self, change: ChatMemberUpdated, lacking: Collection[str], texts: Texts) -> str:
        me = await self._services.bot.get_me()  # privacy mode may have been switched since the start
        hears_all = me.can_read_all_group_messages or is_admin(change.new_chat_member)
        return texts(
            "joined",
            bot=me.username or "",
            hears="all" if hears_all else "mentions",
            files="no" if SENDS_FILES in lacking else "yes",
            reactions="no" if REACTS in lacking else "yes",
            topics="on" if change.chat.is_forum else "off",
        )


def _is_present(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in PRESENT


def register(application: PTBApplication, services: Services, *, group: int) -> None:
    joining = Joining(services)
    application.add_handler(
        ChatMemberHandler(joining.on_bot_member, ChatMemberHandler.MY_CHAT_MEMBER), group=group
    )
    application.add_handler(
        ChatMemberHandler(joining.on_chat_member, ChatMemberHandler.CHAT_MEMBER), group=group
    )
