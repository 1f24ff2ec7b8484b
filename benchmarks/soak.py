"""Half an hour of questions with faults on both sides: what grows, and what gets lost."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.loads import CHATS, OWN_TURNS, disordered, offered
from benchmarks.store import fill
from benchmarks.subject import Subject, staged

RATE_PER_S = 20.0
SLOTS = 64
SAMPLE_EVERY_S = 10.0
SETTLE_S = 120.0
FAULTS = {
    "responses": {"429": 0.0001, "500": 0.01, "cut": 0.005},
    "sendMessage": {"429": 0.01, "500": 0.01, "cut": 0.002},
    "sendChatAction": {"500": 0.02, "cut": 0.005},
    "editMessageReplyMarkup": {"500": 0.01, "cut": 0.005},
}
"""The share of a method's requests that meet each fault.

The bot takes a model's 429 for its quota and asks half as many at a time: life's come in runs, at the quota,
and so many by chance would be nothing but a slower provider.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    at_s: float
    memory_mb: float
    descriptors: int
    threads: int


async def soak(minutes: float) -> dict[str, Any]:
    """Memory's slope is that of the last two thirds, in MB an hour, by least squares.

    Everybody has as many turns behind them as go along with a question: what grows is no history.
    """
    with tempfile.TemporaryDirectory() as folder:
        await fill(f"sqlite:///{folder}/bot.db", OWN_TURNS * CHATS, CHATS)
        return await _soaked(minutes, Path(folder))


async def _soaked(minutes: float, folder: Path) -> dict[str, Any]:
    async with staged("ours", folder=folder, model_concurrency=SLOTS) as (subject, counterpart):
        counterpart.trouble = _faults()
        samples: list[Sample] = []
        watching = asyncio.create_task(_watch(subject, samples))
        began_s, cpu_s = time.monotonic(), subject.cpu_s()
        chance = random.Random(2)  # noqa: S311 - repeatable
        chats = iter(lambda: 1 + chance.randrange(CHATS), 0)
        await offered(counterpart, chats, chance, rate_per_s=RATE_PER_S, seconds=minutes * 60)
        counterpart.trouble = lambda _method: ""
        await counterpart.settled(within_s=SETTLE_S, quiet_s=SETTLE_S)
        watching.cancel()
        questions = counterpart.asked.values()
        answered = [question for question in questions if question.answered_s]
        turned_away, lost = counterpart.without_answer(questions)
        late = samples[len(samples) // 3 :]
        return {
            "minutes": round((time.monotonic() - began_s) / 60, 1),
            "offered_per_s": RATE_PER_S,
            "questions": len(questions),
            "turned_away": turned_away,
            "lost": lost,
            "repeated": sum(question.answers > 1 for question in questions),
            "asked_again": sum(question.requests > 1 for question in questions),
            "disordered": disordered(counterpart),
            "faults": dict(sorted(counterpart.refused.items())),
            "cpu_ms_an_answer": round((subject.cpu_s() - cpu_s) / max(1, len(answered)) * 1e3, 2),
            "memory_mb": [round(sample.memory_mb, 1) for sample in samples],
            "memory_slope_mb_per_h": round(_slope(late), 2),
            "descriptors": _least_and_most([sample.descriptors for sample in late]),
            "threads": _least_and_most([sample.threads for sample in late]),
        }


async def _watch(subject: Subject, samples: list[Sample]) -> None:
    began_s = time.monotonic()
    while True:
        await asyncio.sleep(SAMPLE_EVERY_S)
        samples.append(
            Sample(time.monotonic() - began_s, subject.memory_mb(), subject.descriptors(), subject.threads())
        )


def _faults() -> Callable[[str], str]:
    chance = random.Random(3)  # noqa: S311 - repeatable

    def trouble(method: str) -> str:
        point = chance.random()
        for fault, share in FAULTS.get(method, {}).items():
            if point < share:
                return fault
            point -= share
        return ""

    return trouble


def _slope(samples: Sequence[Sample]) -> float:
    at_h = [sample.at_s / 3600 for sample in samples]
    return statistics.linear_regression(at_h, [sample.memory_mb for sample in samples]).slope


def _least_and_most(values: Sequence[int]) -> list[int]:
    return [min(values), max(values)]
