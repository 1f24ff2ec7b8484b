"""Two processes on one PostgreSQL: either is killed at random, the server restarts, one hands over."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from bot.core.clock import SystemClock
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.store import Store
from tests.crash.counting import Counting, Report, Wire
from tests.crash.killing import Kill
from tests.crash.running import PEACE_S, STOP_S, crowd, environment
from tests.crash.talking import Oracle, People
from tests.databases import query
from tests.delivery.test_transport import free_port
from tests.postgres import Server
from tests.running.pair import PATH, SECRET, balanced

EVENTS = ("active", "active", "active", "standby", "server", "hand over")
"""What happens, each as often as it stands here: a SIGKILL, a restart of PostgreSQL, a SIGTERM."""
BETWEEN_S = (0.3, 2.0)
TAKES_OVER_WITHIN_S = 30.0


@dataclass
class One:
    """A process, and where it tells its health."""

    process: Process
    port: int

    async def status(self) -> str:
        """Empty while it does not tell."""
        try:
            timeout, url = aiohttp.ClientTimeout(2), f"http://127.0.0.1:{self.port}/healthz"
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
                return str(json.loads(await response.text())["status"])
        except (aiohttp.ClientError, TimeoutError, ValueError):  # the last: somebody else's port by now
            return ""


@dataclass
class Pair:
    """Keeps two processes running. As a `Killer` it counts the lives of whichever is active."""

    folder: Path
    environment: Mapping[str, str]
    life: int = 1
    kills: list[Kill] = field(default_factory=list)
    missed: int = 0
    events: list[tuple[str, float]] = field(default_factory=list)
    ones: list[One] = field(default_factory=list)

    async def at(self, point: str) -> None:
        """Nothing happens at a point: all at random."""

    async def start(self) -> One:
        port = free_port()
        variables = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
        with (self.folder / "bot.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self.folder,
                env=variables | dict(self.environment) | {"HTTP_LISTEN": f"127.0.0.1:{port}"},
                stdout=log,
                stderr=log,
            )
        one = One(process, port)
        self.ones.append(one)
        return one

    async def active(self) -> One:
        """The process that answers, once there is one."""
        async with asyncio.timeout(TAKES_OVER_WITHIN_S):
            while True:
                for one in self.ones:
                    if await one.status() in {"ok", "degraded"}:
                        return one
                await asyncio.sleep(0.02)

    async def standing_by(self) -> One:
        async with asyncio.timeout(TAKES_OVER_WITHIN_S):
            while True:
                for one in self.ones:
                    if await one.status() == "standby":
                        return one
                await asyncio.sleep(0.02)

    async def happen(self, event: str, server: Server) -> None:
        active, other = await self.active(), await self.standing_by()
        self.events.append((event, time.monotonic()))
        if event == "server":
            await asyncio.to_thread(server.restart)
        elif event == "standby":
            await self.end(other)
        else:
            await self.end(active, gently=event == "hand over")
        if event != "server":
            await self.start()

    async def end(self, one: One, *, gently: bool = False) -> None:
        """A life is over with the process that was active."""
        was_active = await one.status() != "standby"
        self.ones.remove(one)
        if was_active:
            self.kills.append(Kill(self.life, "hand over" if gently else "active", time.monotonic()))
        if gently:
            one.process.terminate()
        else:
            one.process.kill()
        status = await one.process.wait()
        if gently and status:
            raise AssertionError(f"the bot ended with {status}; see {self.folder}/bot.log")
        self.life += was_active

    def kill(self) -> None:
        """Leaves none behind, whatever went wrong."""
        for one in self.ones:
            if one.process.returncode is None:
                one.process.kill()

    async def close(self) -> None:
        """The one that stands by first: it would take over."""
        for one in sorted(self.ones, key=lambda one: one is self.ones[0]):
            one.process.terminate()
            async with asyncio.timeout(STOP_S):
                await one.process.wait()


async def crash_pair(
    folder: Path,
    server: Server,
    *,
    events: int,
    seed: int,
    names: Sequence[str] = EVENTS,
    questions: int = 0,
    webhook: bool = False,
) -> Report:
    """The processes' log stays in `folder`. What happens is of these `names`, while at least `questions` are
    asked.
    """
    began_s = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - a course of events that can be had again
    url = server.url(server.create())
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(World(seed=seed))
        model = await stack.enter_async_context(ModelServer(concurrent_generations=1000))
        port = free_port()
        posted = {"WEBHOOK_URL": f"http://127.0.0.1:{port}{PATH}", "WEBHOOK_SECRET": SECRET}
        variables = {"DATABASE_URL": url, **(posted if webhook else {})}
        pair = Pair(folder, environment(world, model) | variables)
        stack.callback(pair.kill)
        await stack.enter_async_context(balanced(port, lambda: [one.port for one in pair.ones]))
        people = People(world, chance)
        oracle = Oracle(people, pair, chance)
        model.script(oracle, times=None)
        wire = Wire(pair, people)
        world.on("call:before", wire.before)
        world.on("call:after", wire.after)
        for _ in range(2):
            await pair.start()
        talks = [asyncio.create_task(people.talk(world.private(who), who)) for who in crowd(world)]
        for event in _course(names, events, chance):
            await asyncio.sleep(chance.uniform(*BETWEEN_S))
            await pair.happen(event, server)
        await pair.active()
        await people.until_asked(questions)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await people.all_answered(PEACE_S)
        await pair.close()
        counting = Counting(people, oracle, wire, world.calls)
        report = counting.report(seed, time.monotonic() - began_s)
        report.by_point = _counted(pair.events)
        store = Store.open(url, clock=SystemClock())
        counting.read_log(folder / "bot.log", report)
        counting.read_database(partial(query, url), report)
        await counting.read_ledger(store, partial(query, url), report)
        await store.close()
        return report


def _course(names: Sequence[str], events: int, chance: random.Random) -> list[str]:
    course: list[str] = []
    while len(course) < events:
        course += chance.sample(names, len(names))
    return course[:events]


def _counted(events: list[tuple[str, float]]) -> dict[str, Any]:
    return {name: sum(event == name for event, _ in events) for name in sorted({name for name, _ in events})}
