"""Who knocks, whom the operators are asked about, and what becomes of it."""

from __future__ import annotations

import json

from bot.store import AccessState, Store, Stranger
from bot.store.access import MOST_REQUESTS, Knock, Visitor
from tests.clocks import ManualClock

DAY_S = 24 * 3600.0
WAITING, LET_IN, REFUSED = AccessState.WAITING, AccessState.LET_IN, AccessState.REFUSED


def update(update_id: int = 1, chat_id: int = 7) -> str:
    message = {"message_id": 5, "date": 100, "chat": {"id": chat_id, "type": "group"}, "text": "Вопрос?"}
    return json.dumps({"update_id": update_id, "message": message})


async def knock(
    store: Store, id_: int = 7, name: str = "Анна", question: str = "", asks: bool = True
) -> Knock:
    """With the update that is being dealt with, if there is one."""
    update_id = json.loads(question)["update_id"] if question else None
    if update_id is not None:
        await store.inbox.accept([(update_id, question)])
    found = await store.access.knock(Stranger(id_, name, "anna", "en"), update_id=update_id, asks=asks)
    if update_id is not None:
        await store.inbox.finish(update_id)
    return found


async def visitor_of(store: Store, id_: int) -> Visitor | None:
    """As one of the operators' lists has it."""
    pages = [await store.access.page(state, start=0, limit=100) for state in AccessState]
    return next((visitor for page, _ in pages for visitor in page if visitor.id == id_), None)


async def test_the_first_knock_is_told_and_asked_about_and_those_after_it_are_not(store: Store) -> None:
    first = await knock(store)
    assert (first.tell, first.ask, first.visitor.state, first.visitor.told) == (True, True, WAITING, 0)
    again = await knock(store, name="Аня")
    assert (again.tell, again.ask) == (False, False)
    visitor = await visitor_of(store, 7)
    assert visitor is not None
    assert (visitor.name, visitor.told) == ("Аня", 1)


async def test_who_still_waits_is_asked_about_again_after_a_day_and_told_at_most_twice(
    store: Store, clock: ManualClock
) -> None:
    seen = []
    for _ in range(4):
        found = await knock(store)
        seen.append((found.tell, found.ask))
        await clock.advance(DAY_S + 1)
    assert seen == [(True, True), (True, True), (False, True), (False, True)]


async def test_after_a_day_to_the_second_operators_may_be_asked_again(
    store: Store, clock: ManualClock
) -> None:
    for id_ in range(1, MOST_REQUESTS + 1):
        assert (await knock(store, id_)).uncounted == 0
    clock.skip(DAY_S)
    assert (await knock(store, 1)).ask
    assert (await knock(store, 100)).ask
    await store.access.purge()
    assert len(await store.access.owed()) == MOST_REQUESTS + 1, "what is a day old is owed still"


async def test_of_a_flood_only_so_many_are_asked_about_and_the_rest_counted(
    store: Store, clock: ManualClock
) -> None:
    knocks = [await knock(store, id_) for id_ in range(1, MOST_REQUESTS + 6)]
    assert [found.ask for found in knocks] == [True] * MOST_REQUESTS + [False] * 5
    assert all(found.tell for found in knocks)
    assert knocks[-1].uncounted == 5
    await clock.advance(DAY_S + 1)
    assert (await knock(store, 100)).ask


async def test_the_first_question_is_kept_and_put_back_when_they_are_let_in(
    store: Store, clock: ManualClock
) -> None:
    await knock(store)
    for number, asks in ((4, False), (1, True), (2, True), (3, False)):
        await knock(store, question=update(number), asks=asks)

    before, changed = await store.access.decide(7, LET_IN, by=1, when=[WAITING], told=True)

    assert changed
    assert before is not None
    assert (before.question, before.language) == (update(1), "en")
    (pending,) = await store.inbox.pending()
    assert pending.attempts == 0
    asked_anew = json.loads(pending.raw)
    assert (pending.update_id, asked_anew["update_id"]) == (-1, -1)
    assert asked_anew["message"]["date"] == int(clock.now().timestamp())
    visitor = await visitor_of(store, 7)
    assert visitor is not None
    assert (visitor.state, visitor.decided_by, visitor.question) == (LET_IN, 1, None)


