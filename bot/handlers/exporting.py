"""/export sends the conversation as documents: in a group a member's own part, an administrator's whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from telegram import InputFile
from telegram.ext import CommandHandler

from bot.handlers.authority import surely
from bot.handlers.incoming import OWN_WORDS, is_private, person_of
from bot.screens.transcript import as_json, as_markdown, questions

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import Application

    from bot.handlers.services import Services

NAME: Final = "conversation"


class Exporting:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def command(self, update: Update, _context: Any) -> None:
        message = update.message
        person = person_of(message)
        if message is None or person is None:
            return
        texts = await self._services.texts_for(message)
        quoted = not is_private(message)
        whole = await surely(self._services.admins.wrote(message))
        turns = await self._services.store.bulk.export(
            await self._services.conversation_of(message), None if whole else person.id
        )
        if not turns:
            await message.reply_text(texts("export-empty"), do_quote=quoted)
            return
        now = self._services.clock.now()
        documents = {"md": as_markdown(turns, texts, now), "json": as_json(turns, now)}
        caption: str | None = texts(
            "export-done" if whole else "export-done-own", turns=len(questions(turns))
        )
        for ending, text in documents.items():
            file = InputFile(text.encode("utf-8", "replace"), f"{NAME}.{ending}")
            await message.reply_document(file, caption=caption, do_quote=quoted)
            caption = None


def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    exporting = Exporting(services)
    application.add_handler(CommandHandler("export", exporting.command, filters=OWN_WORDS))
