"""What may be asked and what was spent, with a real ledger, beside a model that forgets nothing."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.outcomes import Declined, Reason
from bot.answering.ports import NullObserver
from bot.answering.spending import Spending
from bot.core.values import Conversation, Generation, Memory, ModelRequest, Usage
from bot.money.billing import Billing
from bot.money.budgets import NOTHING, Account, Reservation, Scope, accounts_of
from bot.money.calendar import Calendar
from bot.money.prices import BUILT_IN, Prices
from bot.options import BUILT_IN as SETTINGS
from bot.store import Store, Whose
from tests.clocks import ManualClock
from tests.databases import database_in
from tests.store.questions import ANNA, BORIS, PRIVATE, TOPIC, answer, question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import date
    from pathlib import Path

    from bot.core.values import Person, Question
    from bot.money.budgets import Exhausted

PRICES = Prices(BUILT_IN, search=Decimal("0.915"), speech=Decimal("0.1626"))
BILLING = Billing(PRICES, Calendar(ZoneInfo("Europe/Moscow")))
REQUEST = ModelRequest(Generation("yandexgpt-lite", 0.8, 1500), "Отвечай.", "Почему?")
CHAT = replace(SETTINGS, model="yandexgpt-lite", max_output_tokens=1500, instructions="")
ESTIMATE = Decimal("0.3002")
"""Of a question of four characters."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    opened = Store.open(database_in(tmp_path), clock=clock)
    yield opened
    await opened.close()


@dataclass
class Watcher:
    """Hears what the operators would be told."""

    spendings: int = 0
    exhausted_budgets: list[Exhausted] = field(default_factory=list)

    def spent(self) -> None:
        self.spendings += 1

    def exhausted(self, exhausted: Exhausted) -> None:
        self.exhausted_budgets.append(exhausted)


def spending(store: Store, clock: ManualClock, watcher: Watcher | None = None, **limits: str) -> Spending:
    """With budgets by the names of their scopes."""
    budgets = {Scope(name): Decimal(amount) for name, amount in limits.items()}
    meter = Spending(store=store, billing=BILLING, limits=budgets, clock=clock, observer=NullObserver())
    if watcher is not None:
        meter.watch(watcher)
    return meter


def asked(asker: Person = ANNA, conversation: Conversation = PRIVATE) -> Question:
    return question("Why?", asker=asker, conversation=conversation)


async def taken(meter: Spending, ask: Question) -> Reservation | None:
    """What is set aside for the question, which is let in."""
    admitted = await meter.admit(ask, CHAT)
    assert not isinstance(admitted, Declined)
    return admitted


async def declined(meter: Spending, ask: Question) -> tuple[Declined, Exhausted]:
    """Why the question is not."""
    why = await meter.admit(ask, CHAT)
    assert isinstance(why, Declined)
    assert why.reason is Reason.BUDGET
    assert why.exhausted is not None
    return why, why.exhausted


async def pays(store: Store, meter: Spending, ask: Question, *, thousands: int = 1) -> None:
    """The question is answered with so many thousand tokens."""
    charges = meter.charge(ask, REQUEST, Usage(0, 1000 * thousands), first=True)
    await store.ledger.add(charges)
    meter.written(charges)


async def asks(store: Store, meter: Spending, ask: Question, *, thousands: int = 1) -> None:
    """The question is let in, and answered."""
    reservation = await taken(meter, ask)
    await pays(store, meter, ask, thousands=thousands)
    meter.release(reservation)


async def test_without_budgets_all_is_let_in_and_written_down(store: Store, clock: ManualClock) -> None:
    meter = spending(store, clock)
    for _ in range(3):
        assert await taken(meter, asked()) is None
        await pays(store, meter, asked(), thousands=5000)
    today = BILLING.calendar.day(clock.now())
    assert (await store.ledger.spent(Whose(today, today))).rub == 3000


