"""Group commit, and whose fault is whose: the same with every kind of database."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.values import Memory
from bot.store import Store, StoreBusy, StoreUnavailable, statements
from bot.store.engine.database import Database
from bot.store.engine.sqlite import SQLite
from tests.clocks import ManualClock
from tests.store.piling import Piled, accepting, count, gathered
from tests.store.questions import answer, question
from tests.store.test_ledger import charge


class Alone(SQLite):
    """A file whose statements are durable ones of their own, like a server's."""

    commits_alone = True
    begun = 0

    def begin(self, cursor: Any, *, durable: bool = True) -> None:
        self.begun += 1
        super().begin(cursor, durable=durable)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database.open(url, pragmas={"busy_timeout": 50}, recheck_s=0.02)
    yield opened
    await opened.close()


async def test_a_failing_job_does_not_fail_its_neighbours(database: Database) -> None:
    def broken(_connection: sa.Connection) -> None:
        raise ZeroDivisionError

    results = await gathered(
        database, accepting(1), accepting(1), broken, accepting(2), accepting(2), accepting(3)
    )

    kinds = [type(result) for result in results]
    nothing = type(None)
    integrity = sa.exc.IntegrityError
    assert kinds == [nothing, integrity, ZeroDivisionError, nothing, integrity, nothing]
    assert await database.read(count) == 3
    assert database.healthy() is None


async def test_a_statement_alone_begins_no_transaction_where_it_is_one_by_itself(tmp_path: Path) -> None:
    """As on a server; two of them that wait together are committed together all the same."""
    backend = Alone(sa.make_url(f"sqlite:///{tmp_path}/bot.db"), {})
    database = Database(backend)
    begun = backend.begun
    await database.write(accepting(1), single=True)
    assert backend.begun == begun
    await database.write(accepting(2))
    assert backend.begun == begun + 1
    async with Piled(database):
        both = [asyncio.create_task(database.write(accepting(n), single=True)) for n in (3, 4)]
        await asyncio.sleep(0)
    await asyncio.gather(*both)
    assert backend.begun == begun + 2
    assert await database.read(count) == 4
    await database.close()


async def test_what_was_paid_for_is_written_in_one_transaction_with_it(
    tmp_path: Path, clock: ManualClock
) -> None:
    backend = Alone(sa.make_url(f"sqlite:///{tmp_path}/bot.db"), {})
    store = Store(Database(backend), clock)
    asked = question()
    turn = await store.turns.add(asked, memory=Memory.OFF)
    assert turn is not None
    begun = backend.begun
    await store.turns.set_notice(turn.id, 5)
    assert backend.begun == begun
    assert await store.turns.save_answer(turn.id, answer(), [charge(asked)])
    assert backend.begun == begun + 1
    await store.close()


async def test_a_read_does_not_wait_until_a_database_that_failed_was_tried(tmp_path: Path) -> None:
    backend = Alone(sa.make_url(f"sqlite:///{tmp_path}/bot.db"), {"busy_timeout": 0})
    database = Database(backend)
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        await database.write(accepting(1))
    begun = backend.begun
    for _ in range(2):
        assert await database.read(count) == 0
    assert backend.begun == begun
    other.close()
    await database.close()


async def test_commits_and_reads_are_counted_from_the_start(database: Database) -> None:
    assert (database.commits, database.lookups) == (1, 0), "that it can be written to was tried"
    await database.write(accepting(1))
    await database.read(count)
    await database.look(count)
    assert (database.commits, database.lookups) == (2, 2)


async def test_what_waits_together_is_committed_together(database: Database) -> None:
    before = database.commits
    await gathered(database, *[accepting(number) for number in range(100)])
    assert database.commits == before + 1
    assert await database.read(count) == 100


async def test_a_read_sees_only_what_is_committed(database: Database) -> None:
    async with Piled(database):
        write = asyncio.create_task(database.write(accepting(1)))
        await asyncio.sleep(0)
        read = asyncio.create_task(database.read(count))
        await asyncio.sleep(0)

    await write
    assert await read == 0


