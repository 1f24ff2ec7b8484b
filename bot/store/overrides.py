"""A chat's and a topic's own settings: each value with who changed it, and when."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from bot.core.clock import Clock
from bot.core.values import Conversation, Override
from bot.store.engine.database import Database
from bot.store.engine.read_cache import ReadCache
from bot.store.rows import CHAT, THREAD, here, place
from bot.store.tables import from_us, settings, to_us

V = TypeVar("V")

_OVERRIDES = sa.select(
    settings.c.thread_id, settings.c.name, settings.c.value, settings.c.changed_by, settings.c.changed_at
).where(settings.c.chat_id == CHAT, settings.c.thread_id.in_([sa.literal(0), THREAD]))
_RESET = sa.delete(settings).where(*here(settings), settings.c.name == sa.bindparam("its_name"))

_RESET_EVERYWHERE = sa.delete(settings).where(
    settings.c.chat_id == CHAT, settings.c.name == sa.bindparam("its_name")
)


class Overrides(NamedTuple):
    """The whole chat's own settings by name, and the topic's (empty outside a topic)."""

    chat: dict[str, Override]
    topic: dict[str, Override]


class StoredOverrides:
    """Values that override what is inherited; what they may be, `bot/options/` says."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.cache: ReadCache[Any] = ReadCache(database)
        self._set = database.upsert(settings)

    async def read(self, conversation: Conversation, then: Callable[[Conversation, Overrides], V]) -> V:
        """What `then` makes of them: the same object until some chat's settings change."""
        made: V = await self.cache.get(
            (conversation, then), lambda connection: then(conversation, _overrides(connection, conversation))
        )
        return made

    async def values(self, name: str) -> Sequence[object]:
        """What chats and topics have set this setting to, each value once."""
        return await self._database.read(lambda connection: values_of(connection, name))

    async def set(self, conversation: Conversation, name: str, value: object, changed_by: str) -> None:
        """Overrides a setting in a topic, or in the whole chat (thread 0); value: anything JSON holds."""
        row = {
            "chat_id": conversation.chat_id,
            "thread_id": conversation.thread_id,
            "name": name,
            "value": json.dumps(value, ensure_ascii=False),
            "changed_by": changed_by,
            "changed_at": to_us(self._clock.now()),
        }
        await self._write(self._set, row)

    async def reset(self, conversation: Conversation, name: str) -> None:
        """Back to what is inherited."""
        await self._write(_RESET, {**place(conversation), "its_name": name})

    async def reset_everywhere(self, chat_id: int, name: str) -> None:
        """`reset` in a chat and in all its topics."""
        await self._write(_RESET_EVERYWHERE, {"chat": chat_id, "its_name": name})

    async def _write(self, statement: sa.Executable, values: dict[str, Any]) -> None:
        await self._database.execute(statement, values, on_end=self.cache.invalidate)


def values_of(connection: sa.Connection, name: str) -> Sequence[object]:
    wanted = sa.select(settings.c.value).where(settings.c.name == name).distinct().order_by(settings.c.value)
    return [json.loads(value) for value in connection.execute(wanted).scalars()]


def _overrides(connection: sa.Connection, conversation: Conversation) -> Overrides:
    overrides = Overrides({}, {})
    rows = connection.execute(_OVERRIDES, place(conversation)).all()
    for thread_id, name, value, changed_by, changed_at_us in rows:
        override = Override(json.loads(value), changed_by, from_us(changed_at_us))
        (overrides.topic if thread_id else overrides.chat)[name] = override
    return overrides
