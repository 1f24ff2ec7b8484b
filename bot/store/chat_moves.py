"""A group that became a supergroup: everything kept under its old id moves to the new one, once."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.store import Store

log = logging.getLogger(__name__)


class Moves:
    """Told by a service message or by a refused send, in any order and any number of times."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.listeners: list[Callable[[int, int], None]] = []
        """Called with the old and the new id, once the database has moved."""

    async def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        if old_chat_id == new_chat_id:
            return
        news = await self._store.bulk.migrate(old_chat_id, new_chat_id)
        for listener in self.listeners:
            listener(old_chat_id, new_chat_id)
        if news:
            log.info("a group became a supergroup", extra={"chat_id": old_chat_id, "new_id": new_chat_id})
