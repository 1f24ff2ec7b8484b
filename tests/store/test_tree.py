"""Which turns a question continues, and what is remembered of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.values import Conversation, Ending, Exchange, Memory, Quote, ShownPart, Turn, TurnState
from bot.store import Store
from tests.store.memory import history_of, last_of
from tests.store.questions import ANNA, BORIS, TOPIC, answer, answered, question


async def _said(store: Store, text: str, memory: Memory = Memory.LINEAR, **changes: Any) -> Turn:
    """A question with its answer in capitals, shown in the message 10 × its id."""
    turn = await store.turns.add(question(text, **changes), memory=memory)
    done = await answered(store, turn, text.upper())
    await store.parts.record(done.id, ShownPart(0, 10 * done.id, "shown"))
    return done


async def _texts(store: Store, turn: Turn, limit: int = 100) -> list[str]:
    return [exchange.question for exchange in await history_of(store, turn.id, limit=limit)]


async def test_a_linear_conversation_follows_newest_first(store: Store) -> None:
    for text in ("one", "two", "three"):
        turn = await _said(store, text)

    history = await history_of(store, turn.id, limit=10)

    assert [(exchange.question, exchange.answer) for exchange in history] == [("two", "TWO"), ("one", "ONE")]
    assert await _texts(store, turn, limit=1) == ["two"]
    assert await last_of(store, turn.question.conversation) == turn


async def test_a_reply_branches_from_an_earlier_answer(store: Store) -> None:
    one, two = await _said(store, "one"), await _said(store, "two")

    branch = await _said(store, "other", replies_to=10 * one.id)
    after = await _said(store, "after")

    assert branch.parent_id == one.id
    assert two.parent_id == one.id
    assert await _texts(store, after) == ["other", "one"]


async def test_going_back_is_to_continue_another_answer_than_the_last(store: Store) -> None:
    """So it is after /new, where there is no last answer; what comes later changes nothing."""
    one, two = await _said(store, "one"), await _said(store, "two")
    on = await _said(store, "on", replies_to=10 * two.id)
    back = await _said(store, "back", replies_to=10 * one.id)
    await store.conversations.start_fresh(one.question.conversation)
    again = await _said(store, "again", replies_to=10 * back.id)
    version = await store.turns.add_version(back.id)
    after = await _said(store, "after")

    turns = (one, two, on, back, again, version, after)

    gone_back = [await store.turns.gone_back_to(turn) for turn in turns if turn is not None]
    assert gone_back == [None, None, None, one, back, one, None]


async def test_a_reply_to_an_unknown_message_continues_the_last_turn(store: Store) -> None:
    one = await _said(store, "one")

    two = await _said(store, "two", replies_to=99999)

    assert two.parent_id == one.id


async def test_a_group_starts_afresh_and_replies_continue_whoever_replies(store: Store) -> None:
    group: dict[str, Any] = {"conversation": TOPIC, "private": False}
    one = await _said(store, "one", Memory.BRANCHES, **group)
    fresh = await _said(store, "fresh", Memory.BRANCHES, **group)
    reply = await _said(store, "reply", Memory.BRANCHES, asker=BORIS, replies_to=10 * one.id, **group)

    assert fresh.parent_id is None
    assert await history_of(store, reply.id, limit=5) == [Exchange("one", "ONE", asker=ANNA.name)]


async def test_without_memory_nothing_is_continued(store: Store) -> None:
    one = await _said(store, "one")

    assert (await _said(store, "two", Memory.OFF, replies_to=10 * one.id)).parent_id is None


async def test_nothing_crosses_topics_or_chats(store: Store) -> None:
    one = await _said(store, "one", conversation=TOPIC)

    for elsewhere in (Conversation(TOPIC.chat_id), Conversation(TOPIC.chat_id, 6), Conversation(1, 5)):
        turn = await _said(store, "two", conversation=elsewhere, replies_to=10 * one.id)
        assert turn.parent_id is None


async def test_a_fresh_start_is_not_continued_but_replies_reach_back(store: Store) -> None:
    one = await _said(store, "one")
    await store.conversations.start_fresh(one.question.conversation)
    assert await last_of(store, one.question.conversation) is None

    two = await _said(store, "two")
    back = await _said(store, "back", replies_to=10 * one.id)

    assert (two.parent_id, back.parent_id) == (None, one.id)


async def test_a_fresh_start_right_after_an_answer_ends_its_branch_and_changes_nothing_before_it(
    store: Store,
) -> None:
    one = await _said(store, "one")
    on = await _said(store, "on", replies_to=10 * one.id)
    await store.conversations.start_fresh(one.question.conversation)
    assert not await store.turns.is_last(on, of_branch=True)
    assert await store.turns.gone_back_to(on) is None


async def test_before_the_first_question_there_is_nothing_to_begin_anew(store: Store) -> None:
    await store.conversations.start_fresh(TOPIC)
    assert await store.conversations.tell_trimmed(TOPIC)
    first = await _said(store, "one", conversation=TOPIC)
    assert await last_of(store, TOPIC) == first


async def test_what_is_trimmed_before_the_first_question_is_no_new_beginning(store: Store) -> None:
    assert await store.conversations.tell_trimmed(TOPIC)
    first = await _said(store, "one", conversation=TOPIC)
    assert await last_of(store, TOPIC) == first


async def test_trimming_is_told_once_until_a_fresh_start(store: Store) -> None:
    told = [await store.conversations.tell_trimmed(TOPIC) for _ in range(2)]
    await store.conversations.start_fresh(TOPIC)
    told += [await store.conversations.tell_trimmed(TOPIC) for _ in range(2)]

    assert told == [True, False, True, False]


async def test_only_what_was_delivered_is_remembered(store: Store) -> None:
    await _said(store, "one")
    for state in (TurnState.FAILED, TurnState.DROPPED, TurnState.EXPIRED, TurnState.STOPPED):
        turn = await store.turns.add(question(state.value), memory=Memory.LINEAR)
        assert turn is not None
        await store.turns.close(turn.id, state)
    stopped = await store.turns.add(question("stopped with words"), memory=Memory.LINEAR)
    assert stopped is not None
    await store.turns.save_answer(stopped.id, answer("So far"))
    await store.turns.close(stopped.id, TurnState.STOPPED)
    empty = await store.turns.add(question("empty"), memory=Memory.LINEAR)
    assert empty is not None
    await store.turns.save_answer(empty.id, answer("", Ending.EMPTY))
    await store.turns.close(empty.id, TurnState.DONE)

    history = await history_of(store, (await _said(store, "now")).id, limit=2)

    assert history == [
        Exchange("stopped with words", "So far", asker="Anna", cut=True),
        Exchange("one", "ONE", asker="Anna"),
    ]


async def test_quotes_and_cut_answers_are_remembered_as_such(store: Store) -> None:
    turn = await store.turns.add(question(quote=Quote("Boris", "Snow")), memory=Memory.LINEAR)
    assert turn is not None
    await store.turns.save_answer(turn.id, answer("It is", Ending.CUT))
    await store.turns.close(turn.id, TurnState.DONE)

    history = await history_of(store, (await _said(store, "now")).id, limit=2)

    assert history == [Exchange("Why?", "It is", asker="Anna", quote=Quote("Boris", "Snow"), cut=True)]


async def test_look_ups_by_message(store: Store) -> None:
    turn = await _said(store, "one")
    asked = turn.question

    assert await store.turns.by_question(asked.conversation.chat_id, asked.message_id) == turn
    assert await store.turns.by_part(asked.conversation.chat_id, 10 * turn.id) == turn
    assert await store.turns.by_question(asked.conversation.chat_id, 404) is None
    assert await store.turns.by_part(404, 10 * turn.id) is None


async def test_the_chosen_version_is_remembered(store: Store) -> None:
    first = await _said(store, "one")
    second = await store.turns.add_version(first.id)
    assert second is not None
    assert second.version_of == first.id
    assert second.question == replace(first.question, update_id=0)
    assert await _chosen_answer(store, first) == "ONE"

    await answered(store, second, "UNO")
    assert await _chosen_answer(store, first) == "UNO"

    assert await store.turns.choose(first.id) == first
    assert await _chosen_answer(store, first) == "ONE"


async def test_no_version_is_chosen_while_another_is_under_way(store: Store) -> None:
    """A new one is chosen when it was shown."""
    first = await _said(store, "one")
    second = await store.turns.add_version(first.id)
    assert second is not None
    assert await store.turns.choose(first.id) is None
    await store.turns.save_answer(second.id, answer("UNO"))
    assert await store.turns.choose(first.id) is None
    assert await _chosen_answer(store, first) == "ONE"
    assert await store.turns.to_be_replaced(second) == first
    await store.turns.close(second.id, TurnState.DONE)
    assert await _chosen_answer(store, first) == "UNO"
    assert await store.turns.choose(first.id) == first


@pytest.mark.parametrize("state", [TurnState.STOPPED, TurnState.FAILED, TurnState.DROPPED])
async def test_a_version_is_chosen_only_where_its_answer_stands(store: Store, state: TurnState) -> None:
    first = await _said(store, "one")
    second = await store.turns.add_version(first.id)
    assert second is not None
    await store.turns.save_answer(second.id, answer("UNO"))
    await store.turns.close(second.id, state)
    third = await store.turns.add_version(first.id)
    assert third is not None
    await store.turns.close(third.id, state)
    stands = state is TurnState.STOPPED
    chosen = await store.turns.chosen(first.id)
    assert chosen is not None
    assert chosen.id == (second.id if stands else first.id)
    assert await store.turns.choose(first.id) == first

    assert (second.id in await store.turns.versions_of_last(first, of_branch=True)) == stands
    assert (await store.turns.choose(second.id) is not None) == stands
    assert await store.turns.choose(third.id) is None
    assert await store.turns.choose(404) is None
    assert await _chosen_answer(store, first) == ("UNO" if stands else "ONE")


async def test_the_turn_before_does_not_mind_new_and_gives_the_chosen_version(store: Store) -> None:
    first = await _said(store, "one")
    where = first.question.conversation
    version = await answered(store, await store.turns.add_version(first.id), "UNO")
    await store.conversations.start_fresh(where)
    second = await _said(store, "two")

    assert await store.turns.previous(where, before_id=second.id + 1) == second
    assert await store.turns.previous(where, before_id=second.id) == version
    assert await store.turns.previous(where, before_id=first.id) is None


async def _chosen_answer(store: Store, turn: Turn) -> str:
    """The same in every look-up that goes by the chosen version."""
    later = await store.turns.add(question(), memory=Memory.LINEAR)
    assert later is not None
    (remembered,) = await history_of(store, later.id, limit=5)
    by_part = await store.turns.by_part(turn.question.conversation.chat_id, 10 * turn.id)
    await store.turns.close(later.id, TurnState.DROPPED)
    assert by_part is not None
    assert by_part.answer is not None
    assert by_part.answer.text == remembered.answer
    return remembered.answer


async def test_versions_hang_together_and_share_their_messages(store: Store) -> None:
    first = await _said(store, "one")
    second = await answered(store, await store.turns.add_version(first.id), "UNO")
    third = await answered(store, await store.turns.add_version(second.id), "EINS")
    waiting = await store.turns.add_version(first.id)
    assert waiting is not None
    await store.parts.record(third.id, ShownPart(0, 10 * first.id, "third"))

    for turn in (first, second, third, waiting):
        assert await store.turns.versions_of_last(turn, of_branch=True) == [first.id, second.id, third.id]
        assert await store.parts.shown(turn.id) == [ShownPart(0, 10 * first.id, "third")]
    await store.turns.close(waiting.id, TurnState.DROPPED)
    assert await last_of(store, first.question.conversation) == third


async def test_an_answer_is_the_last_until_something_follows_it(store: Store) -> None:
    """Its versions are not asked for any more then."""
    first = await _said(store, "one")
    assert await store.turns.is_last(first, of_branch=False)

    await _said(store, "two")

    assert not await store.turns.is_last(first, of_branch=False)
    assert await store.turns.versions_of_last(first, of_branch=False) == []


async def test_each_branch_has_a_last_answer_until_the_conversation_begins_anew(store: Store) -> None:
    first = await _said(store, "one", Memory.BRANCHES)
    other = await _said(store, "two", Memory.BRANCHES)
    assert await store.turns.is_last(first, of_branch=True)

    await _said(store, "three", Memory.BRANCHES, replies_to=10 * first.id)
    assert not await store.turns.is_last(first, of_branch=True)
    assert await store.turns.is_last(other, of_branch=True)

    await store.conversations.start_fresh(other.question.conversation)
    assert not await store.turns.is_last(other, of_branch=True)


async def test_a_button_pressed_once_makes_one_version(store: Store) -> None:
    first = await _said(store, "one")
    await store.inbox.accept([(9001, "raw")])

    assert await store.turns.add_version(first.id, update_id=9001) is not None
    assert await store.turns.add_version(first.id, update_id=9001) is None
    assert await store.turns.add_version(404) is None


async def test_an_edit_drops_the_versions_of_the_old_answer(store: Store) -> None:
    first = await _said(store, "one")
    await answered(store, await store.turns.add_version(first.id), "UNO")

    edited = await store.turns.reopen(first.id, "two")
    await answered(store, edited, "TWO")

    assert await store.turns.versions_of_last(first, of_branch=True) == [first.id]
    assert await _chosen_answer(store, first) == "TWO"
