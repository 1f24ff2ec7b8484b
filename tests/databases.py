"""New databases, migrated once a run: that takes longer than most tests. `tests/store` makes its own.

With `--database=postgresql` they are on a server of the tests' own, one a process that runs tests.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import sqlalchemy as sa

from bot.store import Store
from tests.clocks import ManualClock
from tests.postgres import Server

HOLD = "BEGIN; LOCK TABLE turns, parts, inbox IN EXCLUSIVE MODE"
"""Whoever writes waits from then on; all can read."""
LET_GO = "COMMIT"


class Databases:
    """A database a folder, each known by it."""

    def __init__(self, server: Server | None) -> None:
        """On the server, or in SQLite files in the folders."""
        self._server = server
        self._names: dict[Path, str] = {}
        self._template = ""

    def url(self, folder: Path) -> str:
        """The folder's database, new and empty if there is none yet."""
        return database_in(folder) if self._server is None else self._server.url(self._name(folder))

    def execute(self, folder: Path, statement: str) -> list[Any]:
        return query(self.url(folder), statement)

    @contextmanager
    def unwritable(self, folder: Path) -> Iterator[None]:
        """Nothing can be written to it while this is entered."""
        if self._server is None:
            with closing(sqlite3.connect(folder / "bot.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                yield
                other.execute("ROLLBACK")
        else:
            self._server.fill_disk(self._name(folder))
            yield
            self._server.free_disk(self._name(folder))

    @contextmanager
    def beside(self, folder: Path) -> Iterator[Callable[[str], object]]:
        """A session of another program's, for `HOLD` and `LET_GO`."""
        if self._server is None:
            with closing(sqlite3.connect(folder / "bot.db", isolation_level=None)) as other:
                yield lambda statement: other.execute(statement.replace(HOLD, "BEGIN IMMEDIATE"))
        else:
            with psycopg.connect(self.url(folder), autocommit=True) as session:
                yield session.execute

    def drop(self, folder: Path) -> None:
        if self._server is not None and folder in self._names:
            self._server.drop(self._names.pop(folder))

    def _name(self, folder: Path) -> str:
        assert self._server is not None
        if folder not in self._names:
            if not self._template:
                self._template = self._server.create()
                _migrate(self._server.url(self._template))
            self._names[folder] = self._server.create(template=self._template)
        return self._names[folder]


def database_in(folder: Path) -> str:
    """The URL of the folder's SQLite database, new and empty if there is none yet."""
    path = folder / "bot.db"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_migrated())
    return f"sqlite:///{path}"


def query(url: str, statement: str) -> list[Any]:
    """The rows of a statement, run beside whoever has the database."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bot.db"
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


def _migrate(url: str) -> None:
    async def make() -> None:
        await Store.open(url, clock=ManualClock()).close()

    with ThreadPoolExecutor(1) as thread:  # a loop of its own, wherever this is asked for
        thread.submit(lambda: asyncio.run(make())).result()
