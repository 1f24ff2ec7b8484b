"""The waiting notice: for those who wait long, where they are in the queue; gone when the answer comes."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.persisting import retry_write
from bot.answering.ports import NotShown, Refused, Unreachable
from bot.core.tasks import error_fields
from bot.store import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.answering.ports import Presenter
    from bot.core.clock import Clock
    from bot.core.tasks import Background
    from bot.core.values import Turn
    from bot.store import Store

IN_QUEUE_S = 5.0
BEING_ANSWERED_S = 15.0
EDIT_EVERY_S = 5.0
_LOOK_EVERY_S = 1.0
MOST_A_LOOK = 10
"""When many wait, what is said of the queue must not be what holds it up."""
_UNSEEN = -1

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Entry:
    since_s: float
    waiting: bool = True
    place: int | None = _UNSEEN
    """What the notice says: a place, or None for being answered; `_UNSEEN` while there is no notice."""
    shown_s: float = 0.0
    showing: asyncio.Task[None] | None = None


class Notices:
    """Looks once a second at those who wait, shows ten of them where they are, those who have waited longest
    for it first, and edits each notice at most every 5 s.
    """

    def __init__(
        self,
        *,
        store: Store,
        presenter: Presenter,
        clock: Clock,
        background: Background,
        places: Callable[[], Mapping[int, int]],
    ) -> None:
        self._store = store
        self._presenter = presenter
        self._clock = clock
        self._background = background
        self._places = places
        self._entries: dict[int, _Entry] = {}
        self._watch: asyncio.Task[None] | None = None

    def waits(self, turn: Turn) -> None:
        """The turn is in the queue from now on."""
        entry = _Entry(self._clock.monotonic())
        if turn.notice_id is not None:
            entry.place = 0
        self._entries[turn.id] = entry
        if self._watch is None:
            self._watch = self._background.spawn(self._look_again())

    def begins(self, turn_id: int) -> None:
        """The turn has its slot."""
        entry = self._entries[turn_id]
        entry.waiting = False
        entry.since_s = self._clock.monotonic()

    def ends(self, turn_id: int) -> None:
        """The turn is over, or begins anew; a notice that it has stays."""
        self._entries.pop(turn_id, None)

    async def drop(self, turn: Turn) -> None:
        """Returns when the notice is gone. One that still waits to be sent is withdrawn; one that is being
        sent at this moment is not waited for: it is removed as soon as it is there. What goes wrong is
        logged, and holds up nobody.
        """
        may_stand, showing = self._withdraw(turn)
        if may_stand:
            removal = self._background.spawn(self._drop(turn, after=showing))
            if showing is None:
                await asyncio.wait({removal})

    async def let_go(self, turn: Turn) -> None:
        """Begins what `drop` waits for; where the notice is, is known by then: the turn may be forgotten."""
        may_stand, showing = self._withdraw(turn)
        if may_stand:
            known = await retry_write(self._clock, lambda: self._store.turns.get(turn.id))
            self._background.spawn(self._drop(known or turn, after=showing))

    def _withdraw(self, turn: Turn) -> tuple[bool, asyncio.Task[None] | None]:
        """Whether there may be a notice, and what is being shown of it at this moment."""
        entry = self._entries.pop(turn.id, None)
        if entry is not None and entry.showing is not None and not entry.showing.done():
            entry.showing.cancel()
            return True, entry.showing
        return turn.notice_id is not None or (entry is not None and entry.place != _UNSEEN), None

    async def _drop(self, turn: Turn, *, after: asyncio.Task[None] | None) -> None:
        if after is not None:
            await asyncio.wait({after})
        known = await retry_write(self._clock, lambda: self._store.turns.get(turn.id)) or turn
        if known.notice_id is not None:
            with _left_alone(turn.id):
                await retry_write(self._clock, lambda: self._presenter.drop_notice(known))

    async def _look_again(self) -> None:
        while self._entries:
            await self._clock.sleep(_LOOK_EVERY_S)
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - the edge: the others that wait are still looked at
                log.error("the notices were not looked at", extra=error_fields(error))  # noqa: TRY400 - no texts
        self._watch = None

    def _look(self) -> None:
        now_s = self._clock.monotonic()
        due = [(turn_id, entry) for turn_id, entry in self._entries.items() if self._is_due(entry, now_s)]
        due.sort(key=lambda each: each[1].shown_s)
        places = self._places() if any(entry.waiting for _, entry in due) else {}
        moved = [
            (turn_id, entry, place)
            for turn_id, entry in due
            if (place := places[turn_id] if entry.waiting else None) != entry.place
        ]
        for turn_id, entry, place in moved[:MOST_A_LOOK]:
            entry.place, entry.shown_s = place, now_s
            entry.showing = self._background.spawn(self._show(turn_id, place))

    def _is_due(self, entry: _Entry, now_s: float) -> bool:
        if entry.showing is not None and not entry.showing.done():
            return False
        if entry.place != _UNSEEN:
            return now_s - entry.shown_s >= EDIT_EVERY_S
        return now_s - entry.since_s >= (IN_QUEUE_S if entry.waiting else BEING_ANSWERED_S)

    async def _show(self, turn_id: int, place: int | None) -> None:
        with _left_alone(turn_id):
            turn = await self._store.turns.get(turn_id)
            if turn is not None:
                await self._presenter.notice(turn, place=place)


@contextmanager
def _left_alone(turn_id: int) -> Iterator[None]:
    """What goes wrong with a notice is nobody's trouble: whoever shows the answer finds out."""
    try:
        yield
    except (NotShown, Refused, StoreUnavailable, Unreachable) as failure:
        log.info("a notice is left as it is", extra={"turn_id": turn_id, "reason": type(failure).__name__})
