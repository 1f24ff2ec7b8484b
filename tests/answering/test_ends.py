"""Every end of a turn: one line in the log, one count, one word to the presenter, with its outcome."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from bot.answering.active import ActiveTurn
from bot.answering.answering import Limits
from bot.answering.context import Context
from bot.answering.endings import Endings
from bot.answering.notices import Notices
from bot.answering.outcomes import Outcome
from bot.answering.ports import Note, NotPrepared, NotShown, Prepared, Refused
from bot.core.values import Attachment, AttachmentKind, ChatSettings, Conversation, Exchange, Turn, TurnState
from bot.model import FailureKind
from tests.answering.null_observer import NullObserver
from tests.answering.stage import Stage, stage
from tests.answering.test_failing import Measures
from tests.answering.values import ANNA, GROUP, HOME, question
from tests.clocks import settle

VOICE = Attachment(AttachmentKind.VOICE, "AwAC", "AgAD")


class HearsNothing:
    """A preparer that can't take a voice in."""

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        del settings, newest_first
        if turn.question.attachments:
            raise NotPrepared("unsupported")
        return Prepared(turn)


async def answered(play: Stage) -> Turn:
    turn = await play.ask(question())
    await play.say()
    return turn


async def failed(play: Stage) -> Turn:
    turn = await play.ask(question())
    await play.fail(FailureKind.UNSUPPORTED)
    return turn


async def fault(play: Stage) -> Turn:
    play.chat.broken = ValueError()
    return await answered(play)


async def declined(play: Stage) -> Turn:
    return await play.ask(question(attachments=(VOICE,)))


async def stopped_running(play: Stage) -> Turn:
    turn = await play.ask(question())
    await play.answering.stopping.stop(HOME, by=ANNA.id, admin=False)
    return turn


async def stopped_waiting(play: Stage) -> Turn:
    play.answering.pause()
    return await stopped_running(play)


async def stopped_when_shown(play: Stage) -> Turn:
    """All of it was there: it counts as answered."""
    turn = await play.ask(question())
    play.chat.sending.clear()
    play.chat.half = 100
    await play.say()
    await play.answering.stopping.stop(HOME, by=ANNA.id, admin=False)
    return turn


async def cancelled(play: Stage) -> Turn:
    turn = await play.ask(question())
    await play.answering.stopping.cancel(HOME)
    return turn


async def forgotten(play: Stage) -> Turn:
    turn = await play.ask(question())
    await play.answering.stopping.forget(HOME)
    return turn


async def unreachable(play: Stage) -> Turn:
    turn = await play.ask(question(conversation=GROUP))
    play.chat.unreachable.add(GROUP.chat_id)
    await play.say()
    return turn


async def removed(play: Stage) -> Turn:
    turn = await play.ask(question(conversation=GROUP))
    await play.answering.stopping.drop_chat(GROUP.chat_id)
    return turn


async def expired(play: Stage) -> Turn:
    play.answering.pause()
    turn = await play.ask(question())
    play.clock.skip(7 * 3600.0)
    await play.restart()
    return turn


async def expired_and_refused(play: Stage) -> Turn:
    play.chat.broken = Refused()
    return await expired(play)


async def given_up(play: Stage) -> Turn:
    asked = question()
    await play.store.inbox.accept([(asked.update_id, "{}")])
    play.chat.sending.clear()
    turn = await play.ask(asked)
    await play.say()
    for _ in range(3):
        await play.store.inbox.begin(asked.update_id)
    await play.restart()
    play.chat.sending.set()
    return turn


async def closed_elsewhere(play: Stage) -> Turn:
    play.answering.pause()
    turn = await play.ask(question())
    await play.store.turns.close(turn.id, TurnState.DROPPED)
    play.answering.begin()
    return turn


async def edited(play: Stage) -> Turn:
    """It begins anew, and ends once."""
    turn = await play.ask(question("раз", message_id=5))
    await play.answering.regeneration.edit(question("раз!", message_id=5), play.clock.now())
    await play.quiet()
    await play.say()
    return turn


