"""What a process has whether it is the active one or stands by: web server, metrics, the model's client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

from bot.config.provider import iam_tokens, model_config
from bot.core.clock import Clock
from bot.core.telegram_time import TelegramTime
from bot.model import Model
from bot.operating.health import Health
from bot.operating.metrics import Metrics
from bot.operating.redacting import Redactor
from bot.operating.web import Webhook, WebServer
from bot.updates.polling import Accept
from bot.updates.webhook import path_of

if TYPE_CHECKING:
    from bot.config.settings import Settings

MODEL_CLOSES_S: Final = 0.5


class Process:
    """`start`, `close_web` and `close` once each. What works in it tells it its health, and takes updates."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.clock = TelegramTime(clock)
        self.tokens = iam_tokens(settings, self.clock)
        self.model = Model(model_config(settings, self.tokens), clock=self.clock)
        self.health = Health(Redactor(settings.secrets()))
        self.metrics = Metrics()
        self.commits: Callable[[], int] = int
        self.metrics.watch_health(self.health)
        self.metrics.watch_commits(self._committed)
        self.web = (
            WebServer(
                settings.http_listen,
                health=self.health,
                metrics=self.metrics,
                webhook=self._webhook(settings),
            )
            if settings.http_listen
            else None
        )

    async def start(self) -> None:
        """Raises `ListenRefused`."""
        if self.web is not None:
            await self.web.start()

    async def warm(self) -> None:
        """Loads what the first answer needs, off the event loop."""
        await self.model.warm()
        await asyncio.to_thread(import_module, "bot.markup.splitting")

    def take_updates(self, accept: Accept) -> None:
        """Those that are posted go there from now on."""
        if self.web is not None:
            self.web.take_updates(accept)

    async def close_web(self) -> None:
        if self.web is not None:
            await self.web.stop()

    async def close(self) -> None:
        with suppress(TimeoutError):  # a thread that nothing can abort
            await asyncio.wait_for(self.model.close(), MODEL_CLOSES_S)

    def _webhook(self, settings: Settings) -> Webhook | None:
        url, secret = settings.webhook_url, settings.webhook_secret
        if url is None or secret is None:
            return None
        return Webhook(path_of(url), secret.get_secret_value())

    def _committed(self) -> int:
        return self.commits()
