"""The life of a turn, from a question to its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.values import (
    Answer,
    Attachment,
    AttachmentKind,
    Conversation,
    Ending,
    Memory,
    Quote,
    ShownPart,
    Turn,
    TurnState,
    Usage,
)
from bot.store import Store
from tests.clocks import ManualClock
from tests.store.questions import BORIS, answer, answered, question


async def _added(store: Store) -> Turn:
    turn = await store.turns.add(question(), memory=Memory.LINEAR)
    assert turn is not None
    return turn


async def test_everything_of_a_question_is_kept(store: Store) -> None:
    asked = question(
        conversation=Conversation(-100123456789012, 5),
        asker=BORIS,
        private=False,
        quote=Quote("Anna", "Снег — белый 🌨"),
        chat_title="Погода",
        topic_name="Зима",
        replies_to=77,
        attachments=(
            Attachment(AttachmentKind.VOICE, "AwAC", "AgAD", "audio/ogg", duration_s=7),
            Attachment(AttachmentKind.DOCUMENT, "BQAC", "AgAE", "", 'a "b" «в».txt', 12, quoted=True),
        ),
        forwards=(Quote("Борис", "раз\nдва"), Quote("", '{"x": 1}')),
    )

    turn = await store.turns.add(asked, memory=Memory.BRANCHES)

    assert turn is not None
    assert turn == Turn(id=turn.id, question=asked, state=TurnState.WAITING)
    assert await store.turns.get(turn.id) == turn


async def test_one_update_makes_one_turn(store: Store) -> None:
    asked = question()

    assert await store.turns.add(asked, memory=Memory.LINEAR) is not None
    assert await store.turns.add(asked, memory=Memory.LINEAR) is None


async def test_a_turn_survives_a_restart_in_each_state(url: str, clock: ManualClock) -> None:
    for state in (TurnState.WAITING, TurnState.ANSWERED, TurnState.DONE):
        store = Store.open(url, clock=clock)
        unfinished = await store.turns.unfinished()
        turn = unfinished[0] if unfinished else await _added(store)
        assert turn.state is not state or state is TurnState.WAITING
        if state is TurnState.ANSWERED:
            await store.turns.save_answer(turn.id, answer())
        elif state is TurnState.DONE:
            await store.turns.close(turn.id, TurnState.DONE)
        await store.close()

        store = Store.open(url, clock=clock)
        kept = await store.turns.get(turn.id)
        assert kept is not None
        assert kept.state is state
        assert bool(await store.turns.unfinished()) is (state is not TurnState.DONE)
        await store.close()


async def test_unfinished_turns_come_in_order(store: Store) -> None:
    waiting, saved, done = [await _added(store) for _ in range(3)]
    await store.turns.save_answer(saved.id, answer())
    await answered(store, done)

    states = [(turn.id, turn.state) for turn in await store.turns.unfinished()]

    assert states == [
        (waiting.id, TurnState.WAITING),
        (saved.id, TurnState.ANSWERED),
    ]


async def test_an_answer_is_kept_whole(store: Store) -> None:
    turn = await _added(store)
    given = Answer("Потому что 🌨", Ending.CUT, Usage(1, 2, 3, 4), "gpt://folder/yandexgpt")

    await store.turns.save_answer(turn.id, given)

    kept = await store.turns.get(turn.id)
    assert kept is not None
    assert kept.answer == given


@pytest.mark.parametrize("end", [TurnState.STOPPED, TurnState.FAILED, TurnState.EXPIRED, TurnState.DROPPED])
async def test_who_closes_first_has_the_last_word(store: Store, end: TurnState) -> None:
    turn = await _added(store)
    assert await store.turns.close(turn.id, end, failure="timeout")

    assert await store.turns.history_if_open(turn, limit=1) is None
    assert not await store.turns.save_answer(turn.id, answer())
    assert not await store.turns.close(turn.id, TurnState.DONE)
    kept = await store.turns.get(turn.id)
    assert kept is not None
    assert (kept.state, kept.failure, kept.answer) == (end, "timeout", None)


async def test_a_paste_is_joined_once(store: Store) -> None:
    turn = await _added(store)
    await store.inbox.accept([(9001, "raw"), (9002, "raw")])

    joined = await store.turns.append(turn.id, " And", 9001)
    assert joined is not None
    assert joined.question.text == "Why? And"
    assert await store.turns.append(turn.id, " And", 9001) is None

    await store.turns.save_answer(turn.id, answer())
    assert await store.turns.append(turn.id, " late", 9002) is None
    assert [update.update_id for update in await store.inbox.pending()] == [9002]


async def test_a_retry_waits_again_and_keeps_its_parts(store: Store) -> None:
    turn = await answered(store, await _added(store))
    await store.parts.record(turn.id, ShownPart(0, 501, "one"))

    again = await store.turns.reopen(turn.id)

    assert again is not None
    assert (again.state, again.answer, again.question) == (TurnState.WAITING, None, turn.question)
    assert await store.parts.shown(turn.id) == [ShownPart(0, 501, "one")]


async def test_an_edit_changes_the_question_once(store: Store) -> None:
    turn = await answered(store, await _added(store))
    await store.inbox.accept([(9001, "raw")])

    again = await store.turns.reopen(turn.id, "How?", update_id=9001)

    assert again is not None
    assert (again.state, again.question.text) == (TurnState.WAITING, "How?")
    assert await store.turns.reopen(turn.id, "How?", update_id=9001) is None
    assert await store.turns.reopen(404) is None


async def test_the_notice_is_remembered_and_dropped(store: Store) -> None:
    turn = await _added(store)

    await store.turns.set_notice(turn.id, 44)
    shown = await store.turns.get(turn.id)
    await store.turns.set_notice(turn.id, None)
    dropped = await store.turns.get(turn.id)

    assert (shown and shown.notice_id, dropped and dropped.notice_id) == (44, None)


async def test_a_cut_answer_is_continued_by_a_version_in_its_place(store: Store) -> None:
    """Of which it is the beginning: once the whole is there, there is nothing to flip to."""
    turn = await _added(store)
    await store.turns.save_answer(turn.id, answer("One, ", Ending.CUT))
    await store.turns.close(turn.id, TurnState.DONE)
    await store.inbox.accept([(9001, "raw")])

    waiting = await store.turns.add_version(turn.id, continues=True, update_id=9001)
    assert waiting is not None
    assert (waiting.state, waiting.answer) == (TurnState.WAITING, None)
    assert (waiting.version_of, waiting.continues) == (turn.id, turn.id)
    assert await store.turns.add_version(turn.id, continues=True, update_id=9001) is None
    assert await store.turns.versions_of_last(turn, of_branch=False) == [turn.id]
    assert await store.turns.to_be_replaced(waiting) == await store.turns.get(turn.id)

    assert await store.turns.save_answer(waiting.id, answer("One, two."))
    await store.turns.close(waiting.id, TurnState.DONE)
    longer = await store.turns.chosen(turn.id)
    assert longer is not None
    assert longer.answer == answer("One, two.")
    assert await store.turns.versions_of_last(turn, of_branch=False) == [waiting.id]

    another = await store.turns.add_version(turn.id)
    assert another is not None
    assert another.continues is None


async def test_what_was_made_of_a_question_is_kept(store: Store) -> None:
    """What was heard is the question, and need not be heard again."""
    voice = Attachment(AttachmentKind.VOICE, "AwAC", "AgAD")
    turn = await store.turns.add(question("", attachments=(voice,)), memory=Memory.LINEAR)
    assert turn is not None
    heard = replace(turn.question, text="Сколько времени?", attachments=())

    assert await store.turns.set_question(turn.id, heard)
    kept = await store.turns.get(turn.id)
    assert kept is not None
    assert kept.question == heard

    await store.turns.close(turn.id, TurnState.STOPPED)
    assert not await store.turns.set_question(turn.id, replace(heard, text="поздно"))


@pytest.mark.parametrize("again", ["reopen", "add_version"])
async def test_what_stands_in_the_chat_is_not_of_the_answer_that_is_to_come(store: Store, again: str) -> None:
    turn = await answered(store, await _added(store))
    part = ShownPart(0, 77, "t1", answer_chars=8)
    await store.parts.record(turn.id, part)
    assert await store.parts.shown(turn.id) == [part]

    await getattr(store.turns, again)(turn.id)

    assert await store.parts.shown(turn.id) == [ShownPart(0, 77, "t1")]