async def test_a_request_is_owed_until_it_is_passed_on(store: Store, clock: ManualClock) -> None:
    """Whatever else comes from there meanwhile; what was decided, or is a day old, is not."""
    for id_ in (7, 8, 9):
        await store.access.knock(Stranger(id_, f"Гость {id_}"), asker="Анна")
        await store.access.knock(Stranger(id_, f"Гость {id_}"), asker="Борис")
        await clock.advance(1)
    owed = await store.access.owed()
    assert [(visitor.id, asker) for visitor, asker in owed] == [(7, "Анна"), (8, "Анна"), (9, "Анна")]
    await store.access.passed_on(7)
    await store.access.decide(8, LET_IN, by=1, when=[WAITING], told=True)
    assert [visitor.id for visitor, _ in await store.access.owed()] == [9]
    await clock.advance(DAY_S + 1)
    await store.access.purge()
    assert await store.access.owed() == []


async def test_an_update_that_comes_again_is_told_of_again_once(store: Store) -> None:
    """Its first handling was cut off, before or after the line was sent; another one changes nothing."""
    await store.inbox.accept([(1, update(1)), (2, update(2))])
    stranger = Stranger(7, "Анна")
    found = [await store.access.knock(stranger, update_id=number) for number in (1, 2, 1, 1)]
    assert [(each.tell, each.ask) for each in found] == [
        (True, True),
        (False, False),
        (True, False),
        (False, False),
    ]


async def test_of_two_who_decide_the_first_counts(store: Store) -> None:
    await knock(store, question=update())
    await store.access.decide(7, REFUSED, by=1, when=[WAITING], told=True)
    visitor, changed = await store.access.decide(7, LET_IN, by=2, when=[WAITING], told=True)
    assert not changed
    assert visitor is not None
    assert (visitor.state, visitor.decided_by) == (REFUSED, 1)
    assert await store.inbox.pending() == []
    assert await store.access.decide(99, LET_IN, by=1, when=[WAITING], told=True) == (None, False)


async def test_a_refusal_is_told_once_and_asked_about_no_more(store: Store, clock: ManualClock) -> None:
    await knock(store)
    await store.access.decide(7, REFUSED, by=1, when=[WAITING], told=False)
    seen = []
    for _ in range(3):
        found = await knock(store, question=update())
        seen.append((found.tell, found.ask))
        await clock.advance(DAY_S + 1)
    assert seen == [(True, False), (False, False), (False, False)]
    visitor = await visitor_of(store, 7)
    assert visitor is not None
    assert visitor.question is None


async def test_what_was_decided_is_listed_a_page_at_a_time(store: Store, clock: ManualClock) -> None:
    for id_ in range(1, 6):
        await knock(store, id_, name=f"Гость {id_}")
        await clock.advance(1)
    for id_ in (1, 2, 4):
        await store.access.decide(id_, LET_IN, by=9, when=[WAITING], told=True)
    page, count = await store.access.page(LET_IN, start=1, limit=1)
    assert ([visitor.id for visitor in page], count) == ([2], 3)
    page, count = await store.access.page(WAITING, start=0, limit=10)
    assert ([visitor.name for visitor in page], count) == (["Гость 5", "Гость 3"], 2)


async def test_a_decision_goes_with_a_group_that_becomes_a_supergroup(store: Store) -> None:
    await knock(store, -1, question=update(3, -1))
    await store.bulk.migrate(-1, -100)
    assert await visitor_of(store, -1) is None
    await store.access.decide(-100, LET_IN, by=9, when=[WAITING], told=True)
    (pending,) = await store.inbox.pending()
    assert json.loads(pending.raw)["message"]["chat"] == {"id": -100, "type": "supergroup"}


async def test_a_supergroup_that_knocked_before_it_was_known_is_let_in_as_the_group_was(store: Store) -> None:
    await knock(store, -1)
    await store.access.decide(-1, LET_IN, by=9, when=[WAITING], told=True)
    await knock(store, -100)
    await store.bulk.migrate(-1, -100)
    visitor = await visitor_of(store, -100)
    assert visitor is not None
    assert visitor.state is LET_IN


