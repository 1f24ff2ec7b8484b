"""What the last run left and is not taken up: too late by now, or the end of the process each time."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.answering.outcomes import Failure
from bot.answering.persisting import retry_send, retry_write
from bot.answering.ports import Refused, Unreachable
from bot.core.values import TurnState

if TYPE_CHECKING:
    from bot.answering.notices import Notices
    from bot.answering.ports import Presenter
    from bot.core.clock import Clock
    from bot.core.tasks import Background
    from bot.core.values import Turn
    from bot.store import Store

MAX_TRIES = 3
"""Starts of the bot that an answer may end; as many as an update may."""

log = logging.getLogger(__name__)


class Leftovers:
    """Closes turns with a word in their chats."""

    def __init__(
        self, *, store: Store, presenter: Presenter, notices: Notices, clock: Clock, background: Background
    ) -> None:
        self._store = store
        self._presenter = presenter
        self._notices = notices
        self._clock = clock
        self._background = background

    async def can_be_shown(self, turn: Turn) -> bool:
        """Whether an answer has not ended the process each time that it was rendered. It is rendered here,
        one after the other, so that the one that does is known by the count of its update.
        """
        update_id = turn.question.update_id
        if await self._store.inbox.begin(update_id) > MAX_TRIES:
            return False
        with suppress(Exception):  # an ordinary fault is told, like any, when the answer is shown
            await self._presenter.shown_text(turn)
        await self._store.inbox.forgive(update_id)
        return True

    def give_up(self, turn: Turn) -> None:
        self._background.spawn(self._give_up(turn))

    def expire(self, turn: Turn) -> None:
        self._background.spawn(self._apologise(turn))

    async def _give_up(self, turn: Turn) -> None:
        error_id = secrets.token_hex(4)
        log.error("turn ended the process", extra={"turn_id": turn.id, "error_id": error_id})
        kind = Failure.INTERNAL
        before = await retry_write(self._clock, lambda: self._store.turns.to_be_replaced(turn))
        if before is not None:
            await retry_write(self._clock, partial(self._store.turns.put_back, turn.id, before))
        tell = self._presenter.failure if before is None else self._presenter.stays
        with suppress(Refused, Unreachable):
            await retry_send(
                self._clock,
                lambda: tell(before or turn, kind=kind, error_id=error_id, retry_in_s=None),
            )
        await self._close(turn, TurnState.FAILED, kind)
        # Another answer begins anew.
        await retry_write(self._clock, lambda: self._store.inbox.forgive_all(turn.question.update_id))

    async def _apologise(self, turn: Turn) -> None:
        """Too late for an answer. Of an answer that was to be continued, or had again, the first stays."""
        state = TurnState.EXPIRED
        if turn.answer is not None:
            state = TurnState.DONE
        elif turn.version_of is not None:
            state = TurnState.DROPPED
        try:
            if state is TurnState.EXPIRED:
                await retry_send(self._clock, lambda: self._presenter.apology(turn))
        except (Refused, Unreachable) as failure:
            log.info("no apology", extra={"turn_id": turn.id, "reason": type(failure).__name__})
            state = TurnState.DROPPED
        await self._close(turn, state)

    async def _close(self, turn: Turn, state: TurnState, failure: str = "") -> None:
        await self._notices.drop(turn)
        await retry_write(self._clock, lambda: self._store.turns.close(turn.id, state, failure))
        self._presenter.over(turn)
