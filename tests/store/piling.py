"""Small jobs, and a way to hold the database thread, so that what is asked of it meanwhile waits together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from bot.store.engine.database import Database
from bot.store.tables import inbox


def blocked(entered: asyncio.Event, release: Any) -> Callable[[sa.Connection], None]:
    """A job that has begun when `entered` is set, and goes on when `release` is."""
    loop = asyncio.get_running_loop()

    def job(_connection: sa.Connection) -> None:
        loop.call_soon_threadsafe(entered.set)
        release.wait()

    return job


class Piled:
    """While it is entered, jobs wait together for the database thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> None:
        self._release = threading.Event()
        entered = asyncio.Event()
        self._holding = asyncio.create_task(self._database.read(blocked(entered, self._release)))
        await entered.wait()

    async def __aexit__(self, *_: object) -> None:
        self._release.set()
        await self._holding


def accepting(update_id: int) -> Callable[[sa.Connection], None]:
    row = {"update_id": update_id, "raw": "", "received_at": 0, "attempts": 0, "state": "new"}

    def job(connection: sa.Connection) -> None:
        connection.execute(sa.insert(inbox), row)

    return job


def count(connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one()


async def gathered(database: Database, *jobs: Callable[[sa.Connection], Any]) -> list[Any]:
    async with Piled(database):
        tasks = [asyncio.create_task(database.write(job)) for job in jobs]
        await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)
