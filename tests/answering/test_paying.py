"""What is paid with no answer to show for it is written down at once, and once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.answering.answering import Limits
from bot.answering.outcomes import Accepted, Reason, Stopped
from bot.core.values import Turn, TurnState
from bot.model import FailureKind
from bot.store import StoreUnavailable, Whose
from tests.answering.meters import spending
from tests.answering.stage import Stage, declined, stage
from tests.answering.values import question
from tests.clocks import settle
from tests.databases import Databases


async def paid(play: Stage) -> Decimal:
    today = play.clock.now().date()
    return (await play.store.ledger.spent(Whose(today - timedelta(days=1), today + timedelta(days=1)))).rub


async def test_speech_is_written_down_before_the_turn_goes_on(play: Stage) -> None:
    turn = await play.ask(question())
    meter = spending(play.store, play.clock)
    await play.answering.paying.pay(turn, [])
    assert await paid(play) == 0
    await play.answering.paying.pay(turn, meter.hear(turn.question, pieces=2))
    assert await paid(play) == Decimal("0.3252")


async def test_what_was_heard_is_kept_with_what_it_cost_in_one_commit(play: Stage) -> None:
    turn = await play.ask(question())
    heard = replace(turn.question, text="что сказано")
    charges = spending(play.store, play.clock).hear(turn.question, pieces=2)
    before = play.store.database.commits
    await play.answering.paying.pay(turn, charges, heard)
    assert play.store.database.commits == before + 1
    assert (await play.turn(turn.id)).question == heard
    assert await paid(play) == Decimal("0.3252")


async def test_while_the_database_is_away_nobody_waits_and_it_is_written_later(tmp_path: Path) -> None:
    async with stage(tmp_path, pragmas={"synchronous": "OFF", "busy_timeout": 0}) as play:
        turn = await play.ask(question())
        charges = spending(play.store, play.clock).hear(turn.question, pieces=1)
        with Databases(None).unwritable(tmp_path):
            await play.answering.paying.pay(turn, charges)
            assert await paid(play) == 0
        await play.pass_s(10)
        assert await paid(play) == Decimal("0.1626")


async def test_what_is_stopped_while_the_database_is_away_is_written_later_all_the_same(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, pragmas={"synchronous": "OFF", "busy_timeout": 0}) as play:
        turn = await play.ask(question())
        charges = spending(play.store, play.clock).hear(turn.question, pieces=1)
        with Databases(None).unwritable(tmp_path):
            paying = asyncio.create_task(play.answering.paying.pay(turn, charges))
            await asyncio.sleep(0)
            paying.cancel()
            with pytest.raises(asyncio.CancelledError):
                await paying
            assert await paid(play) == 0
        await play.pass_s(10)
        assert await paid(play) == Decimal("0.1626")


async def test_of_what_is_written_later_the_words_are_not_put_over_what_was_asked_meanwhile(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, pragmas={"synchronous": "OFF", "busy_timeout": 0}) as play:
        turn = await play.ask(question("как было"))
        heard = replace(turn.question, text="что сказано")
        charges = spending(play.store, play.clock).hear(turn.question, pieces=1)
        with Databases(None).unwritable(tmp_path):
            await play.answering.paying.pay(turn, charges, heard)
        await play.pass_s(10)
        assert await paid(play) == Decimal("0.1626")
        assert (await play.turn(turn.id)).question.text == "как было"


@asynccontextmanager
async def database_away(play: Stage, folder: Path) -> AsyncIterator[None]:
    """While this is entered nothing can be written; by the end what was to be written before has failed."""
    with Databases(None).unwritable(folder):
        yield
        await settle()
        with pytest.raises(StoreUnavailable):
            await play.store.turns.set_notice(-1, None)
        await settle()


async def test_an_answer_that_is_stopped_before_it_could_be_kept_is_paid_for(tmp_path: Path) -> None:
    async with stage(tmp_path, pragmas={"synchronous": "OFF", "busy_timeout": 0}) as play:
        turn = await play.ask(question())
        async with database_away(play, tmp_path):
            play.model.say("ответ", input_tokens=1000)
        assert await stopped(play, turn)
        assert await paid(play) == Decimal("0.2010")


async def test_what_is_given_up_and_stopped_before_that_could_be_written_down_is_paid_for(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, pragmas={"synchronous": "OFF", "busy_timeout": 0}) as play:
        turn = await play.ask(question())
        progress = play.model.open[0].progress
        assert progress is not None
        progress.may_cost = True
        async with database_away(play, tmp_path):
            await play.clock.advance(Limits().answer_deadline_s)
            assert play.chat.shown[turn.id].failure == FailureKind.TIMEOUT
        assert await stopped(play, turn)
        assert await paid(play) > 0


async def stopped(play: Stage, turn: Turn) -> bool:
    stopping = play.answering.stopping.stop(
        turn.question.conversation, by=turn.question.asker.id, admin=False
    )
    task = asyncio.create_task(stopping)
    await play.pass_s(10)
    return isinstance(await task, Stopped)


@asynccontextmanager
async def tight(folder: Path) -> AsyncIterator[Stage]:
    """With a budget that what is set aside for one question exhausts, and what it costs does not."""
    async with stage(folder, budgets={"person": "0.005"}) as play:
        yield play


async def test_an_answer_is_paid_for_once(play: Stage) -> None:
    await play.ask(question())
    await play.say(input_tokens=1000)
    assert await paid(play) == Decimal("0.2010")


async def test_while_one_is_answered_the_next_is_declined_and_no_longer_than_that(tmp_path: Path) -> None:
    async with tight(tmp_path) as play:
        await play.ask(question())
        result = declined(await play.answering.submit(question()))
        assert result.reason is Reason.BUDGET
        play.chat.sending.clear()
        await play.say()
        await play.ask(question())
        assert len(play.model.asked) == 1


async def test_what_ends_without_an_answer_leaves_nothing_set_aside(tmp_path: Path) -> None:
    """Stopped, taken before, edited and stopped, too late: each time the next question is taken."""
    async with tight(tmp_path) as play:
        asked = question()
        turn = await play.ask(asked)
        assert await stopped(play, turn)
        assert declined(await play.answering.submit(asked)).reason is Reason.REPEATED
        turn = await play.ask(question())
        edited = replace(turn.question, text="иначе", update_id=4444)
        assert isinstance(await play.answering.regeneration.edit(edited, play.clock.now()), Accepted)
        await play.quiet()
        assert await stopped(play, turn)
        waits = await play.ask(question())
        await play.answering.close(0)
        play.clock.skip(7 * 3600.0)
        await play.restart()
        assert play.chat.apologies == [waits.id]
        await play.ask(question(sent_at=play.clock.now()))
        assert len(play.model.open) == 1


async def test_what_a_stopped_request_cost_counts_at_once(tmp_path: Path) -> None:
    async with tight(tmp_path) as play:
        turn = await play.ask(question())
        progress = play.model.open[0].progress
        assert progress is not None
        progress.may_cost = True
        progress.said.append("слово " * 200)
        assert await stopped(play, turn)
        assert declined(await play.answering.submit(question())).reason is Reason.BUDGET


async def test_what_was_asked_before_an_edit_is_paid_for_too(play: Stage) -> None:
    turn = await play.ask(question())
    progress = play.model.open[0].progress
    assert progress is not None
    progress.may_cost = True
    edited = replace(turn.question, text="иначе", update_id=4444)
    assert isinstance(await play.answering.regeneration.edit(edited, play.clock.now()), Accepted)
    await play.quiet()
    await play.say(input_tokens=1000)
    assert await paid(play) > Decimal("0.2010")


async def test_what_is_stopped_while_its_end_is_written_down_is_paid_for_once(
    play: Stage, tmp_path: Path
) -> None:
    async def ask() -> Turn:
        turn = await play.ask(question(sent_at=play.clock.now()))
        progress = play.model.open[0].progress
        assert progress is not None
        progress.may_cost = True
        return turn

    await ask()
    await play.clock.advance(Limits().answer_deadline_s)
    await play.quiet()
    once = await paid(play)
    turn = await ask()
    with Databases(None).unwritable(tmp_path):
        await play.clock.advance(Limits().answer_deadline_s)
        stopping = asyncio.create_task(
            play.answering.stopping.stop(turn.question.conversation, by=turn.question.asker.id, admin=False)
        )
        await settle()
    await stopping
    assert await play.state(turn) is TurnState.FAILED
    assert await paid(play) == 2 * once > 0
