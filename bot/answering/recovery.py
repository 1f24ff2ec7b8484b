"""Takes up what the last run left: each turn begins as a new one does, or is told that it can't be shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.answering.active import ActiveTurn
from bot.answering.endings import Endings
from bot.answering.outcomes import Failure, NotAnswered, Outcome
from bot.answering.runner import Runner
from bot.core.unreachable import Unreachable
from bot.core.values import Turn, TurnState
from bot.money.budgets import Reservation

if TYPE_CHECKING:
    from bot.answering.context import Context

MAX_TRIES = 3
"""Starts of the bot that an answer may end; as many as an update may."""


class Recovery:
    """Each unfinished turn of the database is under way again, or ends with a word in its chat."""

    def __init__(
        self,
        context: Context,
        runner: Runner,
        endings: Endings,
        *,
        begin: Callable[[Turn, Reservation | None], None],
    ) -> None:
        """`begin` puts a turn under way."""
        self._context = context
        self._runner = runner
        self._endings = endings
        self._begin = begin

    async def take_up(self) -> None:
        """Puts what the last run left in the queue: answers not delivered, questions not answered."""
        for turn in await self._context.store.turns.unfinished():
            if turn.state is TurnState.ANSWERED and not await self._can_be_shown(turn):
                self._runner.tell(turn, self._give_up)
            else:
                settings = await self._context.settings_for(turn.question.conversation)
                self._begin(turn, self._context.meter.reserve(turn.question, settings))

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
