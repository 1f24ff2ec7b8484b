"""What a kind of database does in its own way: the contract between the thread and SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import sqlalchemy as sa
    from sqlalchemy.dialects.sqlite import Insert

    from bot.core.clock import Clock
    from bot.store.engine.inline_reader import InlineReader
    from bot.store.engine.ownership import Watchers


class Backend(Protocol):
    """All but `insert` and `where` is called on one thread at a time."""

    where: str
    """The path or the address, without a password."""

    shared: bool
    """Whether several processes may use the database, one of them active."""

    commits_alone: bool
    """Whether a statement outside a transaction is a durable one of its own."""

    watchers: Watchers
    """Who is to hear that this process lost the database, or has it again."""

    @property
    def idle_check_s(self) -> float | None:
        """How often to `check_idle`; None: never."""

    def acquire(self) -> None:
        """Takes the database for this process. Raises `StoreBusy` or `StoreUnavailable`."""

    def connect(self) -> sa.Connection:
        """A new connection, prepared, whose transactions are ours to begin and to end."""

    def opened(self, connection: sa.Connection) -> None:
        """The database is this process's, and has its schema."""

    def disconnected(self) -> None:
        """The connection is given up: the next one is made by `connect`."""

    def survives(self, connection: sa.Connection, error: BaseException | None) -> bool:
        """Whether the connection is of use after an error that has a `cause_of`."""

    def check_idle(self, connection: sa.Connection) -> None:
        """Fails where the connection does not stand any more."""

    def begin_migration(self, cursor: Any) -> None:
        """Begins a transaction that may take long."""

    def begin(self, cursor: Any, *, durable: bool = True) -> None:
        """Begins a transaction that writes; its commit waits for the disk if it is to be durable."""

    def touch(self, connection: sa.Connection) -> None:
        """Finds out whether writing works, and changes nothing; inside a transaction."""

    def scrub(self, connection: sa.Connection) -> None:
        """Removes what was deleted from where it would stand until it is written over."""

    def insert(self, table: sa.Table) -> Insert:
        """An INSERT of this database's own dialect: it knows `on_conflict_do_…`."""

    def cause_of(self, error: BaseException | None) -> str | None:
        """What keeps the whole database from working, in words that name the mend; None: the fault is the
        statement's own.
        """

    def heard(self, channel: str, clock: Clock) -> AsyncGenerator[None, None]:
        """Yields at each word of other processes, and now and then without one; on the event loop."""

    def others_wait(self, connection: sa.Connection) -> bool:
        """Whether another process is ready to take over."""

    def inline_reader(self) -> InlineReader | None:
        """Reads on the event loop, where that takes no longer than to ask the thread."""

    def release(self) -> None:
        """Lets another process take the database."""
