"""Who asked to be let in, and what the operators decided: kept until it is taken back."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from bot.core.clock import Clock
from bot.store.engine.database import Database
from bot.store.tables import access, inbox, to_us

EVERY: Final = timedelta(days=1)
"""How often one stranger's request is passed on to the operators, at most."""
MOST_REQUESTS: Final = 10
"""How many strangers' requests are passed on in that time; the rest are only counted."""
MOST_LINES: Final = 2
"""What a stranger is told while they wait."""
QUESTION_KEPT: Final = timedelta(days=7)
WAITING_KEPT: Final = timedelta(days=30)


class AccessState(StrEnum):
    WAITING = "waiting"
    LET_IN = "let_in"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who comes, as Telegram tells it."""

    id: int
    """A person's, or a group's, which is negative."""
    name: str
    username: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person, or a group (its id is negative), that no list of the deployment's names."""

    id: int
    name: str
    username: str
    language: str
    state: AccessState
    told: int
    """How many lines it was told in this state."""
    decided_by: int | None
    question: str | None
    """The update with which it came, while it waits; the first that asks, if one does."""


@dataclass(frozen=True, slots=True)
class Knock:
    """What is to be done about a message from somebody who is not let in."""

    visitor: Visitor
    tell: bool
    """Whether they are to be told, once more or for the first time, where they stand."""
    ask: bool
    """Whether the operators are to be asked."""
    uncounted: int
    """If not: how many wait whom no operator was asked about."""


class AccessList:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._insert = database.insert(access).on_conflict_do_nothing()
        self._put_back = database.upsert(inbox)

    async def let_in(self) -> Sequence[int]:
        """The ids of all who were."""
        wanted = sa.select(access.c.id).where(access.c.state == AccessState.LET_IN.value)
        return await self._database.read(lambda connection: connection.execute(wanted).scalars().all())

    async def knock(
        self, stranger: Stranger, *, asker: str = "", update_id: int | None = None, asks: bool = False
    ) -> Knock:
        """Takes down who came and, out of the inbox, with which update: the first that `asks`.

        Where the operators are to be asked, that is owed until `passed_on`, and `asker` is kept as long. An
        update that comes again, after a kill or a failure, is told of again. Who waits has come when what is
        kept of them did.
        """
        now = self._clock.now()
        who = {"name": stranger.name, "username": stranger.username, "language": stranger.language}
        row = {"id": stranger.id, **who, "state": AccessState.WAITING.value, "asks": int(asks)}
        row |= {"came_at": to_us(now), "told": 0}

        def job(connection: sa.Connection) -> Knock:
            connection.execute(self._insert, [row])
            known = connection.execute(_wanted(stranger.id)).one()
            visitor = _to_visitor(known)
            changes: dict[str, Any] = dict(who)
            ask = False
            if visitor.state is AccessState.WAITING:
                ask = _may_ask(connection, known.asked_at, now)
                changes |= {"asked_at": to_us(now), "asker": asker} if ask else {}
                lapsed = visitor.question is None or known.came_at < to_us(now - QUESTION_KEPT)
                if lapsed or (asks and not known.asks):
                    question = _raw(connection, update_id)
                    changes |= {"question": question, "asks": int(asks), "came_at": to_us(now)}
            again = ask or (update_id is not None and update_id == _number(visitor.question))
            tell = visitor.told == 0 or (again and visitor.told < MOST_LINES)
            connection.execute(_this(stranger.id).values(**changes, told=visitor.told + tell))
            return Knock(visitor, tell, ask, 0 if ask else _unasked(connection))

        return await self._database.write(job)

    async def decide(
        self, id_: int, state: AccessState, *, by: int, when: Collection[AccessState], told: bool
    ) -> tuple[Visitor | None, bool]:
        """The visitor as it was, and whether anything changed: not, if it is in none of the states `when`.

        Who is let in has their question put back into the inbox, dated anew: it waited for the operators.
        """
        now = self._clock.now()

        def job(connection: sa.Connection) -> tuple[Visitor | None, bool]:
            visitor = _get(connection, id_)
            if visitor is None or visitor.state not in when:
                return visitor, False
            decided = {"state": state.value, "decided_at": to_us(now), "decided_by": by}
            done = {"question": None, "asker": None}
            connection.execute(_this(id_).values(**decided, told=int(told), **done))
            if state is AccessState.LET_IN and visitor.question is not None:
                update_id, raw = _anew(visitor, visitor.question, now)
                row = {"update_id": update_id, "raw": raw, "received_at": to_us(now)}
                connection.execute(self._put_back, [row | {"attempts": 0, "state": "new"}])
            return visitor, True

        return await self._database.write(job)

    async def owed(self) -> Sequence[tuple[Visitor, str]]:
        """Who waits, and the operators were not asked about: a kill came between. With who speaks there."""
        wanted = sa.select(access).where(access.c.asker.is_not(None), access.c.asked_at.is_not(None))
        wanted = wanted.where(access.c.state == AccessState.WAITING.value).order_by(access.c.asked_at)
        rows = await self._database.rows(wanted)
        return [(_to_visitor(row), row.asker) for row in rows]

    async def passed_on(self, id_: int) -> None:
        """The operators were asked."""
        await self._database.execute(_this(id_).values(asker=None))

    async def page(self, state: AccessState, *, start: int, limit: int) -> tuple[Sequence[Visitor], int]:
        """Some of those in a state, the newest first, and how many there are."""
        there = access.c.state == state.value
        wanted = sa.select(access).where(there).order_by(access.c.came_at.desc(), access.c.id)
        wanted = wanted.offset(start).limit(limit)
        count = sa.select(sa.func.count()).select_from(access).where(there)

        def job(connection: sa.Connection) -> tuple[Sequence[Visitor], int]:
            rows = connection.execute(wanted).all()
            return [_to_visitor(row) for row in rows], connection.execute(count).scalar_one()

        return await self._database.read(job)

    async def purge(self) -> None:
        """What strangers asked is kept for a week; that they wait for a month since they came, and since the
        operators were asked; and what is owed for a day.
        """
        now = self._clock.now()
        waiting = access.c.state == AccessState.WAITING.value
        old_question = sa.update(access).where(access.c.came_at < to_us(now - QUESTION_KEPT))
        old_question = old_question.where(access.c.question.is_not(None)).values(question=None)
        in_vain = sa.update(access).where(access.c.asked_at < to_us(now - EVERY), access.c.asker.is_not(None))
        long_ago = to_us(now - WAITING_KEPT)
        asked_long_ago = sa.or_(access.c.asked_at.is_(None), access.c.asked_at < long_ago)
        gone = sa.delete(access).where(waiting, access.c.came_at < long_ago, asked_long_ago)

        def job(connection: sa.Connection) -> None:
            connection.execute(old_question)
            connection.execute(in_vain.values(asker=None))
            connection.execute(gone)

        await self._database.write(job)


