"""What came of a question is seen a moment before it is written down: its buttons wait for that."""

from __future__ import annotations

import asyncio

from bot.answering.outcomes import Accepted, Reason
from bot.core.values import Turn
from bot.model import FailureKind
from tests.answering.stage import Shown, Stage, declined
from tests.answering.values import question


async def _noted(play: Stage, turn: Turn) -> None:
    waited = asyncio.create_task(play.answering.runner.wait_until_delivered(turn))
    await play.quiet()
    assert not waited.done()
    play.chat.sending.set()
    await waited


async def test_a_retry_may_be_faster_than_the_note_that_the_question_failed(play: Stage) -> None:
    """Seen, the failure's button works; but nobody waits for ever."""
    turn = await play.ask(question("вопрос"))
    play.chat.sending.clear()
    await play.fail(FailureKind.UNSUPPORTED)
    assert play.chat.shown[turn.id].failure == FailureKind.UNSUPPORTED
    waited = asyncio.create_task(play.answering.runner.wait_until_delivered(turn))
    await play.pass_s(0.5)
    await waited
    assert declined(await play.answering.regeneration.retry(turn.id)).reason is Reason.REPEATED
    await _noted(play, turn)
    assert isinstance(await play.answering.regeneration.retry(turn.id), Accepted)
    await play.quiet()
    await play.say("ответ")
    assert play.chat.shown[turn.id] == Shown("ответ")


async def test_another_version_may_be_wanted_before_it_is_noted_that_the_answer_was_shown(
    play: Stage,
) -> None:
    turn = await play.ask(question("вопрос"))
    play.chat.sending.clear()
    play.chat.half = 100
    await play.say("ответ")
    assert play.chat.shown[turn.id] == Shown("ответ")
    await _noted(play, turn)
    assert isinstance(await play.answering.regeneration.again(turn.id), Accepted)
