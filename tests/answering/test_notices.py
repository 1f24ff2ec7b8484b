"""The waiting notice: when it comes, what it says, how seldom it changes, and that it goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.answering.active import ActiveTurn, Notice
from bot.answering.answering import Limits
from bot.answering.context import Context
from bot.answering.notices import MOST_A_LOOK, Notices
from bot.answering.scheduling.scheduler import Scheduler
from bot.core.values import Conversation, Person, TurnState
from tests.answering.null_observer import NullObserver
from tests.answering.stage import Shown, Stage, stage
from tests.answering.values import GROUP, question

if TYPE_CHECKING:
    import pytest

ONE = Limits(model_concurrency=1)


async def test_a_quick_answer_needs_none(play: Stage) -> None:
    await play.ask(question())
    await play.pass_s(14.0)
    await play.say()
    await play.pass_s(20.0)
    assert play.chat.notices == {}


async def test_a_long_generation_gets_one_and_it_goes_with_the_answer(play: Stage) -> None:
    turn = await play.ask(question())
    await play.pass_s(14.5)
    assert play.chat.notices == {}
    await play.pass_s(0.5)
    assert play.chat.notices == {turn.id: [None]}
    await play.pass_s(1.0)
    assert play.chat.notices == {turn.id: [None]}
    await play.pass_s(20.0)
    assert play.chat.notices == {turn.id: [None]}
    await play.say()
    assert play.chat.dropped_notices == [turn.id]
    assert (await play.turn(turn.id)).notice_id is None


async def test_those_in_the_queue_see_their_place_move(tmp_path: Path) -> None:
    """After 5 s; then at most every 5 s; then that it is their turn."""
    async with stage(tmp_path, limits=ONE) as play:
        turns = [
            await play.ask(question(conversation=Conversation(chat), asker=Person(chat, "Кто-то")))
            for chat in range(1, 5)
        ]
        last = turns[-1].id
        await play.pass_s(4.0)
        assert play.chat.notices == {}
        await play.pass_s(2.0)
        assert play.chat.notices[last] == [3]
        await play.say()
        await play.say()
        await play.pass_s(3.0)
        assert play.chat.notices[last] == [3]
        await play.pass_s(3.0)
        assert play.chat.notices[last] == [3, 1]
        await play.say()
        await play.pass_s(6.0)
        assert play.chat.notices[last] == [3, 1, None]
        await play.say()
        assert sorted(play.chat.dropped_notices) == sorted(turn.id for turn in turns[1:])


async def test_when_many_wait_ten_are_told_at_a_time(tmp_path: Path) -> None:
    """Each once, before anybody is told again."""
    async with stage(tmp_path, limits=ONE) as play:
        turns = [
            await play.ask(question(conversation=Conversation(chat), asker=Person(chat, "Кто-то")))
            for chat in range(1, 3 * MOST_A_LOOK)
        ]
        waiting = [turn.id for turn in turns[1:]]
        await play.pass_s(5.0)
        told = list(play.chat.notices)
        assert told == waiting[: len(told)]
        assert 0 < len(told) <= MOST_A_LOOK
        await play.pass_s(3.0)
        assert play.chat.notices == {turn_id: [place] for place, turn_id in enumerate(waiting, start=1)}


async def test_a_notice_being_sent_when_the_answer_comes_does_not_stay(play: Stage) -> None:
    """The answer does not wait for it; it is removed as soon as it is there."""
    turn = await play.ask(question())
    play.chat.noticing.clear()
    await play.pass_s(30.0)
    await play.say()
    assert play.chat.shown == {turn.id: Shown("ответ")}
    play.chat.noticing.set()
    await play.quiet()
    assert play.chat.dropped_notices == [turn.id]


async def test_a_notice_that_cannot_be_shown_holds_up_nothing(play: Stage) -> None:
    turn = await play.ask(question(conversation=GROUP))
    play.chat.unreachable.add(GROUP.chat_id)
    await play.pass_s(16.0)
    play.chat.unreachable.clear()
    await play.say()
    assert play.chat.shown == {turn.id: Shown("ответ")}


async def test_a_notice_that_cannot_be_removed_holds_up_nothing(play: Stage) -> None:
    """The chat is gone; the turn ends as dropped."""
    turn = await play.ask(question(conversation=GROUP))
    await play.pass_s(16.0)
    play.chat.unreachable.add(GROUP.chat_id)
    await play.say()
    assert await play.state(turn) is TurnState.DROPPED


async def test_one_held_back_or_forgotten_has_no_place(play: Stage) -> None:
    """A notice due for a turn that is gone from the database is not shown."""
    turn = await play.ask(question())
    assert await play.store.bulk.forget(turn.question.conversation) == 1
    await play.pass_s(16.0)
    assert turn.id not in play.chat.notices
    await play.say()
    assert play.chat.shown == {}


async def test_a_fault_in_one_look_does_not_end_the_watch(
    play: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    looks = 0

    def places() -> dict[int, int]:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise KeyError(turn.id)
        return {turn.id: 7}

    play.answering.pause()
    turn = await play.ask(question())
    await play.answering.close(0)
    context = Context(play.store, play.chat, NullObserver(), play.clock, play.settings_for, play.meter)
    scheduler = Scheduler(most=1, observer=NullObserver())
    context.turns.add(ActiveTurn(turn, play.clock.monotonic(), scheduler.enqueue(turn), Notice()))
    Notices(context, places=places).watch()
    await play.pass_s(8.0)
    assert play.chat.notices == {turn.id: [7]}
    assert "the notices were not looked at" in caplog.text
    await context.background.close()
