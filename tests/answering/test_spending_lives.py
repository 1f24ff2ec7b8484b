"""Lives of a deployment, with kills: what was spent is what a plain list of payments adds up to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.outcomes import Declined
from bot.core.values import Memory, Question, Usage
from bot.money.budgets import NOTHING, Account, Reservation, Scope, accounts_of
from bot.store import Store, Whose
from tests.answering.meters import BILLING, CHAT, ESTIMATE, REQUEST, asked, spending
from tests.clocks import ManualClock
from tests.databases import database_in
from tests.store.questions import ANNA, BORIS, PRIVATE, TOPIC, answer

if TYPE_CHECKING:
    import pytest


def test_no_life_of_it_counts_otherwise_than_the_ledger(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("lives")
    numbers = itertools.count()

    @settings(max_examples=25, deadline=None)
    @given(
        limits=st.fixed_dictionaries(
            {}, optional={scope.value: st.sampled_from(("1", "3")) for scope in Scope}
        ),
        steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 7)), max_size=40),
    )
    def live(limits: dict[str, str], steps: list[tuple[str, int]]) -> None:
        own = folder / str(next(numbers))
        own.mkdir()
        asyncio.run(_Life(database_in(own), limits).live(steps))

    live()


STEPS = ["ask", "ask", "answer", "answer", "fail", "give up", "kill", "wait", "grant"]


class _Life:
    """Does the same to the meter, with a store on the disk, and to a plain list of what was paid."""

    def __init__(self, url: str, limits: dict[str, str]) -> None:
        self.url, self.limits = url, limits
        self.clock = ManualClock()
        self.rows: list[tuple[tuple[Account, ...], Decimal]] = []
        self.under_way: list[tuple[Question, tuple[Account, ...], Reservation | None]] = []
        self.grants: dict[Account, Decimal] = {}

    async def live(self, steps: list[tuple[str, int]]) -> None:
        self.begin()
        for step, number in steps:
            does: Callable[[int], object] = getattr(self, step.replace(" ", "_"))
            result = does(number)
            if asyncio.iscoroutine(result):
                await result
            await self.check()
        await self.store.close()

    def begin(self) -> None:
        self.store = Store.open(self.url, clock=self.clock)
        self.meter = spending(self.store, self.clock, None, **self.limits)

    @property
    def today(self) -> date:
        return BILLING.calendar.day(self.clock.now())

    def spent(self, account: Account) -> Decimal:
        return sum((rub for accounts, rub in self.rows if account in accounts), NOTHING)

    def ceiling(self, account: Account) -> Decimal | None:
        limit = self.limits.get(account.scope)
        return None if limit is None else max(Decimal(limit), self.grants.get(account, NOTHING))

    def lets_in(self, accounts: tuple[Account, ...]) -> bool:
        def counted(account: Account) -> Decimal:
            return self.spent(account) + ESTIMATE * sum(account in held for _, held, _ in self.under_way)

        person, chat, month = (
            (ceiling := self.ceiling(account)) is None or counted(account) < ceiling for account in accounts
        )
        granted = any(counted(account) < self.grants.get(account, NOTHING) for account in accounts)
        return person and chat and (month or granted)

    async def ask(self, number: int) -> None:
        ask = asked((ANNA, BORIS)[number % 2], (PRIVATE, TOPIC)[number // 2 % 2])
        accounts = accounts_of(ask.asker.id, ask.conversation.chat_id, self.today)
        admitted = await self.meter.admit(ask, CHAT)
        assert isinstance(admitted, Declined) != (not self.limits or self.lets_in(accounts))
        if not isinstance(admitted, Declined):
            self.under_way.append((ask, accounts if self.limits else (), admitted))

    async def answer(self, number: int) -> None:
        if not self.under_way:
            return
        ask, _, reservation = self.under_way.pop(number % len(self.under_way))
        turn = await self.store.turns.add(ask, memory=Memory.LINEAR)
        assert turn is not None
        charges = self.meter.charge(ask, REQUEST, Usage(100 * number, 300 * number), first=True)
        await self.store.turns.save_answer(turn.id, answer(), charges)
        self.meter.written(charges)
        self.meter.release(reservation)
        self.paid(ask, charges[0].rub)

    async def fail(self, number: int) -> None:
        if not self.under_way:
            return
        ask, _, reservation = self.under_way.pop(number % len(self.under_way))
        charges = self.meter.charge(ask, REQUEST, Usage(reported=False), first=True)
        await self.store.ledger.add(charges)
        self.meter.written(charges)
        self.meter.release(reservation)
        self.paid(ask, charges[0].rub)

    def give_up(self, number: int) -> None:
        if self.under_way:
            _, _, reservation = self.under_way.pop(number % len(self.under_way))
            self.meter.release(reservation)

    def paid(self, ask: Question, rub: Decimal) -> None:
        accounts = accounts_of(ask.asker.id, ask.conversation.chat_id, self.today)
        self.rows.append((accounts, rub))

    async def kill(self, _number: int) -> None:
        await self.store.close()
        self.under_way = []
        self.begin()

    async def wait(self, number: int) -> None:
        await self.clock.advance(timedelta(hours=5 * number).total_seconds())

    async def grant(self, number: int) -> None:
        account = accounts_of((ANNA, BORIS)[number % 2].id, TOPIC.chat_id, self.today)[number // 2 % 2]
        used = max(self.spent(account), Decimal(self.limits.get(account.scope, 0)))
        gives = self.grants.get(account, NOTHING) <= used
        if gives:
            self.grants[account] = used + number
        assert await self.meter.grant(account, Decimal(number)) == gives

    async def check(self) -> None:
        everything = Whose(self.today - timedelta(days=400), self.today)
        assert (await self.store.ledger.spent(everything)).rub == sum((rub for _, rub in self.rows), NOTHING)
        for account in accounts_of(ANNA.id, TOPIC.chat_id, self.today):
            assert await self.meter.balance(account) == (self.spent(account), self.ceiling(account))
