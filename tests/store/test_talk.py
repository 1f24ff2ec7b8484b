"""The room's talk against a small model of it; what is left of it when it is moved, dropped or too old."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.values import Conversation, Memory, Person, TalkMessage, Turn, TurnState
from bot.store import Missed, Store
from bot.store.talk import BEFORE_LAST_ANSWER, KEPT, KEPT_FOR
from tests.clocks import ManualClock
from tests.databases import query
from tests.store.questions import ANNA, BORIS, PRIVATE, TOPIC, answer, question

if TYPE_CHECKING:
    import pytest

_numbers = itertools.count(1)


def said(text: str, clock: ManualClock, author: Person = ANNA, place: Conversation = TOPIC) -> TalkMessage:
    return TalkMessage(place, next(_numbers), author, text, clock.now())


async def hear(store: Store, message: TalkMessage) -> TalkMessage:
    await store.talk.hear(message, next(_numbers))
    return message


async def listen(store: Store, place: Conversation = TOPIC) -> None:
    await store.settings.set(place, "listen", value=True, changed_by="Anna")


async def ask(store: Store, clock: ManualClock, asker: Person = BORIS, place: Conversation = TOPIC) -> Turn:
    asked = question(conversation=place, asker=asker, sent_at=clock.now(), message_id=next(_numbers))
    turn = await store.turns.add(replace(asked, update_id=next(_numbers)), memory=Memory.BRANCHES)
    assert turn is not None
    return turn


def texts(messages: list[TalkMessage]) -> list[str]:
    return [message.text for message in messages]


async def test_nothing_is_kept_where_nobody_lets_it_listen(
    store: Store, clock: ManualClock, url: str
) -> None:
    await listen(store, TOPIC.chat)
    await hear(store, said("in a topic that has not said so itself", clock))
    await listen(store)
    await hear(store, said("kept", clock))
    await store.settings.reset(TOPIC, "listen")
    await hear(store, said("too late", clock))
    assert query(url, "SELECT text FROM talk") == [("kept",)]


async def test_a_repeated_update_is_heard_once_and_dealt_with(store: Store, clock: ManualClock) -> None:
    await listen(store)
    await store.inbox.accept([(7, "raw")])
    message = said("once", clock)
    for _ in range(2):
        await store.talk.hear(message, 7)
    assert texts(await store.talk.kept(TOPIC)) == ["once"]
    assert await store.inbox.pending() == []


async def test_a_busy_group_is_a_bounded_table_and_no_message_waits_for_the_disk(
    tmp_path: Path, clock: ManualClock
) -> None:
    """Twenty messages a second, taken in as they come: the disk is waited for once each time, for all."""
    url = f"sqlite:///{tmp_path}/bot.db"
    store = Store.open(url, clock=clock)
    await listen(store)
    statements: list[str] = []
    await store.database.read(
        lambda connection: connection.connection.driver_connection.set_trace_callback(statements.append)  # type: ignore[union-attr]
    )
    for second in range(60):
        updates = [next(_numbers) for _ in range(20)]
        await store.inbox.accept([(update, "raw") for update in updates])
        for update in updates:
            await store.talk.hear(said(f"{second}: {update}", clock), update)
        clock.skip(1)
        assert query(url, "SELECT count(*) FROM talk") == [(min(20 * (second + 1), KEPT),)]
    assert query(url, "SELECT count(*) FROM inbox WHERE state = 'new' OR raw != ''") == [(0,)]
    assert waits_for_the_disk(statements) == 60
    await store.close()


def waits_for_the_disk(statements: list[str]) -> int:
    """Transactions that end when they are on the disk."""
    waiting, waits = True, 0
    for statement in statements:
        if statement.startswith("PRAGMA synchronous="):
            waiting = statement.endswith("FULL")
        waits += waiting and statement == "COMMIT"
    return waits


async def test_a_group_that_becomes_a_supergroup_keeps_its_talk(store: Store, clock: ManualClock) -> None:
    old, new = Conversation(-100), Conversation(-200)
    await listen(store, old)
    group = Person(old.chat_id, "The group")
    for author in (ANNA, group):
        await hear(store, said(f"by {author.name}", clock, author, old))
    await store.bulk.migrate(old.chat_id, new.chat_id)
    await hear(store, said("after it", clock, ANNA, new))
    kept = await store.talk.kept(new)
    assert texts(kept) == ["by Anna", "by The group", "after it"]
    assert [message.author.id for message in kept] == [ANNA.id, new.chat_id, ANNA.id]
    assert texts(await store.talk.before(await ask(store, clock, place=new))) == texts(kept)
    assert await store.talk.kept(old) == []


async def test_what_is_too_old_is_purged_and_a_chat_that_is_left_is_dropped(
    store: Store, clock: ManualClock, url: str
) -> None:
    await listen(store)
    await hear(store, said("old", clock))
    await clock.advance((KEPT_FOR + timedelta(seconds=1)).total_seconds())
    assert await store.talk.kept(TOPIC) == []
    assert await store.talk.purge() == 1
    await hear(store, said("young", clock))
    assert await store.talk.purge() == 0
    await store.talk.drop_chat(TOPIC.chat_id)
    assert query(url, "SELECT text FROM talk") == []
    for path in Path(url.removeprefix("sqlite:///")).parent.glob("bot.db*"):
        assert b"young" not in path.read_bytes()


async def test_what_is_forgotten_is_one_topics_talk_or_in_it_one_persons(
    store: Store, clock: ManualClock
) -> None:
    other = Conversation(TOPIC.chat_id, TOPIC.thread_id + 1)
    for place in (TOPIC, other):
        await listen(store, place)
        for author in (ANNA, BORIS):
            await hear(store, said(author.name, clock, author, place))
    assert await store.talk.forget(TOPIC, ANNA.id) == 1
    assert texts(await store.talk.kept(TOPIC)) == ["Boris"]
    assert await store.talk.forget(TOPIC) == 1
    assert await store.talk.kept(TOPIC) == []
    assert texts(await store.talk.kept(other)) == ["Anna", "Boris"]
    assert await store.talk.drop_chat(PRIVATE.chat_id) == 0
    assert await store.talk.drop_chat(TOPIC.chat_id) == 2


async def test_before_the_first_question_and_answer_all_that_was_said_goes_along(
    store: Store, clock: ManualClock
) -> None:
    await listen(store)
    began = clock.now()
    all_of_it = [await hear(store, said(str(n), clock)) for n in range(2 * BEFORE_LAST_ANSWER)]
    assert await store.talk.missed_by(TOPIC, BORIS.id) == Missed(len(all_of_it), 0)
    assert await store.talk.missed_since(TOPIC, began) == Missed(len(all_of_it), 0)
    assert texts(await store.talk.before(await ask(store, clock))) == texts(all_of_it)


async def test_talk_of_just_then_is_not_too_old(store: Store, clock: ManualClock) -> None:
    await listen(store)
    await hear(store, said("old", clock))
    clock.skip(KEPT_FOR.total_seconds())
    await hear(store, said("new", clock))
    assert texts(await store.talk.before(await ask(store, clock))) == ["old", "new"]
    assert await store.talk.purge() == 0
    assert texts(await store.talk.kept(TOPIC)) == ["old", "new"]
    clock.skip(1e-6)
    assert texts(await store.talk.kept(TOPIC)) == ["new"]
    assert await store.talk.purge() == 1


async def test_what_was_missed_begins_after_ones_own_last_word(store: Store, clock: ManualClock) -> None:
    await listen(store)
    await hear(store, said("one", clock, BORIS))
    assert await store.talk.missed_by(TOPIC, ANNA.id) == Missed(1, 0)
    own = await hear(store, said("own", clock))
    await clock.advance(3600)
    await hear(store, said("two", clock, BORIS))
    assert (await store.talk.missed_by(TOPIC, ANNA.id)).messages == 1
    assert (await store.talk.missed_since(TOPIC, clock.now())).messages == 1
    assert (await store.talk.missed_since(TOPIC, own.said_at)).messages == 3
    await ask(store, clock, ANNA)
    assert (await store.talk.missed_by(TOPIC, ANNA.id)).messages == 0
    await hear(store, said("three", clock, BORIS))
    missed = await store.talk.missed_by(TOPIC, ANNA.id)
    turn = await ask(store, clock, ANNA)
    about = replace(turn, question=replace(turn.question, talk_after=missed.after))
    assert texts(await store.talk.before(about)) == ["three"]


@dataclass
class _Heard:
    message: TalkMessage
    text: str
    at_turn: int


class _Life:
    """What goes on in a topic, and beside it what the talk should be."""

    def __init__(self, url: str) -> None:
        self.clock = ManualClock()
        self.store = Store.open(url, clock=self.clock)
        self.place = Conversation(-next(_numbers) - 1000, 5)
        self.heard: list[_Heard] = []
        self.turns: list[tuple[Turn, bool]] = []
        self.listens = False

    async def talk(self, number: int) -> None:
        """A burst of messages, one in the topic beside it too."""
        for n in range(number % 9 + 1):
            author = (ANNA, BORIS)[(number + n) % 2]
            message = await hear(self.store, said(f"t{number}.{n}", self.clock, author, self.place))
            if self.listens:
                newest = self.turns[-1][0].id if self.turns else 0
                self.heard.append(_Heard(message, message.text, newest))
        await hear(self.store, said("elsewhere", self.clock, ANNA, replace(self.place, thread_id=6)))
        oldest = self.clock.now() - KEPT_FOR
        self.heard = [each for each in self.heard if each.message.said_at >= oldest][-KEPT:]

    async def ask(self, number: int) -> None:
        turn = await ask(self.store, self.clock, (ANNA, BORIS)[number % 2], self.place)
        answered = number % 3 > 0
        if answered:
            assert await self.store.turns.save_answer(turn.id, answer("a"))
        assert await self.store.turns.close(turn.id, TurnState.DONE if answered else TurnState.FAILED)
        self.turns.append((turn, answered))

    async def edit(self, number: int) -> None:
        if not self.heard:
            return
        each = self.heard[number % len(self.heard)]
        each.text = f"e{number}" if number % 4 else ""
        message_id = each.message.message_id
        assert message_id is not None
        await self.store.talk.edit(self.place.chat_id, message_id, each.text, next(_numbers))
        self.heard = [each for each in self.heard if each.text]

    async def forget(self, number: int) -> None:
        whose = (ANNA.id, None)[number % 2]
        gone = [each for each in self.heard if whose in {None, each.message.author.id}]
        assert await self.store.talk.forget(self.place, whose) == len(gone)
        self.heard = [each for each in self.heard if each not in gone]

    async def turn_on(self, _number: int) -> None:
        await listen(self.store, self.place)
        self.listens = True

    async def turn_off(self, _number: int) -> None:
        await self.store.settings.reset(self.place, "listen")
        await self.store.talk.forget(self.place)
        self.listens, self.heard = False, []

    async def later(self, number: int) -> None:
        await self.clock.advance(number * 10)

    async def check(self) -> None:
        """What would go along with the next question, and with an earlier one that is asked again."""
        turn = await ask(self.store, self.clock, BORIS, self.place)
        assert texts(await self.store.talk.before(turn)) == self._before(turn)
        await self.store.turns.close(turn.id, TurnState.DROPPED)
        self.turns.append((turn, False))
        again = self.turns[len(self.turns) // 2][0]
        assert texts(await self.store.talk.before(again)) == self._before(again)

    def _before(self, turn: Turn) -> list[str]:
        answered = [earlier.id for earlier, has_answer in self.turns if has_answer and earlier.id < turn.id]
        oldest = turn.question.sent_at - KEPT_FOR
        before = [e for e in self.heard if e.at_turn < turn.id and e.message.said_at >= oldest]
        since = [each for each in before if each.at_turn >= max(answered, default=0)]
        earlier_ones = [each for each in before if each not in since]
        return [each.text for each in [*earlier_ones[-BEFORE_LAST_ANSWER:], *since]]


STEPS = ["talk", "talk", "talk", "ask", "ask", "edit", "forget", "turn_on", "turn_on", "turn_off", "later"]


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 10_000)), max_size=25))
def test_what_goes_along_with_a_question_is_what_the_model_of_it_says(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "talk.db"

    async def live() -> None:
        life = _Life(f"sqlite:///{path}")
        try:
            for name, number in [("turn_on", 0), *steps]:
                step: Callable[[int], Coroutine[None, None, None]] = getattr(life, name)
                await step(number)
                await life.check()
        finally:
            await life.store.close()

    asyncio.run(live())
