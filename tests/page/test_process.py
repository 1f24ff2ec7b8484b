"""The bot's process: kept alive, killed, started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.emulator.page_feed import Feed
from bot.emulator.process import BotProcess
from bot.emulator.relay import ModelRelay
from bot.emulator.world import World
from tests.page.desk import desk_of, logged

Json = dict[str, Any]

SLEEPER = "import time; print('hello', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('hello', flush=True)\n"
    "time.sleep(60)"
)


class Watched:
    """A process with what was told of it."""

    def __init__(self, folder: Path, code: str, pause_s: float = 0.05) -> None:
        self.told: list[Json] = []
        self.changed = asyncio.Event()
        self.log = folder / "log"
        self.process = BotProcess(
            [sys.executable, "-c", code],
            environment=dict(os.environ),
            folder=folder,
            log=self.log,
            tell=self._tell,
            pause_s=pause_s,
        )

    def _tell(self, state: Json) -> None:
        self.told.append(state)
        self.changed.set()

    async def until(self, done: Callable[[Json], bool]) -> Json:
        async with asyncio.timeout(10):
            while not (self.told and done(self.told[-1])):
                self.changed.clear()
                await self.changed.wait()
        return self.told[-1]

    async def says_hello(self) -> None:
        await logged(self.log, "hello")


async def test_kill_9_keeps_it_down_until_started(tmp_path: Path) -> None:
    watched = Watched(tmp_path, SLEEPER)
    await watched.process.start()
    await watched.process.start()  # it runs already
    first = watched.told[-1]
    await watched.process.kill()
    await watched.process.kill()
    down = watched.told[-1]
    assert (down["up"], down["pid"], down["exit"], down["wanted"]) == (False, None, -signal.SIGKILL, False)
    assert not psutil.pid_exists(first["pid"])
    await watched.process.start()
    again = watched.told[-1]
    assert again["up"]
    assert again["pid"] != first["pid"]
    await watched.process.kill()
    assert [state["up"] for state in watched.told] == [True, False, True, False]


async def test_one_that_dies_by_itself_is_started_again(tmp_path: Path) -> None:
    watched = Watched(tmp_path, SLEEPER)
    await watched.process.start()
    os.kill(watched.told[-1]["pid"], signal.SIGKILL)
    down = await watched.until(lambda state: not state["up"])
    assert (down["wanted"], down["restarts"]) == (True, 0)
    up = await watched.until(lambda state: bool(state["up"]))
    assert up["restarts"] == 1
    await watched.process.kill()


async def test_killed_in_the_pause_between_two_lives(tmp_path: Path) -> None:
    watched = Watched(tmp_path, "raise SystemExit(3)", pause_s=60)
    await watched.process.start()
    down = await watched.until(lambda state: not state["up"])
    assert (down["exit"], down["wanted"]) == (3, True)
    await watched.process.kill()
    assert watched.process.json["wanted"] is False
    assert watched.process.json["restarts"] == 0


async def test_stop_asks_politely(tmp_path: Path) -> None:
    watched = Watched(tmp_path, SLEEPER)
    await watched.process.start()
    await watched.says_hello()
    await watched.process.stop(10)
    assert watched.process.json["exit"] == -signal.SIGTERM


async def test_stop_does_not_wait_for_ever(tmp_path: Path) -> None:
    watched = Watched(tmp_path, STUBBORN)
    await watched.process.start()
    await watched.says_hello()
    await watched.process.stop(0.05)
    assert watched.process.json["exit"] == -signal.SIGKILL


@pytest.mark.parametrize("what", ["kill", "start"])
async def test_the_page_s_buttons(tmp_path: Path, what: str) -> None:
    made: list[BotProcess] = []

    def process(_world: World, feed: Feed, _relay: ModelRelay) -> BotProcess:
        made.append(
            BotProcess(
                [sys.executable, "-c", SLEEPER],
                environment=dict(os.environ),
                folder=tmp_path,
                log=tmp_path / "log",
                tell=lambda state: feed.show("process", state),
            )
        )
        return made[0]

    async with desk_of(process=process) as desk, desk.events() as events:
        await desk.act("process", do="start")
        told = await events.until(lambda e: e.get("name") == "process")
        assert told["value"]["up"] is True
        await desk.act("process", do="kill")
        await events.until(lambda e: e.get("name") == "process" and not e["value"]["up"])
        await desk.act("process", do=what)
        assert made[0].json["up"] is (what == "start")
        await made[0].kill()
