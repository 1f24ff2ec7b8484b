"""/start and /help: what the bot does, in the reader's language."""

from __future__ import annotations

from functools import partial

from bot.handlers.messages import Messages, Said
from bot.handlers.services import Services
from bot.screens.help import help_text, start_text


async def start(services: Services, said: Said) -> None:
    await said.say(start_text(said.texts, private=said.private, bot=services.me.username or ""))


async def help_(services: Services, said: Said) -> None:
    await said.say(help_text(said.texts, private=said.private, bot=services.me.username or ""))


def register(services: Services, messages: Messages) -> None:
    messages.on_command("start", partial(start, services))
    messages.on_command("help", partial(help_, services))
