"""Keeps a process from doing anything in the world while it is not sure to be the one that works."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine

from bot.core.clock import Clock
from bot.store.engine.database import Database
from bot.store.engine.ownership import Ownership
from bot.store.engine.unavailable import StoreUnavailable

SURE_FOR_S = 3.0
"""How long after its last sign of life the session is taken to stand. The server ends one that is silent for
longer, as when the whole process was stopped for a while, and gives its lock away."""
AGAIN_S = 0.1


class Fence:
    """Open while the database is this process's, which an SQLite file always is.

    It closes when the session is gone, opens when it is had again and nobody else was active meanwhile, and
    stays closed for ever when another process has taken over.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._open = asyncio.Event()
        self._open.set()
        self._closed = asyncio.Event()
        self._lost = asyncio.Event()

    def watch(self) -> None:
        """From now on; on the event loop."""
        self._database.watch(self._changed)

    async def passed(self) -> None:
        """Returns when something may be done in the world. Never, if another process is active."""
        while True:
            await self._open.wait()
            if self._database.silent_s() < SURE_FOR_S:
                return
            with contextlib.suppress(StoreUnavailable):
                await self._database.read(lambda connection: connection.exec_driver_sql("SELECT 1").all())
            if self._database.silent_s() >= SURE_FOR_S:
                await self._clock.sleep(AGAIN_S)

    async def lost(self) -> None:
        """Returns when another process is active: this one has nothing to do any more."""
        await self._lost.wait()

    async def keep(self, work: Coroutine[None, None, None]) -> bool:
        """Does what must end at once when the fence closes; whether it came to its end."""
        task = asyncio.ensure_future(work)
        closed = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait({task, closed}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await task
                return True
            return False
        finally:
            closed.cancel()
            task.cancel()
            await asyncio.wait({task})

    def _changed(self, state: Ownership) -> None:
        if state is Ownership.HELD:
            self._closed.clear()
            self._open.set()
            return
        self._open.clear()
        self._closed.set()
        if state is Ownership.LOST:
            self._lost.set()
