"""What was paid for: kept with the reply, summed exactly, and longer than what it was paid for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.core.values import Conversation, Memory, Person, Question, Usage
from bot.money.billing import Billing, Charge
from bot.money.calendar import Calendar
from bot.money.prices import BUILT_IN, Prices
from bot.store import Store, Whose
from tests.clocks import ManualClock
from tests.databases import query
from tests.store.questions import ANNA, BORIS, PRIVATE, TOPIC, answer, answered, question

BILLING = Billing(
    Prices(BUILT_IN, search=Decimal("0.915"), speech=Decimal("0.1626")), Calendar(ZoneInfo("Europe/Moscow"))
)
NOON = datetime(2026, 11, 27, 9, tzinfo=UTC)
TODAY = date(2026, 11, 27)
ALL = Whose(date(2020, 1, 1), date(2030, 1, 1))


def charge(asked: Question, *, at: datetime = NOON, searches: int = 0, output_tokens: int = 1000) -> Charge:
    usage = Usage(1000, output_tokens, searches=searches)
    return replace(BILLING.request(asked, at, model="yandexgpt-lite", usage=usage), question=True)


async def test_an_answer_is_kept_with_what_it_cost(store: Store) -> None:
    asked = question()
    turn = await store.turns.add(asked, memory=Memory.LINEAR)
    assert turn is not None
    assert await store.turns.save_answer(turn.id, answer(), [charge(asked, searches=1)])
    await store.turns.save_answer(turn.id, answer(), [charge(asked)])
    spent = await store.ledger.spent(ALL)
    assert (spent.rub, spent.search_rub) == (Decimal("1.715"), Decimal("0.915"))
    assert (spent.questions, spent.input_tokens, spent.output_tokens) == (2, 2000, 2000)
    assert spent.last_at == NOON


async def test_what_a_closed_turn_cost_is_owed_all_the_same(store: Store) -> None:
    asked = question()
    turn = await answered(store, await store.turns.add(asked, memory=Memory.LINEAR))
    assert not await store.turns.save_answer(turn.id, answer(), [charge(asked)])
    assert (await store.ledger.spent(ALL)).rub == Decimal("0.4")


async def test_sums_are_by_person_chat_and_days(store: Store) -> None:
    annas, boriss = question(), question(conversation=TOPIC, asker=BORIS)
    yesterday = NOON - timedelta(days=1)
    await store.ledger.add([charge(annas), charge(annas, at=yesterday, searches=1), charge(boriss)])
    await store.ledger.add([charge(question(conversation=TOPIC, asker=ANNA))])
    sums = {
        name: (await store.ledger.spent(whose)).rub
        for name, whose in {
            "anna": replace(ALL, person_id=ANNA.id),
            "boris": replace(ALL, person_id=BORIS.id),
            "topic": replace(ALL, chat_id=TOPIC.chat_id),
            "today": Whose(TODAY, TODAY),
            "private": Whose(TODAY, TODAY, chat_id=PRIVATE.chat_id),
            "nobody": replace(ALL, person_id=99),
        }.items()
    }
    lite = Decimal("0.4")
    assert sums == {
        "anna": 3 * lite + Decimal("0.915"),
        "boris": lite,
        "topic": 2 * lite,
        "today": 3 * lite,
        "private": lite,
        "nobody": 0,
    }
    assert await store.ledger.by_day(ALL) == {
        date(2026, 11, 26): lite + Decimal("0.915"),
        TODAY: 3 * lite,
    }


async def test_a_day_is_the_deployments_own(store: Store) -> None:
    late = datetime(2026, 11, 27, 20, 59, 59, tzinfo=UTC)
    await store.ledger.add([charge(question(), at=late), charge(question(), at=late + timedelta(seconds=1))])
    assert list(await store.ledger.by_day(ALL)) == [TODAY, date(2026, 11, 28)]


async def test_who_cost_most_comes_first_by_the_name_last_seen(store: Store) -> None:
    await store.ledger.add([charge(question(asker=Person(7, "Аня")), output_tokens=10)])
    await store.ledger.add(
        [charge(question(asker=BORIS, conversation=TOPIC, chat_title="Дом"), output_tokens=3000)]
    )
    await store.ledger.add([charge(question(asker=Person(9, ""), conversation=TOPIC, chat_title="Дом"))])
    await store.ledger.add([charge(question(asker=Person(7, "Анна")))])
    people = await store.ledger.dearest_people(ALL, limit=2)
    assert people == [(8, "Boris", Decimal("0.8")), (7, "Анна", Decimal("0.602"))]
    assert await store.ledger.dearest_chats(ALL, limit=2) == [(-100, "Дом", Decimal("1.2"))]
    assert await store.ledger.name(7) == "Анна"
    assert await store.ledger.name(9) == ""


async def test_it_outlives_what_it_was_paid_for(store: Store) -> None:
    asked = question()
    turn = await store.turns.add(asked, memory=Memory.LINEAR)
    assert turn is not None
    await store.turns.save_answer(turn.id, answer(), [charge(asked)])
    await store.bulk.forget(PRIVATE)
    await store.bulk.purge(NOON + timedelta(days=9000))
    assert (await store.ledger.spent(ALL)).rub == Decimal("0.4")
    assert await store.ledger.dearest_people(ALL, limit=1) == [(7, "Anna", Decimal("0.4"))]


async def test_it_goes_with_a_group_that_becomes_a_supergroup(store: Store) -> None:
    old, new = Conversation(-1), -100
    group = Person(-1, "Дом")
    await store.ledger.add([charge(question(conversation=old, asker=group, chat_title="Дом", private=False))])
    await store.limits.grant("chat", -1, TODAY, Decimal(5))
    for _ in range(2):
        await store.bulk.migrate(-1, new)
    assert (await store.ledger.spent(replace(ALL, chat_id=new))).rub == Decimal("0.4")
    assert (await store.ledger.spent(replace(ALL, person_id=new))).rub == Decimal("0.4")
    assert await store.ledger.name(new) == "Дом"
    assert await store.limits.granted("chat", new, TODAY) == 5


async def test_after_thirteen_months_only_the_sums_of_days_are_left(store: Store, url: str) -> None:
    for months in range(20):
        at = NOON - timedelta(days=30 * months)
        asked = question(asker=(ANNA, BORIS)[months % 2])
        await store.ledger.add([charge(asked, at=at, output_tokens=100 * n + months) for n in range(3)])
    before, days = await store.ledger.spent(ALL), await store.ledger.by_day(ALL)
    assert await store.ledger.add_up(TODAY) == 5
    assert await store.ledger.add_up(TODAY) == 0
    assert await store.ledger.spent(ALL) == before
    assert await store.ledger.by_day(ALL) == days
    old = Whose(date(2020, 1, 1), date(2025, 9, 30))
    assert (await store.ledger.spent(old)).questions == 15
    assert await store.ledger.dearest_people(old, limit=10) == []
    assert await store.ledger.dearest_chats(old, limit=10) == []
    assert (await store.ledger.spent(replace(old, chat_id=0))).questions == 15
    assert query(url, "SELECT requests FROM ledger WHERE day < 20251001") == [(3,)] * 5
    sums = [(await store.ledger.spent(replace(ALL, person_id=who.id))).questions for who in (ANNA, BORIS)]
    assert sum(sums) == 45


async def test_names_are_forgotten_when_nothing_of_theirs_is_left(store: Store) -> None:
    long_ago = NOON - timedelta(days=500)
    await store.ledger.add([charge(question(asker=BORIS), at=long_ago), charge(question(), at=long_ago)])
    await store.ledger.add([charge(question())])
    await store.ledger.add_up(TODAY)
    assert (await store.ledger.name(BORIS.id), await store.ledger.name(ANNA.id)) == ("", "Anna")


async def test_sums_are_kept_in_nanoroubles(store: Store, url: str) -> None:
    await store.ledger.add([replace(charge(question()), tokens_rub=Decimal("1.000000002"))])
    await store.limits.grant("person", 7, TODAY, Decimal("0.5"))
    assert query(url, "SELECT tokens_nrub FROM ledger") == [(1_000_000_002,)]
    assert query(url, "SELECT up_to_nrub FROM grants") == [(500_000_000,)]


async def test_it_adds_up_whatever_is_added(store: Store) -> None:
    total = Decimal(0)
    for number in range(40):
        rub = Decimal(number * 987_654_321).scaleb(-9)
        total += rub
        await store.ledger.add([replace(charge(question()), tokens_rub=rub)])
    assert (await store.ledger.spent(ALL)).rub == total


@pytest.mark.parametrize("scope", ["person", "chat"])
async def test_a_grant_is_for_one_day_and_the_last_one_counts(store: Store, scope: str) -> None:
    assert await store.limits.granted(scope, 7, TODAY) == 0
    await store.limits.grant(scope, 7, TODAY, Decimal("10.5"))
    await store.limits.grant(scope, 7, TODAY, Decimal("20.000000001"))
    assert await store.limits.granted(scope, 7, TODAY) == Decimal("20.000000001")
    assert await store.limits.granted(scope, 7, TODAY + timedelta(days=1)) == 0


async def test_what_was_told_is_known(store: Store) -> None:
    assert not await store.limits.was_told("month 80")
    for _ in range(2):
        await store.limits.tell("month 80")
    assert await store.limits.was_told("month 80")
    assert not await store.limits.was_told("month 100")


async def test_what_was_granted_and_told_is_forgotten_in_time(store: Store, clock: ManualClock) -> None:
    day = clock.now().date()
    await store.limits.grant("person", 7, day, Decimal(5))
    await store.limits.tell("month 80")
    await store.limits.purge(day)
    assert await store.limits.granted("person", 7, day) == 5
    assert await store.limits.was_told("month 80")
    await store.limits.purge(day + timedelta(days=1))
    assert await store.limits.granted("person", 7, day) == 0
    assert not await store.limits.was_told("month 80")


async def test_the_first_day_of_the_thirteenth_month_before_is_kept(store: Store) -> None:
    at = NOON.replace(year=2025, month=10, day=1)
    await store.ledger.add([charge(question(asker=BORIS), at=at)])
    assert await store.ledger.add_up(TODAY) == 0
    assert await store.ledger.name(BORIS.id) == "Boris"
    assert await store.ledger.add_up(TODAY + timedelta(days=4)) == 1
    assert await store.ledger.name(BORIS.id) == ""
