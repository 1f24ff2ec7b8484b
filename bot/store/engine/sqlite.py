"""What is particular to SQLite: its file, its lock, its connection settings and its words for trouble."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.engine.errors import StoreBusy, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import URL, Connection

PRAGMAS: Mapping[str, int | str] = {
    "busy_timeout": 5000,
    "journal_mode": "WAL",
    "synchronous": "FULL",  # in WAL, NORMAL may lose the last commits when the power fails
    "foreign_keys": "ON",
    "secure_delete": "ON",  # what is forgotten is overwritten, not only unlinked
}

EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
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


def path_of(url: URL) -> Path | None:
    """The absolute path of the database, one for all its symbolic links; None: it is in memory."""
    if url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database)).resolve()


def create_file(path: Path) -> None:
    """Makes the file (and its folders) for this user's eyes only; SQLite gives `-wal` and `-shm` its mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise _unwritable(path, error) from error


def lock(path: Path) -> int:
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
        owner = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        cause = f"another process ({owner}) has it open: stop that one, or give this one its own DATABASE_URL"
        raise StoreBusy(str(path), cause) from error
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
    except OSError as error:
        os.close(descriptor)
        raise _unwritable(path, error) from error
    return descriptor


def _unwritable(path: Path, error: OSError) -> StoreUnavailable:
    cause = f"it can't be opened for writing ({error.strerror}): choose another path, or make it writable"
    return StoreUnavailable(str(path), cause)


def prepare(connection: Connection, pragmas: Mapping[str, int | str]) -> None:
    for name, value in {**PRAGMAS, **pragmas}.items():
        connection.exec_driver_sql(f"PRAGMA {name}={value}")


def cause_of(error: BaseException | None) -> str | None:
    """What keeps the whole database from working; None: the fault is the statement's own."""
    if not isinstance(error, sqlite3.Error):
        return None
    name = getattr(error, "sqlite_errorname", "")
    return next((cause for start, cause in _CAUSES.items() if name.startswith(start)), None)


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a database in use; writers do not wait for it, as it reads one WAL snapshot."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()
