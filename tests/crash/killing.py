"""The bot's process and the places where it is killed: each seen on the wire, none by luck alone."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

POINTS = {
    "start-up": 0.6,
    "updates-left": 0.05,
    "model-asked": 0.02,
    "model-replies": 0.0,
    "model-replied": 0.04,
    "send-before": 0.0,
    "send-after": 0.0,
    "send-replied": 0.04,
    "between-parts": 0.5,
    "edit-before": 0.0,
    "edit-after": 0.0,
    "any-time": 2.0,
}
"""Each with the longest delay, in seconds, between what is seen and the kill. 0: the kill comes first, and
what was seen goes on when the process is dead.
"""
GROWING = {
    "model-grows": 0.3,
    "growing-before": 0.0,
    "growing-after": 0.0,
    "growing-replied": 0.04,
    "model-replied": 0.04,
    "edit-before": 0.0,
    "edit-after": 0.0,
}
"""Likewise, of answers that are shown while they grow."""
DELAYS = POINTS | GROWING
GIVE_UP_S = 20.0
"""A point that is not met by then is not waited for any longer: the process is killed all the same."""
SKIPPED = 4
"""How often a point is passed before it counts, at most: the first thing after a start is not everything."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One life's end."""

    life: int
    point: str
    at_s: float


class Lives(Protocol):
    """How often the bot began anew, and what ended it."""

    life: int
    kills: list[Kill]
    missed: int

    async def at(self, point: str) -> None:
        """The wire has come to a point."""


@dataclass
class Killer:
    """Starts the bot and kills it, one life after the other."""

    folder: Path
    environment: Mapping[str, str]
    chance: random.Random
    life: int = 0
    kills: list[Kill] = field(default_factory=list)
    missed: int = 0
    _process: Process | None = None
    _armed: str = ""
    _skip: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> Process:
        """`python -m bot run`, its output kept in a file."""
        self.life += 1
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
        with (self.folder / "bot.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=self.folder,
                env=environment | dict(self.environment),
                stdout=log,
                stderr=log,
            )
        return self._process

    async def live_until(self, point: str) -> None:
        """A life that ends at a point."""
        process = await self.start()
        self._armed = point
        self._skip = self.chance.randint(0, SKIPPED) if DELAYS[point] < 0.5 else 0
        try:
            async with asyncio.timeout(GIVE_UP_S):
                await process.wait()
        except TimeoutError:
            self.missed += 1
            await self._kill("missed")
        if len(self.kills) != self.life:
            raise AssertionError(f"the bot ended by itself: {process.returncode}; see {self.folder}/bot.log")

    async def at(self, point: str) -> None:
        """The wire has come to a point; returns when the process is dead if it is to die right there."""
        if self._armed != point:
            return
        if self._skip:
            self._skip -= 1
            return
        self._armed = ""
        if not DELAYS[point]:
            await self._kill(point)
            return
        task = asyncio.create_task(self._kill_soon(point, self.life))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _kill_soon(self, point: str, life: int) -> None:
        await asyncio.sleep(self.chance.uniform(0.0, DELAYS[point]))
        if self.life == life:
            await self._kill(point)

    async def _kill(self, point: str) -> None:
        self._armed = ""
        process = self._process
        if process is None or process.returncode is not None:
            return
        if len(self.kills) < self.life:  # else another has just come to it, and nobody waits for the end yet
            self.kills.append(Kill(self.life, point, time.monotonic()))
        process.kill()
        await process.wait()
