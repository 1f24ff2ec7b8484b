"""What is read for every message and seldom written: kept in memory until that is written."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.store.engine.database import Database

if TYPE_CHECKING:
    import sqlalchemy as sa

V = TypeVar("V")
KEPT = 4096


class ReadCache(Generic[V]):
    """Values by key, as they are in the database. `invalidate` is the `on_end` of whatever writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._version = object()
        self._kept: dict[Hashable, tuple[object, V]] = {}

    async def get(self, key: Hashable, job: Callable[[sa.Connection], V]) -> V:
        """What `job` read last, where nothing was written since; shared: not to be changed."""
        kept = self._kept.get(key)
        if kept is None or kept[0] is not self._version:
            kept = await self._database.look(lambda connection: (self._version, job(connection)))
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = kept
        return kept[1]

    def invalidate(self) -> None:
        """What was read before is old from now on."""
        self._version = object()
