"""SQLite: what is durable, looks beside the thread, one process a file, faults of the disk and the file."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.values import Memory, ShownPart
from bot.store import Store, StoreBusy, StoreUnavailable
from bot.store.engine.copying import copy
from bot.store.engine.database import Database
from bot.store.tables import parts
from tests.clocks import ManualClock
from tests.store.piling import Piled, accepting, blocked, count, gathered
from tests.store.questions import PRIVATE, overrides_of, question


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/bot.db"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database.open(url, pragmas={"busy_timeout": 50}, recheck_s=0.02)
    yield opened
    await opened.close()


async def test_the_connection_is_as_durable_as_it_claims(database: Database) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")

    def job(connection: sa.Connection) -> list[object]:
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    full, on = 2, 1
    assert await database.read(job) == ["wal", full, on, on, 50], "also after the migration of a new file"


async def test_another_program_is_waited_for_for_five_seconds(url: str) -> None:
    opened = Database.open(url)
    wait_ms = await opened.read(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout").scalar())
    await opened.close()
    assert wait_ms == 5000


async def test_where_nothing_waits_for_the_disk_nothing_durable_does(url: str) -> None:
    opened = Database.open(url, pragmas={"synchronous": "OFF"})

    def job(connection: sa.Connection) -> Any:
        return connection.exec_driver_sql("PRAGMA synchronous").scalar()

    seen = [await opened.write(job, durable=durable) for durable in (True, False, True)]
    await opened.close()
    assert seen == [0, 0, 0]


async def test_only_what_is_to_be_durable_waits_for_the_disk(database: Database) -> None:
    """And all that is committed with it; what was read before and after tells nothing of it."""
    seen: list[str] = []

    def job(connection: sa.Connection) -> None:
        seen.append(str(connection.exec_driver_sql("PRAGMA synchronous").scalar_one()))

    full, normal = "2", "1"
    await database.write(job, durable=False)
    await database.write(job)
    await database.write(job, durable=False)
    assert seen == [normal, full, normal]

    entered, release = asyncio.Event(), threading.Event()
    holding = asyncio.create_task(database.read(blocked(entered, release)))
    await entered.wait()
    together = [asyncio.create_task(database.write(job, durable=durable)) for durable in (False, True)]
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(holding, *together)
    assert seen[3:] == [full, full]


async def test_what_waits_together_is_committed_together(database: Database) -> None:
    seen: list[bool] = []

    def job(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        seen.append(driver.in_transaction)
        others = driver.execute("SELECT count(*) FROM temp.sqlite_master").fetchone()
        assert others == (0,)

    commits: list[str] = []
    await database.read(
        lambda connection: connection.connection.driver_connection.set_trace_callback(commits.append)  # type: ignore[union-attr]
    )

    await gathered(database, *[job] * 100)

    assert seen == [True] * 100
    assert commits.count("COMMIT") == 1


async def test_a_failing_commit_fails_all_of_it(database: Database) -> None:
    def dangling(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # broken keys are found at the commit
        row = {"turn_id": 404, "n": 0, "chat_id": 1, "message_id": 1, "fingerprint": ""}
        connection.execute(sa.insert(parts), row)

    results = await gathered(database, accepting(1), dangling)

    assert [type(result) for result in results] == [sqlite3.IntegrityError] * 2
    assert await database.read(count) == 0
    await database.write(accepting(1))
    assert await database.read(count) == 1


async def test_a_look_waits_for_nobody_and_sees_only_what_is_committed(database: Database) -> None:
    here = threading.get_ident()
    async with Piled(database):
        write = asyncio.create_task(database.write(accepting(1)))
        await asyncio.sleep(0)
        assert await database.look(lambda connection: (threading.get_ident(), count(connection))) == (
            here,
            0,
        )
    await write
    assert await database.look(count) == 1


async def test_a_look_sees_one_state_from_beginning_to_end(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)

    def job(connection: sa.Connection) -> tuple[int, int]:
        before = count(connection)
        other.execute("INSERT INTO inbox VALUES (1, '', 0, 0, 'new')")
        return before, count(connection)

    assert await database.look(job) == (0, 0)
    assert await database.look(count) == 1
    other.close()


async def test_what_is_read_while_a_change_is_being_written_is_not_kept(url: str, clock: ManualClock) -> None:
    database = Database.open(url)
    store = Store(database, clock)
    entered, release = asyncio.Event(), threading.Event()
    async with Piled(database):
        change = asyncio.create_task(store.settings.set(PRIVATE, "temperature", 0.3, "Anna"))
        neighbour = asyncio.create_task(database.write(blocked(entered, release)))
        await asyncio.sleep(0)
    await entered.wait()
    assert await overrides_of(store, PRIVATE) == ({}, {}), "made, and not yet committed"
    release.set()
    await asyncio.gather(change, neighbour)

    assert (await overrides_of(store, PRIVATE)).chat["temperature"].value == 0.3
    await store.close()


async def test_a_look_writes_nothing(database: Database) -> None:
    """Not there; the thread, which does what could not be done there, may."""
    threads: list[int] = []

    def job(connection: sa.Connection) -> None:
        threads.append(threading.get_ident())
        accepting(1)(connection)

    await database.look(job)
    assert [thread == threading.get_ident() for thread in threads] == [True, False]


async def test_a_file_that_was_put_in_place_is_looked_at_as_soon_as_it_is_written(
    database: Database, tmp_path: Path
) -> None:
    """As by an operator who restores a backup without stopping the bot."""
    await database.write(accepting(1))
    copy(tmp_path / "bot.db", tmp_path / "copy.db")
    await database.write(accepting(2))
    assert await database.look(count) == 2

    def breaks(_connection: sa.Connection) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR"
        raise error

    path = tmp_path / "bot.db"
    for end in ("", "-wal", "-shm"):
        path.with_name(f"bot.db{end}").unlink()
    path.with_name("copy.db").rename(path)
    with pytest.raises(StoreUnavailable, match="the disk failed"):
        await database.write(breaks)
    for update_id in (3, 4):
        await database.write(accepting(update_id))

    assert await database.look(count) == await database.read(count) == 3


async def test_a_database_in_memory_is_looked_at_by_its_thread() -> None:
    database = Database.open("sqlite://")
    await database.write(accepting(1))
    assert await database.look(count) == 1
    await database.close()
    with pytest.raises(StoreUnavailable, match="it is closed"):
        await database.look(count)


async def test_files_are_for_this_user_only_and_their_folders_are_made(
    tmp_path: Path, clock: ManualClock
) -> None:
    path = tmp_path / "new" / "folder" / "bot.db"
    store = Store.open(f"sqlite:///{path}", clock=clock)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    await store.close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert modes == {"bot.db": 0o600, "bot.db-wal": 0o600, "bot.db-shm": 0o600, "bot.db.lock": 0o600}


async def test_a_relative_path_is_of_the_working_directory(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    await Store.open("sqlite:///data/bot.db", clock=clock).close()

    assert (tmp_path / "data" / "bot.db").is_file()


async def test_a_second_opener_is_refused_until_the_first_closes(url: str, clock: ManualClock) -> None:
    lock = Path(url.removeprefix("sqlite:///") + ".lock")
    lock.write_text("99999999999999999999", encoding="ascii")  # noqa: ASYNC240 - an earlier owner's
    store = Store.open(url, clock=clock)
    assert lock.read_text(encoding="ascii") == str(os.getpid())  # noqa: ASYNC240
    with pytest.raises(
        StoreBusy, match=rf"bot\.db: another process \({os.getpid()}\) has it open: stop that"
    ):
        Store.open(url, clock=clock)
    await store.close()

    await Store.open(url, clock=clock).close()


async def test_a_symbolic_link_leads_to_the_same_lock(
    tmp_path: Path, store: Store, clock: ManualClock
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "bot.db")
    assert store.database.healthy() is None

    with pytest.raises(StoreBusy):
        Store.open(f"sqlite:///{link}", clock=clock)


async def test_a_full_disk_turns_health_red_and_service_resumes_with_space(
    url: str, clock: ManualClock
) -> None:
    pragmas: dict[str, int | str] = {"max_page_count": 60}
    store = Store.open(url, clock=clock, pragmas=pragmas)

    with pytest.raises(StoreUnavailable, match=r"bot\.db: the disk is full: free some space"):
        await _accept_much(store)
    kept = await store.inbox.pending()
    assert 0 < len(kept) < 10
    assert store.database.healthy() == "the disk is full: free some space on it"
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        await _accept_much(store)

    pragmas["max_page_count"] = 100_000
    await _accept_much(store)
    assert store.database.healthy() is None
    assert len(await store.inbox.pending()) == 10
    await store.close()


async def test_a_database_in_use_by_another_program_is_refused_at_open(url: str, clock: ManualClock) -> None:
    """One that is there already: a new one is migrated first, and refused by that."""
    await Store.open(url, clock=clock).close()
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="another program keeps the database locked"):
        Store.open(url, clock=clock, pragmas={"busy_timeout": 50})
    other.close()


def test_a_lock_that_cannot_be_written_is_refused(url: str, clock: ManualClock) -> None:
    Path(url.removeprefix("sqlite:///") + ".lock").mkdir()
    with pytest.raises(StoreUnavailable, match=r"bot\.db: it can't be opened for writing \(Is a directory\)"):
        Store.open(url, clock=clock)


async def _accept_much(store: Store) -> None:
    for number in range(10):
        await store.inbox.accept([(number, "x" * 20_000)])


async def test_a_locked_database_is_waited_for_then_reported_then_used_again(
    database: Database, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    results = await gathered(database, accepting(1), accepting(2))

    assert [str(result) for result in results] == [
        f"{tmp_path}/bot.db: another program keeps the database locked: close that program"
    ] * 2
    assert database.healthy() is not None
    assert await database.read(count) == 0

    other.execute("ROLLBACK")
    other.close()
    while database.healthy() is not None:  # noqa: ASYNC110 - it looks by itself, as a health check finds out
        await asyncio.sleep(0.01)
    await database.write(accepting(1))


async def test_health_stays_red_while_the_fault_lasts(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        await database.write(accepting(1))

    await asyncio.sleep(0.3)  # several looks

    assert database.healthy() is not None
    other.close()


async def test_a_read_only_database_is_refused_at_open(url: str, clock: ManualClock) -> None:
    with pytest.raises(StoreUnavailable, match="it is read-only: make the file and its folder writable"):
        Store.open(url, clock=clock, pragmas={"query_only": 1})

    await Store.open(url, clock=clock).close()  # the refused one has let go of the lock
    with pytest.raises(StoreUnavailable, match="it is read-only"):
        Store.open(url, clock=clock, pragmas={"query_only": 1})


async def test_a_database_that_becomes_read_only_is_reported(url: str, clock: ManualClock) -> None:
    pragmas: dict[str, int | str] = {"max_page_count": 60}
    store = Store.open(url, clock=clock, pragmas=pragmas)
    pragmas["query_only"] = 1
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        await store.settings.set(PRIVATE, "instructions", "x" * 500_000, "Anna")

    with pytest.raises(StoreUnavailable, match="it is read-only"):
        await store.settings.set(PRIVATE, "temperature", 0.3, "Anna")

    await store.close()


@pytest.mark.parametrize("size", [100, 5000])
def test_a_corrupt_file_is_refused_and_left_as_it_is(tmp_path: Path, clock: ManualClock, size: int) -> None:
    path = tmp_path / "bot.db"
    noise = random.Random(size).randbytes(size)  # noqa: S311
    path.write_bytes(noise)

    with pytest.raises(StoreUnavailable, match=r"bot\.db: the file is not an SQLite database: restore"):
        Store.open(f"sqlite:///{path}", clock=clock)

    assert path.read_bytes() == noise


async def test_a_damaged_page_is_reported_when_it_is_met(url: str, clock: ManualClock) -> None:
    store = Store.open(url, clock=clock)
    await store.turns.add(question(), memory=Memory.LINEAR)
    await store.close()
    _damage(Path(url.removeprefix("sqlite:///")))

    with pytest.raises(StoreUnavailable, match="the file is damaged: restore a backup"):
        Store.open(url, clock=clock)


def _damage(path: Path) -> None:
    """All but the first page becomes noise."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + random.Random(1).randbytes(len(whole) - 4096))  # noqa: S311


@pytest.mark.parametrize("path", ["/dev/null/bot.db", "/proc/nothing/bot.db", "/"])
def test_a_path_that_cannot_be_written_is_refused(clock: ManualClock, path: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"it can't be opened for writing \(.+\): choose another path"):
        Store.open(f"sqlite:///{path}", clock=clock)


async def test_a_database_in_memory_works_without_files(clock: ManualClock) -> None:
    store = Store.open("sqlite://", clock=clock)
    turn = await store.turns.add(question(), memory=Memory.LINEAR)
    assert turn is not None
    await store.parts.record(turn.id, ShownPart(0, 1, "a"))

    assert await store.turns.by_part(PRIVATE.chat_id, 1) == turn
    await store.close()