async def test_a_person_is_declined_until_midnight_everywhere(store: Store, clock: ManualClock) -> None:
    watcher = Watcher()
    meter = spending(store, clock, watcher, person="1")
    for conversation in (PRIVATE, TOPIC):
        await asks(store, meter, asked(conversation=conversation), thousands=3)
    spent_at = clock.now()
    await clock.advance(60)
    why, exhausted = await declined(meter, asked(conversation=TOPIC))
    assert (exhausted.limit, exhausted.since) == (Decimal(1), spent_at)
    assert why.until == BILLING.calendar.next_day(clock.now())
    assert watcher.exhausted_budgets == [exhausted]
    await taken(meter, asked(BORIS, TOPIC))
    await clock.advance(why.retry_in_s)
    await taken(meter, asked())


async def test_the_chats_budget_and_the_months_are_counted_apart(store: Store, clock: ManualClock) -> None:
    meter = spending(store, clock, chat="0.5", month="1")
    await asks(store, meter, asked(conversation=TOPIC), thousands=3)
    _, in_chat = await declined(meter, asked(BORIS, TOPIC))
    await asks(store, meter, asked(), thousands=2)
    why, elsewhere = await declined(meter, asked(BORIS, Conversation(BORIS.id)))
    assert (in_chat.account.scope, elsewhere.account.scope) == (Scope.CHAT, Scope.MONTH)
    assert why.until == BILLING.calendar.next_month(clock.now())


async def test_fifty_at_once_overshoot_by_no_more_than_what_is_under_way(
    store: Store, clock: ManualClock
) -> None:
    watcher = Watcher()
    meter = spending(store, clock, watcher, person="1")
    outcomes = await asyncio.gather(*(meter.admit(asked(), CHAT) for _ in range(50)))
    let_in = [outcome for outcome in outcomes if isinstance(outcome, Reservation)]
    held = [outcome.exhausted for outcome in outcomes if isinstance(outcome, Declined)]
    assert len(let_in) == 4
    assert [exhausted.since for exhausted in held if exhausted is not None] == [None] * 46
    assert watcher.exhausted_budgets == []
    for reservation in let_in:
        for _ in range(2):
            meter.release(reservation)
    assert [await taken(meter, asked()) is None for _ in range(4)] == [False] * 4
    await declined(meter, asked())


async def test_a_restart_forgets_what_was_set_aside_and_nothing_that_was_spent(
    store: Store, clock: ManualClock
) -> None:
    first = spending(store, clock, person="1")
    await pays(store, first, asked(), thousands=4)
    await taken(first, asked())
    await declined(first, asked())
    await asks(store, spending(store, clock, person="1"), asked())
    await declined(spending(store, clock, person="1"), asked())


async def test_an_operator_lets_one_go_on_today_once_however_often_they_press(
    store: Store, clock: ManualClock
) -> None:
    meter = spending(store, clock, person="1")
    await pays(store, meter, asked(), thousands=5)
    account = accounts_of(ANNA.id, PRIVATE.chat_id, BILLING.calendar.day(clock.now()))[0]
    await declined(meter, asked())
    assert [await meter.grant(account, Decimal(1)) for _ in range(2)] == [True, False]
    assert await meter.balance(account) == (Decimal(1), Decimal(2))
    for meter_of_life in (meter, spending(store, clock, person="1")):
        meter_of_life.release(await taken(meter_of_life, asked()))
    await pays(store, meter, asked(), thousands=5)
    await declined(meter, asked())
    assert await meter.grant(account, Decimal("0.5"))
    assert await meter.balance(account) == (Decimal(2), Decimal("2.5"))


async def test_the_level_of_the_month_is_that_of_the_ledger(store: Store, clock: ManualClock) -> None:
    watcher = Watcher()
    meter = spending(store, clock, watcher, month="10")
    levels = []
    for thousands in (39, 1, 9, 1):
        await pays(store, meter, asked(), thousands=thousands)
        levels.append((await meter.month())[1])
    assert levels == [0, 80, 80, 100]
    assert watcher.spendings == 4


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
