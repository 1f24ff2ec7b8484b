"""Two processes on one PostgreSQL server: how soon one follows the other, and what an update costs."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

from benchmarks.counterpart import TOKEN, Counterpart
from benchmarks.loads import CHATS, offered, percentiles_ms
from benchmarks.suites import load
from tests.crash.pairing import Pair, crash_pair
from tests.postgres import Server, programs

Figures = dict[str, Any]

KILLS = 30
HAND_OVERS = 10
ENDS = 200
ROLLED_AT_S = 20.0
"""Questions a second while both processes are replaced."""


async def pair(seconds: float) -> Figures:
    server = Server(programs(), durable=True)
    try:
        return {
            **await _databases(server, seconds),
            "takeover, polling": await _takeovers(server, webhook=False),
            "takeover, webhook": await _takeovers(server, webhook=True),
            "SIGTERM": await _hand_overs(server),
            "rolling update": await _rolling(server, max(seconds, 20.0)),
        }
    finally:
        server.remove()


async def ends() -> Figures:
    """200 times either process is killed or ended, or the server started anew, at random; twice."""
    server = Server(programs(), durable=True)
    try:
        return {
            "polling": await _ends(server, webhook=False),
            "webhook": await _ends(server, webhook=True),
        }
    finally:
        server.remove()


async def _databases(server: Server, seconds: float) -> Figures:
    """The same load on both, in turns, so that the machine's noise meets both."""
    figures: Figures = {}
    for turn in (1, 2):
        figures[f"SQLite at 30/s, {turn}"] = (await load("ours", 30.0, seconds)).figures()
        url = server.url(server.create())
        outcome = await load("ours", 30.0, seconds, database_url=url)
        figures[f"PostgreSQL at 30/s, {turn}"] = outcome.figures()
    return figures


async def _takeovers(server: Server, *, webhook: bool) -> Figures:
    """From SIGKILL of the active process to the next answer of the other; the model takes 0 to 0.15 s."""
    with tempfile.TemporaryDirectory() as folder:
        report = await crash_pair(
            Path(folder), server, events=KILLS, seed=_seed(), names=["active"], webhook=webhook
        )
    return {
        "kills": len(report.takeovers_s),
        **percentiles_ms(report.takeovers_s, shares=(50, 99)),
        "faults": report.faults(),
    }


async def _ends(server: Server, *, webhook: bool) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        report = await crash_pair(Path(folder), server, events=ENDS, seed=_seed(), webhook=webhook)
    return {**asdict(report), "faults": report.faults()}


async def _hand_overs(server: Server) -> Figures:
    """From SIGTERM to when the other process says that it is the active one, with ten questions under way."""
    counterpart = Counterpart(delay=lambda _number: 60.0)
    taken_s: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with counterpart.serving():
            processes = Pair(Path(folder), _environment(server, counterpart))
            await processes.start()
            await processes.active()
            for chat_id in range(1, 11):
                counterpart.ask(chat_id)
            for _ in range(HAND_OVERS):
                await processes.start()
                await processes.standing_by()
                active = await processes.active()
                began_s = time.monotonic()
                active.process.terminate()
                processes.ones.remove(active)
                await processes.active()
                taken_s.append(time.monotonic() - began_s)
                await active.process.wait()
            await processes.close()
    return {"hand_overs": HAND_OVERS, **percentiles_ms(taken_s, shares=(50, 99))}


async def _rolling(server: Server, seconds: float) -> Figures:
    """Both processes replaced under load, twice: each new one stands by before an old one ends."""
    counterpart = Counterpart()
    with tempfile.TemporaryDirectory() as folder:
        async with counterpart.serving():
            processes = Pair(Path(folder), _environment(server, counterpart))
            for _ in range(2):
                await processes.start()
            await processes.active()
            await processes.standing_by()
            asking = asyncio.create_task(_asked(counterpart, seconds))
            for _ in range(2):
                await asyncio.sleep(seconds / 4)
                await processes.end(await processes.standing_by(), gently=True)
                await processes.start()
                await processes.standing_by()
                await processes.end(await processes.active(), gently=True)
                await processes.start()
            questions = await asking
            await counterpart.settled(within_s=60)
            await processes.close()
    arrivals = sorted(question.answered_s for question in questions if question.answered_s)
    return {
        "questions": len(questions),
        "lost": counterpart.without_answer(questions)[1],
        "repeated": sum(question.answers > 1 for question in questions),
        "asked_twice": sum(question.requests > 1 for question in questions),
        "longest_gap_s": round(max(later - earlier for earlier, later in pairwise(arrivals)), 2),
        "longest_wait_s": round(_longest_wait_s(questions), 2),
    }


async def _asked(counterpart: Counterpart, seconds: float) -> Sequence[Any]:
    chats, chance = cycle(range(1, CHATS + 1)), random.Random(1)  # noqa: S311 - repeatable
    return await offered(counterpart, chats, chance, rate_per_s=ROLLED_AT_S, seconds=seconds)


def _longest_wait_s(questions: Sequence[Any]) -> float:
    return max((one.answered_s - one.left_s for one in questions if one.answered_s), default=0.0)


def _environment(server: Server, counterpart: Counterpart) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": counterpart.url,
        "TELEGRAM_RATE_PER_S": "1000",
        "YANDEX_CLOUD_FOLDER": "b1gfolder",
        "YANDEX_CLOUD_API_KEY": "AQVN-a-made-up-key",
        "YANDEX_CLOUD_BASE_URL": f"{counterpart.url}/v1",
        "DATABASE_URL": server.url(server.create()),
        "USER_RATE_PER_MIN": "0",
        "MODEL_CONCURRENCY": "256",
    }


def _seed() -> int:
    return random.randrange(10**6)  # noqa: S311 - any will do
