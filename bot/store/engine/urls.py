"""Which kind of database a URL names, and how this process would use it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from bot.store.engine import addresses
from bot.store.engine.backend import Backend
from bot.store.engine.sqlite import SQLite, path_of
from bot.store.engine.unavailable import StoreUnavailable

_UNUSABLE = "not a usable database URL: for example sqlite:///data/bot.db"


def backend_of(url: str, pragmas: Mapping[str, int | str] | None = None) -> Backend:
    """Nothing is opened yet. Raises `StoreUnavailable` for a URL of no use, whose text it does not repeat."""
    if not addresses.is_postgresql(url):
        return SQLite(_sqlite_url(url), pragmas or {})
    addresses.check_driver()
    from bot.store.engine.postgresql import PostgreSQL  # noqa: PLC0415 - with SQLite nobody needs it

    return PostgreSQL(url)


def file_of(url: str) -> Path | None:
    """The SQLite file that a URL names; None: it names none. Raises `StoreUnavailable`."""
    return None if addresses.is_postgresql(url) else path_of(_sqlite_url(url))


def _sqlite_url(url: str) -> sa.URL:
    with suppress(ArgumentError, ValueError):
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return parsed
    raise StoreUnavailable("DATABASE_URL", _UNUSABLE)
