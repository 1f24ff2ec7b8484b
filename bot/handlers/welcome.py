"""/start and /help: what the bot does, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.help import help_text, start_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.handlers.messages import Messages, Said
    from bot.handlers.services import Services


class Welcome:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def start(self, said: Said) -> None:
        await self._reply(said, start_text)

    async def help(self, said: Said) -> None:
        await self._reply(said, help_text)

    async def _reply(self, said: Said, text: Callable[..., str]) -> None:
        await said.say(text(said.texts, private=said.private, bot=self._services.me.username or ""))


def register(services: Services, messages: Messages) -> None:
    welcome = Welcome(services)
    messages.on_command("start", welcome.start)
    messages.on_command("help", welcome.help)
