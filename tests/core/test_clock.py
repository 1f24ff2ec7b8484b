"""The clocks."""

import asyncio
from datetime import timedelta

from bot.core.clock import SystemClock
from tests.clocks import FastClock, ManualClock


async def test_the_system_clock_moves_on_while_it_sleeps() -> None:
    clock = SystemClock()
    before_s, before = clock.monotonic(), clock.now()
    await clock.sleep(0.001)
    assert clock.monotonic() > before_s
    assert clock.now() > before
    assert clock.now().utcoffset() == timedelta(0)


async def test_a_fast_clock_sees_a_minute_pass_in_a_moment() -> None:
    clock = FastClock(factor=10_000)
    before_s = clock.monotonic()
    await clock.sleep(60)
    assert clock.monotonic() - before_s >= 60


async def test_a_manual_clock_wakes_sleepers_in_their_order() -> None:
    clock = ManualClock()
    woken: list[int] = []

    async def sleeper(seconds: int) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleeper(s)) for s in (3, 1, 2, 9)]
    await clock.advance(3)
    assert woken == [1, 2, 3]
    await clock.advance(6)
    await asyncio.gather(*tasks)
    assert woken == [1, 2, 3, 9]
