"""The one small web server: health, metrics, and the updates that Telegram posts."""

from __future__ import annotations

import hmac
import json
import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from bot.operating.health import Health, address
from bot.operating.metrics import CONTENT_TYPE, Metrics
from bot.store import StoreUnavailable
from bot.updates.polling import Accept
from bot.updates.raw import is_update

log = logging.getLogger(__name__)

MAX_UPDATE_BYTES: Final = 2**20
REQUESTS_GRACE_S: Final = 2.0
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


class ListenRefused(Exception):
    """The address can't be listened on."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are posted to, and the secret that comes with each."""

    path: str
    secret: str = field(repr=False)


class WebServer:
    """`start` once, `stop` once. `port` is the one listened on: HTTP_LISTEN may ask for port 0."""

    def __init__(
        self, listen: str, *, health: Health, metrics: Metrics, webhook: Webhook | None = None
    ) -> None:
        self._listen = listen
        self._health = health
        self._metrics = metrics
        self._webhook = webhook
        self._runner: web.AppRunner | None = None
        self._accept: Accept | None = None
        self.port = 0

    async def start(self) -> None:
        """Raises ListenRefused."""
        application = web.Application(client_max_size=MAX_UPDATE_BYTES)
        application.router.add_get("/healthz", self._on_healthz)
        application.router.add_get("/metrics", self._on_metrics)
        if self._webhook is not None:
            application.router.add_post(self._webhook.path, self._on_update)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=REQUESTS_GRACE_S)
        await self._runner.setup()
        host, port = address(self._listen)
        try:
            await web.TCPSite(self._runner, host or None, port).start()
        except OSError as error:
            await self.stop()
            raise ListenRefused(f"HTTP_LISTEN={self._listen}: {error.strerror}") from None
        self.port = self._runner.addresses[0][1]

    def take_updates(self, accept: Accept) -> None:
        """From now on they go to `accept`, which returns when they are durable, or raises `StoreUnavailable`.

        Those that came before were left with Telegram, which posts them again.
        """
        self._accept = accept

    async def stop(self) -> None:
        """Lets the requests under way end."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _on_healthz(self, _request: web.Request) -> web.Response:
        verdict = self._health.verdict()
        body = {"status": verdict.status, "failing": verdict.failing, "degraded": verdict.degraded}
        return web.json_response(
            body, status=HTTPStatus.SERVICE_UNAVAILABLE if verdict.failing else HTTPStatus.OK
        )

    async def _on_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.page(), headers={"Content-Type": CONTENT_TYPE})

    async def _on_update(self, request: web.Request) -> web.Response:
        """200 only when the update is durable: whatever else is said, Telegram posts it again later."""
        webhook = self._webhook
        if webhook is None or not _same(request.headers.get(SECRET_HEADER, ""), webhook.secret):
            return web.Response(status=HTTPStatus.FORBIDDEN)
        if self._accept is None:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        update = _parsed(await request.read())
        if update is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        try:
            await self._accept([update])
        except StoreUnavailable as unavailable:
            log.error("an update is left with Telegram, the database takes none: %s", unavailable)  # noqa: TRY400 - its words say all
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return web.Response()


def _same(given: str, secret: str) -> bool:
    """In a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode())


def _parsed(body: bytes) -> dict[str, Any] | None:
    """The update; None for what is not one."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if is_update(update) else None
