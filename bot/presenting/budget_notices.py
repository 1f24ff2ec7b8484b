"""Tells operators of budgets, once each: 80 and 100 percent of the month's, and whose day's is spent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final

from bot.answering.spending import Spending
from bot.core.clock import Clock
from bot.core.tasks import Background
from bot.money.budgets import Account, Exhausted, Scope
from bot.presenting.operators import Operators
from bot.screens.money import exhausted_notice, grant_buttons, month_notice
from bot.screens.names import plain_name
from bot.screens.views import View
from bot.store import Store, StoreUnavailable, Whose
from bot.texts import Texts

log = logging.getLogger(__name__)

AGAIN_S: Final = 3600.0
"""After that it is tried again to tell an operator who was out of reach."""
SPENDERS: Final = 3
"""How many people, and how many groups, may be let go on by a button when the month's budget is spent."""


class BudgetNotices:
    """What was told is in the database, so that a restart tells nothing twice. Nobody waits for them."""

    def __init__(self, *, operators: Operators, spending: Spending, store: Store, clock: Clock) -> None:
        self._operators = operators
        self._spending = spending
        self._store = store
        self._clock = clock
        self._background = Background()
        self._lock = asyncio.Lock()
        self._next_s: dict[str, float] = {}
        self._looking = False
        self._more = False

    def spent(self) -> None:
        """Looks at the month, if it has a budget; what is spent meanwhile is looked at right after."""
        if Scope.MONTH not in self._spending.limits or not self._operators:
            return
        self._more = True
        if not self._looking:
            self._looking = True
            self._background.spawn(self._look())

    def exhausted(self, exhausted: Exhausted) -> None:
        """The month's is told when it is spent; here again to operators who were out of reach then."""
        if exhausted.account.scope is Scope.MONTH:
            self.spent()
        else:
            self._background.spawn(self._quietly(lambda: self._tell_day(exhausted)))

    async def close(self) -> None:
        await self._background.close()

    async def _look(self) -> None:
        try:
            while self._more:
                self._more = False
                await self._quietly(self._tell_month)
        finally:
            self._looking = False

    async def _quietly(self, tell: Callable[[], Awaitable[None]]) -> None:
        try:
            await tell()
        except StoreUnavailable as error:
            log.info("the operators are told of budgets later: %s", error)

    async def _tell_month(self) -> None:
        account, percent = await self._spending.month()
        if not percent:
            return
        limit = self._spending.limits[Scope.MONTH]
        spent, _ = await self._spending.balance(account)
        until = self._spending.billing.calendar.next_month(self._clock.now())
        spenders = await self._spenders() if percent >= 100 else []

        def view(texts: Texts) -> View:
            said = month_notice(texts, percent=percent, spent=spent, limit=limit, until=until)
            return View(said, grant_buttons(spenders, texts, more=self.more))

        await self._tell(f"month {account.since:%Y-%m} {percent} of {limit}", view)

    async def _tell_day(self, exhausted: Exhausted) -> None:
        account = exhausted.account
        name = plain_name(await self._store.ledger.name(account.id))
        spent, _ = await self._spending.balance(account)

        def view(texts: Texts) -> View:
            return exhausted_notice(
                account, name, texts, spent=spent, limit=exhausted.limit, more=self.more(account.scope)
            )

        what = f"{account.scope.value} {account.id} {account.since} {exhausted.limit}"
        await self._tell(what, view)

    def more(self, scope: Scope) -> Decimal:
        """What a button gives: as much again, or without such a budget a day's part of the month's."""
        limits = self._spending.limits
        return limits.get(scope) or max(Decimal(1), (limits[Scope.MONTH] / 30).quantize(Decimal(1)))

    async def _spenders(self) -> list[tuple[Account, str]]:
        """The people who spent most today, then the groups in which most was spent: each may go on alone."""
        today = self._spending.billing.calendar.day(self._clock.now())
        ledger, whose = self._store.ledger, Whose(today, today)
        found = {
            Scope.PERSON: await ledger.dearest_people(whose, limit=SPENDERS),
            Scope.CHAT: await ledger.dearest_chats(whose, limit=SPENDERS),
        }
        return [
            (Account(scope, id_, today), plain_name(name))
            for scope, rows in found.items()
            for id_, name, _ in rows
        ]

    async def _tell(self, what: str, view: Callable[[Texts], View]) -> None:
        """One after the other: what is being told is not told again meanwhile."""
        async with self._lock:
            for operator in self._operators:
                key, now_s = f"{what} to {operator}", self._clock.monotonic()
                if now_s < self._next_s.get(key, now_s) or await self._store.limits.was_told(key):
                    continue
                self._next_s[key] = now_s + AGAIN_S
                texts = await self._operators.texts(operator)
                if await self._operators.show(operator, view(texts)) is not None:
                    await self._store.limits.tell(key)
