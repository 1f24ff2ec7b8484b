"""A restart at each state, and the grace given to what is in progress."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.answering.answering import Limits
from bot.answering.outcomes import Accepted, Failure
from bot.answering.ports import NotShown, Refused
from bot.core.values import Answer, Conversation, Ending, TurnState, Usage
from bot.model import ModelReply
from bot.store import StoreUnavailable
from tests.answering.stage import Shown, Stage, stage
from tests.answering.values import GROUP, question
from tests.clocks import settle

HOURS_S = 3600.0


async def test_one_that_waited_and_one_being_asked_are_asked_again_in_order(play: Stage) -> None:
    first = await play.ask(question("раз"))
    second = await play.ask(question("два"))
    await play.restart()
    assert play.model.questions == ["раз"]
    await play.say("ответ")
    await play.say("второй")
    assert play.chat.shown == {first.id: Shown("ответ"), second.id: Shown("второй")}


async def test_an_answer_that_is_there_is_sent_not_generated_again(play: Stage) -> None:
    turn = await play.ask(question())
    play.chat.sending.clear()
    await play.say("готов")
    assert await play.state(turn) is TurnState.ANSWERED
    play.chat.sending.set()
    await play.restart()
    assert play.model.asked == []
    assert play.chat.shown == {turn.id: Shown("готов")}
    assert await play.state(turn) is TurnState.DONE


async def test_a_turn_closed_behind_its_back_is_not_asked(play: Stage) -> None:
    """/forget in another process's words: the database has the last word, before the model and after."""
    first = await play.ask(question("раз"))
    second = await play.ask(question("два"))
    for turn in (first, second):
        await play.store.turns.close(turn.id, TurnState.DROPPED)
    await play.say("поздно")
    assert play.model.questions == ["раз"]
    assert play.chat.shown == {}


async def test_what_is_done_stays_done(play: Stage) -> None:
    await play.ask(question())
    await play.say()
    await play.restart()
    assert play.model.asked == []
    assert len(play.chat.answers) == 1


async def test_old_questions_get_an_apology(play: Stage) -> None:
    """Six hours later an answer would surprise; one already generated is still sent."""
    waiting = await play.ask(question("раз"))
    answered = await play.ask(question("два", conversation=Conversation(5)))
    gone = await play.ask(question("три", conversation=GROUP))
    play.chat.sending.clear()
    play.model.open[1].reply.set_result(play_reply())
    await play.quiet()
    await play.answering.close(0)
    play.chat.sending.set()
    play.clock.skip(6 * HOURS_S + 1)
    play.chat.unreachable.add(GROUP.chat_id)
    await play.restart()
    assert play.chat.apologies == [waiting.id]
    assert play.model.asked == []
    states = [await play.state(turn) for turn in (waiting, answered, gone)]
    assert states == [TurnState.EXPIRED, TurnState.DONE, TurnState.DROPPED]


async def test_the_notice_of_an_old_question_goes_when_the_apology_comes(play: Stage) -> None:
    noticed = await play.ask(question("раз"))
    await play.pass_s(16.0)
    unnoticed = await play.ask(question("два", conversation=Conversation(5)))
    await play.answering.close(0)
    play.clock.skip(6 * HOURS_S + 1)
    await play.restart()
    assert play.chat.apologies == [noticed.id, unnoticed.id]
    assert play.chat.dropped_notices == [noticed.id]


async def test_what_waited_for_just_six_hours_is_still_answered(play: Stage) -> None:
    await play.ask(question("раз"))
    await play.answering.close(0)
    play.clock.skip(6 * HOURS_S)
    await play.restart()
    assert play.chat.apologies == []
    assert play.model.questions == ["раз"]


async def test_nothing_is_late_by_the_machines_clock_alone(play: Stage) -> None:
    """A Bot API server of one's own tells no time before the first send."""
    await play.ask(question("раз"))
    await play.answering.close(0)
    play.clock.skip(6 * HOURS_S + 1)
    play.time_is_known = False
    await play.restart()
    assert play.chat.apologies == []
    assert len(play.model.open) == 1


