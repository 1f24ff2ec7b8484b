"""Ends turns before their time: /stop and its button, /new and /forget, a chat that is gone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.outcomes import NothingToStop, NotYours, Stopped
from bot.answering.persisting import retry_send, retry_write
from bot.answering.ports import Refused, Unreachable
from bot.answering.serving import Course
from bot.core.values import Ending, TurnState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.answering.notices import Notices
    from bot.answering.ports import Presenter
    from bot.answering.work import Work
    from bot.core.clock import Clock
    from bot.core.tasks import Background, Locks
    from bot.core.values import Answer, Conversation, Turn
    from bot.store import Store


class Stopping:
    """What is ended here shows nothing more, and its request to the model is closed at once."""

    def __init__(
        self,
        *,
        store: Store,
        presenter: Presenter,
        notices: Notices,
        work: Work,
        clock: Clock,
        background: Background,
        locks: Locks,
    ) -> None:
        self._store = store
        self._presenter = presenter
        self._notices = notices
        self._work = work
        self._clock = clock
        self._background = background
        self._locks = locks

    async def stop(
        self, conversation: Conversation, *, by: int, admin: bool, turn_id: int | None
    ) -> Stopped | NotYours | NothingToStop:
        """Ends what is being answered there and what `by` still waits for; an admin ends everybody's.

        With a `turn_id`, only that one.
        """
        there = [
            turn
            for turn in self._work.turns()
            if turn.question.conversation == conversation and turn_id in {None, turn.id}
        ]
        theirs = [turn for turn in there if admin or turn.question.asker.id == by]
        # From the end of the line: a lane that becomes free must not start what is to be stopped next.
        stopped = [turn for turn in reversed(theirs) if await self._stop(turn)]
        if stopped:
            return Stopped(stopped[::-1])
        return NotYours() if there and not theirs else NothingToStop()

    async def drop(self, which: Callable[[Turn], bool]) -> list[Turn]:
        """Ends all that fit, without a word in the chat; those of which it did not show the answer before."""
        fitting = [turn for turn in self._work.turns() if which(turn)]
        return [turn for turn in reversed(fitting) if await self._ended(turn, TurnState.DROPPED)]

    async def _stop(self, turn: Turn) -> bool:
        return await self._ended(turn, TurnState.STOPPED)

    async def _ended(self, turn: Turn, state: TurnState) -> bool:
        """Whether this ended it. An answer that is all there by then was too fast."""
        too_late = False

        async def then(course: Course) -> None:
            nonlocal too_late
            too_late = await self._close_early(course, state)

        return await self._end(turn, then) and not too_late

    async def _end(self, turn: Turn, then: Callable[[Course], Awaitable[None]]) -> bool:
        if self._work.take_out(turn.id):
            await then(Course(turn, waited_s=0.0, began_s=0.0))
            return True
        return await self._work.interrupt(turn.id, then)

    async def _close_early(self, course: Course, state: TurnState) -> bool:
        """Of an answer that was being delivered, what is shown is what remains; whether that is all of it.

        Nothing here waits for Telegram, which may hold back what is shown for an hour.
        """
        turn = course.turn
        await self._notices.let_go(turn)
        if turn.state is not TurnState.ANSWERED or turn.answer is None:
            await self._close(turn, TurnState.DONE if course.continues else state)
            return False
        shown = ""
        with suppress(Unreachable):
            shown = await retry_write(self._clock, lambda: self._presenter.shown_text(turn))
        if shown and shown == turn.answer.text:
            await self._close(turn, TurnState.DONE)
            return True
        before = await retry_write(self._clock, lambda: self._store.turns.to_be_replaced(turn))
        if before is not None:
            await self._put_back(turn, before)
        else:
            await self._close(turn, await self._cut(turn, turn.answer, shown, state))
        return False

    async def _put_back(self, turn: Turn, before: Turn) -> None:
        """The answer that was to be replaced, or carried on, is the one again, and soon in the chat too."""
        await retry_write(self._clock, lambda: self._store.turns.put_back(turn.id, before))
        self._presenter.over(turn)
        self._background.spawn(self._show_again(before))

    async def _show_again(self, before: Turn) -> None:
        """Unless something else has come in its place by the time that Telegram takes it."""

        async def show() -> None:
            async with self._locks.of(before.question.conversation):  # who stopped it may delete it next
                now = await self._store.turns.chosen(before.id)
            if now is not None and now.id == before.id and now.answer == before.answer:
                await self._presenter.answer(now)

        with suppress(Refused, Unreachable):
            await retry_send(self._clock, show)

    async def _cut(self, turn: Turn, answer: Answer, shown: str, unseen: TurnState) -> TurnState:
        kept = replace(answer, text=shown, ending=Ending.CUT)
        await retry_write(self._clock, lambda: self._store.turns.save_answer(turn.id, kept))
        return TurnState.STOPPED if shown else unseen

    async def _close(self, turn: Turn, state: TurnState) -> None:
        await retry_write(self._clock, lambda: self._store.turns.close(turn.id, state))
        self._presenter.over(turn)
