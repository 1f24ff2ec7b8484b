"""What the bot does by itself, now and then: each job by its name, one that fails never in another's way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.core.clock import Clock
from bot.core.telegram_time import TelegramTime
from bot.money.calendar import Calendar, months_before
from bot.store import Store
from bot.store.ledger import KEPT_MONTHS

log = logging.getLogger(__name__)

DAY: Final = timedelta(days=1)
AGAIN_AFTER: Final = timedelta(hours=1)
"""How soon a job that failed is tried again, where it would not be due before."""


@dataclass(frozen=True, slots=True)
class Job:
    """Done at every start, and every so often from then on."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]


async def run_periodically(jobs: Sequence[Job], clock: Clock) -> None:
    """Does each job at once and then every so often, for ever; a job that fails is tried again."""
    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            tasks.create_task(_repeat(job, clock))


async def _repeat(job: Job, clock: Clock) -> None:
    while True:
        pause = job.every
        try:
            await job.do()
        except Exception:
            log.exception("the job %s failed", job.name)
            pause = min(pause, AGAIN_AFTER)
        await clock.sleep(pause.total_seconds())


def adding_up(store: Store, time: TelegramTime, calendar: Calendar) -> Job:
    """Makes sums of what the ledger has had for long, and forgets strangers who wait in vain."""

    async def add_up() -> None:
        await _until_the_clocks_agree(time)
        today = calendar.day(time.now())
        days = await store.ledger.add_up(today)
        await store.limits.purge(months_before(today, KEPT_MONTHS))
        await store.access.purge()
        log.info("%d days of the ledger were older than they are kept, and are one sum each", days)

    return Job("add up", DAY, add_up)


def purging(store: Store, time: TelegramTime, *, retention_days: int) -> Job:
    """Deletes what is older than it is to be kept; 0 days keep every turn."""

    async def purge() -> None:
        await _until_the_clocks_agree(time)
        before = time.now() - timedelta(days=retention_days) if retention_days else None
        deleted = await store.bulk.purge(before)
        log.info("%d turns were older than they are kept, and are deleted", deleted)

    return Job("purge", DAY, purge)


def purging_talk(store: Store, time: TelegramTime) -> Job:
    """Deletes the talk that is older than it is kept: every hour, for people are told how long that is."""

    async def purge() -> None:
        await _until_the_clocks_agree(time)
        await store.talk.purge()

    return Job("purge talk", AGAIN_AFTER, purge)


async def _until_the_clocks_agree(time: TelegramTime) -> None:
    """Waits while the machine's clock is a day away from Telegram's, or not known to agree.

    What is deleted by mistake does not come back.
    """
    while doubt := _doubt(time):
        log.warning("nothing is purged: %s", doubt)
        await time.sleep(AGAIN_AFTER.total_seconds())


def _doubt(time: TelegramTime) -> str | None:
    return time.wrong(by=DAY) if time.known else "Telegram has not told its time yet"