async def test_an_answer_that_ends_the_process_whenever_it_is_shown_is_given_up(
    play: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The third start that it ended was the last to try: the next says so, with a way to ask again."""
    asked = question()
    await play.store.inbox.accept([(asked.update_id, "{}")])
    play.chat.sending.clear()
    turn = await play.ask(asked)
    play.model.say("ответ")
    await play.quiet()
    for _ in range(3):
        await play.store.inbox.begin(asked.update_id)
    await play.restart()
    shown = play.chat.shown[turn.id]
    assert (shown.text, shown.failure, play.chat.answers) == ("", Failure.INTERNAL, [])
    play.chat.sending.set()
    await play.quiet()
    assert await play.state(turn) is TurnState.FAILED
    assert [r.__dict__["turn_id"] for r in caplog.records if r.levelname == "ERROR"] == [turn.id]
    assert isinstance(await play.answering.regeneration.retry(turn.id), Accepted)


async def test_starts_that_an_answer_did_not_end_do_not_count_against_it(play: Stage) -> None:
    asked = question()
    await play.store.inbox.accept([(asked.update_id, "{}")])
    play.chat.sending.clear()
    turn = await play.ask(asked)
    play.model.say("ответ")
    await play.quiet()
    for _ in range(5):
        await play.restart()
    play.chat.sending.set()
    await play.quiet()
    assert play.chat.shown == {turn.id: Shown("ответ")}


async def test_an_apology_that_telegram_refuses_is_not_made_again(play: Stage) -> None:
    turn = await play.ask(question())
    play.clock.skip(6 * HOURS_S + 1)
    play.chat.broken = Refused()
    await play.restart()
    assert await play.state(turn) is TurnState.DROPPED
    assert play.chat.over_ids == [turn.id]


async def test_a_question_that_telegram_kept_too_long_gets_an_apology(play: Stage) -> None:
    """The bot was away, and the question waited there, not in the database."""
    old = question(sent_at=play.clock.now() - timedelta(hours=6, seconds=1))
    accepted = await play.answering.submit(old)
    assert isinstance(accepted, Accepted)
    await play.quiet()
    assert play.chat.apologies == [accepted.turn.id]
    assert play.model.asked == []
    assert await play.state(accepted.turn) is TurnState.EXPIRED


async def test_what_telegram_does_not_take_is_shown_later(play: Stage) -> None:
    """The answer stays, and is not generated again."""
    turn = await play.ask(question())
    play.chat.broken = NotShown("Conflict")
    await play.say("ответ")
    assert await play.state(turn) is TurnState.ANSWERED
    assert play.chat.shown == {}
    await play.pass_s(6.0)
    assert play.chat.shown == {turn.id: Shown("ответ")}
    assert await play.state(turn) is TurnState.DONE


async def test_what_telegram_does_not_take_before_the_end_is_shown_after_the_next_start(play: Stage) -> None:
    turn = await play.ask(question())
    play.chat.broken = NotShown("DeliveryStopped")
    await play.say("ответ")
    await play.restart()
    assert play.model.asked == []
    assert play.chat.shown == {turn.id: Shown("ответ")}


async def test_nothing_begins_between_taking_up_and_beginning(play: Stage) -> None:
    await play.ask(question())
    await play.answering.close(0)
    play.model.asked.clear()
    play.answering = play.fresh()
    await play.answering.recovery.take_up()
    await play.quiet()
    assert play.model.asked == []
    play.answering.begin()
    await play.quiet()
    assert play.model.questions == ["Почему небо голубое?"]


async def test_what_was_to_be_had_again_too_long_ago_stays_as_it_was(play: Stage) -> None:
    """A continuation and another version: the answer shown remains, without an apology."""
    cut = await play.ask(question("раз"))
    await play.say("Жили-б", ending=Ending.CUT)
    await play.answering.regeneration.continue_(cut.id)
    whole = await play.ask(question("два", conversation=Conversation(5)))
    play.model.open[1].reply.set_result(play_reply())
    await play.quiet()
    again = await play.answering.regeneration.again(whole.id)
    assert isinstance(again, Accepted)
    play.clock.skip(7 * HOURS_S)
    await play.restart()
    assert play.chat.apologies == []
    states = [await play.state(turn) for turn in (cut, whole, again.turn)]
    assert states == [TurnState.DONE, TurnState.DONE, TurnState.DROPPED]


async def test_a_notice_left_by_the_last_run_is_removed_with_the_answer(play: Stage) -> None:
    turn = await play.ask(question())
    await play.pass_s(16.0)
    await play.restart()
    await play.say()
    assert play.chat.dropped_notices == [turn.id]


async def test_answers_in_progress_get_their_grace(play: Stage) -> None:
    """What ends in time is delivered; nothing new begins; the rest waits for the next start."""
    first = await play.ask(question("раз"))
    second = await play.ask(question("два", conversation=Conversation(5)))
    waiting = await play.ask(question("три"))
    ending = asyncio.create_task(play.answering.close(20.0))
    await play.pass_s(5.0)
    await play.say("успел")
    late = await play.answering.submit(question("четыре", conversation=Conversation(6)))
    assert isinstance(late, Accepted)
    await play.pass_s(14.0)
    assert not ending.done()
    await play.pass_s(2.0)
    await ending
    assert play.chat.shown == {first.id: Shown("успел")}
    assert play.model.questions == ["раз", "два"]
    assert play.model.asked[1].aborted
    await play.restart()
    await play.say()
    await play.say()
    await play.say()
    assert {turn.id for turn in (first, second, waiting, late.turn)} == set(play.chat.shown)


async def test_closing_ends_as_soon_as_everything_has(play: Stage) -> None:
    await play.ask(question())
    ending = asyncio.create_task(play.answering.close(20.0))
    await play.quiet()
    await play.say()
    await ending
    assert len(play.chat.answers) == 1


async def test_an_answer_is_kept_until_the_database_can_be_written_again(tmp_path: Path) -> None:
    """It is not generated twice, and not shown before it is safe."""
    async with stage(tmp_path, pragmas={"synchronous": "OFF", "busy_timeout": 1}) as play:
        turn = await play.ask(question())
        with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            play.model.say("дождался")
            await settle()
            with pytest.raises(StoreUnavailable):
                await play.store.turns.set_notice(-1, None)
            assert play.chat.shown == {}
        await play.pass_s(10.0)
        assert play.chat.shown == {turn.id: Shown("дождался")}
        assert len(play.model.asked) == 1


def play_reply() -> ModelReply:
    return ModelReply(Answer("готов", Ending.COMPLETED, Usage()), "c", "p", "t", 1.0)


async def test_a_question_that_could_not_be_written_down_does_not_count_as_asked(tmp_path: Path) -> None:
    """It comes again, from the inbox, as often as it takes."""
    limits = Limits(user_rate_per_min=1)
    pragmas: dict[str, int | str] = {"busy_timeout": 10, "synchronous": "OFF"}
    async with stage(tmp_path, limits=limits, pragmas=pragmas) as play:
        asked = question()
        with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                with pytest.raises(StoreUnavailable):
                    await play.answering.submit(asked)
        await play.ask(asked)
