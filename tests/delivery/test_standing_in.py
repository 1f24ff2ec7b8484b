"""Sends until Telegram has acknowledged, on a clock moved by hand."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from bot.delivery.standing_in import send_until_acknowledged
from bot.delivery.transport import FateUnknown
from tests.clocks import ManualClock


async def test_each_pause_is_twice_the_last_one_up_to_five_minutes() -> None:
    clock, sent_s = ManualClock(), list[float]()

    async def send() -> int:
        sent_s.append(clock.monotonic())
        if len(sent_s) < 10:
            raise FateUnknown("lost")
        return 5

    sending = asyncio.create_task(send_until_acknowledged(send, clock))
    await clock.advance(3600)
    assert await sending == 5
    assert [later - sooner for sooner, later in pairwise(sent_s)] == [5, 10, 20, 40, 80, 160, 300, 300, 300]
