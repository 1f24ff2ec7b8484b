"""Ends turns before their time: /stop and its button, /new and /forget, a chat that is gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.active import ActiveTurn
from bot.answering.endings import Endings
from bot.answering.intake.held_pastes import HeldPastes
from bot.answering.outcomes import NothingToStop, NotYours, Outcome, Stopped
from bot.answering.ports import Refused
from bot.answering.runner import Runner
from bot.core.unreachable import Unreachable
from bot.core.values import Answer, Conversation, Ending, Turn, TurnState

if TYPE_CHECKING:
    from bot.answering.context import Context
    from bot.answering.notices import Notices


class Stopping:
    """What is ended here shows nothing more, and its request to the model is closed at once."""

    def __init__(
        self, context: Context, runner: Runner, endings: Endings, notices: Notices, pastes: HeldPastes
    ) -> None:
        self._context = context
        self._runner = runner
        self._endings = endings
        self._notices = notices
        self._pastes = pastes

    async def stop(
        self, conversation: Conversation, *, by: int, admin: bool, turn_id: int | None = None
    ) -> Stopped | NotYours | NothingToStop:
        """/stop by a person: ends what is being answered there, if theirs, and their own that wait.

        An admin's ends everybody's. The button's `turn_id` ends that one only.
        """
        self._pastes.complete(conversation)
        there = [
            active.turn
            for active in self._context.turns
            if active.turn.question.conversation == conversation and turn_id in {None, active.turn.id}
        ]
        theirs = [turn for turn in there if admin or turn.question.asker.id == by]
        stopped = await self._end_all(theirs, TurnState.STOPPED, Outcome.STOPPED)
        if stopped:
            return Stopped(stopped)
        return NotYours() if there and not theirs else NothingToStop()

    async def cancel(self, conversation: Conversation, *, asker_id: int | None = None) -> list[Turn]:
        """/new: ends all that is unfinished there (one person's, if given), quietly."""
        async with self._context.locks.of(conversation):
            return await self._drop_in(conversation, asker_id, Outcome.CANCELLED)

    async def forget(self, conversation: Conversation, *, asker_id: int | None = None) -> int:
        """Cancels, and deletes all that is kept of a conversation, or of one person in it.

        Returns how many questions that were. What is asked meanwhile comes after, and is kept.
        """
        async with self._context.locks.of(conversation):
            await self._drop_in(conversation, asker_id, Outcome.FORGOTTEN)
            return await self._context.store.bulk.forget(conversation, asker_id)

    async def drop_chat(self, chat_id: int) -> None:
        """The chat is gone: nothing more is done for it."""
        await self.drop(lambda turn: turn.question.conversation.chat_id == chat_id, Outcome.UNREACHABLE)

    async def drop(self, which: Callable[[Turn], bool], outcome: Outcome = Outcome.CANCELLED) -> list[Turn]:
        """Ends all that fit, without a word in the chat; returns those whose answer was not shown before."""
        fitting = [active.turn for active in self._context.turns if which(active.turn)]
        return await self._end_all(fitting, TurnState.DROPPED, outcome)

    async def _drop_in(
        self, conversation: Conversation, asker_id: int | None, outcome: Outcome
    ) -> list[Turn]:
        self._pastes.complete(conversation)
        return await self.drop(
            lambda turn: (
                turn.question.conversation == conversation and asker_id in {None, turn.question.asker.id}
            ),
            outcome,
        )

    async def _end_all(self, turns: list[Turn], state: TurnState, outcome: Outcome) -> list[Turn]:
        """From the end of the line: a lane that becomes free must not start what is to be ended next."""
        return [turn for turn in reversed(turns) if await self._end(turn, state, outcome)][::-1]

    async def _end(self, turn: Turn, state: TurnState, outcome: Outcome) -> bool:
        """Whether this ended it. An answer that is all there by then was too fast."""
        async with self._runner.interrupted(turn.id) as active:
            if active is None:
                return False
            await self._notices.remove_in_background(active)
            return await self._close_early(active, state, outcome)

    async def _close_early(self, active: ActiveTurn, state: TurnState, outcome: Outcome) -> bool:
        """What is shown of an answer that was being delivered remains; whether that is not all of it.

        Nothing here waits for Telegram, which may hold back what is shown for an hour.
        """
        turn, context = active.turn, self._context
        shown = await context.retry_write(lambda: context.presenter.shown_text(turn))
        if turn.answer is not None and shown and shown == turn.answer.text:
            await self._endings.close(active, TurnState.DONE, Outcome.ANSWERED)
            await self._settle(active.turn)
            return False
        before = await context.retry_write(lambda: context.store.turns.to_be_replaced(turn))
        if turn.answer is None and not shown:
            await self._endings.close(active, state, outcome)
            await self._settle(before or active.turn)
        elif before is not None:
            await self._endings.close(active, TurnState.DROPPED, outcome)
            context.background.spawn(self._show_again(before))
        else:
            active.turn = await self._cut(turn, shown)
            await self._endings.close(active, TurnState.STOPPED if shown else state, outcome)
            await self._settle(active.turn)
        return True

    async def _show_again(self, before: Turn) -> None:
        """The answer that was to be replaced; unless something else has come in its place by the time that
        Telegram takes it.
        """
        context = self._context

        async def show() -> None:
            async with context.locks.of(before.question.conversation):  # who stopped it may delete it next
                now = await context.store.turns.chosen(before.id)
            if now is not None and now.id == before.id and now.answer == before.answer:
                await context.presenter.answer(now)

        await self._show_in_the_end(show)

    async def _settle(self, turn: Turn) -> None:
        """What stands unfinished takes the look of what the turn came to, unless it is under way again by the
        time that Telegram takes it.
        """
        context = self._context
        if not await context.retry_write(lambda: context.presenter.unsettled(turn)):
            return

        async def show() -> None:
            async with context.locks.of(turn.question.conversation):
                now = await context.store.turns.get(turn.id)
            if now is None or (now.state, now.answer) == (turn.state, turn.answer):
                await context.presenter.settle(turn)

        context.background.spawn(self._show_in_the_end(show))

    async def _show_in_the_end(self, show: Callable[[], Awaitable[None]]) -> None:
        with suppress(Refused, Unreachable):
            await self._context.retry_send(show)

    async def _cut(self, turn: Turn, shown: str) -> Turn:
        """The turn with as much of its answer as is shown."""
        kept = replace(turn.answer or Answer("", Ending.CUT), text=shown, ending=Ending.CUT)
        await self._context.retry_write(lambda: self._context.store.turns.save_answer(turn.id, kept))
        return replace(turn, answer=kept)
