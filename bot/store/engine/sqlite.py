"""What is particular to SQLite: its file, its lock, its connection settings and its words for trouble."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from bot.store.engine.backend import Backend
from bot.store.engine.inline_reader import InlineReader
from bot.store.engine.unavailable import StoreBusy, StoreUnavailable

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

PRAGMAS: Mapping[str, int | str] = {
    "busy_timeout": 5000,
    "journal_mode": "WAL",
    "synchronous": "FULL",  # in WAL, NORMAL may lose the last commits when the power fails
    "foreign_keys": "ON",
    "secure_delete": "ON",  # what is forgotten is overwritten, not only unlinked
}

_EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
"""While a copy is being made it does less, and fails not: https://sqlite.org/pragma.html#pragma_wal_checkpoint."""

# By the beginning of SQLite's own name for the error: https://sqlite.org/rescode.html
_CAUSES = {
    "SQLITE_FULL": "the disk is full: free some space on it",
    "SQLITE_BUSY": "another program keeps the database locked: close that program",
    "SQLITE_LOCKED": "another program keeps the database locked: close that program",
    "SQLITE_READONLY": "it is read-only: make the file and its folder writable for this user",
    "SQLITE_CORRUPT": "the file is damaged: restore a backup, or move it away to start afresh",
    "SQLITE_NOTADB": "the file is not an SQLite database: restore a backup, or move it away to start afresh",
    "SQLITE_IOERR": "the disk failed while reading or writing: check the disk",
    "SQLITE_CANTOPEN": "it can't be opened: check that the folder exists and is writable for this user",
    "SQLITE_PERM": "access is denied: make the file and its folder writable for this user",
}


class SQLite(Backend):
    """A file, or memory. What is to be durable is told with each BEGIN."""

    def __init__(self, url: sa.URL, pragmas: Mapping[str, int | str]) -> None:
        """`pragmas` override the connection settings, and are read anew at each connection."""
        super().__init__()
        self._pragmas = pragmas
        self.path = path_of(url)
        self.where = str(self.path or url.render_as_string())
        self._engine = sa.create_engine(
            url if self.path is None else url.set(database=str(self.path)),
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,  # what people write stands in no error
        )
        self.inline_reader = None if self.path is None else InlineReader(self._engine)
        self._lock: int | None = None
        self._waiting_now = True
        """Whether the connection's next commit waits for the disk."""

    def acquire(self) -> None:
        if self.path is not None:
            _create_file(self.path)
            self._lock = _lock(self.path)

    def connect(self) -> sa.Connection:
        connection = self._engine.connect()
        try:
            for name, value in {**PRAGMAS, **self._pragmas}.items():
                connection.exec_driver_sql(f"PRAGMA {name}={value}")
        except BaseException:
            connection.close()
            raise
        self._waiting_now = True
        return connection

    def disconnected(self) -> None:
        """The next connection finds a file that was put in place."""
        if self.inline_reader is not None:
            self.inline_reader.outdated = True

    def begin(self, cursor: Any, *, durable: bool = True) -> None:
        waits = {**PRAGMAS, **self._pragmas}["synchronous"] == "FULL"
        if waits and durable != self._waiting_now:
            cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            self._waiting_now = durable
        cursor.execute("BEGIN IMMEDIATE")

    def touch(self, connection: sa.Connection) -> None:
        """Writes the file's first page as it is."""
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version={version}")

    def scrub(self, connection: sa.Connection) -> None:
        """Empties the write-ahead log."""
        connection.exec_driver_sql(_EMPTY_LOG).all()

    def insert(self, table: sa.Table) -> Insert:
        return sqlite.insert(table)

    def cause_of(self, error: BaseException | None) -> str | None:
        return cause_of(error)

    def release(self) -> None:
        self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def path_of(url: sa.URL) -> Path | None:
    """The absolute path of the database, one for all its symbolic links; None: it is in memory."""
    if url.database in {None, "", ":memory:"}:
        return None
    return Path(os.path.realpath(str(url.database)))  # unlike `resolve`, also of a link to itself


def _create_file(path: Path) -> None:
    """Makes the file (and its folders) for this user's eyes only; SQLite gives `-wal` and `-shm` its mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise _unwritable(path, error) from error


def _lock(path: Path) -> int:
    """Takes the database for this process: a file descriptor that holds the lock until it is closed.

    The kernel closes it when the process dies, so that no lock outlives its owner.
    """
    try:
        descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
            owner = file.read().strip()
        cause = f"another process ({owner}) has it open: stop that one, or give this one its own DATABASE_URL"
        raise StoreBusy(str(path), cause) from error
    try:
        os.ftruncate(descriptor, os.write(descriptor, str(os.getpid()).encode()))
    except OSError as error:
        os.close(descriptor)
        raise _unwritable(path, error) from error
    return descriptor


def _unwritable(path: Path, error: OSError) -> StoreUnavailable:
    cause = f"it can't be opened for writing ({error.strerror}): choose another path, or make it writable"
    return StoreUnavailable(str(path), cause)


def cause_of(error: BaseException | None) -> str | None:
    """What keeps the whole database from working; None: the fault is the statement's own."""
    if not isinstance(error, sqlite3.Error):
        return None
    name = getattr(error, "sqlite_errorname", "")
    return next((cause for start, cause in _CAUSES.items() if name.startswith(start)), None)
