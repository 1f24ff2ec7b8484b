"""Loads: questions at a steady rate from many chats, and what came of them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, pairwise
from typing import Any

from benchmarks.counterpart import Asked, Counterpart
from benchmarks.subject import Subject

CHATS = 500
OWN_TURNS = 60
"""More than go along with a question, so that each history is as long as it gets."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one load. `before_ms`: from an update's leaving getUpdates to its request at the model.

    `after_ms`: from the model's last byte to the arrival of the answer's sendMessage.
    """

    offered_per_s: float
    answered_per_s: float
    before_ms: dict[str, float]
    after_ms: dict[str, float]
    cpu_ms_an_answer: float
    peak_mb: float
    questions: int
    turned_away: int
    """In chats that were told that the queue is full."""
    lost: int
    repeated: int
    disordered: int

    def figures(self) -> dict[str, Any]:
        return asdict(self)


async def steady(
    subject: Subject,
    counterpart: Counterpart,
    *,
    rate_per_s: float,
    seconds: float,
    settle_s: float,
) -> Outcome:
    """Arrivals as in life (exponential gaps, one seed for all bots); then up to `settle_s` for what is left.

    The rate answered is that of the load's second half: what fills before and drains after is left out.
    """
    chance = random.Random(1)  # noqa: S311 - repeatable
    cpu_s, began_s = subject.cpu_s(), time.monotonic()
    chats = cycle(range(1, CHATS + 1))
    questions = await offered(counterpart, chats, chance, rate_per_s=rate_per_s, seconds=seconds)
    ended_s = time.monotonic()
    await counterpart.settled(within_s=settle_s)
    half_s = (began_s + ended_s) / 2
    # What a slow bot still owed when this began is answered first, and counts.
    answers = [one for one in counterpart.asked.values() if one.answered_s >= began_s]
    in_half = [answer for answer in answers if half_s <= answer.answered_s <= ended_s]
    answered = [question for question in questions if question.answered_s]
    turned_away, lost = counterpart.without_answer(questions)
    return Outcome(
        offered_per_s=rate_per_s,
        answered_per_s=round(len(in_half) / (ended_s - half_s), 1),
        before_ms=percentiles_ms([one.asked_s - one.left_s for one in questions if one.asked_s]),
        after_ms=percentiles_ms([one.answered_s - one.replied_s for one in answered]),
        cpu_ms_an_answer=round((subject.cpu_s() - cpu_s) / max(1, len(answers)) * 1e3, 2),
        peak_mb=round(subject.peak_mb(), 1),
        questions=len(questions),
        turned_away=turned_away,
        lost=lost,
        repeated=sum(one.answers > 1 for one in questions),
        disordered=disordered(counterpart),
    )


async def offered(
    counterpart: Counterpart,
    chats: Iterator[int],
    chance: random.Random,
    *,
    rate_per_s: float,
    seconds: float,
) -> list[Asked]:
    """Asks in the next of these chats, and again, with exponential gaps, for so long."""
    questions: list[Asked] = []
    due_s = time.monotonic()
    ends_s = due_s + seconds
    while due_s < ends_s:
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        questions.append(counterpart.asked[counterpart.ask(next(chats))])
        due_s += chance.expovariate(rate_per_s)
    return questions


def disordered(counterpart: Counterpart) -> int:
    """Answers that came after that of a later question of their chat."""
    return sum(
        later < earlier for numbers in counterpart.arrivals.values() for earlier, later in pairwise(numbers)
    )


def percentiles_ms(
    seconds: Sequence[float], *, shares: Sequence[int] = (50, 95, 99), digits: int = 1
) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    return {f"p{share}": round(ordered[len(ordered) * share // 100] * 1e3, digits) for share in shares}
