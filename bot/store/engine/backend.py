"""What a kind of database does in its own way: the contract between the thread and SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.dialects.sqlite import Insert


class Backend(Protocol):
    """All but `insert` and `where` is called on one thread at a time."""

    where: str
    """The path or the address, without a password."""

    def acquire(self) -> None:
        """Takes the database for this process. Raises `StoreBusy` or `StoreUnavailable`."""

    def connect(self) -> sa.Connection:
        """A new connection, prepared, whose transactions are ours to begin and to end."""

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

    def release(self) -> None:
        """Lets another process take the database."""
