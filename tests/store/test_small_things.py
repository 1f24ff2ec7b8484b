"""What the store does in passing: attempts taken back, names of topics, a chat's move, writes made again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.core.values import Conversation, Memory, ShownPart, TalkMessage, TurnState
from bot.store import (
    AccessState,
    PendingUpdate,
    Store,
    StoreUnavailable,
    Stranger,
)
from bot.store.beside import chosen_beside
from bot.store.chat_moves import Moves
from bot.store.parts import NEWEST
from bot.store.retrying import retry_write, retry_write_to_the_end
from bot.store.rows import NO_ANSWER
from bot.store.talk import KEPT_FOR
from bot.store.tree import FARTHEST
from tests.clocks import ManualClock, settle
from tests.store.memory import history_of
from tests.store.piling import Piled
from tests.store.questions import ANNA, BORIS, PRIVATE, TOPIC, answer, answered, overrides_of, question


@pytest.fixture
def url(tmp_path: Path) -> str:
    """None of this differs between databases."""
    return f"sqlite:///{tmp_path}/bot.db"


def test_a_new_turn_has_used_nothing() -> None:
    assert {name: value for name, value in NO_ANSWER.items() if value} == {}


async def test_an_attempt_that_was_cut_short_is_taken_back_from_its_update_alone(store: Store) -> None:
    await store.inbox.accept([(1, "a"), (2, "b"), (3, "c")])
    for update_id in (1, 1, 2, 2):
        await store.inbox.begin(update_id)
    await store.inbox.forgive(1)
    await store.inbox.forgive(3)
    assert [update.attempts for update in await store.inbox.pending()] == [1, 2, 0]
    await store.inbox.forgive_all(2)
    assert [update.attempts for update in await store.inbox.pending()] == [1, 0, 0]
    await store.inbox.forgive(1)
    assert [update.attempts for update in await store.inbox.pending()] == [0, 0, 0]


async def test_what_is_left_for_later_is_not_finished_now(store: Store) -> None:
    await store.inbox.accept([(1, "a")])
    store.inbox.leave(1)
    await store.inbox.finish(1)
    assert await store.inbox.pending() == [PendingUpdate(1, "a", 0)]
    await store.inbox.finish(1)
    assert await store.inbox.pending() == []


async def test_one_file_is_one_process_s(store: Store) -> None:
    await store.inbox.accept([(1, "a")])
    commits = store.database.commits
    assert await store.inbox.take_posted() == []
    assert store.database.commits == commits
    lookups = store.database.lookups
    assert not await store.database.others_wait()
    assert (store.database.lookups, store.database.silent_s()) == (lookups, 0.0), "nobody is asked"


async def test_topics_are_known_by_their_last_name(store: Store) -> None:
    other = Conversation(TOPIC.chat_id, TOPIC.thread_id + 1)
    elsewhere = Conversation(TOPIC.chat_id - 1, TOPIC.thread_id)
    assert (await store.topics.name(TOPIC), await store.topics.is_known(TOPIC)) == ("", False)
    await store.topics.call(TOPIC, "Погода")
    await store.topics.call(TOPIC, "Дождь")
    await store.topics.call(other, "")
    assert (await store.topics.name(TOPIC), await store.topics.is_known(TOPIC)) == ("Дождь", True)
    assert (await store.topics.name(other), await store.topics.is_known(other)) == ("", True)
    assert not await store.topics.is_known(elsewhere)


async def test_a_setting_is_reset_in_the_chat_and_all_its_topics(store: Store) -> None:
    for place in (TOPIC, TOPIC.chat, PRIVATE):
        await store.settings.set(place, "temperature", 0.3, "Anna")
        await store.settings.set(place, "live", value=True, changed_by="Anna")
    await store.settings.reset_everywhere(TOPIC.chat_id, "temperature")
    chat, topic = await overrides_of(store, TOPIC)
    assert (set(chat), set(topic)) == ({"live"}, {"live"})
    assert set((await overrides_of(store, PRIVATE)).chat) == {"temperature", "live"}


async def test_of_all_who_knocked_those_who_were_let_in(store: Store) -> None:
    for id_, state in ((1, AccessState.LET_IN), (2, AccessState.REFUSED), (-3, AccessState.LET_IN)):
        await store.access.knock(Stranger(id_, "Кто-то"))
        await store.access.decide(id_, state, by=BORIS.id, when=[AccessState.WAITING], told=True)
    await store.access.knock(Stranger(4, "Кто-то"))
    assert sorted(await store.access.let_in()) == [-3, 1]


async def test_all_talk_that_is_kept_is_told_oldest_first(store: Store, clock: ManualClock) -> None:
    for place in (TOPIC, TOPIC.chat):
        await store.settings.set(place, "listen", value=True, changed_by="Anna")
    for number, (place, text) in enumerate(((TOPIC, "a"), (TOPIC, "b"), (TOPIC.chat, "c"))):
        await store.talk.hear(TalkMessage(place, number, ANNA, text, clock.now()), number)
    assert [message.text for message in await store.talk.kept(TOPIC)] == ["a", "b"]
    clock.skip(KEPT_FOR.total_seconds() + 1)
    assert await store.talk.kept(TOPIC) == []


async def test_the_first_question_is_open_until_it_ends(store: Store) -> None:
    first = await store.turns.add(question(), memory=Memory.OFF)
    assert first is not None
    assert await store.turns.history_if_open(first, limit=5) == []
    await answered(store, first)
    assert await store.turns.history_if_open(first, limit=5) is None


async def test_recent_turns_are_the_person_s_in_that_place(store: Store) -> None:
    asked = [
        await store.turns.add(question(text, conversation=place, asker=asker), memory=Memory.OFF)
        for text, place, asker in (
            ("a", TOPIC, ANNA),
            ("b", TOPIC, BORIS),
            ("c", TOPIC.chat, ANNA),
            ("d", TOPIC, ANNA),
        )
    ]
    assert all(asked)
    found = await store.pieces.recent(TOPIC, ANNA.id)
    assert [turn.question.text for turn in found] == ["d", "a"]
    assert await store.pieces.amend(404, lambda question: question, 9_000_000) is None


async def test_a_group_moves_once_and_whoever_listens_hears_of_it(store: Store) -> None:
    moves, heard = Moves(store), list[tuple[int, int]]()
    moves.listeners.append(lambda old, new: heard.append((old, new)))
    await moves.moved(-5, -5)
    assert heard == []
    await moves.moved(-5, -1005)
    await moves.moved(-5, -1005)
    assert heard == [(-5, -1005)] * 2
    known = await store.chats.get(-5)
    assert known is not None
    assert known.migrated_to == -1005


class Busy:
    """A database that can't be used for some times."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.asked_s: list[float] = []
        self.clock = ManualClock()

    async def write(self) -> str:
        self.asked_s.append(self.clock.monotonic())
        self.left -= 1
        if self.left >= 0:
            raise StoreUnavailable("bot.db", "full")
        return "written"


