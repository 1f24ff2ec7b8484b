"""The one thread that writes: what waits there together is committed together."""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.store.engine import schema
from bot.store.engine.backend import Backend
from bot.store.engine.jobs import Job, settle
from bot.store.engine.unavailable import StoreUnavailable

if TYPE_CHECKING:
    import sqlalchemy as sa


class Worker:
    """Runs jobs in one long-lived connection, in the order they came.

    Reads run first and outside a transaction; the writes that wait together share one.
    """

    def __init__(
        self, backend: Backend, *, recheck_s: float, monotonic: Callable[[], float], opens: bool = True
    ) -> None:
        """As that of `Database`."""
        self._backend = backend
        self._recheck_s = recheck_s
        self.reason: str | None = None
        """Why the last write failed; None while the database works."""
        self.commits = 0
        self._monotonic = monotonic
        self.heard_s = monotonic()
        """When the database last did what it was asked, by `monotonic`."""
        self._connection: sa.Connection | None = None
        try:
            if opens:
                self._open()
        except BaseException:
            self._release()
            raise
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        self._released: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._work, name="database", daemon=True)
        self._thread.start()

    @property
    def closed(self) -> bool:
        return self._closed

    def put(self, job: Job) -> None:
        """Raises `StoreUnavailable` after `close`."""
        if self._closed:
            raise StoreUnavailable(self._backend.where, "it is closed")
        self._jobs.put(job)

    async def close(self) -> None:
        """Finishes what was asked before it."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.wrap_future(self._released)
        self._thread.join()

    # From here on: the database thread (and, before it starts, the thread that opens).

    def _open(self) -> None:
        self._backend.acquire()
        try:
            connection = self._connected()
            schema.bring_to_head(connection, self._backend.where, begin=self._backend.begin_migration)
            self._backend.opened(connection)
            self._run_together(self._connected(), [])
        except StoreUnavailable:
            raise
        except Exception as error:
            raise self._unavailable(error) or error from error

    def _work(self) -> None:
        closing = False
        while not closing:
            jobs, closing = self._waiting()
            reads = [job for job in jobs if not job.writes]
            writes = [job for job in jobs if job.writes]
            for job in reads:
                self._attempt([job], self._run)
            settle(reads)
            if not jobs and not closing:
                self._attempt([], self._check_idle if self.reason is None else self._run_together)
            while pending := [job for job in writes if job.error is None]:
                if self._attempt(pending, self._run_together):
                    break
            settle(writes)
        self._release()
        self._released.set_result(None)

    def _waiting(self) -> tuple[list[Job], bool]:
        """All jobs that wait, and whether closing was asked; none when it is time to look at the health."""
        jobs: list[Job] = []
        try:
            idle_s = self._backend.idle_check_s
            job = self._jobs.get(timeout=idle_s if self.reason is None else idle_s or self._recheck_s)
            while job is not None:
                jobs.append(job)
                job = self._jobs.get_nowait()
        except queue.Empty:
            return jobs, False
        return jobs, True

    def _attempt(self, jobs: Sequence[Job], run: Callable[[sa.Connection, Sequence[Job]], None]) -> bool:
        """Whether all of it succeeded. If not, either one job has an error now, or all have."""
        try:
            run(self._connected(), jobs)
            self.heard_s = self._monotonic()
        except _JobFailed:
            return False
        except StoreUnavailable as unavailable:  # there is no connection to be had
            self.reason = unavailable.cause
            return _fail(jobs, unavailable)
        except Exception as error:  # noqa: BLE001 - the edge of the thread: it outlives whatever fails in it
            return _fail(jobs, self._unavailable(error) or error)
        return True

    def _check_idle(self, connection: sa.Connection, _jobs: Sequence[Job]) -> None:
        self._backend.check_idle(connection)

    def _run_together(self, connection: sa.Connection, jobs: Sequence[Job]) -> None:
        if self._backend.commits_alone and len(jobs) == 1 and jobs[0].single:
            self._run(connection, jobs)
        else:
            self._run_in_transaction(connection, jobs)
        self.commits += 1
        self.reason = None

    def _run_in_transaction(self, connection: sa.Connection, jobs: Sequence[Job]) -> None:
        driver: Any = connection.connection.driver_connection
        # Past SQLAlchemy, whose share of these would be most of a small job's cost.
        cursor = driver.cursor()
        self._backend.begin(cursor, durable=not jobs or any(job.durable for job in jobs))
        try:
            if not jobs:
                self._backend.touch(connection)
            self._run(connection, jobs)
            cursor.execute("COMMIT")
        except BaseException:
            self._roll_back(connection)
            raise

    def _run(self, connection: sa.Connection, jobs: Sequence[Job]) -> None:
        for job in jobs:
            try:
                job.result = job.run(connection)
            except Exception as error:  # the edge of the thread: what a job raises belongs to its caller
                if self._cause(error) is not None:
                    raise
                job.error = error
                raise _JobFailed from error

    def _connected(self) -> sa.Connection:
        if self._connection is None:
            self._connection = self._backend.connect()
        return self._connection

    def _roll_back(self, connection: sa.Connection) -> None:
        try:
            connection.exec_driver_sql("ROLLBACK")
        except SQLAlchemyError:
            # SQLite has rolled back by itself after some errors; a new connection is right after others.
            self._disconnect()

    def _unavailable(self, error: Exception) -> StoreUnavailable | None:
        cause = self._cause(error)
        if cause is None:
            return None
        self.reason = cause
        if self._connection is None or not self._backend.survives(self._connection, _original(error)):
            self._disconnect()
        return StoreUnavailable(self._backend.where, cause)

    def _cause(self, error: Exception) -> str | None:
        return self._backend.cause_of(_original(error))

    def _disconnect(self) -> None:
        self._backend.disconnected()
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _release(self) -> None:
        self._disconnect()
        self._backend.release()


def _original(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _fail(jobs: Sequence[Job], error: BaseException) -> bool:
    for job in jobs:
        job.error = error
    return False


class _JobFailed(Exception):
    """One job's own error: its neighbours are to be run again without it."""
