"""The durable inbox: what Telegram sent is here before it is acknowledged, and until it is dealt with."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.core.clock import Clock
from bot.store.engine.database import Database
from bot.store.rows import ID
from bot.store.tables import inbox, is_new, is_posted, to_us

CHANNEL = "bot_inbox"
"""On which the active process hears that another one has taken updates in."""

_PENDING = sa.select(inbox.c.update_id, inbox.c.raw, inbox.c.attempts).where(is_new)
_PENDING = _PENDING.order_by(inbox.c.update_id)
_TAKE_POSTED = (
    sa.update(inbox)
    .where(is_posted)
    .values(state="new")
    .returning(inbox.c.update_id, inbox.c.raw, inbox.c.attempts)
)
_BEGIN = (
    sa.update(inbox)
    .where(inbox.c.update_id == ID)
    .values(attempts=inbox.c.attempts + 1)
    .returning(inbox.c.attempts)
)
# Only what is new: to finish it once more writes nothing, and costs no commit.
_FINISH = sa.update(inbox).where(inbox.c.update_id == ID, is_new).values(state="done", raw="")
_FORGIVE = (
    sa.update(inbox)
    .where(inbox.c.update_id == ID, inbox.c.attempts > 0)
    .values(attempts=inbox.c.attempts - 1)
)
_FORGIVE_ALL = sa.update(inbox).where(inbox.c.update_id == ID).values(attempts=0)
_SET_ASIDE = sa.update(inbox).where(inbox.c.update_id == ID).values(state="aside")
_IS_DONE = sa.select(inbox.c.update_id).where(inbox.c.update_id == ID, inbox.c.state == "done")


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """An update that is not dealt with, as Telegram sent it."""

    update_id: int
    raw: str
    attempts: int
    """How often it was begun."""


class Inbox:
    """Updates as they came. A row stays for a while after it is done, so that a duplicate is known."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._left: set[int] = set()
        self._accept = database.insert(inbox).on_conflict_do_nothing().returning(inbox.c.update_id)

    async def accept(self, updates: Sequence[tuple[int, str]]) -> list[int]:
        """Keeps (update_id, raw JSON) pairs; the ids that are new, durable on return, in the given order."""
        if not updates:
            return []
        rows = self._rows(updates, "new")

        def job(connection: sa.Connection) -> set[int]:
            return set(connection.execute(self._accept, rows).scalars())

        new = await self._database.write(job, single=True)
        return [update_id for update_id in dict(updates) if update_id in new]

    async def post(self, updates: Sequence[tuple[int, str]]) -> None:
        """Keeps (update_id, raw JSON) pairs, durable on return, for the process that is active."""

        def job(connection: sa.Connection) -> None:
            connection.execute(self._accept, self._rows(updates, "posted"))
            connection.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))

        await self._database.write(job)

    async def take_posted(self) -> list[PendingUpdate]:
        """What other processes have taken in, in order of update_id: it is new from now on."""
        if not self._database.shared:
            return []
        rows = await self._database.write(
            lambda connection: connection.execute(_TAKE_POSTED).all(), single=True
        )
        return [PendingUpdate(*row) for row in sorted(rows)]

    def heard(self) -> AsyncGenerator[None, None]:
        """Yields whenever another process may have taken updates in; for ever."""
        return self._database.heard(CHANNEL, self._clock)

    async def pending(self) -> list[PendingUpdate]:
        """What is neither done nor set aside, in order of update_id."""
        rows = await self._database.rows(_PENDING)
        return [PendingUpdate(*row) for row in rows]

    def _rows(self, updates: Sequence[tuple[int, str]], state: str) -> list[dict[str, object]]:
        now = to_us(self._clock.now())
        return [
            {"update_id": update_id, "raw": raw, "received_at": now, "attempts": 0, "state": state}
            for update_id, raw in sorted(dict(updates).items())
        ]

    async def begin(self, update_id: int) -> int:
        """Counts an attempt before it is made; how many there are now (0: no such update)."""
        attempts = await self._database.write(
            lambda connection: connection.execute(_BEGIN, {"its_id": update_id}).scalar()
        )
        return attempts or 0

    async def forgive(self, update_id: int) -> None:
        """Takes back the last attempt: it was cut short, and says nothing about the update."""
        await self._database.execute(_FORGIVE, {"its_id": update_id})

    async def forgive_all(self, update_id: int) -> None:
        """Takes back every attempt."""
        await self._database.execute(_FORGIVE_ALL, {"its_id": update_id})

    async def finish(self, update_id: int) -> None:
        """Dealt with: its text is erased."""
        if update_id in self._left:
            self._left.remove(update_id)
            return
        await self._database.execute(_FINISH, {"its_id": update_id})

    def leave(self, update_id: int) -> None:
        """The next `finish` does nothing: what it led to has finished it in its own transaction, or it may be
        part of what comes yet, and is finished then.
        """
        self._left.add(update_id)

    async def set_aside(self, update_id: int) -> None:
        """Not to be tried again; what it was stays readable until it is purged."""
        await self._database.execute(_SET_ASIDE, {"its_id": update_id})


def finish(connection: sa.Connection, update_id: int | None) -> None:
    """Marks an update as dealt with inside the transaction of what it led to; None: there was none."""
    if update_id is not None:
        connection.execute(_FINISH, {"its_id": update_id})


def is_done(connection: sa.Connection, update_id: int | None) -> bool:
    return update_id is not None and connection.execute(_IS_DONE, {"its_id": update_id}).first() is not None
