"""Jobs that the bot does by itself: at the start, day after day, whatever happens to one of them."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.core.telegram_time import TelegramTime
from bot.core.values import Conversation, Memory, Person, Question
from bot.operating.upkeep import DAY, Job, purging, run_periodically
from bot.store import Store
from tests.clocks import ManualClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime
    from pathlib import Path


DAY_S = DAY.total_seconds()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@asynccontextmanager
async def kept_up(jobs: Sequence[Job], clock: ManualClock) -> AsyncIterator[None]:
    task = asyncio.create_task(run_periodically(jobs, clock))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_job_is_done_at_the_start_and_every_day(clock: ManualClock) -> None:
    done: list[datetime] = []

    async def do() -> None:
        done.append(clock.now())

    start = clock.now()
    async with kept_up([Job("count", DAY, do)], clock):
        await clock.advance(2.5 * DAY_S)
    assert done == [start, start + DAY, start + 2 * DAY]


async def test_one_that_fails_is_logged_tried_again_and_stops_no_other(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[str] = []

    async def fail() -> None:
        tried.append("bad")
        raise OSError("no space left")

    async def do() -> None:
        tried.append("good")

    with caplog.at_level(logging.ERROR, "bot.operating.upkeep"):
        async with kept_up([Job("bad", DAY, fail), Job("good", DAY, do)], clock):
            await clock.advance(DAY_S / 24 + 1)
    assert tried == ["bad", "good", "bad"]
    assert caplog.messages == ["the job bad failed"] * 2


def asked(update_id: int, sent_at: datetime) -> Question:
    return Question(update_id, Conversation(7), update_id, Person(7, "Anna"), "Why?", sent_at, private=True)


async def test_turns_are_kept_as_long_as_the_operator_says(clock: ManualClock, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/bot.db", clock=clock)
    try:
        for number in (1, 2):
            await store.turns.add(asked(number, clock.now()), memory=Memory.OFF)
            await clock.advance(timedelta(days=20).total_seconds())
        assert await _left(store, clock, retention_days=0) == [1, 2]
        assert await _left(store, clock, retention_days=30) == [2]
    finally:
        await store.close()


async def _left(store: Store, clock: ManualClock, *, retention_days: int) -> list[int]:
    time = TelegramTime(clock)
    time.observe(clock.now())
    await purging(store, time, retention_days=retention_days).do()
    return [turn.question.update_id for turn in await store.bulk.export(Conversation(7))]
