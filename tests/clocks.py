"""Clocks for tests: one that runs fast, one that moves only when told."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest


class FastClock:
    """Real time, `factor` times as fast: for dialogues over real HTTP."""

    def __init__(self, factor: float = 20.0, *, ahead: timedelta = timedelta()) -> None:
        """`ahead`: of what Telegram's clock says, as that of a machine whose clock is wrong."""
        self.factor = factor
        self.ahead = ahead
        self._started = time.monotonic()
        self._skipped_s = 0.0
        self._epoch = datetime.now(UTC)

    def monotonic(self) -> float:
        return (time.monotonic() - self._started) * self.factor + self._skipped_s

    def now(self) -> datetime:
        return self.at_telegram() + self.ahead

    def at_telegram(self) -> datetime:
        return self._epoch + timedelta(seconds=self.monotonic())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.factor)

    def skip(self, seconds: float) -> None:
        """So much later at once, for whoever looks at the time; who sleeps sleeps on."""
        self._skipped_s += seconds


IN_REAL_TIME = pytest.mark.parametrize("clock", [FastClock(1)], ids=["real time"])
"""For a dialogue in which what is said must come soon after what was said: two seconds are two seconds."""


class ManualClock:
    """Time that stands still until `advance`: for units."""

    def __init__(self) -> None:
        self._now_s = 1000.0
        self._epoch = datetime(2026, 1, 1, tzinfo=UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        return self._now_s

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=self._now_s)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now_s + seconds, next(self._order), woken))
        await woken

    def skip(self, seconds: float) -> None:
        """So much later at once, for whoever looks at the time; who sleeps sleeps on."""
        self._now_s += seconds

    async def advance(self, seconds: float) -> None:
        """Moves time on, waking each sleeper at its own moment and letting what it starts run."""
        target_s = self._now_s + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= target_s:
            self._now_s, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
            await settle()
        self._now_s = target_s
        await settle()


async def settle(rounds: int = 50) -> None:
    """Lets every task that can run do so."""
    for _ in range(rounds):
        await asyncio.sleep(0)


async def until(seen: Callable[[], object], *, timeout_s: float = 20.0) -> None:
    """Looks every 20 ms of real time, for what nothing tells of."""
    async with asyncio.timeout(timeout_s):
        while True:
            if seen():
                return
            await asyncio.sleep(0.02)
