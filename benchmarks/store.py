"""What durability costs, and how the store's look-ups bear a million turns: python -m benchmarks.store."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.loads import percentiles_ms
from bot.answering.prompt.window import HISTORY_TURNS
from bot.core.clock import SystemClock
from bot.core.values import (
    Answer,
    Conversation,
    Ending,
    Memory,
    Person,
    Question,
    ShownPart,
    TurnState,
    Usage,
)
from bot.store import Store, tree
from bot.store.engine.database import Database
from bot.store.rows import NO_ANSWER
from bot.store.tables import parts, to_us, turns
from tests.store.questions import overrides_of

RAW = json.dumps({"update_id": 1, "message": {"text": "Почему снег белый? " * 10}}, ensure_ascii=False)
QUESTION_TEXT = "Почему снег белый, а лёд прозрачный? " * 3
ANSWER_TEXT = "Снег рассеивает свет всех длин волн одинаково, поэтому мы видим его белым. " * 8
DURABILITY: Mapping[str, Mapping[str, int | str] | None] = {
    "full": {},
    "synchronous_off": {"synchronous": "OFF"},
    "no_database": None,
}


def report(name: str, **figures: Any) -> None:
    print(json.dumps({"benchmark": name, **figures}, ensure_ascii=False))


def percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"{name}_ms": ms for name, ms in percentiles_ms(seconds, shares=(50, 99), digits=3).items()}


async def timed(call: Awaitable[object]) -> float:
    started = time.perf_counter()
    await call
    return time.perf_counter() - started


def opened(folder: Path, name: str, pragmas: Mapping[str, int | str]) -> Store:
    return Store.open(f"sqlite:///{folder}/{name}.db", clock=SystemClock(), pragmas=pragmas)


async def accept(folder: Path, count: int) -> None:
    """One update at a time, as an idle bot gets them; the kinds take turns so that noise meets all alike."""
    stores = {
        kind: None if pragmas is None else opened(folder, f"accept-{kind}", pragmas)
        for kind, pragmas in DURABILITY.items()
    }
    taken: dict[str, list[float]] = {kind: [] for kind in stores}
    memory: dict[int, str] = {}

    async def remember(update_id: int) -> None:
        memory[update_id] = RAW

    for update_id in range(count):
        for kind, store in stores.items():
            if store is None:
                taken[kind].append(await timed(remember(update_id)))
            else:
                taken[kind].append(await timed(store.inbox.accept([(update_id, RAW)])))
    for kind, store in stores.items():
        report("accept_one_update", durability=kind, updates=count, **percentiles(taken[kind]))
        if store is not None:
            await store.close()


async def bursts(folder: Path, count: int) -> None:
    """Bursts of a hundred concurrent updates: how many a second become durable."""
    for kind, pragmas in DURABILITY.items():
        if pragmas is None:
            continue
        store = opened(folder, f"burst-{kind}", pragmas)
        started, busy = time.perf_counter(), time.process_time()
        for first in range(0, count, 100):
            await asyncio.gather(*[store.inbox.accept([(first + n, RAW)]) for n in range(100)])
        report(
            "accept_bursts_of_100",
            durability=kind,
            updates=count,
            updates_per_s=round(count / (time.perf_counter() - started)),
            cpu_us_per_update=round((time.process_time() - busy) / count * 1e6),
        )
        await store.close()


def question(update_id: int, conversation: Conversation) -> Question:
    return Question(
        update_id=update_id,
        conversation=conversation,
        message_id=update_id,
        asker=Person(conversation.chat_id, "Anna", "ru"),
        text=QUESTION_TEXT,
        sent_at=datetime.now(UTC),
        private=True,
    )


async def one_answer(store: Store, update_id: int, conversation: Conversation) -> tuple[float, float]:
    """All that the store does for one message: the seconds before the model is asked, and those after."""
    began = time.perf_counter()
    await store.inbox.accept([(update_id, RAW)])
    await overrides_of(store, conversation)
    turn = await store.turns.add(question(update_id, conversation), memory=Memory.LINEAR)
    if turn is None:
        raise ValueError(update_id)
    await store.turns.history_if_open(turn, limit=HISTORY_TURNS + 1)
    asked = time.perf_counter()
    answer = Answer(ANSWER_TEXT, Ending.COMPLETED, Usage(100, 200), "yandexgpt-lite")
    await store.turns.save_answer(turn.id, answer)
    await store.parts.record(turn.id, ShownPart(0, update_id, "0123456789abcdef"))
    await store.turns.close(turn.id, TurnState.DONE)
    return asked - began, time.perf_counter() - asked


async def whole_answers(
    stores: Mapping[str, Store], count: int, conversations: int, *, at_turns: int
) -> None:
    """One after the other; the kinds of durability take turns so that noise meets all alike."""
    before: dict[str, list[float]] = {kind: [] for kind in stores}
    after: dict[str, list[float]] = {kind: [] for kind in stores}
    busy = time.process_time()
    for number in range(count):
        conversation = Conversation(1 + number % conversations)
        for kind, store in stores.items():
            waited = await one_answer(store, 10**9 + at_turns + number, conversation)
            before[kind].append(waited[0])
            after[kind].append(waited[1])
    cpu_ms = round((time.process_time() - busy) / count / len(stores) * 1e3, 2)
    for kind in stores:
        report(
            "whole_answer",
            durability=kind,
            at_turns=at_turns,
            answers=count,
            cpu_ms_per_answer=cpu_ms,
            before_model=percentiles(before[kind]),
            after_model=percentiles(after[kind]),
        )


def rows(count: int, conversations: int, first_chat: int = 1) -> Iterator[list[dict[str, Any]]]:
    """Turns of many linear conversations that go on at the same time, as in life: far apart in the file.

    They are of today, and their updates' ids are no others'.
    """
    began_us = to_us(datetime.now(UTC)) - count
    plain = {
        **NO_ANSWER,
        "thread_id": 0,
        "asker_name": "Anna",
        "asker_language": "ru",
        "text": QUESTION_TEXT,
        "private": 1,
        "chat_title": "",
        "topic_name": "",
        "state": "done",
        "answer_text": ANSWER_TEXT,
        "answer_ending": "completed",
    }
    for first in range(1, count + 1, 10_000):
        yield [
            {
                **plain,
                "id": number,
                "parent_id": number - conversations if number > conversations else None,
                "update_id": -number,
                "chat_id": first_chat + number % conversations,
                "message_id": number,
                "asker_id": first_chat + number % conversations,
                "sent_at": began_us + number,
                "created_at": began_us + number,
            }
            for number in range(first, min(first + 10_000, count + 1))
        ]


async def fill(url: str, count: int, conversations: int, first_chat: int = 1) -> None:
    database = Database.open(url, pragmas={"synchronous": "OFF", "cache_size": -200_000})
    started = time.perf_counter()
    for batch in rows(count, conversations, first_chat):
        shown = [
            {
                "turn_id": row["id"],
                "n": 0,
                "chat_id": row["chat_id"],
                "message_id": row["id"],
                "fingerprint": "0" * 16,
            }
            for row in batch
        ]

        def insert(connection: sa.Connection, batch: list[Any] = batch, shown: list[Any] = shown) -> None:
            connection.execute(sa.insert(turns), batch)
            connection.execute(sa.insert(parts), shown)

        await database.write(insert)
    await database.close()
    report("fill", turns=count, conversations=conversations, seconds=round(time.perf_counter() - started, 1))


async def look_ups(url: str, count: int, conversations: int, repeats: int) -> None:
    database = Database.open(url)
    store = Store(database, SystemClock())
    chance = random.Random(1)  # noqa: S311
    calls: dict[str, Callable[[int], Awaitable[object]]] = {
        "window": lambda number: database.read(
            lambda connection: tree.history(connection, number, HISTORY_TURNS + 1)
        ),
        "by_part": lambda number: store.turns.by_part(1 + number % conversations, number),
        "by_question": lambda number: store.turns.by_question(1 + number % conversations, number),
        "previous": lambda number: store.turns.previous(
            Conversation(1 + number % conversations), before_id=number
        ),
        "last_parts": lambda number: store.parts.last(
            Conversation(1 + number % conversations), asker_id=None, failures=True
        ),
        "unfinished": lambda _: store.turns.unfinished(),
        "overrides": lambda number: overrides_of(store, Conversation(number)),
    }
    for name, call in calls.items():
        plan = await _plan(database, call)
        taken = []
        for _ in range(repeats):
            number = chance.randint(max(1, count - count // 4), count)
            taken.append(await timed(call(number)))
        report("look_up", what=name, at_turns=count, **percentiles(taken), plan=plan)
    await whole_answers({"full": store}, 200, conversations, at_turns=count)
    await store.close()


async def _plan(database: Database, call: Callable[[int], Awaitable[object]]) -> list[str]:
    """The query plans of the statements that a call runs."""
    statements: list[str] = []

    def trace(connection: sa.Connection, callback: Callable[[str], None] | None) -> None:
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(callback)

    await database.read(lambda connection: trace(connection, statements.append))
    await call(1)
    await database.read(lambda connection: trace(connection, None))

    def explained(connection: sa.Connection) -> list[str]:
        driver: Any = connection.connection.driver_connection
        return [row[3] for sql in statements for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}")]

    return await database.read(explained)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=1_000_000)
    parser.add_argument("--conversations", type=int, default=5_000)
    parser.add_argument("--updates", type=int, default=2_000)
    parser.add_argument("--folder", type=Path, help="where the files are made (default: a temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        await accept(folder, options.updates)
        await bursts(folder, 5 * options.updates)
        small = {
            kind: opened(folder, f"small-{kind}", pragmas)
            for kind, pragmas in DURABILITY.items()
            if pragmas is not None
        }
        await whole_answers(small, 500, 20, at_turns=0)
        for store in small.values():
            await store.close()
        url = f"sqlite:///{folder}/large.db"
        await fill(url, options.turns, options.conversations)
        size = (folder / "large.db").stat().st_size
        report("size", turns=options.turns, megabytes=size // 10**6, bytes_per_turn=size // options.turns)
        await look_ups(url, options.turns, options.conversations, repeats=1_000)


if __name__ == "__main__":
    asyncio.run(main())