async def test_a_write_is_made_again_after_longer_and_longer_pauses() -> None:
    busy = Busy(6)
    writing = asyncio.create_task(retry_write(busy.clock, busy.write))
    await busy.clock.advance(60)
    assert await writing == "written"
    began = busy.asked_s[0]
    assert [asked - began for asked in busy.asked_s] == [0, 1, 3, 7, 15, 25, 35]


@pytest.mark.parametrize("times", [1, 5])
async def test_who_is_cancelled_writes_once_more(times: int) -> None:
    busy = Busy(times)
    writing = asyncio.create_task(retry_write_to_the_end(busy.clock, busy.write))
    await settle()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert len(busy.asked_s) == 2


async def test_what_is_purged_is_older_than_the_moment_by_both_clocks(
    store: Store, clock: ManualClock
) -> None:
    now = clock.now()
    early = await store.turns.add(question(sent_at=now), memory=Memory.OFF)
    clock.skip(10)
    late = await store.turns.add(question(sent_at=now - timedelta(days=1)), memory=Memory.OFF)
    assert early is not None
    assert late is not None
    assert await store.bulk.purge(now) == 0, "made and sent just then"
    assert await store.bulk.purge(now + timedelta(seconds=1)) == 1, "sent long ago, and made later"
    assert await store.turns.get(early.id) is None
    assert await store.bulk.purge(now + timedelta(seconds=10)) == 0
    assert await store.bulk.purge(now + timedelta(seconds=11)) == 1
    just_then = clock.now() + timedelta(seconds=1)
    await store.turns.add(question(sent_at=just_then), memory=Memory.OFF)
    assert await store.bulk.purge(just_then) == 0, "made before, and sent just then"


