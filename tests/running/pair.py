"""Processes of one bot on one PostgreSQL database, side by side on one event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from bot.commands.signals import Signals
from bot.config.settings import Settings
from bot.core.clock import Clock
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.running.serve import serve
from tests.conftest import API_KEY, FOLDER
from tests.delivery.test_transport import free_port

PATH = "/telegram"
SECRET = "a-secret_0123456789"


class Asked(Signals):
    """SIGTERM as a call: the process of the tests is to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.stop: Callable[[], object] = lambda: None

    def on_first_signal(self, stop: Callable[[], object], *, end_within_s: float) -> None:
        del end_within_s
        self.stop = stop


class Running:
    """One process: its health, and its end."""

    def __init__(self, settings: Settings, clock: Clock, port: int) -> None:
        self.port = port
        self._signals = Asked()
        self.serving = asyncio.create_task(serve(settings, self._signals, clock))

    async def health(self) -> tuple[int, dict[str, Any]]:
        url = f"http://127.0.0.1:{self.port}/healthz"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status, json.loads(await response.text())

    async def is_(self, status: str) -> None:
        """Returns when /healthz says so."""
        async with asyncio.timeout(20):
            while True:
                assert not self.serving.done(), self.serving
                try:
                    if (await self.health())[1]["status"] == status:
                        return
                except aiohttp.ClientConnectorError:
                    pass  # it is about to listen
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        self._signals.stop()
        await self.serving


class Pair:
    """Starts processes; those that still run are stopped when it is left."""

    def __init__(self, url: str, world: World, model: ModelServer, clock: Clock, **variables: Any) -> None:
        self._clock = clock
        self._values: dict[str, Any] = {
            "telegram_bot_token": world.token,
            "telegram_api_url": world.url,
            "yandex_cloud_folder": FOLDER,
            "yandex_cloud_api_key": API_KEY,
            "yandex_cloud_base_url": model.url,
            "database_url": url,
            **variables,
        }
        self.processes: list[Running] = []

    async def start(self, status: str) -> Running:
        """A process, once it is what it is expected to become."""
        process = self.begin()
        await process.is_(status)
        return process

    def begin(self) -> Running:
        port = free_port()
        settings = Settings(_env_file=None, **self._values, http_listen=f"127.0.0.1:{port}")
        process = Running(settings, self._clock, port)
        self.processes.append(process)
        return process

    async def close(self) -> None:
        for process in self.processes:
            if not process.serving.done():
                await process.stop()


@asynccontextmanager
async def balanced(port: int, ports: Callable[[], Sequence[int]]) -> AsyncIterator[None]:
    """Hands what is posted there to one process after the other; what one does not take, to the next."""
    turn = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal turn
        turn += 1
        body, headers = await request.read(), {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        status = 503
        async with aiohttp.ClientSession(headers=headers) as session:
            there = list(ports())
            for number in range(len(there)):
                url = f"http://127.0.0.1:{there[(turn + number) % len(there)]}{PATH}"
                try:
                    async with session.post(url, data=body) as response:
                        status = response.status
                except aiohttp.ClientError:
                    continue
                if status == 200:
                    break
        return web.Response(status=status)

    application = web.Application()
    application.router.add_post(PATH, handler)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield
    await runner.cleanup()
