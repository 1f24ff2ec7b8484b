"""What a kind of database does in its own way: what the thread asks of SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from bot.core.clock import Clock
from bot.store.engine.inline_reader import InlineReader
from bot.store.engine.ownership import Watchers

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.dialects.sqlite import Insert


class Backend(ABC):
    """What stands here already is of a database that one process has to itself.

    The methods are called on one thread at a time, but for `heard`, which is the event loop's, and `insert`.
    """

    where: str
    """The path or the address, without a password."""

    shared = False
    """Whether several processes may use the database, one of them active."""

    commits_alone = False
    """Whether a statement outside a transaction is a durable one of its own."""

    idle_check_s: float | None = None
    """How often to `check_idle`; None: never."""

    inline_reader: InlineReader | None = None
    """Reads on the event loop, where that takes no longer than to ask the thread."""

    def __init__(self) -> None:
        self.watchers = Watchers()
        """Who is to hear that this process lost the database, or has it again."""

    @abstractmethod
    def acquire(self) -> None:
        """Takes the database for this process. Raises `StoreBusy` or `StoreUnavailable`."""

    @abstractmethod
    def connect(self) -> sa.Connection:
        """A new connection, prepared, whose transactions are ours to begin and to end."""

    @abstractmethod
    def begin(self, cursor: Any, *, durable: bool = True) -> None:
        """Begins a transaction that writes; its commit waits for the disk if it is to be durable."""

    @abstractmethod
    def touch(self, connection: sa.Connection) -> None:
        """Finds out whether writing works, and changes nothing; inside a transaction."""

    @abstractmethod
    def insert(self, table: sa.Table) -> Insert:
        """An INSERT of this database's own dialect: it knows `on_conflict_do_…`."""

    @abstractmethod
    def cause_of(self, error: BaseException | None) -> str | None:
        """What keeps the whole database from working, in words that name the mend; None: the fault is the
        statement's own.
        """

    @abstractmethod
    def release(self) -> None:
        """Lets another process take the database."""

    def opened(self, connection: sa.Connection) -> None:  # noqa: B027 - not each has something to do
        """The database is this process's, and has its schema."""

    def disconnected(self) -> None:  # noqa: B027 - likewise
        """The connection is given up: the next one is made by `connect`."""

    def check_idle(self, connection: sa.Connection) -> None:  # noqa: B027 - likewise
        """Fails where the connection does not stand any more."""

    def scrub(self, connection: sa.Connection) -> None:  # noqa: B027 - likewise
        """Removes what was deleted from where it would stand until it is written over; a server's own vacuum
        does it in its time.
        """

    def survives(self, connection: sa.Connection, error: BaseException | None) -> bool:
        """Whether the connection is of use after an error that has a `cause_of`."""
        del connection, error
        return False

    def begin_migration(self, cursor: Any) -> None:
        """Begins a transaction that may take long."""
        self.begin(cursor)

    async def heard(self, channel: str, clock: Clock) -> AsyncGenerator[None, None]:
        """Yields at each word of other processes, and now and then without one."""
        del channel, clock
        await asyncio.Event().wait()
        yield

    def others_wait(self, connection: sa.Connection) -> bool:
        """Whether another process is ready to take over."""
        del connection
        return False
