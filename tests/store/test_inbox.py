"""The durable inbox."""

from __future__ import annotations

from bot.core.values import Memory
from bot.store import PendingUpdate, Store
from tests.clocks import ManualClock
from tests.store.questions import question


async def test_accepted_updates_are_pending_until_finished(store: Store) -> None:
    assert await store.inbox.accept([(2, '{"a": 2}'), (1, '{"a": 1}')]) == [2, 1]
    await store.inbox.finish(2)

    assert await store.inbox.pending() == [PendingUpdate(1, '{"a": 1}', 0)]


async def test_duplicates_are_harmless_even_when_they_are_done(store: Store) -> None:
    await store.inbox.accept([(1, "first"), (2, "second")])
    await store.inbox.finish(1)

    assert await store.inbox.accept([(1, "again"), (2, "again"), (3, "third"), (3, "twice")]) == [3]
    assert [update.update_id for update in await store.inbox.pending()] == [2, 3]


async def test_nothing_to_accept(store: Store) -> None:
    assert await store.inbox.accept([]) == []


async def test_attempts_are_counted_and_survive_a_restart(url: str, clock: ManualClock) -> None:
    store = Store.open(url, clock=clock)
    await store.inbox.accept([(1, "poison")])
    assert [await store.inbox.begin(1), await store.inbox.begin(1)] == [1, 2]
    await store.close()

    store = Store.open(url, clock=clock)
    assert await store.inbox.pending() == [PendingUpdate(1, "poison", 2)]
    assert await store.inbox.begin(1) == 3
    await store.close()


async def test_an_update_that_led_to_a_turn_is_finished_with_it(store: Store) -> None:
    asked = question()
    await store.inbox.accept([(asked.update_id, "{}")])
    await store.turns.add(asked, memory=Memory.LINEAR)
    assert await store.inbox.pending() == []
    commits = store.database.commits
    await store.inbox.finish(asked.update_id)
    assert store.database.commits == commits


async def test_an_unknown_update_has_no_attempts(store: Store) -> None:
    assert await store.inbox.begin(404) == 0


async def test_what_is_set_aside_is_not_pending_and_not_accepted_again(store: Store) -> None:
    await store.inbox.accept([(1, "poison")])
    await store.inbox.set_aside(1)

    assert await store.inbox.pending() == []
    assert await store.inbox.accept([(1, "poison")]) == []


async def test_the_update_that_became_a_turn_is_done_with_it(store: Store) -> None:
    asked = question()
    await store.inbox.accept([(asked.update_id, "raw")])

    await store.turns.add(asked, memory=Memory.LINEAR)

    assert await store.inbox.pending() == []
