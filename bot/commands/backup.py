"""`python -m bot backup FILE`: a copy of the database while the bot runs."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings
from sqlalchemy.exc import ArgumentError

from bot.config.loading import BadSettings, not_text, unreadable
from bot.config.settings import Settings
from bot.store import StoreUnavailable
from bot.store.engine import sqlite

if TYPE_CHECKING:
    from pathlib import Path


class _Source(BaseSettings):
    """The one variable that a copy needs, as `Settings` has it."""

    model_config = {**Settings.model_config, "env_ignore_empty": True}

    database_url: SecretStr = cast("Any", Settings.model_fields["database_url"])


def database_url(env_file: Path) -> str:
    """From the environment, else from the file. Raises `BadSettings`."""
    trouble = unreadable(env_file)
    try:
        source = _Source(_env_file=None if trouble else env_file)
    except ValidationError:
        takes = "it takes an SQLAlchemy URL, for example DATABASE_URL=sqlite:///data/bot.db"
        raise BadSettings([f"DATABASE_URL has a value that can't be used: {takes}"]) from None
    except UnicodeDecodeError:
        raise BadSettings([not_text(env_file)]) from None
    if trouble and "database_url" not in source.model_fields_set:
        raise BadSettings(trouble)
    return source.database_url.get_secret_value()


def back_up(url: str, target: Path) -> int:
    """Bytes of the copy, which was read through and found whole.

    Raises FileExistsError, as no file is ever overwritten; StoreUnavailable for trouble with the database;
    other OSErrors for trouble with the copy, of which then nothing is left.
    """
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        words = "not a usable database URL: for example sqlite:///data/bot.db"
        raise StoreUnavailable("DATABASE_URL", words) from None
    source = sqlite.path_of(parsed) if parsed.get_backend_name() == "sqlite" else None
    if source is None:
        raise StoreUnavailable(
            parsed.render_as_string(), "only an SQLite file is copied: use the server's own backup"
        )
    if not source.is_file():
        raise StoreUnavailable(
            str(source), "there is no such file: is this the DATABASE_URL that the bot has?"
        )
    if target.exists():
        raise FileExistsError(errno.EEXIST, "there is such a file already", str(target))
    both = f"{source} to {target}"
    try:
        sqlite.copy(source, target)
        with closing(sqlite3.connect(target)) as copy:
            verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreUnavailable(both, sqlite.cause_of(error) or str(error)) from error
    if verdict != "ok":
        target.unlink()
        raise StoreUnavailable(both, "the file is damaged: restore an earlier backup")
    return target.stat().st_size
