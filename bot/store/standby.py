"""A process's place at a database that several share: where it waits until it is the active one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from bot.core.clock import Clock
from bot.store import Store
from bot.store.engine import schema
from bot.store.engine.database import Database
from bot.store.engine.unavailable import StoreBusy, StoreTooNew, StoreUnavailable
from bot.store.engine.urls import backend_of
from bot.store.inbox import Inbox

ASK_EVERY_S = 0.25
ASK_AGAIN_S = 5.0
"""When there is no server, or its schema is too new for this version."""

log = logging.getLogger(__name__)


class Standby:
    """Of one PostgreSQL database. Its session is kept, so that to take over is to ask for a lock."""

    def __init__(self, url: str, clock: Clock) -> None:
        """Opens nothing yet. Raises `StoreUnavailable` for a URL of no use."""
        from bot.store.engine.postgresql import SharedPostgreSQL  # noqa: PLC0415 - with SQLite nobody needs it

        self._url = url
        self._clock = clock
        self._backend = backend_of(url)
        self._shared = Database(SharedPostgreSQL(url), opens=False)
        self._inbox = Inbox(self._shared, clock)
        self._reason: str | None = None

    def healthy(self) -> str | None:
        """Why this process could not take over now."""
        return self._reason

    async def post(self, updates: Sequence[tuple[int, str]]) -> None:
        """Takes (update_id, raw JSON) pairs in for the active process, which hears of it.

        The server ends a session in which nothing was done for a while: the second try has a new one.
        """
        try:
            await self._inbox.post(updates)
        except StoreUnavailable:
            await self._inbox.post(updates)

    async def store(self) -> Store | None:
        """The database, if it is this process's turn. Raises `StoreUnavailable`."""
        try:
            store = await asyncio.to_thread(self._taken)
        except StoreBusy:
            self._reason = None
            return None
        except StoreUnavailable as unavailable:
            self._reason = unavailable.cause
            raise
        self._reason = None
        return store

    async def check(self) -> None:
        """Raises `StoreTooNew` where a newer version is at work: this one could never take over."""
        await self._shared.read(lambda connection: schema.check_not_newer(connection, self._backend.where))

    async def turn(self) -> Store:
        """Waits until it is this process's turn."""
        while True:
            before, pause_s = self._reason, ASK_EVERY_S
            try:
                store = await self.store()
                if store is not None:
                    return store
            except StoreUnavailable as unavailable:
                if unavailable.cause != before:
                    log.error("this process can't take over: %s", unavailable)  # noqa: TRY400 - its words say all
                pause_s = ASK_AGAIN_S if isinstance(unavailable, StoreTooNew) else ASK_EVERY_S
            await self._clock.sleep(pause_s)

    async def close(self) -> None:
        await self._shared.close()
        await asyncio.to_thread(self._backend.release)

    def _taken(self) -> Store:
        """On another thread. The next attempt after one that failed has a session of its own."""
        self._backend.acquire()
        backend, self._backend = self._backend, backend_of(self._url)
        return Store(Database(backend), self._clock)
