"""New databases, migrated once a run: that takes longer than most tests. `tests/store` makes its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from bot.store import Store
from tests.clocks import ManualClock


def database_in(folder: Path) -> str:
    """The URL of the folder's database, new and empty if there is none yet."""
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
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        path = Path(folder) / "bot.db"

        async def make() -> None:
            await Store.open(f"sqlite:///{path}", clock=ManualClock()).close()

        thread.submit(lambda: asyncio.run(make())).result()
        return path.read_bytes()
