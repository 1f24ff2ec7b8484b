"""What may be asked and what was spent, with a real ledger, beside a model that forgets nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.answering.outcomes import Declined, Reason
from bot.answering.spending import Spending
from bot.core.values import Conversation, Question, Usage
from bot.money.budgets import Exhausted, Reservation, Scope, accounts_of
from bot.store import Store, Whose
from tests.answering.meters import BILLING, CHAT, REQUEST, Watcher, asked, spending
from tests.clocks import ManualClock
from tests.databases import database_in
from tests.store.questions import ANNA, BORIS, PRIVATE, TOPIC


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    opened = Store.open(database_in(tmp_path), clock=clock)
    yield opened
    await opened.close()


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


async def until_read(store: Store, lookups: int) -> None:
    """Returns at once when so many reads were begun."""
    async with asyncio.timeout(15):
        while True:
            if store.database.lookups >= lookups:
                return
            await asyncio.sleep(0)


@pytest.mark.parametrize("read", range(1, 7))
async def test_midnight_between_two_who_ask_at_once_confuses_neither(
    store: Store, clock: ManualClock, read: int
) -> None:
    """When so many sums of the old day are read for one, the other comes on the new day and forgets them."""
    meter = spending(store, clock, person="1", chat="1", month="100")
    midnight = BILLING.calendar.next_day(clock.now())
    clock.skip((midnight - clock.now()).total_seconds() - 1)
    before = store.database.lookups
    old = asyncio.create_task(meter.admit(asked(), CHAT))
    await until_read(store, before + read)
    clock.skip(2)
    new = asyncio.create_task(meter.admit(asked(BORIS), CHAT))
    admitted = await asyncio.gather(old, new)
    assert [type(each) for each in admitted] == [Reservation, Reservation]


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
