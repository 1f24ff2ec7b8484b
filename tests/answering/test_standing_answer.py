"""What is stopped while Telegram holds the chat back: nobody waits, and the answer before it stays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.answering.answering import Limits
from bot.answering.outcomes import Accepted, Stopped
from bot.answering.ports import NotShown
from bot.core.values import Conversation, Exchange, Turn, TurnState
from tests.answering.stage import Shown, Stage, stage
from tests.answering.values import ANNA, HOME, question

ENDS: dict[str, Callable[[Stage], Awaitable[object]]] = {
    "/stop": lambda play: play.answering.stopping.stop(HOME, by=ANNA.id, admin=False),
    "/new": lambda play: play.answering.stopping.cancel(HOME),
    "/forget": lambda play: play.answering.stopping.forget(HOME),
}


async def again(play: Stage, turn: Turn) -> Turn:
    accepted = await play.answering.regeneration.again(turn.id)
    assert isinstance(accepted, Accepted)
    await play.quiet()
    return accepted.turn


async def half_replaced(play: Stage) -> tuple[Turn, Turn]:
    """An answer, and the version that is taking its place when Telegram begins to hold the chat back."""
    turn = await play.ask(question("Раз?"))
    await play.say("первый")
    version = await again(play, turn)
    play.chat.sending.clear()
    play.chat.half = 3
    await play.say("второй")
    assert play.chat.shown == {turn.id: Shown("вто")}
    return turn, version


async def at_once(play: Stage, ending: Awaitable[object]) -> object:
    """What an end gives that waits for nothing."""
    task = asyncio.ensure_future(ending)
    await play.quiet()
    assert task.done()
    return task.result()


async def remembered(play: Stage) -> tuple[Exchange, ...]:
    await play.ask(question("Дальше?"))
    return tuple(play.model.open[0].request.history)


async def test_a_version_of_the_last_run_leaves_the_answer_before(play: Stage) -> None:
    """The one that was shown last, in the chat and in memory."""
    turn = await play.ask(question("Раз?"))
    await play.say("первый")
    await again(play, turn)
    await play.say("второй")
    third = await again(play, turn)
    play.chat.sending.clear()
    await play.say("третий")
    await play.restart()
    assert isinstance(await at_once(play, ENDS["/stop"](play)), Stopped)
    play.chat.sending.set()
    await play.quiet()
    assert play.chat.shown == {turn.id: Shown("второй")}
    assert await play.state(third) is TurnState.DROPPED
    assert await remembered(play) == (Exchange("Раз?", "второй"),)


async def test_a_version_of_the_last_run_with_nothing_shown_before_it_is_cut(play: Stage) -> None:
    turn = await play.ask(question("Раз?"))
    play.chat.sending.clear()
    await play.say("не увидят")
    await at_once(play, ENDS["/stop"](play))
    play.chat.half = 3
    version = await again(play, turn)
    await play.say("второй")
    await play.restart()
    await at_once(play, ENDS["/stop"](play))
    play.chat.sending.set()
    await play.quiet()
    assert play.chat.shown == {turn.id: Shown("вто")}
    assert await play.state(version) is TurnState.STOPPED
    assert await remembered(play) == (Exchange("Раз?", "вто […]"),)


@pytest.mark.parametrize("end", ["/stop", "/new"])
async def test_the_answer_before_comes_back_without_anybody_waiting(play: Stage, end: str) -> None:
    turn, version = await half_replaced(play)
    await at_once(play, ENDS[end](play))
    assert await play.state(version) is TurnState.DROPPED
    assert await remembered(play) == (Exchange("Раз?", "первый"),)
    play.chat.sending.set()
    await play.quiet()
    assert play.chat.shown == {turn.id: Shown("первый")}


async def test_the_answer_before_comes_back_when_telegram_takes_it(play: Stage) -> None:
    turn, _ = await half_replaced(play)
    play.chat.broken = NotShown("RetryAfter")
    await at_once(play, ENDS["/stop"](play))
    play.chat.sending.set()
    await play.pass_s(6.0)
    assert play.chat.shown == {turn.id: Shown("первый")}


async def test_an_answer_shown_meanwhile_stays(play: Stage) -> None:
    turn, _ = await half_replaced(play)
    play.chat.broken = NotShown("RetryAfter")
    await at_once(play, ENDS["/stop"](play))
    play.chat.sending.set()
    third = await again(play, turn)
    await play.say("третий")
    await play.pass_s(10.0)
    assert play.chat.answers == [(turn.id, "первый"), (third.id, "третий")]


async def test_what_is_forgotten_does_not_come_back(play: Stage) -> None:
    turn, _ = await half_replaced(play)
    assert await at_once(play, ENDS["/forget"](play)) == 1
    play.chat.sending.set()
    await play.quiet()
    assert play.chat.answers == [(turn.id, "первый")]


@pytest.mark.parametrize("end", ENDS)
async def test_a_notice_that_cannot_go_yet_holds_up_nobody(play: Stage, end: str) -> None:
    turn = await play.ask(question())
    await play.pass_s(16.0)
    play.chat.removing.clear()
    await at_once(play, ENDS[end](play))
    await play.ask(question("Дальше?"))
    assert play.model.open[0].request.question == "Дальше?"
    assert play.chat.dropped_notices == []
    play.chat.removing.set()
    await play.quiet()
    assert play.chat.dropped_notices == [turn.id]


async def test_a_notice_being_changed_goes_though_its_question_is_forgotten(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(model_concurrency=1)) as play:
        await play.ask(question(conversation=Conversation(5)))
        turn = await play.ask(question())
        await play.pass_s(6.0)
        assert len(play.chat.notices[turn.id]) == 1
        play.chat.noticing.clear()
        await play.say()
        await play.pass_s(16.0)
        assert await at_once(play, ENDS["/forget"](play)) == 1
        play.chat.noticing.set()
        await play.quiet()
        assert len(play.chat.notices[turn.id]) == 2
        assert play.chat.dropped_notices == [turn.id]
