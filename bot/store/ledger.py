"""What was paid for: rows that are only added, each with the reply that it was paid for, and their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from bot.money.billing import Charge
from bot.money.calendar import months_before
from bot.store.engine.database import Database
from bot.store.tables import from_us, ledger, names, to_us

KEPT_MONTHS: Final = 13
"""What is older is added up by days, and is nobody's any more."""
_NANO: Final = Decimal(10) ** 9

_COUNTS: Final = (
    "requests",
    "questions",
    "estimated",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "reasoning_tokens",
    "searches",
    "speech_s",
    "tokens_nrub",
    "search_nrub",
    "speech_nrub",
)
_SUMS: Final = [sa.func.coalesce(sa.func.sum(ledger.c[name]), 0).label(name) for name in _COUNTS]
_NRUB: Final = sa.func.sum(ledger.c.tokens_nrub + ledger.c.search_nrub + ledger.c.speech_nrub)


@dataclass(frozen=True, slots=True)
class Whose:
    """Which rows: of a person, of a chat, or (neither) of all, in days from the first to the last."""

    first: date
    last: date
    person_id: int | None = None
    chat_id: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """The sum of some rows."""

    questions: int
    estimated: int
    input_tokens: int
    output_tokens: int
    tokens_rub: Decimal
    search_rub: Decimal
    speech_rub: Decimal
    last_at: datetime | None

    @property
    def rub(self) -> Decimal:
        return self.tokens_rub + self.search_rub + self.speech_rub


class Ledger:
    """It outlives what it was paid for: /new, /forget and the retention of turns leave it alone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        insert = database.insert(names)
        excluded = insert.excluded
        self._name = insert.on_conflict_do_update(
            index_elements=[names.c.id],
            set_={"name": excluded.name, "day": excluded.day},
            where=sa.or_(names.c.name != excluded.name, names.c.day != excluded.day),
        )

    def write(self, connection: sa.Connection, charges: Sequence[Charge], turn_id: int | None = None) -> None:
        """Adds rows in the transaction of what they were paid for."""
        if not charges:
            return
        connection.execute(sa.insert(ledger), [_row(charge, turn_id) for charge in charges])
        seen = {charge.chat_id: (charge.chat_title, charge.day) for charge in charges}
        seen |= {charge.payer.id: (charge.payer.name, charge.day) for charge in charges}
        for id_, (name, day) in seen.items():
            if name:
                connection.execute(self._name, {"id": id_, "name": name, "day": number_of(day)})

    async def add(self, charges: Sequence[Charge], turn_id: int | None = None) -> None:
        """Adds rows that go with nothing else that is written."""
        await self._database.write(lambda connection: self.write(connection, charges, turn_id))

    async def spent(self, whose: Whose) -> Spent:
        statement = sa.select(*_SUMS, sa.func.max(ledger.c.at).label("last_at")).where(*_within(whose))
        row = await self._database.read(lambda connection: connection.execute(statement).one())
        return _spent(row)

    async def by_day(self, whose: Whose) -> Mapping[date, Decimal]:
        """Roubles of each day on which there were any."""
        statement = sa.select(ledger.c.day, _NRUB.label("nrub")).where(*_within(whose))
        statement = statement.group_by(ledger.c.day).order_by(ledger.c.day)
        rows = await self._database.rows(statement)
        return {day_of(row.day): roubles_of(row.nrub) for row in rows}

    async def dearest_people(self, whose: Whose, *, limit: int) -> Sequence[tuple[int, str, Decimal]]:
        """Who cost most: id, name and roubles."""
        return await self._dearest(ledger.c.person_id, whose, limit, ledger.c.person_id != 0)

    async def dearest_chats(self, whose: Whose, *, limit: int) -> Sequence[tuple[int, str, Decimal]]:
        """Which groups cost most: id, title and roubles. A private chat is its person's."""
        return await self._dearest(ledger.c.chat_id, whose, limit, ledger.c.chat_id < 0)

    async def name(self, id_: int) -> str:
        """Of a person or a chat, as it was last seen; empty where it is not known."""
        wanted = sa.select(names.c.name).where(names.c.id == id_)
        return await self._database.read(lambda connection: connection.execute(wanted).scalar()) or ""

    async def add_up(self, today: date) -> int:
        """Makes one row a day of those that are older than they are kept; how many days that were."""
        before = number_of(months_before(today, KEPT_MONTHS))
        days = await self._database.read(lambda connection: _somebodys(connection, before))
        for day in days:  # each alone, so that others need not wait long
            await self._database.write(partial(_add_up, day=day))
        await self._database.execute(sa.delete(names).where(names.c.day < before))
        return len(days)

    async def _dearest(
        self, of: sa.Column[Any], whose: Whose, limit: int, condition: sa.ColumnElement[bool]
    ) -> Sequence[tuple[int, str, Decimal]]:
        sums = sa.select(of.label("id"), _NRUB.label("nrub")).where(*_within(whose), condition)
        sums = sums.group_by(of).order_by(_NRUB.desc(), of).limit(limit)
        found = sums.subquery()
        statement = sa.select(found.c.id, names.c.name, found.c.nrub)
        statement = statement.join_from(found, names, found.c.id == names.c.id, isouter=True)
        statement = statement.order_by(found.c.nrub.desc(), found.c.id)
        rows = await self._database.rows(statement)
        return [(row.id, row.name or "", roubles_of(row.nrub)) for row in rows]


