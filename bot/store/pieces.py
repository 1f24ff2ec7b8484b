"""Questions that come in several messages: whose turn a message may belong to, and how it is added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from bot.core.values import Conversation, Question, Turn
from bot.store import statements
from bot.store.engine.database import Database
from bot.store.inbox import finish, is_done
from bot.store.rows import ID, TURN, here, place, to_row, to_turn
from bot.store.tables import turns

LOOKED_AT: Final = 20
"""The newest turns of a conversation: what belongs together comes within seconds."""

_AMENDED: Final = ("message_id", "text", "quote_author", "quote_text", "attachments", "forwards")

_NEWEST = sa.select(turns.c.id).where(*here(turns)).order_by(turns.c.id.desc()).limit(LOOKED_AT)
_RECENT = (
    TURN.where(turns.c.id.in_(_NEWEST))
    .where(turns.c.asker_id == sa.bindparam("asker", type_=sa.BigInteger), turns.c.version_of.is_(None))
    .order_by(turns.c.id.desc())
)
_AMEND = (
    sa.update(turns).where(turns.c.id == ID).values({name: sa.bindparam(f"new_{name}") for name in _AMENDED})
)


class Pieces:
    """A piece's update is dealt with in the transaction that adds it: it is never lost, nor added twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recent(self, conversation: Conversation, asker_id: int) -> list[Turn]:
        """A person's newest turns in a conversation, newest first, each in its first version."""
        key = {**place(conversation), "asker": asker_id}
        rows = await self._database.look(lambda connection: connection.execute(_RECENT, key).all())
        return [to_turn(row) for row in rows]

    async def amend(
        self, turn_id: int, change: Callable[[Question], Question], update_id: int, *, reopen: bool = True
    ) -> Turn | None:
        """The turn with what `change` makes of its question, waiting again as an edited one if `reopen`.

        None: no such turn, or this update has been dealt with.
        """

        def job(connection: sa.Connection) -> Turn | None:
            row = connection.execute(statements.BY_ID, {"its_id": turn_id}).first()
            if row is None or is_done(connection, update_id):
                return None
            finish(connection, update_id)
            if reopen:
                statements.begin_anew(connection, turn_id)
            new = to_row(change(to_turn(row).question))
            values = {f"new_{name}": new[name] for name in _AMENDED}
            connection.execute(_AMEND, {**values, "its_id": turn_id})
            return to_turn(connection.execute(statements.BY_ID, {"its_id": turn_id}).one())

        return await self._database.write(job)
