"""A group that is listened to: beside the questions of others, and an hour of it at once."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.counterpart import Counterpart
from benchmarks.loads import steady
from benchmarks.subject import staged
from benchmarks.suites import OURS_SETTLES_S, WARM_UP_S
from bot.core.clock import SystemClock
from bot.core.values import Conversation
from bot.store import Store
from bot.store.talk import KEPT
from tests.clocks import until

Figures = dict[str, Any]

TALKING = Conversation(-1001)
REMARKS_PER_S = 20
HOUR_S = 3600
ALL_KEPT = "SELECT count(*) FROM talk"
BYTES_KEPT = "SELECT sum(length(CAST(text AS BLOB)) + length(CAST(author_name AS BLOB))) FROM talk"
NOT_DEALT_WITH = "SELECT count(*) FROM inbox WHERE state = 'new'"
AT_ONCE = 1000
"""Messages that wait for the bot at a time, as after it has been away."""


async def listening(seconds: float) -> Figures:
    """Questions of many beside a busy group in which the bot listens, and without it."""
    figures: Figures = {}
    for per_s in (0, REMARKS_PER_S):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            await _let_listen(folder)
            async with staged("ours", folder=folder) as (subject, counterpart):
                talking = asyncio.create_task(_talk(counterpart, per_s))
                await asyncio.sleep(1)
                for load_s in (WARM_UP_S, seconds):
                    outcome = await steady(
                        subject, counterpart, rate_per_s=30.0, seconds=load_s, settle_s=OURS_SETTLES_S
                    )
                talking.cancel()
            figures[f"{per_s} remarks/s"] = {"kept": _ask(folder, ALL_KEPT), **outcome.figures()}
    return figures


async def hour() -> Figures:
    """What an hour of that group leaves on the disk; all of it is said as fast as the bot can hear."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await _let_listen(folder)
        async with staged("ours", folder=folder) as (subject, counterpart):
            cpu_s, began_s = subject.cpu_s(), time.monotonic()
            sizes: list[float] = []
            most_kept = 0
            for second in range(HOUR_S):
                for _ in range(REMARKS_PER_S):
                    counterpart.remark(TALKING.chat_id, ago_s=HOUR_S - second)
                if counterpart.waiting >= AT_ONCE or second == HOUR_S - 1:
                    await _heard(counterpart, folder)
                    most_kept = max(most_kept, _ask(folder, ALL_KEPT))
                    sizes.append(_size_mb(folder))
            took_s, cpu_s = time.monotonic() - began_s, subject.cpu_s() - cpu_s
            return {
                "messages": HOUR_S * REMARKS_PER_S,
                "messages_per_s": round(HOUR_S * REMARKS_PER_S / took_s, 1),
                "cpu_ms_a_message": round(cpu_s / (HOUR_S * REMARKS_PER_S) * 1e3, 2),
                "most_kept": most_kept,
                "faults": [f"{most_kept} messages of a topic are kept"] if most_kept > KEPT else [],
                "talk_kb": round(_ask(folder, BYTES_KEPT) / 1024, 1),
                "size_mb": {"at first": sizes[0], "half way": sizes[len(sizes) // 2], "last": sizes[-1]},
                "peak_mb": round(subject.peak_mb(), 1),
            }


async def _let_listen(folder: Path) -> None:
    store = Store.open(f"sqlite:///{folder}/bot.db", clock=SystemClock())
    await store.settings.set(TALKING, "listen", value=True, changed_by="")
    await store.close()


async def _talk(counterpart: Counterpart, per_s: float) -> None:
    while per_s:
        counterpart.remark(TALKING.chat_id)
        await asyncio.sleep(1 / per_s)


async def _heard(counterpart: Counterpart, folder: Path) -> None:
    """Returns when all that was said is taken and dealt with."""
    await until(lambda: not counterpart.waiting and not _ask(folder, NOT_DEALT_WITH), timeout_s=120)


def _ask(folder: Path, question: str) -> int:
    with closing(sqlite3.connect(f"file:{folder}/bot.db?mode=ro", uri=True)) as connection:
        return int(connection.execute(question).fetchone()[0])


def _size_mb(folder: Path) -> float:
    """Of the file and what SQLite keeps beside it."""
    return round(sum(path.stat().st_size for path in folder.glob("bot.db*")) / 2**20, 2)
