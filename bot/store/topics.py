"""What the topics of forums are called, and which threads are comments: Telegram tells it only at times."""

from __future__ import annotations

import sqlalchemy as sa

from bot.core.values import Conversation
from bot.store.engine.database import Database
from bot.store.rows import here, place
from bot.store.tables import topics

_GET = sa.select(topics.c.name).where(*here(topics))


class Topics:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._call = database.upsert(topics)

    async def name(self, topic: Conversation) -> str:
        """Empty where it is not known."""
        return await self._known(topic) or ""

    async def call(self, topic: Conversation, name: str) -> None:
        row = {"chat_id": topic.chat_id, "thread_id": topic.thread_id, "name": name}
        await self._database.execute(self._call, row)

    async def is_known(self, topic: Conversation) -> bool:
        """Whether it has been called anything, the empty name included."""
        return await self._known(topic) is not None

    async def _known(self, topic: Conversation) -> str | None:
        row = await self._database.look(lambda connection: connection.execute(_GET, place(topic)).first())
        return None if row is None else row.name
