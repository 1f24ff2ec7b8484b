"""PostgreSQL: one session that writes, what its end means, and nothing of a password in what is told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from bot.core.values import Memory, ShownPart
from bot.store import Store, StoreBusy, StoreUnavailable
from bot.store.engine.database import Database
from bot.store.engine.ownership import Ownership
from bot.store.engine.unavailable import StoreLost
from tests.clocks import ManualClock
from tests.databases import query
from tests.postgres import PASSWORD, USER, Server
from tests.store.piling import accepting, count
from tests.store.questions import question

SECRET = quote(PASSWORD, safe="")


@pytest.fixture
def name(postgres: Server) -> Iterator[str]:
    created = postgres.create()
    yield created
    postgres.drop(created)


@pytest.fixture
def url(postgres: Server, name: str) -> str:
    return postgres.url(name)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database.open(url)
    yield opened
    await opened.close()


async def _writes_again(database: Database, update_id: int) -> None:
    """Tries until the database takes it."""
    while True:
        try:
            await database.write(accepting(update_id))
        except StoreLost:
            raise
        except StoreUnavailable:
            await asyncio.sleep(0.05)
        else:
            return


async def test_one_process_has_the_database_until_it_closes_it(url: str, clock: ManualClock) -> None:
    store = Store.open(url, clock=clock)
    with pytest.raises(StoreBusy, match="another process is active on it"):
        Store.open(url, clock=clock)
    await store.close()

    await Store.open(url, clock=clock).close()


@pytest.mark.parametrize("address", ["postgres://", "postgresql+psycopg://"])
async def test_other_spellings_of_the_scheme_are_the_same(url: str, clock: ManualClock, address: str) -> None:
    store = Store.open(url.replace("postgresql://", address), clock=clock)
    assert await store.turns.unfinished() == []
    await store.close()


async def test_a_session_that_ends_is_noticed_at_once_and_had_again(
    postgres: Server, name: str, database: Database
) -> None:
    """Nobody has had the lock meanwhile: the work goes on as after any other trouble."""
    states: list[Ownership] = []
    database.watch(states.append)
    await database.write(accepting(1))
    assert postgres.end_sessions(name) == 1
    while not states:  # noqa: ASYNC110 - it is found out by itself
        await asyncio.sleep(0.01)
    assert database.healthy() is not None

    await _writes_again(database, 2)

    assert states == [Ownership.SUSPENDED, Ownership.HELD]
    assert await database.read(count) == 2


async def test_who_lost_the_lock_to_another_writes_no_more(
    postgres: Server, name: str, url: str, clock: ManualClock, database: Database
) -> None:
    states: list[Ownership] = []
    database.watch(states.append)
    postgres.end_sessions(name)
    other = Store.open(url, clock=clock)
    with pytest.raises(StoreLost, match="another process is active"):
        await _writes_again(database, 1)
    await other.close()

    with pytest.raises(StoreLost):
        await _writes_again(database, 2)
    assert states == [Ownership.SUSPENDED, Ownership.LOST]
    assert query(url, "SELECT count(*) FROM inbox") == [(0,)]


async def test_who_comes_back_when_another_has_come_and_gone_writes_no_more(
    postgres: Server, name: str, url: str, clock: ManualClock, database: Database
) -> None:
    """What it remembers is old, though the lock is free."""
    postgres.end_sessions(name)
    await Store.open(url, clock=clock).close()

    with pytest.raises(StoreLost, match="or has been since"):
        await _writes_again(database, 1)
    assert query(url, "SELECT count(*) FROM inbox") == [(0,)]
    await Store.open(url, clock=clock).close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
async def test_nothing_that_was_acknowledged_is_gone_when_the_server_restarts_or_crashes(
    postgres: Server, database: Database, how: signal.Signals
) -> None:
    acknowledged: list[int] = []

    async def write(first: int) -> None:
        for update_id in range(first, first + 100):
            with suppress(sa.exc.IntegrityError):  # the commit whose reply was lost had happened
                await _writes_again(database, update_id)
            acknowledged.append(update_id)

    writing = [asyncio.create_task(write(1000 * number)) for number in range(5)]
    while len(acknowledged) < 50:  # noqa: ASYNC110 - writes wait for nobody
        await asyncio.sleep(0.01)
    await asyncio.to_thread(postgres.restart, how)
    await asyncio.gather(*writing)

    assert await database.read(count) == len(acknowledged) == 500
    assert database.healthy() is None


async def test_a_full_disk_turns_health_red_and_keeps_the_lock(
    postgres: Server, name: str, url: str, clock: ManualClock, database: Database
) -> None:
    """PostgreSQL's own word for it, by a trigger: service resumes with space."""
    states: list[Ownership] = []
    database.watch(states.append)
    postgres.fill_disk(name)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="the server's disk is full: free some space on it"):
            await database.write(accepting(1))
    assert database.healthy() == "the server's disk is full: free some space on it"
    assert await database.read(count) == 0
    with pytest.raises(StoreBusy):
        Store.open(url, clock=clock)

    postgres.free_disk(name)
    while database.healthy() is not None:  # noqa: ASYNC110 - it looks by itself, as a health check finds out
        await asyncio.sleep(0.01)
    await database.write(accepting(1))
    assert states == []


