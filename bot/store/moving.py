"""Moves what an SQLite file holds into an empty PostgreSQL database, and counts it there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.store.engine import schema
from bot.store.engine.backend import Backend
from bot.store.engine.copying import refuse_missing
from bot.store.engine.unavailable import StoreUnavailable
from bot.store.engine.urls import backend_of, file_of
from bot.store.tables import metadata, terms

BATCH = 1000


def move(source: Path, url: str) -> dict[str, int]:
    """Rows by table. The file stays as it is, but for its schema, which becomes the newest.

    All or nothing. Raises `StoreUnavailable`, as where a bot has one of the two open, or the target holds
    anything.
    """
    if file_of(url) is not None:
        cause = "that is an SQLite file: set DATABASE_URL to the PostgreSQL database to move to"
        raise StoreUnavailable("DATABASE_URL", cause)
    refuse_missing(source, "there is no such file")
    old, new = backend_of(f"sqlite:///{source}"), backend_of(url)
    try:
        reading, writing = _opened(old), _opened(new)
        new.begin_migration(_cursor(writing))  # it may take long
        try:
            moved = {table.name: _copy(table, reading, writing, new.where) for table in _tables()}
            _cursor(writing).execute("COMMIT")
        finally:
            reading.close()
            writing.close()
    except sa.exc.DBAPIError as error:
        where = new.where if new.cause_of(error.orig) else old.where
        cause = new.cause_of(error.orig) or old.cause_of(error.orig) or type(error.orig).__name__
        raise StoreUnavailable(where, cause) from error
    finally:
        old.release()
        new.release()
    return moved


def _opened(backend: Backend) -> sa.Connection:
    backend.acquire()
    connection = backend.connect()
    schema.bring_to_head(connection, backend.where, begin=backend.begin_migration)
    backend.opened(connection)
    return connection


def _tables() -> list[sa.Table]:
    """Those that others refer to come first; how often a process was active is a matter of each database."""
    return [table for table in metadata.sorted_tables if table is not terms]


def _copy(table: sa.Table, reading: sa.Connection, writing: sa.Connection, where: str) -> int:
    if _count(table, writing):
        raise StoreUnavailable(where, f"it is not empty: there is something in {table.name}")
    for rows in _batches(table, reading):
        writing.execute(sa.insert(table), rows)
    copied, wanted = _count(table, writing), _count(table, reading)
    if copied != wanted:
        raise StoreUnavailable(where, f"{copied} of {wanted} rows came into {table.name}: nothing was moved")
    _count_on(table, reading, writing)
    return copied


def _batches(table: sa.Table, reading: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """In the order of their keys: a turn comes after the one that it goes on from."""
    result = reading.execution_options(yield_per=BATCH).execute(
        sa.select(table).order_by(*table.primary_key.columns)
    )
    for rows in result.mappings().partitions():
        yield [dict(row) for row in rows]


def _count(table: sa.Table, connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _count_on(table: sa.Table, reading: sa.Connection, writing: sa.Connection) -> None:
    """Ids go on from where they were: buttons in chats hold those of turns that are gone."""
    column = table.autoincrement_column
    if column is None:
        return
    wanted: sa.Executable = sa.select(sa.func.max(column))
    if table.dialect_options["sqlite"]["autoincrement"]:
        wanted = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name").bindparams(name=table.name)
    last = reading.execute(wanted).scalar()
    if last:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        writing.execute(sa.select(sa.func.setval(sequence, last)))


def _cursor(connection: sa.Connection) -> Any:
    driver: Any = connection.connection
    return driver.cursor()
