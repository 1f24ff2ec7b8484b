"""Look-ups of a few rows by their keys, made where they are asked for, without the database thread."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    import sqlalchemy as sa

T = TypeVar("T")


class ReadFailed(Exception):
    """It did not work here and now; the database thread is to find out why."""


class InlineReader:
    """A second connection to an SQLite file, which reads while the first one writes (WAL).

    A slow disk holds up the event loop for as long as it takes to read: so only what is found by keys is read
    here. Waking another thread, and being woken, takes several times longer (docs/performance.md).
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._connection: sa.Connection | None = None
        self.outdated = False
        """Set from any thread: the next read is of the file that is there by then."""

    def read(self, job: Callable[[sa.Connection], T]) -> T:
        """The job's result, all of it read of one state. Raises `ReadFailed`."""
        try:
            connection = self._connected()
            cursor: Any = connection.connection.cursor()
            cursor.execute("BEGIN")
            try:
                return job(connection)
            finally:
                cursor.execute("COMMIT")
        except (DBAPIError, sqlite3.Error) as error:
            self.close()
            raise ReadFailed from error

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with contextlib.suppress(DBAPIError, sqlite3.Error):
                connection.close()

    def _connected(self) -> sa.Connection:
        if self.outdated:
            self.outdated = False
            self.close()
        if self._connection is None:
            self._connection = self._engine.connect()
            for pragma in ("busy_timeout=0", "query_only=ON"):
                self._connection.exec_driver_sql(f"PRAGMA {pragma}")
        return self._connection
