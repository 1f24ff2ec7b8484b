"""Runs each turn as one task, lets others interrupt it, and tells of its end: once, in one place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.answering.active import ActiveTurn, Interruption, Notice
from bot.answering.outcomes import Failure, Outcome
from bot.answering.scheduling.scheduler import Scheduler
from bot.core.tasks import at_most
from bot.core.values import Turn, Usage
from bot.money.budgets import Reservation

if TYPE_CHECKING:
    from bot.answering.context import Context
    from bot.answering.notices import Notices

    Way = Callable[[ActiveTurn], Coroutine[None, None, None]]

_DELIVERED_WITHIN_S = 0.5
_LOOK_AGAIN_S = 1.0
_FAULTS = frozenset({Failure.INTERNAL, Outcome.GIVEN_UP})

log = logging.getLogger(__name__)


class Runner:
    """A turn is a task from its admission on: waiting or being answered, it ends by one cancel."""

    def __init__(self, context: Context, scheduler: Scheduler, notices: Notices, *, answer: Way) -> None:
        """`answer` is the way of every turn that waits for a slot."""
        self._context = context
        self._scheduler = scheduler
        self._notices = notices
        self._answer = answer

    def start(self, turn: Turn, reservation: Reservation | None = None, *, held: bool = False) -> None:
        """Puts a turn in its lane; a `held` one waits there until released."""
        lease = self._scheduler.enqueue(turn, held=held)
        active = ActiveTurn(turn, self._context.clock.monotonic(), lease, _notice_of(turn))
        active.reservation = reservation
        self._spawn(active, self._answer)
        self._notices.watch()

    def tell(self, turn: Turn, way: Way) -> None:
        """Takes a turn to its end by another way than an answer, waiting for nobody."""
        self._spawn(ActiveTurn(turn, self._context.clock.monotonic()), way)

    @asynccontextmanager
    async def interrupted(self, turn_id: int) -> AsyncIterator[ActiveTurn | None]:
        """Takes a turn out of its way; what is inside decides what becomes of it, its lane waits for that.

        `renewed`, it begins anew as that, in its old place or as the first of its lane. None: it is not under
        way, or came to its end first. Whom somebody else interrupts may begin anew: that is waited for.
        """
        active = self._context.turns.get(turn_id)
        while active is not None and active.interruption is not None and not active.task.done():
            await asyncio.wait({active.task})
            active = self._context.turns.get(turn_id)
        if active is None or active.task.done():
            yield None
            return
        interruption = active.interruption = Interruption()
        self._scheduler.hold(turn_id)
        if not active.stepped:
            await asyncio.sleep(0)
        active.task.cancel()
        await asyncio.wait({active.task, interruption.handed_over}, return_when=asyncio.FIRST_COMPLETED)
        if not interruption.handed_over.done():
            yield None
            return
        try:
            yield active
        finally:
            interruption.done.set()
            await asyncio.wait({active.task})

    async def wait_until_delivered(self, turn: Turn) -> None:
        """Returns when no version of the turn's answer is just being shown, or after half a second.

        Whoever has seen it may come back before it is written down.
        """
        for active in self._context.turns:
            if active.delivering and active.is_of(turn):
                await at_most(self._context.clock, _DELIVERED_WITHIN_S, active.task)

    async def finish(self, grace_s: float, held_s: Callable[[int], float] = lambda _chat_id: 0.0) -> None:
        """Gives those under way `grace_s`; an answer held for longer is not waited for.

        `held_s`: for how long Telegram takes nothing in a chat.
        """
        await asyncio.sleep(0)
        clock = self._context.clock
        until_s = clock.monotonic() + grace_s
        while (left_s := until_s - clock.monotonic()) > 0:
            running = self._able_to_end(left_s, held_s)
            if not running:
                return
            pause = asyncio.ensure_future(clock.sleep(min(left_s, _LOOK_AGAIN_S)))
            await asyncio.wait({*running, pause}, return_when=asyncio.FIRST_COMPLETED)
            pause.cancel()

    def _able_to_end(self, within_s: float, held_s: Callable[[int], float]) -> set[asyncio.Task[None]]:
        return {
            active.task
            for active in self._context.turns
            if active.began_s is not None
            and not (active.delivering and held_s(active.turn.question.conversation.chat_id) > within_s)
        }

    async def end(self) -> None:
        """Ends all as they are in the database."""
        running = [active.task for active in self._context.turns]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    def _spawn(self, active: ActiveTurn, way: Way) -> None:
        self._context.turns.add(active)
        active.task = self._context.background.spawn(self._run(active, way))

    async def _run(self, active: ActiveTurn, way: Way) -> None:
        active.stepped = True
        try:
            await way(active)
        except asyncio.CancelledError:
            if active.interruption is None:
                raise
            active.task.uncancel()
            active.interruption.handed_over.set_result(None)
            await active.interruption.done.wait()
        finally:
            if active.renewed is not None:
                self._begin_anew(active, active.renewed)
            else:
                self._end(active)

    def _begin_anew(self, active: ActiveTurn, turn: Turn) -> None:
        if active.lease is None:
            self._context.turns.remove(active)
            self.start(turn, active.reservation, held=active.held)
            return
        since_s = active.since_s if active.waits else self._context.clock.monotonic()
        lease = self._scheduler.requeue(active.lease, held=active.held)
        anew = ActiveTurn(turn, since_s, lease, active.notice or _notice_of(turn))
        anew.reservation = active.reservation
        anew.charges, anew.charged = active.charges, active.charged
        self._spawn(anew, self._answer)

    def _end(self, active: ActiveTurn) -> None:
        """The one end of every turn; without an outcome it is only put off to the next start."""
        self._context.turns.remove(active)
        self._context.meter.release(active.reservation)
        if active.outcome:
            self._report(active)
            self._context.presenter.turn_finished(active.turn)
        if active.lease is not None:
            self._scheduler.leave(active.lease)

    def _report(self, active: ActiveTurn) -> None:
        usage = active.usage or Usage()
        began_s = active.began_s
        now_s = self._context.clock.monotonic()
        waited_s = round((now_s if began_s is None else began_s) - active.since_s, 3)
        answered_s = None if began_s is None else round(now_s - began_s, 3)
        log.log(
            logging.ERROR if active.outcome in _FAULTS else logging.INFO,
            "turn ended",
            extra={
                "update_id": active.turn.question.update_id,
                "turn_id": active.turn.id,
                "outcome": str(active.outcome),
                "waited_s": waited_s,
                "answered_s": answered_s,
                "input_tokens": usage.input_tokens,
                "output_tokens": usage.output_tokens,
                **active.fields,
            },
        )
        self._context.observer.closed(
            outcome=str(active.outcome), waited_s=waited_s, answered_s=answered_s, usage=usage
        )


def _notice_of(turn: Turn) -> Notice:
    """One that the last run left is edited soon."""
    return Notice() if turn.notice_id is None else Notice(place=0)