async def test_a_batch_of_updates_goes_in_one_statement(url: str, clock: ManualClock) -> None:
    database = Database.open(url)
    store = Store(database, clock)
    statements: list[str] = []

    def watch(connection: sa.Connection) -> None:
        sa.event.listen(connection, "after_cursor_execute", lambda *given: statements.append(given[2]))

    await database.read(watch)
    new = await store.inbox.accept([(number, "{}") for number in range(100)])
    assert new == list(range(100))
    assert [sql.split()[:3] for sql in statements] == [["INSERT", "INTO", "inbox"]]
    await store.close()


async def test_the_server_is_waited_for_as_seldom_as_can_be(
    url: str, clock: ManualClock, tmp_path: Path
) -> None:
    """Once for each statement, and for a commit where there are several: BEGIN goes with the first."""
    database = Database.open(url)
    store = Store(database, clock)
    first = await store.turns.add(question(), memory=Memory.LINEAR)
    assert first is not None

    async def waits(work: Awaitable[object]) -> int:
        """Libpq's own trace of what goes over the wire."""
        with (tmp_path / "trace").open("w+") as trace:
            await database.read(lambda connection: _driver(connection).trace(trace.fileno()))
            await work
            await database.read(lambda connection: _driver(connection).untrace())
            trace.seek(0)
            return trace.read().count("ReadyForQuery")

    assert await waits(store.inbox.accept([(7, "{}"), (8, "{}")])) == 1
    assert await waits(store.turns.add(question(), memory=Memory.LINEAR)) == 3
    second = await store.turns.unfinished()
    assert second[1].parent_id == first.id
    assert await waits(store.turns.history_if_open(second[1], limit=50)) == 1
    assert await waits(store.parts.record(first.id, ShownPart(0, 1, "a"))) == 1
    await store.close()


def _driver(connection: sa.Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.pgconn


async def test_a_character_that_postgresql_does_not_take_is_replaced(url: str, clock: ManualClock) -> None:
    store = Store.open(url, clock=clock)
    turn = await store.turns.add(question("a\0b"), memory=Memory.LINEAR)
    assert turn is not None
    assert turn.question.text == "a\N{REPLACEMENT CHARACTER}b"
    await store.parts.record(turn.id, ShownPart(0, 1, "\0"))
    await store.close()


def test_a_wrong_password_is_told_without_it(postgres: Server, url: str, clock: ManualClock) -> None:
    with pytest.raises(StoreUnavailable, match="password authentication failed") as raised:
        Store.open(url.replace(SECRET, "another%40one"), clock=clock)
    assert "another" not in str(raised.value)
    assert raised.value.where == f"postgresql://{USER}:***@127.0.0.1:{postgres.port}/{url.rpartition('/')[2]}"


def test_a_database_that_is_not_there_is_told(postgres: Server, clock: ManualClock) -> None:
    with pytest.raises(StoreUnavailable, match='database "nowhere" does not exist') as raised:
        Store.open(postgres.url("nowhere"), clock=clock)
    assert PASSWORD not in str(raised.value)


def test_a_server_that_is_not_there_is_told(clock: ManualClock) -> None:
    with pytest.raises(StoreUnavailable, match="Connection refused") as raised:
        Store.open("postgresql://bot:geheim@127.0.0.1:1/bot", clock=clock)
    assert "geheim" not in str(raised.value)


def test_a_user_that_may_make_no_tables_is_told_what_to_do(
    postgres: Server, name: str, clock: ManualClock
) -> None:
    postgres.execute(f"ALTER DATABASE {name} OWNER TO owner")
    with pytest.raises(StoreUnavailable, match="make it the database's owner"):
        Store.open(postgres.url(name), clock=clock)