async def test_a_group_that_knocked_under_both_ids_has_one_place(store: Store) -> None:
    await knock(store, -100, question=update(4, -100))
    await knock(store, -1, question=update(5, -1))
    await store.bulk.migrate(-1, -100)
    visitor = await visitor_of(store, -100)
    assert visitor is not None
    assert visitor.question == update(4, -100)
    assert await visitor_of(store, -1) is None


async def test_who_comes_again_after_weeks_waits_anew(store: Store, clock: ManualClock) -> None:
    """The operators are asked anew, and what they are asked about is kept as long as that of any other."""
    await knock(store, 7, question=update(1))
    await knock(store, 8)
    await clock.advance(29 * DAY_S)
    for id_ in (7, 8):
        assert (await knock(store, id_, question=update(id_, id_))).ask
    await clock.advance(2 * DAY_S)
    await store.access.purge()

    for id_ in (7, 8):
        before, changed = await store.access.decide(id_, LET_IN, by=1, when=[WAITING], told=True)
        assert changed
        assert before is not None
        assert before.question == update(id_, id_)


async def test_a_question_is_kept_a_week_however_often_its_asker_comes(
    store: Store, clock: ManualClock
) -> None:
    await knock(store, 7, question=update(1))
    await clock.advance(6 * DAY_S)
    await knock(store, 7, question=update(2))
    await clock.advance(2 * DAY_S)
    await store.access.purge()
    ((visitor,), _) = await store.access.page(WAITING, start=0, limit=1)
    assert visitor.question is None
    await clock.advance(24 * DAY_S)
    await store.access.purge()
    assert await store.access.page(WAITING, start=0, limit=1) == ([visitor], 1)


async def test_what_is_kept_for_a_week_or_a_month_is_kept_to_the_last_moment(
    store: Store, clock: ManualClock
) -> None:
    await knock(store, 7, question=update(1))
    clock.skip(7 * DAY_S)
    await knock(store, 7, question=update(2))
    await store.access.purge()
    ((visitor,), _) = await store.access.page(WAITING, start=0, limit=1)
    assert visitor.question == update(1)
    clock.skip(30 * DAY_S)
    for there in (1, 0):
        await store.access.purge()
        assert (await store.access.page(WAITING, start=0, limit=0))[1] == there
        clock.skip(1e-6)


async def test_whom_nobody_was_asked_about_waits_a_month_too(store: Store, clock: ManualClock) -> None:
    for id_ in range(MOST_REQUESTS):
        await knock(store, id_)
    assert not (await knock(store, 100)).ask
    clock.skip(30 * DAY_S)
    for there in (MOST_REQUESTS + 1, 0):
        await store.access.purge()
        assert (await store.access.page(WAITING, start=0, limit=0))[1] == there
        clock.skip(1e-6)


async def test_who_was_not_passed_on_for_the_flood_waits_from_when_they_last_came(
    store: Store, clock: ManualClock
) -> None:
    await knock(store, 7, question=update(1))
    await clock.advance(29 * DAY_S)
    for id_ in range(10, 10 + MOST_REQUESTS):
        await knock(store, id_)
    assert not (await knock(store, 7, question=update(2))).ask
    await clock.advance(2 * DAY_S)
    await store.access.purge()
    (visitor, *_), _ = await store.access.page(WAITING, start=0, limit=20)
    assert (visitor.id, visitor.question) == (7, update(2))


async def test_who_waits_in_vain_is_forgotten_after_a_month_and_their_question_after_a_week(
    store: Store, clock: ManualClock
) -> None:
    await knock(store, 7, question=update())
    await knock(store, 8)
    await store.access.decide(8, REFUSED, by=9, when=[WAITING], told=True)
    await clock.advance(8 * DAY_S)
    await store.access.purge()
    visitor = await visitor_of(store, 7)
    assert visitor is not None
    assert visitor.question is None
    await clock.advance(30 * DAY_S)
    await store.access.purge()
    assert await visitor_of(store, 7) is None
    assert await visitor_of(store, 8) is not None
