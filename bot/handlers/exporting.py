"""/export sends the conversation as documents: in a group a member's own part, an administrator's whole."""

from __future__ import annotations

from functools import partial
from typing import Final

from telegram import InputFile

from bot.handlers.messages import Messages, Said
from bot.handlers.services import Services
from bot.screens.transcript import as_json, as_markdown, questions

NAME: Final = "conversation"


async def export(services: Services, said: Said) -> None:
    message, texts = said.message, said.texts
    whole = await services.admins.wrote(message)
    turns = await services.store.bulk.export(said.conversation, None if whole else said.person.id)
    heard = await services.store.talk.kept(said.conversation) if whole and not said.private else []
    if not turns and not heard:
        await said.reply("export-empty")
        return
    now = services.clock.now()
    documents = {"md": as_markdown(turns, texts, now, heard), "json": as_json(turns, now, heard)}
    caption: str | None = texts("export-done" if whole else "export-done-own", turns=len(questions(turns)))
    for ending, text in documents.items():
        file = InputFile(text.encode("utf-8", "replace"), f"{NAME}.{ending}")
        await message.reply_document(file, caption=caption, do_quote=not said.private)
        caption = None


def register(services: Services, messages: Messages) -> None:
    messages.on_command("export", partial(export, services))
