"""A bot's process while it is measured: started, watched, ended."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.counterpart import TOKEN, Counterpart
from bot.core.clock import SystemClock
from bot.store import Store

BOTS: Mapping[str, Sequence[str]] = {
    "ours": ("bot",),
    "tutorial": ("benchmarks.tutorial",),
    "tutorial, concurrent_updates": ("benchmarks.tutorial", "concurrent"),
}
STARTS_WITHIN_S = 30.0
PAID_RATE_PER_S = 1000
"""Telegram's limit as for a bot with paid broadcasts: out of the way."""


@dataclass(slots=True)
class Subject:
    """A running bot. Times are in seconds, memory in MB of 2**20 bytes."""

    process: psutil.Process
    start_s: float
    """From its spawn to its first getUpdates."""

    def cpu_s(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    def memory_mb(self) -> float:
        return float(self.process.memory_info().rss / 2**20)

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def descriptors(self) -> int:
        return self.process.num_fds()

    def threads(self) -> int:
        return self.process.num_threads()


@asynccontextmanager
async def running(
    name: str, counterpart: Counterpart, folder: Path, **settings: object
) -> AsyncIterator[Subject]:
    """The bot between the counterpart's two sides, from its first poll on. Its log goes to `folder`."""
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": counterpart.url,
        "YANDEX_CLOUD_FOLDER": "b1gfolder",
        "YANDEX_CLOUD_API_KEY": "AQVN-a-made-up-key",
        "YANDEX_CLOUD_BASE_URL": f"{counterpart.url}/v1",
        "DATABASE_URL": f"sqlite:///{folder}/bot.db",
        "HTTP_LISTEN": "",
        "USER_RATE_PER_MIN": "0",
        **{variable.upper(): str(value) for variable, value in settings.items()},
    }
    counterpart.first_poll_s = 0.0
    with (folder / "bot.log").open("ab") as log:
        began_s = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *BOTS[name], env=environment, stdout=log, stderr=log
        )
        try:
            async with asyncio.timeout(STARTS_WITHIN_S):
                await counterpart.polled()
            yield Subject(psutil.Process(process.pid), counterpart.first_poll_s - began_s)
        finally:
            if process.returncode is None:
                process.terminate()
                try:
                    async with asyncio.timeout(STARTS_WITHIN_S):
                        await process.wait()
                except TimeoutError:
                    process.kill()
                    await process.wait()


@asynccontextmanager
async def staged(
    name: str, *, folder: Path | None = None, **settings: object
) -> AsyncIterator[tuple[Subject, Counterpart]]:
    """A bot that has just started, and what it talks to; the database is empty unless there is a folder.

    It is there already: a start that makes it loads Alembic, and keeps 10 MB more until the next.
    """
    counterpart = Counterpart()
    settings = {"model_concurrency": 256, "telegram_rate_per_s": PAID_RATE_PER_S, **settings}
    with tempfile.TemporaryDirectory() as temporary:
        home = folder or Path(temporary)
        if folder is None:
            await Store.open(f"sqlite:///{home}/bot.db", clock=SystemClock()).close()
        async with counterpart.serving(), running(name, counterpart, home, **settings) as subject:
            yield subject, counterpart
