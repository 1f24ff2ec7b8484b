"""Which kind of database a URL names, and how this process would use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from bot.store.engine.sqlite import SQLite
from bot.store.engine.unavailable import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping


def backend_of(url: str, pragmas: Mapping[str, int | str] | None = None) -> SQLite:
    """Nothing is opened yet. Raises `StoreUnavailable` for a URL of no use, whose text it does not repeat."""
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return SQLite(parsed, pragmas or {})
    except (ArgumentError, ValueError):
        pass
    raise StoreUnavailable("DATABASE_URL", "not a usable database URL: for example sqlite:///data/bot.db")
