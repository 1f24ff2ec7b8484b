"""The waiting notice: for those who wait long, where they are in the queue; gone when the answer comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from bot.answering.active import UNSEEN, ActiveTurn, Notice
from bot.answering.context import Context
from bot.answering.ports import NotShown, Refused
from bot.core.tasks import at_most, error_fields
from bot.core.unreachable import Unreachable
from bot.core.values import Turn
from bot.store import StoreUnavailable

IN_QUEUE_S = 5.0
BEING_ANSWERED_S = 15.0
EDIT_EVERY_S = 5.0
REMOVED_WITHIN_S = 2.0
_LOOK_EVERY_S = 1.0
MOST_A_LOOK = 10
"""When many wait, what is said of the queue must not be what holds it up."""

log = logging.getLogger(__name__)


class Notices:
    """Looks once a second at those who wait, shows ten of them where they are, those who have waited longest
    for it first, and edits each notice at most every 5 s.
    """

    def __init__(self, context: Context, *, places: Callable[[], Mapping[int, int]]) -> None:
        self._context = context
        self._places = places
        self._watching: asyncio.Task[None] | None = None

    def watch(self) -> None:
        """Looks again and again for as long as any turn is under way."""
        if self._watching is None:
            self._watching = self._context.background.spawn(self._look_again())

    async def remove_and_wait(self, active: ActiveTurn) -> None:
        """Returns when the notice is gone, or after a moment: Telegram may hold its removal back for long.

        One that still waits to be sent is withdrawn; one that is being sent at this moment is not waited for:
        it is removed as soon as it is there. What goes wrong is logged, and holds up nobody.
        """
        may_stand, showing = self._withdraw(active)
        if may_stand:
            removal = self._context.background.spawn(self._remove(active.turn, after=showing))
            if showing is None:
                await at_most(self._context.clock, REMOVED_WITHIN_S, removal)

    async def remove_in_background(self, active: ActiveTurn) -> None:
        """Begins what `remove_and_wait` waits for; where the notice is, is known when it returns: the turn
        may be forgotten next.
        """
        turn = active.turn
        may_stand, showing = self._withdraw(active)
        if may_stand:
            known = await self._context.retry_write(lambda: self._context.store.turns.get(turn.id))
            self._context.background.spawn(self._remove(known or turn, after=showing))

    def _withdraw(self, active: ActiveTurn) -> tuple[bool, asyncio.Task[None] | None]:
        """Whether there may be a notice, and what is being shown of it at this moment."""
        notice, active.notice = active.notice, None
        if notice is not None and notice.showing is not None and not notice.showing.done():
            notice.showing.cancel()
            return True, notice.showing
        return active.turn.notice_id is not None or (notice is not None and notice.place != UNSEEN), None

    async def _remove(self, turn: Turn, *, after: asyncio.Task[None] | None) -> None:
        if after is not None:
            await asyncio.wait({after})
        context = self._context
        known = await context.retry_write(lambda: context.store.turns.get(turn.id)) or turn
        if known.notice_id is not None:
            with _left_alone(turn.id):
                await context.retry_write(lambda: context.presenter.drop_notice(known))

    async def _look_again(self) -> None:
        while len(self._context.turns):
            await self._context.clock.sleep(_LOOK_EVERY_S)
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - the edge: the others that wait are still looked at
                log.error("the notices were not looked at", extra=error_fields(error))  # noqa: TRY400 - no texts
        self._watching = None

    def _look(self) -> None:
        now_s = self._context.clock.monotonic()
        due = [
            (active, active.notice)
            for active in self._context.turns
            if active.notice is not None and _is_due(active, active.notice, now_s)
        ]
        due.sort(key=lambda each: each[1].shown_s)
        places = self._places() if any(active.waits for active, _ in due) else {}
        moved = [
            (active, notice, place)
            for active, notice in due
            if (place := places.get(active.turn.id) if active.waits else None) != notice.place
        ]
        for active, notice, place in moved[:MOST_A_LOOK]:
            notice.place, notice.shown_s = place, now_s
            notice.showing = self._context.background.spawn(self._show(active.turn.id, place))

    async def _show(self, turn_id: int, place: int | None) -> None:
        with _left_alone(turn_id):
            turn = await self._context.store.turns.get(turn_id)
            if turn is not None:
                await self._context.presenter.notice(turn, place=place)


def _is_due(active: ActiveTurn, notice: Notice, now_s: float) -> bool:
    if notice.showing is not None and not notice.showing.done():
        return False
    if notice.place != UNSEEN:
        return now_s - notice.shown_s >= EDIT_EVERY_S
    if active.began_s is None:
        return now_s - active.since_s >= IN_QUEUE_S
    return now_s - active.began_s >= BEING_ANSWERED_S


@contextmanager
def _left_alone(turn_id: int) -> Iterator[None]:
    """What goes wrong with a notice is nobody's trouble: whoever shows the answer finds out."""
    try:
        yield
    except (NotShown, Refused, StoreUnavailable, Unreachable) as failure:
        log.info("a notice is left as it is", extra={"turn_id": turn_id, "reason": type(failure).__name__})