def number_of(day: date) -> int:
    """A day as the database has it: 20261127."""
    return day.year * 10000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def nanoroubles(rub: Decimal) -> int:
    return int(rub * _NANO)


def roubles_of(nrub: int | Decimal) -> Decimal:
    """PostgreSQL gives sums as decimals."""
    return Decimal(nrub) / _NANO


def _row(charge: Charge, turn_id: int | None) -> dict[str, Any]:
    usage = charge.usage
    return {
        "at": to_us(charge.at),
        "day": number_of(charge.day),
        "person_id": charge.payer.id,
        "chat_id": charge.chat_id,
        "turn_id": turn_id,
        "model": charge.model,
        "requests": 1,
        "questions": int(charge.question),
        "estimated": int(charge.estimated),
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "searches": usage.searches,
        "speech_s": charge.speech_s,
        "tokens_nrub": nanoroubles(charge.tokens_rub),
        "search_nrub": nanoroubles(charge.search_rub),
        "speech_nrub": nanoroubles(charge.speech_rub),
    }


def _within(whose: Whose) -> list[sa.ColumnElement[bool]]:
    conditions = [ledger.c.day >= number_of(whose.first), ledger.c.day <= number_of(whose.last)]
    if whose.person_id is not None:
        conditions.append(ledger.c.person_id == whose.person_id)
    if whose.chat_id is not None:
        conditions.append(ledger.c.chat_id == whose.chat_id)
    return conditions


def _somebodys(connection: sa.Connection, before: int) -> Sequence[int]:
    """The days with rows that are not added up yet."""
    wanted = sa.select(ledger.c.day).where(ledger.c.day < before, ledger.c.person_id != 0)
    return connection.execute(wanted.distinct().order_by(ledger.c.day)).scalars().all()


def _add_up(connection: sa.Connection, day: int) -> None:
    of_day = ledger.c.day == day
    sums = sa.select(sa.func.max(ledger.c.at).label("at"), *_SUMS).where(of_day)
    row = connection.execute(sums).mappings().one()
    connection.execute(sa.delete(ledger).where(of_day))
    nobody = {"day": day, "person_id": 0, "chat_id": 0, "turn_id": None, "model": ""}
    connection.execute(sa.insert(ledger), [{name: int(value) for name, value in row.items()} | nobody])


def _spent(row: Any) -> Spent:
    return Spent(
        questions=int(row.questions),
        estimated=int(row.estimated),
        input_tokens=int(row.input_tokens),
        output_tokens=int(row.output_tokens),
        tokens_rub=roubles_of(row.tokens_nrub),
        search_rub=roubles_of(row.search_nrub),
        speech_rub=roubles_of(row.speech_nrub),
        last_at=None if row.last_at is None else from_us(row.last_at),
    )
