"""How far operators let somebody go today, and what of the budgets operators were told already."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import sqlalchemy as sa

from bot.core.clock import Clock
from bot.store.engine.database import Database
from bot.store.ledger import nanoroubles, number_of, roubles_of
from bot.store.tables import grants, to_us, told


class Limits:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._grant = database.upsert(grants)
        self._tell = database.insert(told).on_conflict_do_nothing()

    async def grant(self, scope: str, id_: int, day: date, up_to: Decimal) -> None:
        """Lets a person or a chat spend so much on a day."""
        row = {"scope": scope, "id": id_, "day": number_of(day), "up_to_nrub": nanoroubles(up_to)}
        await self._database.execute(self._grant, row)

    async def granted(self, scope: str, id_: int, day: date) -> Decimal:
        """0: nothing beyond the budget."""
        where = (grants.c.scope == scope, grants.c.id == id_, grants.c.day == number_of(day))
        wanted = sa.select(grants.c.up_to_nrub).where(*where)
        nrub = await self._database.read(lambda connection: connection.execute(wanted).scalar())
        return roubles_of(nrub or 0)

    async def purge(self, before: date) -> None:
        """Forgets what was granted and told of days before one."""
        began = datetime.combine(before, time.min, UTC)

        def job(connection: sa.Connection) -> None:
            connection.execute(sa.delete(grants).where(grants.c.day < number_of(before)))
            connection.execute(sa.delete(told).where(told.c.at < to_us(began)))

        await self._database.write(job)

    async def was_told(self, what: str) -> bool:
        wanted = sa.select(told.c.what).where(told.c.what == what)
        return await self._database.read(lambda connection: connection.execute(wanted).first()) is not None

    async def tell(self, what: str) -> None:
        """It is not to be told again."""
        row = {"what": what, "at": to_us(self._clock.now())}
        await self._database.execute(self._tell, row)