async def test_where_a_look_does_not_work_the_thread_tells_why(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"no such table|does not exist"):
        await database.look(lambda connection: connection.exec_driver_sql("SELECT * FROM missing"))
    with pytest.raises(ZeroDivisionError):
        await database.look(lambda _: 1 // 0)
    assert await database.look(count) == 0
    assert database.healthy() is None


async def test_a_value_that_is_forgotten_is_an_error(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="A value is required for bind parameter 'chosen'"):
        await database.write(lambda connection: connection.execute(statements.CHOOSE, {"its_id": 1}))


async def test_when_a_write_is_over_is_told_before_its_result_even_if_nobody_waits(
    database: Database,
) -> None:
    told: list[str] = []

    def broken(_connection: sa.Connection) -> None:
        raise ZeroDivisionError

    await database.write(accepting(1), on_end=lambda: told.append("written"))
    assert told == ["written"]
    with pytest.raises(ZeroDivisionError):
        await database.write(broken, on_end=lambda: told.append("failed"))
    async with Piled(database):
        gone = asyncio.create_task(database.write(accepting(2), on_end=lambda: told.append("nobody waits")))
        await asyncio.sleep(0)
        gone.cancel()
    await database.write(accepting(3))  # a read might come before the write that nobody waits for
    assert told == ["written", "failed", "nobody waits"]


async def test_an_error_of_a_read_is_its_callers(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"no such table|does not exist"):
        await database.read(lambda connection: connection.exec_driver_sql("SELECT * FROM missing"))

    assert database.healthy() is None


async def test_a_cancelled_caller_leaves_the_others_alone(database: Database) -> None:
    async with Piled(database):
        gone = asyncio.create_task(database.write(accepting(1)))
        kept = asyncio.create_task(database.write(accepting(2)))
        await asyncio.sleep(0)
        gone.cancel()

    await kept
    assert await database.read(count) == 2


async def test_closing_finishes_what_was_asked_and_refuses_what_comes_after(url: str) -> None:
    database = Database.open(url)
    asked = [asyncio.create_task(database.write(accepting(number))) for number in range(10)]
    await asyncio.sleep(0)

    await database.close()
    await database.close()

    await asyncio.gather(*asked)
    with pytest.raises(StoreUnavailable, match="it is closed"):
        await database.read(count)


async def test_a_loop_that_is_gone_waits_for_nothing(url: str) -> None:
    database = Database.open(url)
    loop = asyncio.new_event_loop()
    release = threading.Event()

    async def ask() -> None:
        task = asyncio.create_task(database.write(lambda _: release.wait()))
        await asyncio.sleep(0)
        task.cancel()

    await asyncio.to_thread(loop.run_until_complete, ask())
    loop.close()
    release.set()

    await database.write(accepting(1))
    await database.close()


WRITER = """
import asyncio, sys
from bot.core.clock import SystemClock
from bot.store import Store

async def main():
    store = Store.open(sys.argv[1], clock=SystemClock())
    async def accept(update_id):
        await store.inbox.accept([(update_id, "raw")])
        print(update_id, flush=True)
    for first in range(0, 100_000, 10):
        await asyncio.gather(*[accept(first + number) for number in range(10)])

asyncio.run(main())
"""


async def test_what_was_acknowledged_before_a_kill_is_there_after_it(url: str, clock: ManualClock) -> None:
    writer = subprocess.Popen(  # noqa: ASYNC220, S603
        [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(55)]
    with pytest.raises(StoreBusy, match=str(writer.pid) if url.startswith("sqlite") else "another process"):
        Store.open(url, clock=clock)

    writer.kill()
    acknowledged += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
    writer.wait()
    writer.stdout.close()

    store = Store.open(url, clock=clock)
    kept = {update.update_id for update in await store.inbox.pending()}
    await store.close()
    assert set(acknowledged) <= kept
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


async def test_an_error_does_not_tell_what_people_wrote(database: Database) -> None:
    def job(connection: sa.Connection) -> None:
        connection.execute(sa.text("SELECT * FROM nowhere WHERE x = :said"), {"said": "секрет"})

    with pytest.raises(sa.exc.DBAPIError) as raised:
        await database.read(job)
    assert "секрет" not in str(raised.value)


@pytest.mark.parametrize("url", ["nonsense", "postgresql+nothing://h/d", "mongodb://host/db"])
def test_an_url_that_is_not_usable_is_refused(clock: ManualClock, url: str) -> None:
    with pytest.raises(StoreUnavailable, match="DATABASE_URL: not a usable database URL"):
        Store.open(url, clock=clock)
