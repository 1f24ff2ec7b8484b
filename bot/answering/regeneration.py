"""Answers a turn once more: an edited question, Retry, another version, the rest of a cut answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.answering.intake.admission import Admission
from bot.answering.intake.pastes import CUT_UNITS
from bot.answering.outcomes import Accepted, Declined, Reason
from bot.answering.runner import Runner
from bot.answering.stopping import Stopping
from bot.core.values import SPOKEN, Question, Turn, TurnState
from bot.markup import utf16_len
from bot.money.budgets import Reservation

if TYPE_CHECKING:
    from bot.answering.context import Context

EDITABLE_S = 600.0
_NOTHING_TO_DO = Declined(Reason.REPEATED)
_CAN_BE_RETRIED = frozenset({TurnState.FAILED, TurnState.STOPPED})
_CAN_BE_HAD_AGAIN = frozenset({TurnState.DONE, TurnState.STOPPED})
_ENDED = _CAN_BE_RETRIED | _CAN_BE_HAD_AGAIN


class Regeneration:
    """Each way back finds nothing to do when it was taken a moment before."""

    def __init__(self, context: Context, runner: Runner, stopping: Stopping, admission: Admission) -> None:
        self._context = context
        self._runner = runner
        self._stopping = stopping
        self._admission = admission

    async def edit(self, question: Question, edited_at: datetime) -> Accepted | Declined:
        """Answers the question with its new text instead, its old answer edited in place.

        Only if it was edited within 10 minutes, whenever that is told; not if the text is the same, and not
        for a paste, of which one piece is edited.
        """
        conversation = question.conversation
        async with self._context.locks.of(conversation):
            turns = self._context.store.turns
            turn = await turns.by_question(conversation.chat_id, question.message_id)
            age_s = (edited_at - question.sent_at).total_seconds()
            if turn is None or age_s > EDITABLE_S:
                return _NOTHING_TO_DO
            question = _with_what_was_heard(question, turn.question)
            if not _differs(turn, question):
                return _NOTHING_TO_DO
            turn_id = turn.id
            return await self._renew(
                turn,
                question,
                edited_at,
                lambda: turns.reopen(turn_id, question.text, update_id=question.update_id),
            )

    async def amend(
        self, turn: Turn, piece: Question, change: Callable[[Question], Question]
    ) -> Accepted | Declined:
        """Answers a question with what else came of it, a message of its own, as if it had been edited.

        It waits then until it is released. Whoever calls has the conversation's lock.
        """
        pieces = self._context.store.pieces
        return await self._renew(
            turn,
            piece,
            piece.sent_at,
            lambda: pieces.amend(turn.id, change, piece.update_id),
            held=True,
        )

    async def retry(self, turn_id: int, *, update_id: int | None = None) -> Accepted | Declined:
        """Asks a failed or stopped question again."""
        turns = self._context.store.turns
        return await self._once_more(
            turn_id,
            lambda turn: turn.state in _CAN_BE_RETRIED,
            lambda: turns.reopen(turn_id, update_id=update_id),
        )

    async def again(self, turn_id: int, *, update_id: int | None = None) -> Accepted | Declined:
        """Another version of an answer; it becomes the chosen one when it was shown."""
        turns = self._context.store.turns
        return await self._once_more(
            turn_id,
            lambda turn: turn.state in _CAN_BE_HAD_AGAIN,
            lambda: turns.add_version(turn_id, update_id=update_id),
        )

    async def continue_(self, turn_id: int, *, update_id: int | None = None) -> Accepted | Declined:
        """A version that carries on an answer which was cut at its limit, or was nothing but thought."""
        turns = self._context.store.turns
        return await self._once_more(
            turn_id,
            lambda turn: turn.answer is not None and turn.answer.can_go_on,
            lambda: turns.add_version(turn_id, continues=True, update_id=update_id),
            chosen=True,
        )

    async def _renew(
        self,
        turn: Turn,
        question: Question,
        at: datetime,
        reopen: Callable[[], Awaitable[Turn | None]],
        *,
        held: bool = False,
    ) -> Accepted | Declined:
        reservation: Reservation | None = None
        if self._context.turns.get(turn.id) is None:
            now = await self._context.store.turns.get(turn.id)
            if now is None or now.state not in _ENDED:
                return _NOTHING_TO_DO
            admitted = await self._admission.admit(question, at)
            if isinstance(admitted, Declined):
                return admitted
            reservation = admitted
        with self._admission.refund_on_error(question, at, reservation):
            await self._stopping.drop(lambda other: other.version_of == turn.id)
            return await self._restart(turn, reopen, reservation, held=held)

    async def _restart(
        self,
        turn: Turn,
        reopen: Callable[[], Awaitable[Turn | None]],
        reservation: Reservation | None,
        *,
        held: bool,
    ) -> Accepted | Declined:
        async with self._runner.interrupted(turn.id) as active:
            renewed = await self._context.retry_write(reopen)
            if active is not None:
                active.renewed, active.held = renewed or active.turn, held
                self._context.meter.release(reservation)
            elif renewed is not None:
                self._runner.start(renewed, reservation, held=held)
            else:
                self._context.meter.release(reservation)
        return _NOTHING_TO_DO if renewed is None else Accepted(renewed)

    async def _once_more(
        self,
        turn_id: int,
        may: Callable[[Turn], bool],
        reopen: Callable[[], Awaitable[Turn | None]],
        *,
        chosen: bool = False,
    ) -> Accepted | Declined:
        """`may`: whether that can be had of a turn; `chosen`: only of the chosen version."""
        turns = self._context.store.turns
        known = await turns.get(turn_id)
        if known is None:
            return _NOTHING_TO_DO
        async with self._context.locks.of(known.question.conversation):
            turn = await turns.get(turn_id)
            if turn is None or self._is_busy(turn) or not may(turn):
                return _NOTHING_TO_DO
            if chosen and turn != await turns.chosen(turn_id):
                return _NOTHING_TO_DO
            now = self._context.clock.now()
            admitted = await self._admission.admit(turn.question, now)
            if isinstance(admitted, Declined):
                return admitted
            with self._admission.refund_on_error(turn.question, now, admitted):
                reopened = await reopen()
            if reopened is None:
                self._context.meter.release(admitted)
                return _NOTHING_TO_DO
            self._runner.start(reopened, admitted)
            return Accepted(reopened)

    def _is_busy(self, turn: Turn) -> bool:
        """Whether any version of the turn's answer is waited for already."""
        return any(active.is_of(turn) for active in self._context.turns)


def _with_what_was_heard(edited: Question, known: Question) -> Question:
    """A caption is edited, not the voice above it: what was heard of it is still asked."""
    text = edited.text
    for each in known.attachments:
        if each.kind in SPOKEN and each.text and known.text.endswith(each.text):
            text = f"{text}\n\n{each.text}" if text else each.text
    return replace(edited, text=text)


def _differs(turn: Turn, question: Question) -> bool:
    """A paste differs from each of its pieces; there is no telling which of them was edited."""
    return turn.question.text != question.text and utf16_len(turn.question.text) <= CUT_UNITS
