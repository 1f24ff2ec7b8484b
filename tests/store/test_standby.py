"""Several processes on one PostgreSQL database: one has its turn, the others wait and take updates in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.core.clock import SystemClock
from bot.core.values import Memory
from bot.store import PendingUpdate, Store, StoreUnavailable
from bot.store.engine import addresses
from bot.store.engine.database import Database
from bot.store.engine.listening import heard
from bot.store.engine.unavailable import StoreTooNew
from bot.store.engine.urls import backend_of
from bot.store.fence import Fence
from bot.store.inbox import CHANNEL
from bot.store.standby import Standby
from tests.clocks import FastClock
from tests.databases import query
from tests.postgres import Server
from tests.store.questions import question


@pytest.fixture
def name(postgres: Server) -> Iterator[str]:
    created = postgres.create()
    yield created
    postgres.drop(created)


@pytest.fixture
def url(postgres: Server, name: str) -> str:
    return postgres.url(name)


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


@pytest.fixture
async def store(url: str, clock: SystemClock) -> AsyncIterator[Store]:
    opened = Store.open(url, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def standby(url: str, clock: SystemClock, store: Store) -> AsyncIterator[Standby]:
    """Beside the active one."""
    waiting = Standby(url, clock)
    assert await waiting.store() is None
    assert store.database.healthy() is None
    yield waiting
    await waiting.close()


async def test_who_closes_the_database_hands_over(url: str, store: Store, standby: Standby) -> None:
    assert await store.database.others_wait()
    waiting = asyncio.create_task(standby.turn())
    turn = await store.turns.add(question(), memory=Memory.LINEAR)
    await store.close()

    async with asyncio.timeout(10):
        next_one = await waiting
    assert await next_one.turns.unfinished() == [turn]
    assert not await next_one.database.others_wait()
    assert await standby.store() is None, "its own process is active"
    assert await next_one.database.others_wait()
    await next_one.close()
    assert query(url, "SELECT number FROM terms") == [(2,)]


async def test_who_loses_its_session_is_followed_at_once(
    postgres: Server, name: str, store: Store, standby: Standby
) -> None:
    fence = Fence(store.database, SystemClock())
    fence.watch()
    waiting = asyncio.create_task(standby.turn())
    postgres.end_sessions(name, but_waiting=True)
    async with asyncio.timeout(10):
        next_one = await waiting
        await fence.lost()
    with pytest.raises(StoreUnavailable, match="another process is active"):
        await store.turns.add(question(), memory=Memory.LINEAR)
    assert await next_one.turns.unfinished() == []
    await next_one.close()


async def test_who_was_active_before_the_server_restarted_goes_on(
    postgres: Server, store: Store, standby: Standby
) -> None:
    """What is under way there would else be done twice."""
    fence = Fence(store.database, SystemClock())
    fence.watch()
    waiting = asyncio.create_task(standby.turn())
    await asyncio.to_thread(postgres.restart)
    async with asyncio.timeout(10):
        while store.database.healthy() is None:  # noqa: ASYNC110 - it is found out by itself
            await asyncio.sleep(0.01)
        await fence.passed()
        while store.database.healthy() is not None:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.01)
    assert not waiting.done()
    await store.turns.add(question(), memory=Memory.LINEAR)
    waiting.cancel()


async def test_a_fence_ends_what_it_keeps_and_lets_nothing_pass_until_the_session_is_had_again(
    postgres: Server, name: str, store: Store
) -> None:
    fence = Fence(store.database, SystemClock())
    fence.watch()
    await fence.passed()
    assert await fence.keep(asyncio.sleep(0))
    kept = asyncio.create_task(fence.keep(asyncio.sleep(3600)))
    await asyncio.sleep(0)
    postgres.end_sessions(name)
    async with asyncio.timeout(10):
        assert not await kept
        passing = asyncio.create_task(fence.passed())
        await asyncio.sleep(0)
        assert not passing.done()
        await passing
    assert await fence.keep(asyncio.sleep(0))


async def test_who_was_stopped_for_a_while_asks_before_it_passes(url: str) -> None:
    """As by SIGSTOP: the server has ended the session, and nobody has told yet."""
    clock = FastClock(1)
    database = Database(backend_of(url, None), monotonic=clock.monotonic)
    fence = Fence(database, clock)
    clock.skip(60)
    assert database.silent_s() >= 60
    await fence.passed()
    assert database.silent_s() < 60
    await database.close()


async def test_what_another_process_took_in_is_heard_of_and_taken_once_in_order(
    url: str, store: Store, standby: Standby, clock: SystemClock
) -> None:
    words = heard(addresses.parsed(url), CHANNEL, clock)
    async with asyncio.timeout(10):
        await anext(words)
        await standby.post([(12, "twelve"), (11, "eleven")])
        await standby.post([(10, "ten"), (11, "again")])
        await anext(words)
    expected = [PendingUpdate(10, "ten", 0), PendingUpdate(11, "eleven", 0), PendingUpdate(12, "twelve", 0)]
    assert await store.inbox.pending() == []
    assert await store.inbox.take_posted() == expected
    assert await store.inbox.take_posted() == []
    assert await store.inbox.pending() == expected
    await standby.post([(12, "again")])
    assert await store.inbox.take_posted() == []
    await words.aclose()


async def test_a_lost_word_is_made_up_for(postgres: Server, name: str, url: str) -> None:
    listening = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND query LIKE 'LISTEN%'"  # noqa: S608
    words = heard(addresses.parsed(url), CHANNEL, SystemClock())
    async with asyncio.timeout(10):
        await anext(words)
        assert postgres.end_sessions(name) == 1
        await anext(words)
        await anext(words)
    assert postgres.execute(listening) == [(1,)]
    await words.aclose()


async def test_updates_are_taken_in_though_the_server_has_ended_the_session(
    postgres: Server, name: str, url: str, standby: Standby
) -> None:
    """As it does where nothing was posted for ten seconds: Telegram is not told to come again."""
    await standby.post([(1, "one")])
    postgres.end_sessions(name)
    await standby.post([(2, "two")])
    assert query(url, "SELECT update_id FROM inbox ORDER BY 1") == [(1,), (2,)]


async def test_nothing_is_taken_in_before_there_are_tables(url: str, clock: SystemClock) -> None:
    standby = Standby(url, clock)
    with pytest.raises(StoreUnavailable, match="no process has been active"):
        await standby.post([(1, "one")])
    await standby.close()


async def test_a_version_that_is_too_old_waits_and_says_why(
    url: str, clock: SystemClock, caplog: pytest.LogCaptureFixture
) -> None:
    await Store.open(url, clock=clock).close()
    query(url, "UPDATE alembic_version SET version_num = '9999'")
    standby = Standby(url, clock)
    with pytest.raises(StoreTooNew, match="9999"):
        await standby.check()
    waiting = asyncio.create_task(standby.turn())
    async with asyncio.timeout(10):
        while standby.healthy() is None:  # noqa: ASYNC110 - it asks by itself
            await asyncio.sleep(0.01)
    assert "a newer version of the bot has written it" in str(standby.healthy())
    assert "can't take over" in caplog.text
    await standby.post([(1, "one")])
    waiting.cancel()
    await standby.close()
    assert query(url, "SELECT update_id, state FROM inbox") == [(1, "posted")]


async def test_a_server_that_is_away_is_told_and_waited_for(
    postgres: Server, url: str, clock: SystemClock
) -> None:
    standby = Standby(url, clock)
    postgres.stop()
    waiting = asyncio.create_task(standby.turn())
    async with asyncio.timeout(10):
        while standby.healthy() is None:  # noqa: ASYNC110 - it asks by itself
            await asyncio.sleep(0.01)
        with pytest.raises(StoreUnavailable):
            await standby.post([(1, "one")])
        await asyncio.to_thread(postgres.start)
        store = await waiting
    assert standby.healthy() is None
    await store.close()
    await standby.close()
