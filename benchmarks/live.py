"""Answers that are seen as they grow: from a word at the model to its text in the chat, beside plain ones."""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.counterpart import MARK, Asked, Counterpart, Json, number_in, response, write
from benchmarks.loads import CHATS, disordered, offered, percentiles_ms
from benchmarks.subject import PAID_RATE_PER_S, Subject, running
from bot.core.clock import SystemClock
from bot.store import Store

AT_ONCE = (5, 30)
WRITES_S = 10.0
"""How long a model writes an answer."""
WORDS = [f" слово{n:03}" for n in range(150)]
READABLE = 40
"""Characters that a first look has at least: `bot/presenting/live.py`."""
WARM_UP_S = 5.0
SETTLES_S = 60.0


@dataclass
class Written:
    """An answer on its way: how long it was at the model, and when; how long what stood in the chat was."""

    at_model: list[tuple[int, float]] = field(default_factory=list)
    shown: list[tuple[int, float]] = field(default_factory=list)


class Writing(Counterpart):
    """A model that streams where it is asked to, else takes as long; a Telegram that looks at what grows."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[int, Written] = {}

    async def model(self, body: bytes, writer: asyncio.StreamWriter) -> None:
        number = number_in(body.decode())
        question, written = self.asked[number], self.written.setdefault(number, Written())
        question.asked_s = question.asked_s or time.monotonic()
        question.requests += 1
        text = f"{MARK}{number}."
        if json.loads(body).get("stream"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            for word in WORDS:
                text += word
                writer.write(
                    _event(
                        {"type": "response.output_text.delta", "delta": word if written.at_model else text}
                    )
                )
                written.at_model.append((len(text), time.monotonic()))
                await asyncio.sleep(WRITES_S / len(WORDS))
            writer.write(_event({"type": "response.completed", "response": response(text)}))
            writer.close()
        else:
            await asyncio.sleep(WRITES_S)
            write(writer, response(text + "".join(WORDS)))
        question.replied_s = time.monotonic()

    def arrived(self, params: Json) -> Json:
        text = str(params["text"])
        if MARK in text:
            number = number_in(text)
            question, now_s = self.asked[number], time.monotonic()
            self.written[number].shown.append((len(text), now_s))
            if text.endswith(WORDS[-1]) and question.replied_s and not question.answered_s:
                question.answered_s = now_s
                question.answers += 1
                self.arrivals[question.chat_id].append(number)
                self.open.discard(number)
                self._arrival.set()
        return self.message(params)


async def live(seconds: float) -> dict[str, Any]:
    """So many answers grow at a time, in as many chats; likewise plain ones that take as long."""
    figures: dict[str, Any] = {}
    for at_once in AT_ONCE:
        for how in (True, False):
            name = f"{'live' if how else 'plain'}, {at_once} at a time"
            figures[name] = await _load(at_once / WRITES_S, seconds, live=how)
    return figures


async def _load(rate_per_s: float, seconds: float, *, live: bool) -> dict[str, Any]:
    counterpart = Writing()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        await Store.open(f"sqlite:///{folder}/bot.db", clock=SystemClock()).close()
        settings = {"model_concurrency": 256, "telegram_rate_per_s": PAID_RATE_PER_S, "default_live": live}
        async with counterpart.serving(), running("ours", counterpart, folder, **settings) as subject:
            await asyncio.sleep(1)
            # No chat asks twice: what is said right after an answer shares the chat's budget with it.
            chats = cycle(range(1, CHATS + 1))
            await _asked(counterpart, chats, rate_per_s, WARM_UP_S)
            cpu_s = subject.cpu_s()
            questions = await _asked(counterpart, chats, rate_per_s, seconds)
            return _figures(counterpart, questions, (subject.cpu_s() - cpu_s) / len(questions), subject)


async def _asked(
    counterpart: Writing, chats: Iterator[int], rate_per_s: float, seconds: float
) -> list[Asked]:
    chance = random.Random(1)  # noqa: S311 - repeatable
    questions = await offered(counterpart, chats, chance, rate_per_s=rate_per_s, seconds=seconds)
    await counterpart.settled(within_s=SETTLES_S)
    return questions


def _figures(
    counterpart: Writing, questions: list[Asked], cpu_s_an_answer: float, subject: Subject
) -> dict[str, Any]:
    measured = {number for number, asked in counterpart.asked.items() if asked in questions}
    first: list[float] = []
    later: list[float] = []
    for number in measured:
        written = counterpart.written[number]
        for n, (length, shown_s) in enumerate(written.shown[:-1]):
            wanted = READABLE if n == 0 else length
            said_s = next(s for at, s in written.at_model if at >= wanted)
            (first if n == 0 else later).append(shown_s - said_s)
    return {
        "answers": len(questions),
        "shown_an_answer": round(
            sum(len(counterpart.written[n].shown) for n in measured) / len(questions), 1
        ),
        "first_look_ms": percentiles_ms(first),
        "newest_word_ms": percentiles_ms(later),
        "after_ms": percentiles_ms([one.answered_s - one.replied_s for one in questions if one.answered_s]),
        "cpu_ms_an_answer": round(cpu_s_an_answer * 1e3, 2),
        "peak_mb": round(subject.peak_mb(), 1),
        "lost": sum(not one.answered_s for one in questions),
        "repeated": sum(one.requests > 1 for one in questions),
        "disordered": disordered(counterpart),
    }


def _event(event: Json) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