async def test_a_finished_update_is_known_for_two_days(store: Store, clock: ManualClock) -> None:
    await store.inbox.accept([(1, "done"), (2, "new")])
    await store.inbox.finish(1)
    clock.skip(48 * 3600)
    await store.bulk.purge(None)
    assert await store.inbox.accept([(1, "done")]) == []
    clock.skip(1)
    await store.bulk.purge(None)
    assert await store.inbox.accept([(2, "new"), (1, "done")]) == [1]


async def test_grants_and_what_was_told_are_of_a_day(store: Store, clock: ManualClock) -> None:
    day = clock.now().date()
    await store.limits.grant("person", 7, day, Decimal(50))
    await store.limits.grant("person", 7, day, Decimal(80))
    await store.limits.tell("month 80")
    assert await store.limits.granted("person", 7, day) == 80
    for scope, id_, when in (("chat", 7, day), ("person", 8, day), ("person", 7, day + timedelta(days=1))):
        assert await store.limits.granted(scope, id_, when) == 0
    assert (await store.limits.was_told("month 80"), await store.limits.was_told("month 100")) == (
        True,
        False,
    )
    await store.limits.purge(day)
    assert await store.limits.granted("person", 7, day) == 80
    assert await store.limits.was_told("month 80")
    midnight = datetime.combine(day + timedelta(days=1), time.min, UTC)
    clock.skip((midnight - clock.now()).total_seconds())
    await store.limits.tell("month 90")
    await store.limits.purge(day + timedelta(days=1))
    assert await store.limits.granted("person", 7, day) == 0
    assert not await store.limits.was_told("month 80")
    assert await store.limits.was_told("month 90"), "with the day's first moment"


async def test_the_last_parts_are_those_of_the_newest_answers_there(store: Store) -> None:
    ids = []
    for number in range(NEWEST + 1):
        turn = await answered(store, await store.turns.add(question(conversation=TOPIC), memory=Memory.OFF))
        await store.parts.record(turn.id, ShownPart(0, 100 + number, "first"))
        await store.parts.record(turn.id, ShownPart(1, 200 + number, "last"))
        ids.append(turn.id)
    failed = await store.turns.add(question(conversation=TOPIC, asker=BORIS), memory=Memory.OFF)
    assert failed is not None
    await store.parts.record(failed.id, ShownPart(0, 300, "sorry"))
    last = await store.parts.last(TOPIC, asker_id=None, failures=False)
    assert set(last) == set(ids[2:]), "one of the newest could not be answered"
    assert last[ids[-1]] == ShownPart(1, 200 + NEWEST, "last")
    assert set(await store.parts.last(TOPIC, asker_id=None, failures=True)) == {*ids[2:], failed.id}
    assert set(await store.parts.last(TOPIC, asker_id=ANNA.id, failures=True)) == set(ids[1:])
    assert await store.parts.last(TOPIC.chat, asker_id=None, failures=True) == {}
    await store.parts.unrecord(ids[-1], 1)
    assert await store.parts.shown(ids[-1]) == [ShownPart(0, 100 + NEWEST, "first")]


async def test_what_a_setting_was_set_to_is_told_once_beside_the_bot_too(store: Store, url: str) -> None:
    for place, value in ((TOPIC, 0.3), (PRIVATE, 0.3), (TOPIC.chat, 0.5)):
        await store.settings.set(place, "temperature", value, "Anna")
        await store.settings.set(place, "live", value=True, changed_by="Anna")
    assert await store.settings.values("temperature") == [0.3, 0.5]
    assert chosen_beside(url, "temperature") == [0.3, 0.5]


