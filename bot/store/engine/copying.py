"""A copy of an SQLite file in use, read through and found whole."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from bot.store.engine.sqlite import cause_of
from bot.store.engine.unavailable import StoreUnavailable
from bot.store.engine.urls import backend_of, file_of


def back_up(url: str, target: Path) -> int:
    """Bytes of the copy.

    Raises FileExistsError, as no file is ever overwritten; StoreUnavailable for trouble with the database;
    other OSErrors for trouble with the copy, of which then nothing is left.
    """
    source = file_of(url)
    if source is None:
        mend = "pg_dump --format=custom makes the backup, pg_restore reads it"
        raise StoreUnavailable(backend_of(url).where, f"only an SQLite file is copied: {mend}")
    refuse_missing(source, "there is no such file: is this the DATABASE_URL that the bot has?")
    if target.exists():
        raise FileExistsError(errno.EEXIST, "there is such a file already", str(target))
    both = f"{source} to {target}"
    try:
        copy(source, target)
        with closing(sqlite3.connect(target)) as copied:
            verdict = copied.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreUnavailable(both, cause_of(error) or str(error)) from error
    if verdict != "ok":
        target.unlink()
        raise StoreUnavailable(both, "the file is damaged: restore an earlier backup")
    return target.stat().st_size


def refuse_missing(file: Path, cause: str) -> None:
    """Raises StoreUnavailable: with this cause where there is no such file, with the system's where it can't
    be reached.
    """
    try:
        found = stat.S_ISREG(file.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        found = False
    except OSError as error:
        raise StoreUnavailable(str(file), f"it can't be reached: {error.strerror}") from error
    if not found:
        raise StoreUnavailable(str(file), cause)


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a database in use; writers do not wait for it, as it reads one WAL snapshot."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()
