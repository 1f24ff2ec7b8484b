"""Which messages show a turn's answer now: known, so that no part is sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.chat import ShownPart
from bot.store.tables import parts, turns

if TYPE_CHECKING:
    from bot.store.database import Database

_ID = sa.bindparam("its_id", type_=sa.BigInteger)
_FIRST = sa.func.coalesce(turns.c.version_of, turns.c.id)
_FIRST_ID = sa.select(_FIRST).where(turns.c.id == _ID).scalar_subquery()

_SHOWN = (
    sa.select(parts.c.n, parts.c.message_id, parts.c.fingerprint)
    .where(parts.c.turn_id == _FIRST_ID)
    .order_by(parts.c.n)
)
_UNRECORD = sa.delete(parts).where(parts.c.turn_id == _FIRST_ID, parts.c.n == sa.bindparam("its_n"))


class Parts:
    """The parts of answers. All versions of one answer share their messages, so any version may be given."""

    def __init__(self, database: Database) -> None:
        self._database = database
        source = sa.select(
            _FIRST,
            sa.bindparam("n", type_=sa.Integer),
            turns.c.chat_id,
            sa.bindparam("message_id", type_=sa.BigInteger),
            sa.bindparam("fingerprint", type_=sa.Text),
        ).where(turns.c.id == _ID)
        insert = database.insert(parts).from_select(
            ["turn_id", "n", "chat_id", "message_id", "fingerprint"], source
        )
        self._record = insert.on_conflict_do_update(
            index_elements=[parts.c.turn_id, parts.c.n],
            set_={name: insert.excluded[name] for name in ("chat_id", "message_id", "fingerprint")},
        )

    async def shown(self, turn_id: int) -> list[ShownPart]:
        rows = await self._database.read(
            lambda connection: connection.execute(_SHOWN, {"its_id": turn_id}).all()
        )
        return [ShownPart(*row) for row in rows]

    async def record(self, turn_id: int, part: ShownPart) -> None:
        """A part was sent or edited. Nothing happens if the turn has been forgotten meanwhile."""
        values = {"n": part.n, "message_id": part.message_id, "fingerprint": part.fingerprint}
        await self._execute(self._record, {"its_id": turn_id, **values})

    async def unrecord(self, turn_id: int, n: int) -> None:
        """A part was deleted."""
        await self._execute(_UNRECORD, {"its_id": turn_id, "its_n": n})

    async def _execute(self, statement: sa.Executable, values: dict[str, Any]) -> None:
        await self._database.write(lambda connection: connection.execute(statement, values))