async def test_a_piece_is_added_once_to_its_question_alone(store: Store) -> None:
    other = await answered(store, await store.turns.add(question("other"), memory=Memory.OFF))
    turn = await answered(store, await store.turns.add(question("one"), memory=Memory.OFF))
    await store.inbox.accept([(9_000_001, "raw"), (9_000_002, "raw")])
    longer = replace(turn.question, text="one and two")
    amended = await store.pieces.amend(turn.id, lambda _: longer, 9_000_001)
    assert amended is not None
    assert (amended.question, amended.state, amended.answer) == (longer, TurnState.WAITING, None)
    assert await store.pieces.amend(turn.id, lambda _: turn.question, 9_000_001) is None
    assert await store.turns.get(turn.id) == amended
    assert await store.turns.get(other.id) == other
    assert await store.pieces.amend(other.id, lambda _: longer, 9_000_002, reopen=False) is not None
    kept = await store.turns.get(other.id)
    assert kept is not None
    assert (kept.question.text, kept.answer) == (longer.text, other.answer)


async def test_a_look_back_ends_somewhere(store: Store) -> None:
    await answered(store, await store.turns.add(question("first"), memory=Memory.LINEAR))
    adding = [store.turns.add(question(), memory=Memory.LINEAR) for _ in range(FARTHEST + 1)]
    *_, near, far = await asyncio.gather(*adding)
    assert near is not None
    assert far is not None
    assert [exchange.question for exchange in await history_of(store, near.id, limit=1)] == ["first"]
    assert await history_of(store, far.id, limit=1) == []


async def test_only_a_question_with_something_before_it_waits_for_the_thread(store: Store) -> None:
    """Nothing is read from many places for a first one."""
    first = await store.turns.add(question("first"), memory=Memory.LINEAR)
    await answered(store, first)
    second = await store.turns.add(question("second"), memory=Memory.LINEAR)
    alone = await store.turns.add(question("alone"), memory=Memory.OFF)
    assert second is not None
    assert alone is not None
    async with Piled(store.database):
        looked, read = (
            asyncio.create_task(store.turns.history_if_open(turn, limit=5)) for turn in (alone, second)
        )
        await settle()
        assert (looked.done(), read.done()) == (True, False)
    assert await looked == []
    assert [exchange.question for exchange in await read or []] == ["first"]
    await store.turns.close(second.id, TurnState.STOPPED)
    assert await store.turns.history_if_open(second, limit=5) is None


async def test_only_another_answer_that_stands_is_to_be_replaced(store: Store) -> None:
    turn = await answered(store, await store.turns.add(question(), memory=Memory.OFF))
    assert await store.turns.to_be_replaced(turn) is None, "it is the one"
    failed = await store.turns.add(question(), memory=Memory.OFF)
    assert failed is not None
    await store.turns.close(failed.id, TurnState.FAILED)
    version = await store.turns.add_version(failed.id)
    assert version is not None
    assert await store.turns.to_be_replaced(version) is None, "it never stood"
    await store.bulk.forget(turn.question.conversation)
    assert await store.turns.to_be_replaced(turn) is None, "it is gone"


async def test_an_answer_that_is_made_again_is_chosen_before_its_later_versions(store: Store) -> None:
    first = await answered(store, await store.turns.add(question(), memory=Memory.OFF), "one")
    second = await answered(store, await store.turns.add_version(first.id), "two")
    assert await store.turns.chosen(first.id) == second
    again = await answered(store, await store.turns.reopen(first.id), "three")
    assert await store.turns.chosen(first.id) == again


async def test_only_versions_of_the_same_answer_are_waited_for_before_one_is_chosen(store: Store) -> None:
    first = await answered(store, await store.turns.add(question(), memory=Memory.OFF))
    second = await answered(store, await store.turns.add_version(first.id))
    await store.turns.add(question("another"), memory=Memory.OFF)
    assert await store.turns.choose(first.id) == first
    await store.turns.reopen(first.id)
    assert await store.turns.choose(second.id) is None
    await store.turns.save_answer(first.id, answer())
    assert await store.turns.choose(second.id) is None
