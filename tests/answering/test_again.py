"""Edits, other versions and continuations: what is shown and remembered at each state."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answering import Limits
from bot.answering.outcomes import Accepted, Declined, Reason
from bot.core.values import (
    Attachment,
    AttachmentKind,
    Conversation,
    Ending,
    Exchange,
    Question,
    ShownPart,
    Turn,
    TurnState,
)
from bot.model import FailureKind
from tests.answering.stage import Shown, Stage, declined, stage
from tests.answering.values import ANNA, HOME, question


def edited(turn: Turn, text: str) -> Question:
    return replace(turn.question, text=text, update_id=turn.question.update_id + 100_000)


async def edit(play: Stage, turn: Turn, text: str) -> Accepted | Declined:
    result = await play.answering.regeneration.edit(edited(turn, text), play.clock.now())
    await play.quiet()
    return result


async def test_while_it_waits_the_text_is_replaced(play: Stage) -> None:
    """It keeps its place."""
    await play.ask(question("раз"))
    second = await play.ask(question("два"))
    await play.ask(question("три"))
    assert isinstance(await edit(play, second, "два с половиной"), Accepted)
    await play.say()
    await play.say()
    assert play.model.questions == ["раз", "два с половиной", "три"]


@pytest.mark.parametrize("steps", range(24, 72, 2))
async def test_its_slot_becomes_free_while_it_is_edited(tmp_path: Path, steps: int) -> None:
    """Whichever comes first, it is answered once, with its new text, and its conversation goes on."""
    async with stage(tmp_path, limits=Limits(model_concurrency=1)) as play:
        await play.ask(question(conversation=Conversation(7)))
        turn = await play.ask(question("раз"))
        editing = asyncio.create_task(
            play.answering.regeneration.edit(edited(turn, "раз!"), play.clock.now())
        )
        for _ in range(steps):
            await asyncio.sleep(0)
        await play.say()
        assert isinstance(await editing, Accepted)
        await play.quiet()
        await play.say("новый")
        assert play.chat.shown[turn.id] == Shown("новый")
        await play.ask(question("два"))
        await play.say()
        assert play.model.questions[-2:] == ["раз!", "два"]
        assert play.answering.scheduler.waiting == 0


async def test_while_it_is_asked_it_is_restarted(play: Stage) -> None:
    """The request under way is closed, and those behind it still wait."""
    first = await play.ask(question("раз"))
    await play.ask(question("два"))
    assert isinstance(await edit(play, first, "раз!"), Accepted)
    assert play.model.asked[0].aborted
    assert play.model.questions == ["раз", "раз!"]
    await play.say("ответ")
    assert play.chat.shown == {first.id: Shown("ответ")}
    assert play.model.questions == ["раз", "раз!", "два"]


async def test_after_the_answer_it_is_answered_again_in_place(play: Stage) -> None:
    turn = await play.ask(question("раз"))
    await play.say("старый")
    assert isinstance(await edit(play, turn, "раз!"), Accepted)
    await play.say("новый")
    assert play.chat.shown == {turn.id: Shown("новый")}
    await play.ask(question("дальше"))
    assert play.model.open[0].request.history == (Exchange("раз!", "новый"),)


async def test_an_answer_being_sent_is_replaced(play: Stage) -> None:
    turn = await play.ask(question("раз"))
    play.chat.sending.clear()
    await play.say("старый")
    await edit(play, turn, "раз!")
    play.chat.sending.set()
    await play.say("новый")
    assert play.chat.answers == [(turn.id, "новый")]


async def test_an_edit_too_late_or_of_nothing_or_without_a_change_is_ignored(play: Stage) -> None:
    turn = await play.ask(question("раз"))
    await play.say()
    stranger = question("не спрашивали")
    assert (
        declined(await play.answering.regeneration.edit(stranger, play.clock.now())).reason is Reason.REPEATED
    )
    assert declined(await edit(play, turn, "раз")).reason is Reason.REPEATED
    await play.store.inbox.accept([(edited(turn, "").update_id, "{}")])
    assert isinstance(await edit(play, turn, "раз!"), Accepted)
    await play.say()
    assert declined(await edit(play, turn, "раз?")).reason is Reason.REPEATED  # the same update again
    play.clock.skip(601.0)
    assert declined(await edit(play, turn, "раз!!")).reason is Reason.REPEATED
    assert play.model.questions == ["раз", "раз!"]


@pytest.mark.parametrize(
    ("attachment", "known", "expected"),
    [
        (Attachment(AttachmentKind.VOICE, "f", "u", text="слышно"), "подпись\n\nслышно", "новая\n\nслышно"),
        (Attachment(AttachmentKind.VOICE, "f", "u", text="", quoted=True), "подпись", "новая"),
        (Attachment(AttachmentKind.VOICE, "f", "u", text="чужое", quoted=True), "подпись", "новая"),
        (Attachment(AttachmentKind.DOCUMENT, "f", "u", text="подпись"), "подпись", "новая"),
        (Attachment(AttachmentKind.PICTURE, "f", "u"), "подпись", "новая"),
    ],
    ids=["a voice", "a voice of which nothing is heard", "another's voice", "a document", "a picture"],
)
async def test_an_edited_caption_keeps_only_what_was_heard_of_the_asker(
    play: Stage, attachment: Attachment, known: str, expected: str
) -> None:
    turn = await play.ask(question(known, attachments=(attachment,)))
    assert isinstance(await edit(play, turn, "новая"), Accepted)
    assert (await play.turn(turn.id)).question.text == expected


async def test_an_edited_piece_of_a_paste_is_ignored(play: Stage) -> None:
    turn = await play.ask(question("я" * 4096))
    await play.ask(question("конец"))
    assert declined(await edit(play, turn, "другое")).reason is Reason.REPEATED


async def test_what_was_dropped_is_not_revived_by_an_edit(play: Stage) -> None:
    turn = await play.ask(question("раз"))
    await play.answering.stopping.cancel(HOME)
    assert declined(await edit(play, turn, "раз!")).reason is Reason.REPEATED


async def test_edits_count_as_questions(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(user_rate_per_min=1)) as play:
        turn = await play.ask(question("раз"))
        await play.say()
        assert declined(await edit(play, turn, "раз!")).reason is Reason.PERSON_RATE


async def test_again_gives_another_version_in_the_same_place(play: Stage) -> None:
    """The new one is remembered; a second press while it is made does nothing."""
    turn = await play.ask(question("раз"))
    await play.say("первый")
    again = await play.answering.regeneration.again(turn.id)
    assert isinstance(again, Accepted)
    await play.quiet()
    assert declined(await play.answering.regeneration.again(turn.id)).reason is Reason.REPEATED
    assert play.model.questions == ["раз", "раз"]
    assert not play.model.open[0].request.history
    await play.say("второй")
    assert play.chat.shown == {turn.id: Shown("второй")}
    await play.ask(question("дальше"))
    assert play.model.open[0].request.history == (Exchange("раз", "второй"),)


async def test_a_press_delivered_twice_is_one(play: Stage) -> None:
    turn = await play.ask(question("раз"))
    await play.say("первый")
    await play.store.inbox.accept([(777, "{}")])
    assert isinstance(await play.answering.regeneration.again(turn.id, update_id=777), Accepted)
    await play.quiet()
    await play.say("второй")
    assert declined(await play.answering.regeneration.again(turn.id, update_id=777)).reason is Reason.REPEATED


async def test_a_version_that_fails_leaves_the_answer_that_was_there(play: Stage) -> None:
    turn = await play.ask(question("раз"))
    await play.say("первый")
    again = await play.answering.regeneration.again(turn.id)
    assert isinstance(again, Accepted)
    await play.quiet()
    await play.fail(FailureKind.UNSUPPORTED)
    shown = play.chat.shown[turn.id]
    assert (shown.text, shown.failure, len(shown.error_id)) == ("первый", FailureKind.UNSUPPORTED, 8)
    assert await play.state(again.turn) is TurnState.FAILED
    assert await play.state(turn) is TurnState.DONE


async def test_a_version_that_fails_leaves_its_own_answer_where_no_ids_are_known(play: Stage) -> None:
    """Messages in a group that moved, or whose reply was lost, all have the id 0."""
    turns = []
    for text in ("раз", "два"):
        turns.append(await play.ask(question(text)))
        await play.say(f"ответ на {text}")
        await play.store.parts.record(turns[-1].id, ShownPart(0, 0, ""))
    assert isinstance(await play.answering.regeneration.again(turns[0].id), Accepted)
    await play.quiet()
    await play.fail(FailureKind.UNSUPPORTED)
    assert play.chat.shown[turns[0].id].text == "ответ на раз"


async def test_an_edit_ends_the_version_under_way(play: Stage) -> None:
    turn = await play.ask(question("раз"))
    await play.say("первый")
    await play.answering.regeneration.again(turn.id)
    await play.quiet()
    await edit(play, turn, "раз!")
    assert play.model.asked[1].aborted
    assert play.model.open[0].request.question == "раз!"


async def test_a_cut_answer_is_continued_and_joined(play: Stage) -> None:
    turn = await play.ask(question("Рассказать?"))
    await play.say("Жили-б", ending=Ending.CUT)
    assert isinstance(await play.answering.regeneration.continue_(turn.id), Accepted)
    await play.quiet()
    assert play.model.open[0].request.unfinished_answer == "Жили-б"
    await play.say("ыли дед да баба")
    assert play.chat.shown == {turn.id: Shown("Жили-были дед да баба")}
    whole = await play.store.turns.chosen(turn.id)
    assert whole is not None
    assert whole.answer is not None
    assert (whole.state, whole.answer.text, whole.answer.ending) == (
        TurnState.DONE,
        "Жили-были дед да баба",
        Ending.COMPLETED,
    )
    assert declined(await play.answering.regeneration.continue_(turn.id)).reason is Reason.REPEATED


async def test_a_continuation_that_fails_leaves_the_first_half(play: Stage) -> None:
    turn = await play.ask(question())
    await play.say("Жили-б", ending=Ending.CUT)
    await play.answering.regeneration.continue_(turn.id)
    await play.quiet()
    await play.fail(FailureKind.FORBIDDEN)
    shown = play.chat.shown[turn.id]
    assert (shown.text, shown.failure, len(shown.error_id)) == ("Жили-б", FailureKind.FORBIDDEN, 8)
    assert await play.state(turn) is TurnState.DONE
    assert isinstance(await play.answering.regeneration.continue_(turn.id), Accepted)


async def test_a_stopped_continuation_leaves_the_first_half(play: Stage) -> None:
    turn = await play.ask(question())
    await play.say("Жили-б", ending=Ending.CUT)
    await play.answering.regeneration.continue_(turn.id)
    await play.quiet()
    await play.answering.stopping.stop(HOME, by=ANNA.id, admin=False)
    kept = await play.turn(turn.id)
    assert kept.answer is not None
    assert (kept.state, kept.answer.text) == (TurnState.DONE, "Жили-б")


async def test_a_continuation_survives_a_restart(play: Stage) -> None:
    turn = await play.ask(question())
    await play.say("Жили-б", ending=Ending.CUT)
    await play.answering.regeneration.continue_(turn.id)
    await play.quiet()
    await play.restart()
    assert play.model.open[0].request.unfinished_answer == "Жили-б"
    await play.say("ыли")
    assert play.chat.shown[turn.id] == Shown("Жили-были")
