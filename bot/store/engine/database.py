"""The database as the rooms of the store use it: reads, look-ups and writes, each with its result."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from bot.core.clock import Clock
from bot.store.engine.backend import Backend
from bot.store.engine.inline_reader import ReadFailed
from bot.store.engine.jobs import Job
from bot.store.engine.ownership import Ownership
from bot.store.engine.unavailable import StoreUnavailable
from bot.store.engine.urls import backend_of
from bot.store.engine.worker import Worker

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.dialects.sqlite import Insert

T = TypeVar("T")
RECHECK_S: Final = 5.0


class Database:
    """Runs functions of a connection on a thread of its own, those that write together in one transaction.

    A write's result is given only after its commit. A function may be run twice, as when its neighbour
    fails: it has no effects but on the connection.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        recheck_s: float = RECHECK_S,
        monotonic: Callable[[], float] = time.monotonic,
        opens: bool = True,
    ) -> None:
        """Opens, locks and migrates the database; raises `StoreUnavailable` or `StoreBusy`.

        Without `opens` it is another process's, and what it has opened may be used.
        """
        self._backend = backend
        self._inline_reader = backend.inline_reader
        self._monotonic = monotonic
        self._worker = Worker(backend, recheck_s=recheck_s, monotonic=monotonic, opens=opens)
        self.where = backend.where
        self.lookups = 0
        """Times that it was read since the start."""
        self.insert: Callable[[sa.Table], Insert] = backend.insert

    @classmethod
    def open(
        cls, url: str, *, pragmas: Mapping[str, int | str] | None = None, recheck_s: float = RECHECK_S
    ) -> Self:
        """The database of a URL. `pragmas` are for SQLite; `recheck_s` is how often one that failed is tried
        while nobody writes.
        """
        return cls(backend_of(url, pragmas), recheck_s=recheck_s)

    @property
    def commits(self) -> int:
        """Transactions committed since the start, for the metrics."""
        return self._worker.commits

    async def read(self, job: Callable[[sa.Connection], T]) -> T:
        self.lookups += 1
        return await self._submit(job, writes=False)

    async def look(self, job: Callable[[sa.Connection], T]) -> T:
        """`read` of a few rows by their keys. From an SQLite file it is done when this returns, without the
        thread: nothing else happens on the event loop meanwhile.
        """
        if self._inline_reader is not None and not self._worker.closed:
            with contextlib.suppress(ReadFailed):
                found = self._inline_reader.read(job)
                self.lookups += 1
                return found
        return await self.read(job)

    async def rows(self, statement: sa.Executable, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """All that one statement finds."""
        return await self.read(lambda connection: connection.execute(statement, values).all())

    async def write(
        self,
        job: Callable[[sa.Connection], T],
        *,
        durable: bool = True,
        single: bool = False,
        on_end: Callable[[], None] | None = None,
    ) -> T:
        """The job's result, once it is committed, and by then on the disk if it is to be `durable`.

        If not, it outlives this process at once, and a loss of power with the next durable write: for what
        is found out, or done once more without harm, after that. `single`: the job is one statement, which on
        a server needs no transaction around it. `on_end` is called on the database thread
        when it is committed or has failed, before anybody hears of it, even if nobody waits any more.
        """
        return await self._submit(job, writes=True, durable=durable, single=single, on_end=on_end)

    async def execute(
        self,
        statement: sa.Executable,
        values: Mapping[str, Any] | None = None,
        *,
        durable: bool = True,
        on_end: Callable[[], None] | None = None,
    ) -> None:
        """`write` of one statement that gives nothing back."""

        def job(connection: sa.Connection) -> None:
            connection.execute(statement, values)

        await self.write(job, durable=durable, single=True, on_end=on_end)

    def upsert(self, table: sa.Table) -> Insert:
        """An INSERT of whole rows, each in the place of the one that has its key."""
        insert = self.insert(table)
        others = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
        return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=others)

    def watch(self, watcher: Callable[[Ownership], None]) -> None:
        """Calls it on the running event loop whenever this process loses the database, or has it again."""
        self._backend.watchers.add(watcher)

    @property
    def shared(self) -> bool:
        """Whether other processes may use it beside this one."""
        return self._backend.shared

    def heard(self, channel: str, clock: Clock) -> AsyncGenerator[None, None]:
        """Yields at each word of other processes on a channel, and now and then without one; for ever."""
        return self._backend.heard(channel, clock)

    async def others_wait(self) -> bool:
        """Whether another process is ready to take over."""
        return self.shared and await self.read(self._backend.others_wait)

    def silent_s(self) -> float:
        """How long ago it last did what it was asked; always 0 where no other process can have it."""
        return self._monotonic() - self._worker.heard_s if self._backend.shared else 0.0

    def healthy(self) -> str | None:
        """Why the last write failed; None while the database works."""
        return self._worker.reason

    def check(self) -> None:
        """Raises `StoreUnavailable` if the last write failed."""
        if self._worker.reason is not None:
            raise StoreUnavailable(self.where, self._worker.reason)

    async def scrub(self) -> None:
        """Leaves nothing of what was deleted where it would stand until it is written over."""
        await self.read(self._backend.scrub)

    async def close(self) -> None:
        """Finishes what was asked before it."""
        if self._inline_reader is not None:
            self._inline_reader.close()
        await self._worker.close()

    async def _submit(
        self,
        job: Callable[[sa.Connection], T],
        *,
        writes: bool,
        durable: bool = True,
        single: bool = False,
        on_end: Callable[[], None] | None = None,
    ) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._worker.put(Job(job, future, writes, durable, single, on_end))
        return await future
