"""From SQLite to PostgreSQL: all of it, in one go, and into an empty database only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.values import Memory, ShownPart, Turn
from bot.store import KnownChat, Store, StoreBusy, StoreUnavailable
from bot.store.moving import BATCH, move
from bot.store.tables import metadata
from tests.clocks import ManualClock
from tests.databases import query
from tests.postgres import Server
from tests.store.questions import PRIVATE, TOPIC, answered, overrides_of, question


@pytest.fixture
def target(postgres: Server) -> Iterator[str]:
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


async def _lived_in(path: Path, clock: ManualClock) -> tuple[Turn, Turn]:
    """A branch with a version in it; its last turn is forgotten."""
    store = Store.open(f"sqlite:///{path}", clock=clock)
    first = await answered(store, await store.turns.add(question("one\0"), memory=Memory.LINEAR))
    await store.parts.record(first.id, ShownPart(0, 10, "shown"))
    version = await store.turns.add_version(first.id)
    assert version is not None
    await store.turns.choose(first.id)
    second = await answered(store, await store.turns.add(question("two"), memory=Memory.LINEAR))
    await store.turns.add(question("gone", conversation=TOPIC), memory=Memory.LINEAR)
    await store.bulk.forget(TOPIC)
    await store.settings.set(PRIVATE, "temperature", 0.3, "Anna")
    await store.chats.save(KnownChat(-5, "group", "Группа"))
    await store.inbox.accept([(number, "{}") for number in range(10_000, 10_000 + BATCH + 1)])
    await store.close()
    return first, second


async def test_all_of_it_is_there_and_ids_go_on(tmp_path: Path, target: str, clock: ManualClock) -> None:
    first, second = await _lived_in(tmp_path / "bot.db", clock)

    moved = move(tmp_path / "bot.db", target)

    assert set(moved) == set(metadata.tables) - {"terms"}
    assert (moved["turns"], moved["parts"], moved["chats"]) == (3, 1, 1)
    assert moved["inbox"] == BATCH + 1
    store = Store.open(target, clock=clock)
    assert await store.turns.get(second.id) == second
    by_part = await store.turns.by_part(PRIVATE.chat_id, 10)
    assert by_part is not None
    assert by_part.id == first.id
    assert by_part.question.text == "one\N{REPLACEMENT CHARACTER}"
    assert (await overrides_of(store, PRIVATE)).chat["temperature"].value == 0.3
    after = await store.turns.add(question("three"), memory=Memory.LINEAR)
    assert after is not None
    assert after.id == second.id + 2, "that of the forgotten turn is not given again"
    assert after.parent_id == second.id
    await store.close()
    old = Store.open(f"sqlite:///{tmp_path}/bot.db", clock=clock)
    assert await old.turns.get(second.id) == second
    await old.close()


async def test_a_database_that_holds_anything_is_refused_untouched(
    tmp_path: Path, target: str, clock: ManualClock
) -> None:
    await _lived_in(tmp_path / "bot.db", clock)
    store = Store.open(target, clock=clock)
    await store.chats.save(KnownChat(-6, "group", "Другая"))
    await store.close()

    with pytest.raises(StoreUnavailable, match="it is not empty: there is something in chats"):
        move(tmp_path / "bot.db", target)

    assert query(target, "SELECT chat_id FROM chats") == [(-6,)]
    assert query(target, "SELECT count(*) FROM turns") == [(0,)]


async def test_neither_of_the_two_may_be_in_use(tmp_path: Path, target: str, clock: ManualClock) -> None:
    await _lived_in(tmp_path / "bot.db", clock)
    for url in (f"sqlite:///{tmp_path}/bot.db", target):
        store = Store.open(url, clock=clock)
        with pytest.raises(StoreBusy):
            move(tmp_path / "bot.db", target)
        await store.close()
    assert move(tmp_path / "bot.db", target)["turns"] == 3


def test_what_is_not_there_is_not_made(tmp_path: Path, target: str) -> None:
    with pytest.raises(StoreUnavailable, match="there is no such file"):
        move(tmp_path / "bot.db", target)
    assert list(tmp_path.iterdir()) == []


def test_it_moves_to_postgresql_only(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="set DATABASE_URL to the PostgreSQL database"):
        move(tmp_path / "bot.db", f"sqlite:///{tmp_path}/other.db")


def test_a_source_that_is_damaged_is_named_with_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"x" * 5000)
    with pytest.raises(StoreUnavailable, match=r"bot\.db: the file is not an SQLite database: restore"):
        move(tmp_path / "bot.db", "postgresql://bot@127.0.0.1:1/bot")
