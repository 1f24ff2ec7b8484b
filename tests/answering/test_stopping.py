"""Stop at each state, by whom, and the quieter ends: /new, /forget, a chat left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.answering.answering import Limits
from bot.answering.outcomes import Accepted, NothingToStop, NotYours, Reason, Stopped
from bot.core.values import Conversation, Ending, Exchange, Person, Turn, TurnState
from bot.model import FailureKind
from tests.answering.stage import Shown, Stage, declined, stage
from tests.answering.values import ANNA, BORIS, GROUP, HOME, question
from tests.clocks import settle
from tests.databases import Databases


async def stop(
    play: Stage,
    conversation: Conversation = HOME,
    *,
    by: Person = ANNA,
    admin: bool = False,
    turn: Turn | None = None,
) -> list[int] | NotYours | NothingToStop:
    turn_id = None if turn is None else turn.id
    result = await play.answering.stopping.stop(conversation, by=by.id, admin=admin, turn_id=turn_id)
    await play.quiet()
    return [turn.id for turn in result.turns] if isinstance(result, Stopped) else result


async def test_with_nothing_asked_there_is_nothing_to_stop(play: Stage) -> None:
    assert await stop(play) == NothingToStop()


async def test_the_one_being_asked_is_aborted_and_nothing_late_is_shown(play: Stage) -> None:
    turn = await play.ask(question())
    assert await stop(play) == [turn.id]
    assert play.model.asked[0].aborted
    assert play.chat.shown == {}
    assert play.chat.typing_now == set()
    assert await play.state(turn) is TurnState.STOPPED
    await play.ask(question())
    assert play.model.open[0].request.history == ()


async def test_one_that_waits_behind_is_never_asked(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(model_concurrency=1)) as play:
        await play.ask(question(conversation=Conversation(5)))
        turn = await play.ask(question())
        await play.pass_s(6.0)
        assert await stop(play) == [turn.id]
        assert play.chat.dropped_notices == [turn.id]
        await play.say()
        assert len(play.model.asked) == 1
        assert await play.state(turn) is TurnState.STOPPED


async def test_one_that_waits_to_be_asked_again(play: Stage) -> None:
    turn = await play.ask(question())
    await play.fail(FailureKind.SERVER_ERROR)
    assert await stop(play) == [turn.id]
    await play.pass_s(10.0)
    assert len(play.model.asked) == 1


async def test_one_that_comes_back_for_a_slot(tmp_path: Path) -> None:
    """Stopped while it stands in line for its retry; the slot goes on to the next."""
    async with stage(tmp_path, limits=Limits(model_concurrency=1)) as play:
        turn = await play.ask(question())
        await play.ask(question("чужой", conversation=Conversation(5)))
        await play.fail(FailureKind.SERVER_ERROR)
        await play.pass_s(1.0)
        assert await stop(play) == [turn.id]
        await play.say()
        await play.ask(question("ещё", conversation=Conversation(6)))
        assert play.model.questions[1:] == ["чужой", "ещё"]
        assert play.answering.scheduler.slots.in_use == 1


async def test_what_was_shown_of_a_half_delivered_answer_remains_and_is_remembered_as_cut(
    play: Stage,
) -> None:
    turn = await play.ask(question("Рассказать?"))
    play.chat.sending.clear()
    play.chat.half = 5
    await play.say("Жили-были дед да баба")
    assert await stop(play) == [turn.id]
    play.chat.sending.set()
    stopped = await play.turn(turn.id)
    assert stopped.state is TurnState.STOPPED
    assert stopped.answer is not None
    assert (stopped.answer.text, stopped.answer.ending) == ("Жили-", Ending.CUT)
    await play.ask(question("Дальше?"))
    assert play.model.open[0].request.history == (Exchange("Рассказать?", "Жили- […]"),)


async def test_an_answer_of_which_nothing_was_shown_is_not_remembered(play: Stage) -> None:
    await play.ask(question())
    play.chat.sending.clear()
    await play.say("не увидят")
    await stop(play)
    await play.ask(question())
    assert play.model.open[0].request.history == ()
    assert play.chat.shown == {}


async def test_an_answer_that_is_stopped_while_it_is_written_down_is_not_remembered(
    play: Stage, tmp_path: Path
) -> None:
    """It is in the database by the time that the turn is closed, and nobody has seen it."""
    turn = await play.ask(question("Раз?"))
    with Databases(None).unwritable(tmp_path):
        play.model.say("не увидят")
        await settle()
        stopping = asyncio.create_task(stop(play))
        await settle()
    assert await stopping == [turn.id]
    stopped = await play.turn(turn.id)
    assert stopped.state is TurnState.STOPPED
    assert stopped.answer is not None
    assert stopped.answer.text == ""
    await play.ask(question("Два?"))
    assert play.model.open[0].request.history == ()


async def test_what_stands_unfinished_is_settled_as_it_was_closed_and_nothing_else(play: Stage) -> None:
    turn = await play.ask(question("раз"))
    await stop(play)
    assert play.chat.settled == []
    await play.answering.regeneration.retry(turn.id)
    await play.quiet()
    play.chat.unfinished.add(turn.id)
    await stop(play)
    assert play.chat.settled == [await play.turn(turn.id)]


async def test_a_member_stops_only_what_is_their_own(play: Stage) -> None:
    """Another's answer goes on; an admin ends everybody's."""
    first = await play.ask(question(conversation=GROUP, asker=BORIS))
    second = await play.ask(question(conversation=GROUP, asker=ANNA))
    third = await play.ask(question(conversation=GROUP, asker=BORIS))
    assert await stop(play, GROUP, by=ANNA) == [second.id]
    assert await stop(play, GROUP, by=ANNA) == NotYours()
    assert not play.model.asked[0].aborted
    assert await stop(play, GROUP, by=ANNA, admin=True) == [first.id, third.id]
    assert len(play.model.asked) == 1


async def test_the_button_ends_its_own_turn_only(play: Stage) -> None:
    first = await play.ask(question("раз"))
    second = await play.ask(question("два"))
    assert await stop(play, turn=first) == [first.id]
    assert play.model.open[0].request.question == "два"
    assert await stop(play, turn=first) == NothingToStop()
    assert await stop(play, by=BORIS, turn=second) == NotYours()


async def test_two_presses_at_once_are_one(play: Stage) -> None:
    turn = await play.ask(question())
    first, second = await asyncio.gather(stop(play), stop(play))
    assert first == [turn.id]
    assert second == NothingToStop()
    assert await play.state(turn) is TurnState.STOPPED


async def test_what_is_stopped_while_it_is_edited_is_stopped_with_its_new_words(play: Stage) -> None:
    asked = question("как было")
    turn = await play.ask(asked)
    edited = replace(asked, text="как стало", update_id=asked.update_id + 1)
    editing = asyncio.create_task(play.answering.regeneration.edit(edited, play.clock.now()))
    await settle()
    assert await stop(play) == [turn.id]
    assert isinstance(await editing, Accepted)
    assert await play.state(turn) is TurnState.STOPPED
    assert play.model.open == []


async def test_a_turn_stopped_in_the_instant_of_its_start(tmp_path: Path) -> None:
    """Its task has not taken its first step yet."""
    async with stage(tmp_path) as play:
        accepted = await play.answering.submit(question())
        assert isinstance(accepted, Accepted)
        assert await stop(play) == [accepted.turn.id]
        assert await play.state(accepted.turn) is TurnState.STOPPED
        assert play.answering.scheduler.slots.in_use == 0


async def test_a_stopped_question_can_be_had_again(play: Stage) -> None:
    turn = await play.ask(question())
    await stop(play)
    assert isinstance(await play.answering.regeneration.retry(turn.id), Accepted)
    await play.quiet()
    await play.say("всё-таки")
    assert play.chat.shown[turn.id] == Shown("всё-таки")


async def test_new_ends_everything_there_quietly(play: Stage) -> None:
    first = await play.ask(question())
    second = await play.ask(question())
    other = await play.ask(question(conversation=Conversation(5)))
    dropped = await play.answering.stopping.cancel(HOME)
    await play.quiet()
    assert {turn.id for turn in dropped} == {first.id, second.id}
    states = [await play.state(turn) for turn in (first, second, other)]
    assert states == [TurnState.DROPPED, TurnState.DROPPED, TurnState.WAITING]
    assert declined(await play.answering.regeneration.retry(first.id)).reason is Reason.REPEATED


async def test_a_member_who_wants_to_be_forgotten_loses_only_their_own(play: Stage) -> None:
    first = await play.ask(question("чужой", conversation=GROUP, asker=BORIS))
    second = await play.ask(question("свой", conversation=GROUP))
    await play.answering.stopping.cancel(GROUP, asker_id=ANNA.id)
    assert await play.state(first) is TurnState.WAITING
    assert await play.state(second) is TurnState.DROPPED


async def test_an_answer_that_is_all_there_is_not_cancelled_but_kept(play: Stage) -> None:
    """It was shown, and only its end not yet written down."""
    turn = await play.ask(question("Раз?"))
    play.chat.sending.clear()
    play.chat.half = 100
    await play.say("Раз!")
    assert await play.answering.stopping.cancel(HOME) == []
    play.chat.sending.set()
    await play.quiet()
    kept = await play.turn(turn.id)
    assert kept.state is TurnState.DONE
    await play.ask(question("Два?"))
    assert play.model.open[0].request.history == (Exchange("Раз?", "Раз!"),)


async def test_forgetting_ends_what_is_under_way_and_deletes_everything(play: Stage) -> None:
    first = await play.ask(question())
    await play.ask(question())
    other = await play.ask(question(conversation=Conversation(5)))
    assert await play.answering.stopping.forget(HOME) == 2
    await play.quiet()
    assert await play.store.bulk.export(HOME) == []
    assert play.model.asked[0].aborted
    assert await play.answering.stopping.forget(HOME) == 0
    assert declined(await play.answering.regeneration.retry(first.id)).reason is Reason.REPEATED
    assert await play.state(other) is TurnState.WAITING


async def test_a_chat_that_removed_the_bot(play: Stage) -> None:
    first = await play.ask(question(conversation=GROUP))
    second = await play.ask(question(conversation=Conversation(GROUP.chat_id, 3)))
    await play.answering.stopping.drop_chat(GROUP.chat_id)
    assert [await play.state(turn) for turn in (first, second)] == [TurnState.DROPPED] * 2
    assert all(asked.aborted for asked in play.model.asked)
