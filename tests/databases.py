"""New databases, migrated once a run: that takes longer than most tests. `tests/store` makes its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store import Store
from tests.clocks import ManualClock


def database_in(folder: Path) -> str:
    """The URL of the folder's database, new and empty if there is none yet."""
    path = folder / "bot.db"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        path = Path(folder) / "bot.db"

        async def make() -> None:
            await Store.open(f"sqlite:///{path}", clock=ManualClock()).close()

        thread.submit(lambda: asyncio.run(make())).result()
        return path.read_bytes()
