"""/start and /help: what the bot does, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import CommandHandler

from bot.handlers.incoming import OWN_WORDS, is_private
from bot.screens.help import help_text, start_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Message, Update
    from telegram.ext import Application

    from bot.handlers.services import Services


class Welcome:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def start(self, update: Update, _context: Any) -> None:
        message = update.message
        if message is None:
            return
        await self._reply(message, start_text)

    async def help(self, update: Update, _context: Any) -> None:
        message = update.message
        if message is None:
            return
        await self._reply(message, help_text)

    async def _reply(self, message: Message, text: Callable[..., str]) -> None:
        texts = await self._services.texts_for(message)
        private = is_private(message)
        said = text(texts, private=private, bot=self._services.me.username or "")
        await message.reply_text(said, do_quote=not private)


def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    welcome = Welcome(services)
    fresh = OWN_WORDS
    application.add_handler(CommandHandler("start", welcome.start, filters=fresh))
    application.add_handler(CommandHandler("help", welcome.help, filters=fresh))
