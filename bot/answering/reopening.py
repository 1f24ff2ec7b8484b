"""Answers a turn once more: an edited question, Retry, another version, the rest of a cut answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.joining import CUT_UNITS, utf16_units
from bot.answering.outcomes import Accepted, Declined, Reason
from bot.answering.persisting import retry_write
from bot.core.values import Ending, TurnState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.answering.admission import Admission
    from bot.answering.serving import Course
    from bot.answering.stopping import Stopping
    from bot.answering.work import Work
    from bot.core.clock import Clock
    from bot.core.tasks import Locks
    from bot.core.values import Question, Turn
    from bot.store import Store

EDITABLE_S = 600.0
_NOTHING_TO_DO = Declined(Reason.REPEATED)
_CAN_BE_RETRIED = frozenset({TurnState.FAILED, TurnState.STOPPED})
_CAN_BE_HAD_AGAIN = frozenset({TurnState.DONE, TurnState.STOPPED})
_ENDED = _CAN_BE_RETRIED | _CAN_BE_HAD_AGAIN


class Reopening:
    """Each way back finds nothing to do when it was taken a moment before."""

    def __init__(
        self,
        *,
        store: Store,
        work: Work,
        stopping: Stopping,
        admission: Admission,
        clock: Clock,
        locks: Locks,
    ) -> None:
        self._store = store
        self._work = work
        self._stopping = stopping
        self._admission = admission
        self._clock = clock
        self._locks = locks

    async def edit(self, question: Question, edited_at: datetime) -> Accepted | Declined:
        conversation = question.conversation
        async with self._locks.of(conversation):
            turn = await self._store.turns.by_question(conversation.chat_id, question.message_id)
            age_s = (edited_at - question.sent_at).total_seconds()
            if turn is None or age_s > EDITABLE_S or not _differs(turn, question):
                return _NOTHING_TO_DO
            if not self._work.has(turn.id):
                if turn.state not in _ENDED:
                    return _NOTHING_TO_DO
                declined = self._admission.declined(question, edited_at)
                if declined is not None:
                    return declined
            await self._stopping.drop(lambda other: other.version_of == turn.id)
            return await self._restart(turn, question)

    async def retry(self, turn_id: int, update_id: int | None) -> Accepted | Declined:
        return await self._once_more(
            turn_id,
            lambda turn: turn.state in _CAN_BE_RETRIED,
            lambda: self._store.turns.reopen(turn_id, update_id=update_id),
        )

    async def again(self, turn_id: int, update_id: int | None) -> Accepted | Declined:
        return await self._once_more(
            turn_id,
            lambda turn: turn.state in _CAN_BE_HAD_AGAIN,
            lambda: self._store.turns.add_version(turn_id, update_id=update_id),
        )

    async def go_on(self, turn_id: int, update_id: int | None) -> Accepted | Declined:
        return await self._once_more(
            turn_id,
            lambda turn: turn.answer is not None and turn.answer.ending is Ending.CUT,
            lambda: self._store.turns.continue_answer(turn_id, update_id=update_id),
        )

    async def _restart(self, turn: Turn, question: Question) -> Accepted | Declined:
        renewed: Turn | None = None

        async def reopen() -> None:
            nonlocal renewed
            renewed = await retry_write(
                self._clock,
                lambda: self._store.turns.reopen(turn.id, question.text, update_id=question.update_id),
            )

        async def then(course: Course) -> Turn | None:
            await reopen()
            return renewed or course.turn

        if not await self._work.interrupt(turn.id, then):
            self._work.hold(turn.id)  # else it could begin before the database has its new text
            await reopen()
            if renewed is not None and not self._work.renew(renewed):
                self._work.add(renewed)
            self._work.release(turn.id)
        return _NOTHING_TO_DO if renewed is None else Accepted(renewed)

    async def _once_more(
        self,
        turn_id: int,
        may: Callable[[Turn], bool],
        reopen: Callable[[], Awaitable[Turn | None]],
    ) -> Accepted | Declined:
        known = await self._store.turns.get(turn_id)
        if known is None:
            return _NOTHING_TO_DO
        async with self._locks.of(known.question.conversation):
            turn = await self._store.turns.get(turn_id)
            if turn is None or not may(turn) or self._is_busy(turn):
                return _NOTHING_TO_DO
            now = self._clock.now()
            declined = self._admission.declined(turn.question, now)
            if declined is not None:
                return declined
            with self._admission.kept(turn.question, now):
                reopened = await reopen()
            if reopened is None:
                return _NOTHING_TO_DO
            self._work.add(reopened)
            return Accepted(reopened)

    def _is_busy(self, turn: Turn) -> bool:
        """Whether any version of the turn's answer is waited for already."""
        first = turn.version_of or turn.id
        return any(first in {other.id, other.version_of} for other in self._work.turns())


def _differs(turn: Turn, question: Question) -> bool:
    """A paste differs from each of its pieces; there is no telling which of them was edited."""
    return turn.question.text != question.text and utf16_units(turn.question.text) <= CUT_UNITS
