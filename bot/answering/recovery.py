"""Takes up what the last run left: asked, shown, or told that it is too late or can't be done."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.answering.outcomes import Failure, NotAnswered, Outcome
from bot.answering.ports import Refused
from bot.core.unreachable import Unreachable
from bot.core.values import TurnState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answering.active import ActiveTurn
    from bot.answering.context import Context
    from bot.answering.endings import Endings
    from bot.answering.notices import Notices
    from bot.answering.runner import Runner
    from bot.core.values import Turn
    from bot.money.budgets import Reservation

MAX_TRIES = 3
"""Starts of the bot that an answer may end; as many as an update may."""


class Recovery:
    """Each unfinished turn of the database is under way again, or ends with a word in its chat."""

    def __init__(
        self,
        context: Context,
        runner: Runner,
        endings: Endings,
        notices: Notices,
        *,
        holds: Sequence[Callable[[Turn], bool]],
        expire_after_s: float,
        time_is_known: Callable[[], bool],
    ) -> None:
        """`holds`: whether a turn that begins is held for more of its question."""
        self._context = context
        self._runner = runner
        self._endings = endings
        self._notices = notices
        self._holds = holds
        self._expire_after_s = expire_after_s
        self._time_is_known = time_is_known

    async def take_up(self) -> None:
        """Puts what the last run left in the queue: answers not delivered, questions not answered."""
        for turn in await self._context.store.turns.unfinished():
            if turn.state is TurnState.ANSWERED and not await self._can_be_shown(turn):
                self._runner.tell(turn, self._give_up)
            else:
                settings = await self._context.settings_for(turn.question.conversation)
                self.start(turn, self._context.meter.reserve(turn.question, settings))

    def start(self, turn: Turn, reservation: Reservation | None = None) -> None:
        """A question's turn begins here, new or not; what comes too late gets an apology."""
        if turn.state is TurnState.WAITING and self._is_late(turn):
            self._context.meter.release(reservation)
            self._runner.tell(turn, self._apologise)
        else:
            held = any(hold(turn) for hold in self._holds)
            self._runner.start(turn, reservation, held=held)

    def _is_late(self, turn: Turn) -> bool:
        """Whether its question has waited so long, here or at Telegram, that an answer would surprise.

        Never by the machine's clock alone: a Bot API server of one's own does not tell the time.
        """
        if not self._time_is_known():
            return False
        age_s = (self._context.clock.now() - turn.question.sent_at).total_seconds()
        return age_s > self._expire_after_s

    async def _can_be_shown(self, turn: Turn) -> bool:
        """Whether an answer has not ended the process each time that it was rendered. It is rendered here,
        one after the other, so that the one that does is known by the count of its update.
        """
        update_id, inbox = turn.question.update_id, self._context.store.inbox
        if await inbox.begin(update_id) > MAX_TRIES:
            return False
        with suppress(Exception):  # an ordinary fault is told, like any, when the answer is shown
            await self._context.presenter.shown_text(turn)
        await inbox.forgive(update_id)
        return True

    async def _give_up(self, active: ActiveTurn) -> None:
        with suppress(Unreachable):
            await self._endings.fail(active, NotAnswered(Failure.INTERNAL), Outcome.GIVEN_UP)
        if not active.outcome:
            await self._endings.close(active, TurnState.FAILED, Outcome.GIVEN_UP, failure=Failure.INTERNAL)
        # Another answer begins anew.
        update_id = active.turn.question.update_id
        await self._context.retry_write(lambda: self._context.store.inbox.forgive_all(update_id))

    async def _apologise(self, active: ActiveTurn) -> None:
        """Too late for an answer. Of one that was to be had again, or continued, the first stays."""
        async with self._endings.guard(active):
            await self._tell_late(active)

    async def _tell_late(self, active: ActiveTurn) -> None:
        turn, context = active.turn, self._context
        state = TurnState.EXPIRED if turn.version_of is None else TurnState.DROPPED
        try:
            if state is TurnState.EXPIRED:
                await context.retry_send(lambda: context.presenter.apology(turn))
        except (Refused, Unreachable) as failure:
            active.fields["refused"] = type(failure).__name__
            state = TurnState.DROPPED
        await self._notices.remove_and_wait(active)
        await self._endings.close(active, state, Outcome.EXPIRED)
