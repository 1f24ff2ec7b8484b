"""What the next question of a conversation would go on from."""

from __future__ import annotations

from bot.core.values import Conversation, Exchange, Turn
from bot.store import Store, tree


async def history_of(store: Store, turn_id: int, *, limit: int) -> list[Exchange]:
    """Up to `limit` earlier exchanges of a turn's branch that were delivered, newest first."""
    return await store.database.read(lambda connection: tree.history(connection, turn_id, limit)[1])


async def last_of(store: Store, conversation: Conversation) -> Turn | None:
    """The newest turn since the conversation began anew, in its chosen version."""
    last_id = await store.database.read(lambda connection: tree.last_id(connection, conversation))
    return None if last_id is None else await store.turns.chosen(last_id)
