"""Jobs that the bot does by itself: at the start, day after day, whatever happens to one of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.telegram_time import TelegramTime
from bot.core.values import Conversation, Memory, Person, Question, Usage
from bot.money.billing import Billing
from bot.money.calendar import Calendar
from bot.money.prices import BUILT_IN, Prices
from bot.operating.upkeep import DAY, Job, adding_up, purging, run_periodically
from bot.store import Store, Whose
from tests.clocks import ManualClock, until

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


APART = [timedelta(days=500), timedelta(days=-500), timedelta(days=1), None]


@pytest.mark.parametrize("apart", APART, ids=str)
async def test_the_ledger_is_added_up_only_while_the_clocks_agree(
    clock: ManualClock, tmp_path: Path, caplog: pytest.LogCaptureFixture, apart: timedelta | None
) -> None:
    """Apart by a day or more, or not known to agree (None): then nobody's rows become a sum, nor are grants,
    names and waiting strangers forgotten. Once they agree it is done, without a new start.
    """
    store = Store.open(f"sqlite:///{tmp_path}/bot.db", clock=clock)
    time = TelegramTime(clock)
    if apart is not None:
        time.observe(clock.now() - apart)
    calendar = Calendar(ZoneInfo("UTC"))
    day = calendar.day(clock.now())
    usage, old = Usage(1000, 1000), clock.now() - timedelta(days=500)
    billing = Billing(Prices(BUILT_IN, search=Decimal(1), speech=Decimal(1)), calendar)
    charge = billing.request(asked(1, old), old, model="yandexgpt-lite", usage=usage)
    whose = Whose(calendar.day(old), day, person_id=7)
    try:
        await store.ledger.add([charge])
        await store.limits.grant("person", 7, calendar.day(old), Decimal(5))
        with caplog.at_level(logging.INFO, "bot.operating.upkeep"):
            async with kept_up([adding_up(store, time, calendar)], clock):
                await clock.advance(3 * DAY_S)
                assert await _kept(store, whose) == (charge.rub, "Anna", Decimal(5))
                told = {line for line in caplog.messages if "purged" in line or "ledger" in line}
                assert told == {f"nothing is purged: {_doubt(apart)}"}
                time.observe(clock.now())
                await clock.advance(DAY_S)
                await until(lambda: "1 days of the ledger" in caplog.text)
        assert await _kept(store, whose) == (Decimal(0), "", Decimal(0))
    finally:
        await store.close()


def _doubt(apart: timedelta | None) -> str:
    if apart is None:
        return "Telegram has not told its time yet"
    days = abs(apart).days
    told = "24 h 0 min" if days == 1 else f"{days} days"
    return f"this machine's clock is {told} {'ahead of' if apart > timedelta() else 'behind'} Telegram's"


async def _kept(store: Store, whose: Whose) -> tuple[Decimal, str, Decimal]:
    """What is a person's own: roubles of the day, the name, and what was granted."""
    spent = await store.ledger.spent(whose)
    return spent.rub, await store.ledger.name(7), await store.limits.granted("person", 7, whose.first)


async def _left(store: Store, clock: ManualClock, *, retention_days: int) -> list[int]:
    time = TelegramTime(clock)
    time.observe(clock.now())
    await purging(store, time, retention_days=retention_days).do()
    return [turn.question.update_id for turn in await store.bulk.export(Conversation(7))]
