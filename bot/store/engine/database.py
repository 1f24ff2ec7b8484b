"""The one thread that writes: what waits there together is committed together."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import queue
import sqlite3
import threading
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from bot.store.engine import schema, sqlite
from bot.store.engine.errors import StoreUnavailable
from bot.store.engine.looking import Looking, NotSeen
from bot.store.engine.tasks import Task, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.dialects.sqlite import Insert

T = TypeVar("T")


class Database:
    """Runs jobs (functions of a connection) on its own thread, in one long-lived connection.

    Reads run first and outside a transaction; the writes that wait together share one. A write's result
    is given only after its commit. A job may be run twice, as when its neighbour fails: it has no effects
    but on the connection. Looks are reads on a connection of their own.
    """

    def __init__(
        self, url: str, *, pragmas: Mapping[str, int | str] | None = None, recheck_s: float = 5.0
    ) -> None:
        """Opens, locks and migrates the database; raises `StoreUnavailable` or `StoreBusy`."""
        self._pragmas = pragmas or {}
        self._recheck_s = recheck_s
        self._reason: str | None = None
        self.commits = 0
        """Transactions committed since the start, for the metrics."""
        self._lock: int | None = None
        self._connection: sa.Connection | None = None
        self._engine = _engine(url)
        self._sqlite = self._engine.dialect.name == "sqlite"
        self._waits = self._sqlite and {**sqlite.PRAGMAS, **self._pragmas}["synchronous"] == "FULL"
        self._waiting_now = True
        self._begin = "BEGIN IMMEDIATE" if self._sqlite else "BEGIN"
        self.path = sqlite.path_of(self._engine.url) if self._sqlite else None
        self._looking = Looking(self._engine) if self.path is not None else None
        self.where = str(self.path or self._engine.url.render_as_string())
        try:
            self._open()
        except BaseException:
            self._release()
            raise
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._closed = False
        self._released: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._work, name="database", daemon=True)
        self._thread.start()

    async def read(self, job: Callable[[sa.Connection], T]) -> T:
        return await self._submit(job, writes=False)

    async def look(self, job: Callable[[sa.Connection], T]) -> T:
        """`read` of a few rows by their keys. From an SQLite file it is done when this returns, without the
        thread: nothing else happens on the event loop meanwhile.
        """
        if self._looking is not None and not self._closed:
            with contextlib.suppress(NotSeen):
                return self._looking.look(job)
        return await self.read(job)

    async def write(
        self,
        job: Callable[[sa.Connection], T],
        *,
        durable: bool = True,
        over: Callable[[], None] | None = None,
    ) -> T:
        """The job's result, once it is committed, and by then on the disk if it is to be `durable`.

        If not, it outlives this process at once, and a loss of power with the next durable write: for what
        is found out, or done once more without harm, after that. `over` is called on the database thread when
        it is committed or has failed, before anybody hears of it, even if nobody waits any more.
        """
        return await self._submit(job, writes=True, durable=durable, over=over)

    def insert(self, table: sa.Table) -> Insert:
        """An INSERT of this database's own dialect: it knows `on_conflict_do_…`."""
        if self._sqlite:
            return sqlite_dialect.insert(table)
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - with SQLite nobody waits for it

        return cast("Insert", postgresql.insert(table))  # the methods used are the same in both

    def healthy(self) -> str | None:
        """Why the last write failed; None while the database works."""
        return self._reason

    def check(self) -> None:
        """Raises `StoreUnavailable` if the last write failed."""
        if self._reason is not None:
            raise StoreUnavailable(self.where, self._reason)

    async def scrub(self) -> None:
        """Empties SQLite's write-ahead log, where what was deleted would stand until it is written over."""
        if self._sqlite:
            await self.read(lambda connection: connection.exec_driver_sql(sqlite.EMPTY_LOG).all())

    async def close(self) -> None:
        """Finishes what was asked before it."""
        if not self._closed:
            self._closed = True
            if self._looking is not None:
                self._looking.close()
            self._tasks.put(None)
        await asyncio.wrap_future(self._released)
        self._thread.join()

    async def _submit(
        self,
        job: Callable[[sa.Connection], T],
        *,
        writes: bool,
        durable: bool = False,
        over: Callable[[], None] | None = None,
    ) -> T:
        if self._closed:
            raise StoreUnavailable(self.where, "it is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tasks.put(Task(job, future, writes, durable, over))
        return await future

    # From here on: the database thread (and, before it starts, the thread that opens).

    def _open(self) -> None:
        if self.path is not None:
            sqlite.create_file(self.path)
            self._lock = sqlite.lock(self.path)
        try:
            schema.bring_to_head(self._connected(), self.where, begin=self._begin)
            self._run_together(self._connected(), [])
        except (DBAPIError, sqlite3.Error) as error:
            raise self._unavailable(error) or error from error

    def _work(self) -> None:
        closing = False
        while not closing:
            tasks, closing = self._waiting()
            reads = [task for task in tasks if not task.writes]
            writes = [task for task in tasks if task.writes]
            for task in reads:
                self._attempt([task], self._run)
            settle(reads)
            if self._reason is not None and not tasks:
                self._attempt([], self._run_together)
            while pending := [task for task in writes if task.error is None]:
                if self._attempt(pending, self._run_together):
                    break
            settle(writes)
        self._release()
        self._released.set_result(None)

    def _waiting(self) -> tuple[list[Task], bool]:
        """All tasks that wait, and whether closing was asked; none when it is time to look at the health."""
        tasks: list[Task] = []
        try:
            task = self._tasks.get(timeout=None if self._reason is None else self._recheck_s)
            while task is not None:
                tasks.append(task)
                task = self._tasks.get_nowait()
        except queue.Empty:
            return tasks, False
        return tasks, True

    def _attempt(self, tasks: Sequence[Task], run: Callable[[sa.Connection, Sequence[Task]], None]) -> bool:
        """Whether all of it succeeded. If not, either one task has an error now, or all have."""
        try:
            run(self._connected(), tasks)
        except _JobFailed:
            return False
        except Exception as error:  # noqa: BLE001 - the edge of the thread: it outlives whatever fails in it
            unavailable = self._unavailable(error)
            for task in tasks:
                task.error = unavailable or error
            return False
        return True

    def _run_together(self, connection: sa.Connection, tasks: Sequence[Task]) -> None:
        driver: Any = connection.connection.driver_connection
        # Past SQLAlchemy, whose share of these would be most of a small job's cost.
        cursor = driver.cursor()
        self._wait_for_disk(cursor, wait=not tasks or any(task.durable for task in tasks))
        cursor.execute(self._begin)
        try:
            if not tasks and self._sqlite:
                _touch(connection)
            self._run(connection, tasks)
            cursor.execute("COMMIT")
            self.commits += 1
        except BaseException:
            self._roll_back(connection)
            raise
        self._reason = None

    def _wait_for_disk(self, cursor: Any, *, wait: bool) -> None:
        """Whether the next commit returns only when it is on the disk; PostgreSQL's all do."""
        if self._waits and wait != self._waiting_now:
            cursor.execute(f"PRAGMA synchronous={'FULL' if wait else 'NORMAL'}")
            self._waiting_now = wait

    def _run(self, connection: sa.Connection, tasks: Sequence[Task]) -> None:
        for task in tasks:
            try:
                task.result = task.job(connection)
            except Exception as error:  # the edge of the thread: what a job raises belongs to its caller
                if self._cause(error) is not None:
                    raise
                task.error = error
                raise _JobFailed from error

    def _connected(self) -> sa.Connection:
        if self._connection is None:
            connection = self._engine.connect()
            try:
                if self._sqlite:
                    sqlite.prepare(connection, self._pragmas)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
            self._waiting_now = True
        return self._connection

    def _roll_back(self, connection: sa.Connection) -> None:
        try:
            connection.exec_driver_sql("ROLLBACK")
        except DBAPIError:
            # SQLite has rolled back by itself after some errors; a new connection is right after others.
            self._disconnect()

    def _unavailable(self, error: Exception) -> StoreUnavailable | None:
        cause = self._cause(error)
        if cause is None:
            return None
        self._reason = cause
        self._disconnect()
        return StoreUnavailable(self.where, cause)

    def _cause(self, error: Exception) -> str | None:
        original = error.orig if isinstance(error, DBAPIError) else error
        if self._sqlite:
            return sqlite.cause_of(original)
        driver = self._engine.dialect.loaded_dbapi
        lost = isinstance(original, driver.OperationalError | driver.InterfaceError)
        return f"the server does not answer ({original})" if lost else None

    def _disconnect(self) -> None:
        if self._looking is not None:
            self._looking.outdated = True
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _release(self) -> None:
        self._disconnect()
        self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)


class _JobFailed(Exception):
    """One task's own error: its neighbours are to be run again without it."""


def _engine(url: str) -> sa.Engine:
    """An engine for one connection at a time, whose transactions are ours to begin and to end."""
    try:
        parsed = sa.make_url(url)
        path = sqlite.path_of(parsed) if parsed.get_backend_name() == "sqlite" else None
        if path is not None:
            parsed = parsed.set(database=str(path))
        options = {"check_same_thread": False} if parsed.get_backend_name() == "sqlite" else {}
        return sa.create_engine(
            parsed,
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
            connect_args=options,
            hide_parameters=True,  # what people write stands in no error
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        cause = f"not a usable database URL ({error}): for example sqlite:///data/bot.db"
        raise StoreUnavailable("DATABASE_URL", cause) from error


def _touch(connection: sa.Connection) -> None:
    """Writes the file's first page as it is: whether writing works again, with nothing changed."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA user_version={version}")
