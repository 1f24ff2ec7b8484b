"""Which messages show a turn's answer now: known, so that no part is sent twice."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from bot.core.values import Conversation, ShownPart
from bot.store.engine.database import Database
from bot.store.rows import FIRST, FIRST_VERSION, ID, here, place
from bot.store.tables import parts, turns

_FIRST_ID = FIRST_VERSION.scalar_subquery()

_SHOWN = (
    sa.select(parts.c.n, parts.c.message_id, parts.c.fingerprint, parts.c.answer_chars)
    .where(parts.c.turn_id == _FIRST_ID)
    .order_by(parts.c.n)
)
_UNRECORD = sa.delete(parts).where(parts.c.turn_id == _FIRST_ID, parts.c.n == sa.bindparam("its_n"))

NEWEST = 20
"""Questions back that are looked at for buttons: as many edits as Telegram takes in a group in a minute."""


def _last_parts(asker: sa.ColumnElement[bool]) -> sa.Select[Any]:
    newest = (
        sa.select(turns.c.id, sa.func.coalesce(turns.c.chosen_id, turns.c.id).label("chosen_id"))
        .where(*here(turns), turns.c.version_of.is_(None), asker)
        .order_by(turns.c.id.desc())
        .limit(NEWEST)
        .subquery("newest")
    )
    return (
        sa.select(newest.c.id, parts.c.n, parts.c.message_id, parts.c.fingerprint, parts.c.answer_chars)
        .join_from(newest, turns, turns.c.id == newest.c.chosen_id)
        .join(parts, parts.c.turn_id == newest.c.id)
        .where(sa.or_(turns.c.answer_text.is_not(None), sa.bindparam("failures", type_=sa.Boolean)))
        .order_by(newest.c.id, parts.c.n)
    )


_LAST_PARTS = _last_parts(sa.true())
_THEIR_LAST_PARTS = _last_parts(turns.c.asker_id == sa.bindparam("asker", type_=sa.BigInteger))


class Parts:
    """The parts of answers. All versions of one answer share their messages, so any version may be given."""

    def __init__(self, database: Database) -> None:
        self._database = database
        source = sa.select(
            FIRST,
            sa.bindparam("n", type_=sa.Integer),
            turns.c.chat_id,
            sa.bindparam("message_id", type_=sa.BigInteger),
            sa.bindparam("fingerprint", type_=sa.Text),
            sa.bindparam("answer_chars", type_=sa.Integer),
        ).where(turns.c.id == ID)
        self._record = database.upsert(parts).from_select(list(parts.c), source)

    async def shown(self, turn_id: int) -> list[ShownPart]:
        rows = await self._database.look(
            lambda connection: connection.execute(_SHOWN, {"its_id": turn_id}).all()
        )
        return [ShownPart(*row) for row in rows]

    async def last(
        self, conversation: Conversation, *, asker_id: int | None, failures: bool
    ) -> dict[int, ShownPart]:
        """By first version's id, the last part of each of the newest answers there, or of one person's.

        With `failures`, also of questions that could not be answered.
        """
        where = {**place(conversation), "failures": failures}
        statement = _LAST_PARTS if asker_id is None else _THEIR_LAST_PARTS
        values = where if asker_id is None else {**where, "asker": asker_id}
        rows = await self._database.rows(statement, values)
        return {its_id: ShownPart(*part) for its_id, *part in rows}

    async def record(self, turn_id: int, part: ShownPart, *, durable: bool = True) -> None:
        """A part was sent or edited. Nothing happens if the turn has been forgotten meanwhile."""
        await self._database.execute(self._record, {"its_id": turn_id, **asdict(part)}, durable=durable)

    async def unrecord(self, turn_id: int, n: int) -> None:
        """A part was deleted."""
        await self._database.execute(_UNRECORD, {"its_id": turn_id, "its_n": n})
