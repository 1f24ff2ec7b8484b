"""What is known of a conversation beside its turns: where it begins anew, and what its people were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.values import Conversation
from bot.store.engine.database import Database
from bot.store.tables import conversations
from bot.store.tree import NEWEST_ID

if TYPE_CHECKING:
    import sqlalchemy as sa


class Conversations:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._start_fresh = database.upsert(conversations)
        insert = database.insert(conversations)
        self._tell_trimmed = insert.on_conflict_do_update(
            index_elements=list(conversations.primary_key),
            set_={"trimmed_told": insert.excluded.trimmed_told},
            where=conversations.c.trimmed_told == 0,
        ).returning(conversations.c.chat_id)

    async def start_fresh(self, conversation: Conversation) -> None:
        """The next question continues nothing that is there now."""

        def job(connection: sa.Connection) -> None:
            newest = connection.execute(NEWEST_ID).scalar_one()
            connection.execute(self._start_fresh, _row(conversation, newest, told=False))

        await self._database.write(job)

    async def tell_trimmed(self, conversation: Conversation) -> bool:
        """Whether to tell its people that older turns fall out: True once, until it begins anew."""
        row = _row(conversation, 0, told=True)
        return await self._database.write(
            lambda connection: connection.execute(self._tell_trimmed, row).first() is not None
        )


def _row(conversation: Conversation, fresh_from: int, *, told: bool) -> dict[str, int]:
    place = {"chat_id": conversation.chat_id, "thread_id": conversation.thread_id}
    return {**place, "fresh_from": fresh_from, "trimmed_told": int(told)}
