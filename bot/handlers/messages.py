"""A message that a person wrote: read once, handed to the behaviour that it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram.ext import CommandHandler, MessageHandler

from bot.core.values import ChatSettings, Conversation, Person
from bot.handlers.incoming import OWN_WORDS, is_private, person_of, words
from bot.handlers.services import Services
from bot.screens.keyboards import inline_keyboard
from bot.screens.views import Button
from bot.updates.dispatching import PTBApplication

if TYPE_CHECKING:
    from telegram import Message, Update
    from telegram.ext.filters import BaseFilter

    from bot.texts import Texts

    Handler = Callable[["Said"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Said:
    """Who said it and where, the settings there, and the way to reply in the language spoken there."""

    update_id: int
    message: Message
    person: Person
    conversation: Conversation
    settings: ChatSettings
    texts: Texts

    @property
    def private(self) -> bool:
        return is_private(self.message)

    @property
    def argument(self) -> str:
        """What is written after the command."""
        return [*words(self.message).split(maxsplit=1), ""][1].strip()

    async def reply(self, text_id: str, **variables: Any) -> None:
        """One of the bot's lines; in a group as a reply to this message."""
        await self.say(self.texts(text_id, **variables))

    async def say(self, text: str, rows: Sequence[Sequence[Button]] = ()) -> None:
        """Likewise, a text that is put together, with buttons below it."""
        await self.message.reply_text(text, reply_markup=inline_keyboard(rows), do_quote=not self.private)


class Messages:
    """`on` a kind of message, or a command, do this. The first that fits takes it, in each group of PTB's."""

    def __init__(self, application: PTBApplication, services: Services) -> None:
        self._application = application
        self._services = services

    def on(self, fits: BaseFilter, handler: Handler) -> None:
        self._application.add_handler(MessageHandler(fits, self._callback(handler)))

    def on_command(self, name: str, handler: Handler, *, only: BaseFilter = OWN_WORDS) -> None:
        self._application.add_handler(CommandHandler(name, self._callback(handler), filters=only))

    async def said(self, update: Update) -> Said | None:
        """None for what no person wrote."""
        message = update.message or update.edited_message
        person = person_of(message)
        if message is None or person is None:
            return None
        conversation = await self._services.conversation_of(message)
        preferences = self._services.preferences
        settings = await preferences.settings(conversation)
        texts = preferences.texts_by(settings, conversation, person.language)
        return Said(update.update_id, message, person, conversation, settings, texts)

    def _callback(self, handler: Handler) -> Callable[[Update, Any], Coroutine[Any, Any, None]]:
        async def callback(update: Update, _context: Any) -> None:
            said = await self.said(update)
            if said is not None:
                await handler(said)

        return callback
