"""What is done to many rows at once: forget, export, move a chat, throw away what is old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core.clock import Clock
from bot.core.values import Conversation, Turn
from bot.store.access import AccessState
from bot.store.engine.database import Database
from bot.store.engine.read_cache import ReadCache
from bot.store.rows import TURN, to_turn
from bot.store.tables import (
    access,
    chats,
    conversations,
    grants,
    inbox,
    ledger,
    names,
    parts,
    settings,
    talk,
    to_us,
    topics,
    turns,
)

INBOX_KEPT = timedelta(hours=48)
"""How long a finished update is known: Telegram repeats one for at most 24 hours."""
REMOVED_CHAT_KEPT = timedelta(days=30)
BATCH = 100
"""Rows deleted in one transaction, so that others need not wait long."""
PAUSE_S = 0.05
"""Between two transactions: a purge of years is not to be felt by those who talk."""

_OLDEST = (
    sa.select(turns.c.id, turns.c.created_at, turns.c.sent_at).order_by(turns.c.id).limit(BATCH).subquery()
)
_PURGE_TURNS = sa.delete(turns).where(
    # By both clocks: that of the machine may have been wrong as the turn was made.
    turns.c.id.in_(
        sa.select(_OLDEST.c.id).where(
            _OLDEST.c.created_at < sa.bindparam("before"), _OLDEST.c.sent_at < sa.bindparam("before")
        )
    )
)
_PURGE_INBOX = sa.delete(inbox).where(
    inbox.c.update_id.in_(
        sa.select(inbox.c.update_id)
        .where(inbox.c.received_at < sa.bindparam("before"), inbox.c.state.not_in(["new", "posted"]))
        .limit(BATCH)
    )
)
_LONG_REMOVED = sa.select(chats.c.chat_id).where(chats.c.removed_at < sa.bindparam("before"))
_PURGE_REMOVED = sa.delete(turns).where(
    turns.c.id.in_(sa.select(turns.c.id).where(turns.c.chat_id.in_(_LONG_REMOVED)).limit(BATCH))
)
_MOVING = ("greeted_at", "refused_at")
"""Of what is known of a chat, what a supergroup takes over, where it has none of its own."""


class Bulk:
    """Each method but `purge` is one transaction."""

    def __init__(self, database: Database, clock: Clock, caches: Sequence[ReadCache[Any]]) -> None:
        """`caches`: of what is read from `settings` and `chats`."""
        self._database = database
        self._clock = clock
        self._caches = caches
        # What the new chat has already, it got later: it stays.
        self._move = {
            column: database.insert(column.table).on_conflict_do_nothing()
            for column in (settings.c.chat_id, conversations.c.chat_id, names.c.id, grants.c.id, access.c.id)
        }
        insert = database.insert(chats)
        self._mark_moved = insert.on_conflict_do_update(
            index_elements=[chats.c.chat_id], set_={"migrated_to": insert.excluded.migrated_to}
        )
        self._new_chat = insert.on_conflict_do_update(
            index_elements=[chats.c.chat_id],
            set_={name: sa.func.coalesce(chats.c[name], insert.excluded[name]) for name in _MOVING},
        )

    async def forget(self, conversation: Conversation, asker_id: int | None = None) -> int:
        """Deletes a conversation, or in it what one person asked; how many questions there were.

        The bot's record of updates that it could not handle is emptied of what may be theirs.
        """
        theirs = _turns_of(conversation, asker_id)
        owner = str(conversation.chat_id if asker_id is None else asker_id)

        def job(connection: sa.Connection) -> int:
            count = connection.execute(sa.delete(turns).where(*theirs, turns.c.version_of.is_(None))).rowcount
            connection.execute(
                sa.update(inbox).where(inbox.c.state == "aside", inbox.c.raw.contains(owner)).values(raw="")
            )
            if asker_id is None:
                connection.execute(
                    sa.delete(conversations).where(
                        conversations.c.chat_id == conversation.chat_id,
                        conversations.c.thread_id == conversation.thread_id,
                    )
                )
            return count

        forgotten = await self._database.write(job)
        await self._database.scrub()
        return forgotten

    async def export(self, conversation: Conversation, asker_id: int | None = None) -> list[Turn]:
        """All turns of a conversation, or what one person asked in it, in the order they came."""
        wanted = TURN.where(*_turns_of(conversation, asker_id)).order_by(turns.c.id)
        rows = await self._database.rows(wanted)
        return [to_turn(row) for row in rows]

    async def migrate(self, old_id: int, new_id: int) -> bool:
        """Moves everything of a chat that became a supergroup; whether this was news.

        May be told any number of times: what came in under the old id meanwhile moves too. The messages
        stay in the old chat, where nothing can be edited or replied to: their ids become 0.
        """

        def job(connection: sa.Connection) -> bool:
            old = connection.execute(sa.select(chats).where(chats.c.chat_id == old_id)).first()
            gone = {"chat_id": new_id, "message_id": 0}
            connection.execute(
                sa.update(turns).where(turns.c.chat_id == old_id).values(**gone, notice_id=None)
            )
            connection.execute(sa.update(parts).where(parts.c.chat_id == old_id).values(**gone))
            connection.execute(
                sa.update(talk).where(talk.c.chat_id == old_id).values(chat_id=new_id, message_id=None)
            )
            _make_room(connection, old_id, new_id)
            for column, insert in self._move.items():
                _move(connection, column, insert, old_id, new_id)
            row = {"title": old.title if old else "", "removed_at": None}
            row |= {name: getattr(old, name, None) for name in _MOVING}
            connection.execute(
                self._mark_moved, {**row, "chat_id": old_id, "kind": "group", "migrated_to": new_id}
            )
            connection.execute(
                self._new_chat, {**row, "chat_id": new_id, "kind": "supergroup", "migrated_to": None}
            )
            return old is None or old.migrated_to != new_id

        return await self._database.write(job, on_end=self._invalidate)

    async def purge(self, turns_before: datetime | None) -> int:
        """Deletes turns made before a moment (None: keeps them), and what is kept for a while only.

        That is finished updates after 48 hours, and all of a chat 30 days after the bot was removed from
        it; one that lets it in again meanwhile keeps the rest. Returns how many turns were deleted.
        """
        now = self._clock.now()
        await self._repeat(_PURGE_INBOX, before=to_us(now - INBOX_KEPT))
        deleted = 0
        if turns_before is not None:
            deleted += await self._repeat(_PURGE_TURNS, before=to_us(turns_before))
        long_ago = to_us(now - REMOVED_CHAT_KEPT)
        deleted += await self._repeat(_PURGE_REMOVED, before=long_ago)
        await self._database.write(
            lambda connection: _delete_removed(connection, long_ago), on_end=self._invalidate
        )
        return deleted

    def _invalidate(self) -> None:
        for each in self._caches:
            each.invalidate()

    async def _repeat(self, statement: sa.Delete, **values: Any) -> int:
        total = 0
        while count := await self._database.write(
            lambda connection: connection.execute(statement, values).rowcount
        ):
            total += count
            if count == BATCH:
                await self._clock.sleep(PAUSE_S)
        return total


def _delete_removed(connection: sa.Connection, before: int) -> None:
    for table in (settings, conversations, topics, talk, chats):
        connection.execute(sa.delete(table).where(table.c.chat_id.in_(_LONG_REMOVED)), {"before": before})


def _turns_of(conversation: Conversation, asker_id: int | None) -> list[sa.ColumnElement[bool]]:
    conditions = [turns.c.chat_id == conversation.chat_id, turns.c.thread_id == conversation.thread_id]
    return conditions if asker_id is None else [*conditions, turns.c.asker_id == asker_id]


def _make_room(connection: sa.Connection, old_id: int, new_id: int) -> None:
    """What a plain move can't do: an anonymous administrator pays and speaks as the group; and a group may
    have knocked under both ids: what was decided under the old one counts.
    """
    for column in (ledger.c.chat_id, ledger.c.person_id, talk.c.author_id):
        connection.execute(sa.update(column.table).where(column == old_id).values({column: new_id}))
    states = sa.select(access.c.id, access.c.state).where(access.c.id.in_([old_id, new_id]))
    known = {row.id: row.state for row in connection.execute(states)}
    if len(known) == 2:
        decided = known[old_id] != AccessState.WAITING.value
        connection.execute(sa.delete(access).where(access.c.id == (new_id if decided else old_id)))


def _move(
    connection: sa.Connection, column: sa.Column[Any], insert: sa.Insert, old_id: int, new_id: int
) -> None:
    """Of a table in which that column names the chat."""
    table = column.table
    rows = connection.execute(sa.select(table).where(column == old_id)).mappings().all()
    if rows:
        connection.execute(insert, [{**row, column.name: new_id} for row in rows])
        connection.execute(sa.delete(table).where(column == old_id))