def _this(id_: int) -> sa.Update:
    return sa.update(access).where(access.c.id == id_)


def _wanted(id_: int) -> sa.Select[Any]:
    return sa.select(access).where(access.c.id == id_)


def _get(connection: sa.Connection, id_: int) -> Visitor | None:
    row = connection.execute(_wanted(id_)).first()
    return None if row is None else _to_visitor(row)


def _number(raw: str | None) -> int | None:
    """Of an update."""
    return None if raw is None else int(json.loads(raw)["update_id"])


def _raw(connection: sa.Connection, update_id: int | None) -> str | None:
    wanted = sa.select(inbox.c.raw).where(inbox.c.update_id == update_id)
    return connection.execute(wanted).scalar() or None


def _may_ask(connection: sa.Connection, asked_at: int | None, now: datetime) -> bool:
    """Whether neither this stranger's request, at that time, nor too many others were passed on of late."""
    since = to_us(now - EVERY)
    if asked_at is not None and asked_at > since:
        return False
    lately = sa.select(sa.func.count()).select_from(access).where(access.c.asked_at > since)
    return bool(connection.execute(lately).scalar_one() < MOST_REQUESTS)


def _unasked(connection: sa.Connection) -> int:
    waiting = (access.c.state == AccessState.WAITING.value, access.c.asked_at.is_(None))
    counted = sa.select(sa.func.count()).select_from(access).where(*waiting)
    return int(connection.execute(counted).scalar_one())


def _anew(visitor: Visitor, question: str, now: datetime) -> tuple[int, str]:
    """The update as if it came only now, and from the supergroup that its group may have become.

    Its number is one that Telegram gives to none: the handling of the first may not have ended, which
    finishes that one.
    """
    update = json.loads(question)
    update["update_id"] = -abs(update["update_id"])
    message = update["message"]
    message["date"] = int(now.timestamp())
    if message["chat"]["id"] != visitor.id:
        message["chat"] |= {"id": visitor.id, "type": "supergroup"}
    return update["update_id"], json.dumps(update, separators=(",", ":"))


def _to_visitor(row: Any) -> Visitor:
    return Visitor(
        id=row.id,
        name=row.name,
        username=row.username,
        language=row.language,
        state=AccessState(row.state),
        told=row.told,
        decided_by=row.decided_by,
        question=row.question,
    )