ENDS: dict[Callable[[Stage], Awaitable[Turn]], str] = {
    answered: Outcome.ANSWERED,
    failed: FailureKind.UNSUPPORTED,
    fault: "internal",
    declined: Outcome.DECLINED,
    stopped_running: Outcome.STOPPED,
    stopped_waiting: Outcome.STOPPED,
    stopped_when_shown: Outcome.ANSWERED,
    cancelled: Outcome.CANCELLED,
    forgotten: Outcome.FORGOTTEN,
    unreachable: Outcome.UNREACHABLE,
    removed: Outcome.UNREACHABLE,
    expired: Outcome.EXPIRED,
    expired_and_refused: Outcome.EXPIRED,
    given_up: Outcome.GIVEN_UP,
    closed_elsewhere: Outcome.CLOSED_BEFORE,
    edited: Outcome.ANSWERED,
}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
async def test_every_end_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, end: Callable[[Stage], Awaitable[Turn]]
) -> None:
    measures = Measures()
    with caplog.at_level(logging.INFO, logger="bot.answering"):
        async with stage(tmp_path, limits=Limits(), observer=measures, preparers=(HearsNothing(),)) as play:
            turn = await end(play)
            await play.quiet()
            finished = list(play.chat.over_ids)
    lines = [record for record in caplog.records if record.message == "turn ended"]
    assert [(line.__dict__["turn_id"], line.__dict__["outcome"]) for line in lines] == [(turn.id, ENDS[end])]
    assert [outcome for outcome, *_ in measures.ends] == [ENDS[end]]
    assert finished == [turn.id]


async def test_what_is_put_off_to_the_next_start_has_not_ended(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither what is being asked nor what waits."""
    measures = Measures()
    with caplog.at_level(logging.INFO, logger="bot.answering"):
        async with stage(tmp_path, observer=measures) as play:
            await play.ask(question())
            await play.ask(question())
            await play.answering.close(0)
    assert (caplog.records, measures.ends, play.chat.over_ids) == ([], [], [])


async def test_a_stop_waits_for_what_can_end_in_time_and_for_nothing_else(play: Stage) -> None:
    """Neither for who waits in the queue, nor for an answer that Telegram holds for longer."""
    await play.ask(question())
    await play.ask(question())
    play.chat.sending.clear()
    await play.say()
    clock, finish = play.clock, play.answering.runner.finish
    for grace_s, held_s, waits in ((0.0, 0.0, False), (5.0, 5.1, False), (5.0, 5.0, True)):
        stopping = asyncio.create_task(finish(grace_s, {ANNA.id: held_s}.__getitem__))
        await settle()
        assert stopping.done() is not waits
        await clock.advance(5.0)
        assert stopping.done()
    play.answering.pause()
    stopping = asyncio.create_task(finish(5.0))
    await settle()
    play.chat.sending.set()
    await play.quiet()
    assert stopping.done()
    assert play.answering.scheduler.waiting == 1


async def test_what_telegram_does_not_take_is_shown_again_ever_more_seldom(play: Stage) -> None:
    context = Context(play.store, play.chat, NullObserver(), play.clock, play.settings_for, play.meter)
    tried_s: list[float] = []

    async def show() -> None:
        tried_s.append(play.clock.monotonic())
        if len(tried_s) < 9:
            raise NotShown

    showing = asyncio.create_task(context.retry_send(show))
    await play.clock.advance(5 + 10 + 20 + 40 + 80 + 160 + 300 + 300)
    await showing
    assert [after - before for before, after in pairwise(tried_s)] == [5, 10, 20, 40, 80, 160, 300, 300]


async def test_who_was_told_that_nothing_is_searched_is_remembered_within_bounds(play: Stage) -> None:
    context = Context(play.store, play.chat, NullObserver(), play.clock, play.settings_for, play.meter)
    endings = Endings(context, Notices(context, places=dict))
    told: list[list[Note]] = []
    for chat_id in (1, 1, *range(2, 1002), 1):
        asked = question(conversation=Conversation(chat_id))
        active = ActiveTurn(Turn(chat_id, asked, TurnState.WAITING), 0.0)
        endings.note_search_refused(active, "yandexgpt-lite")
        told.append(active.notes)
    assert told[:3] == [[Note.NOT_SEARCHED], [], [Note.NOT_SEARCHED]]
    assert told[-1] == [Note.NOT_SEARCHED]
    assert play.chat.alerts == [("search_refused", "yandexgpt-lite")] * 1003
