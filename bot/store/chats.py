"""What is known of each chat itself: greeted, removed, refused, moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.engine.database import Database
from bot.store.engine.read_cache import ReadCache
from bot.store.rows import CHAT
from bot.store.tables import chats, from_us, to_us

_GET = sa.select(chats).where(chats.c.chat_id == CHAT)
_REFUSED = (
    sa.select(chats)
    .where(
        chats.c.refused_at < sa.bindparam("before", type_=sa.BigInteger),
        chats.c.removed_at.is_(None),
        chats.c.migrated_to.is_(None),
        chats.c.kind != "private",
    )
    .order_by(chats.c.refused_at)
)


@dataclass(frozen=True, slots=True)
class KnownChat:
    """A chat that the bot has met."""

    chat_id: int
    kind: str
    """Telegram's `type`: private, group, supergroup, channel."""
    title: str = ""
    greeted_at: datetime | None = None
    """When the bot came, and told what works in it."""
    removed_at: datetime | None = None
    """Since when the bot is not in it."""
    refused_at: datetime | None = None
    """When it was first told that it is not allowed."""
    migrated_to: int | None = None
    """The supergroup that it has become."""
    muted_at: datetime | None = None
    """Since when the bot may not write in it."""


class Chats:
    """One row a chat."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.cache: ReadCache[KnownChat | None] = ReadCache(database)
        self._save = database.upsert(chats)

    async def get(self, chat_id: int) -> KnownChat | None:
        return await self.cache.get(chat_id, lambda connection: _get(connection, chat_id))

    async def save(self, chat: KnownChat) -> None:
        """Puts the chat as it is given in place of what was known."""
        row = {
            "chat_id": chat.chat_id,
            "kind": chat.kind,
            "title": chat.title,
            "greeted_at": _us(chat.greeted_at),
            "removed_at": _us(chat.removed_at),
            "refused_at": _us(chat.refused_at),
            "migrated_to": chat.migrated_to,
            "muted_at": _us(chat.muted_at),
        }
        await self._database.execute(self._save, row, on_end=self.cache.invalidate)

    async def refused_before(self, moment: datetime) -> list[KnownChat]:
        """Groups that were told before a moment that they are not allowed, and where the bot still is."""
        rows = await self._database.rows(_REFUSED, {"before": to_us(moment)})
        return [_to_chat(row) for row in rows]


def _get(connection: sa.Connection, chat_id: int) -> KnownChat | None:
    row = connection.execute(_GET, {"chat": chat_id}).first()
    return None if row is None else _to_chat(row)


def _to_chat(row: sa.Row[Any]) -> KnownChat:
    return KnownChat(
        chat_id=row.chat_id,
        kind=row.kind,
        title=row.title,
        greeted_at=_moment(row.greeted_at),
        removed_at=_moment(row.removed_at),
        refused_at=_moment(row.refused_at),
        migrated_to=row.migrated_to,
        muted_at=_moment(row.muted_at),
    )


def _us(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_us(microseconds)
