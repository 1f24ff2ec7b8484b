"""Gives out the slots: to those that come back for a retry first, then in the queue's order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.answering.ports import Observer
from bot.answering.scheduling.queue import FairQueue
from bot.answering.scheduling.slots import Slots
from bot.core.values import Turn


class SlotLease:
    """A turn's place in its lane and its claim on a slot: taken for each request, given back in between."""

    def __init__(self, scheduler: Scheduler, turn_id: int) -> None:
        self.turn_id = turn_id
        self.waits = True
        """Until it has its first slot."""
        self._scheduler = scheduler
        self._first: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._epoch: int | None = None

    @asynccontextmanager
    async def first(self) -> AsyncIterator[None]:
        """Waits for the turn's first slot; given back at the latest when this is left."""
        await self.take()
        try:
            yield
        finally:
            self.release()

    async def take(self) -> None:
        """Returns with a slot, at once if it has one."""
        if self._epoch is not None:
            return
        slot = self._first if self.waits else self._scheduler.returning()
        try:
            self._epoch = await slot
        except asyncio.CancelledError:
            if slot.done() and not slot.cancelled():
                self._scheduler.give_back()
            raise
        self.waits = False

    def grant(self, epoch: int) -> None:
        """The scheduler's word that the first slot is there."""
        self._first.set_result(epoch)

    def release(self) -> None:
        """Gives the slot back; harmless without one."""
        if self._epoch is not None:
            self._epoch = None
            self._scheduler.give_back()

    def overloaded(self) -> None:
        """The request that was made in it got a 429."""
        if self._epoch is not None:
            self._scheduler.slots.overloaded(self._epoch)

    def succeeded(self) -> None:
        self._scheduler.slots.succeeded()


class Scheduler:
    """Where the queue meets the slots: a turn waits for both, and keeps its lane to its end."""

    def __init__(self, *, most: int, observer: Observer) -> None:
        """Begins paused; `most` is how many requests may be under way at a time."""
        self.slots = Slots(most)
        self._queue = FairQueue()
        self._observer = observer
        self._leases: dict[int, SlotLease] = {}
        self._returning: deque[asyncio.Future[int]] = deque()
        self._paused = True

    @property
    def waiting(self) -> int:
        """Turns without a slot so far."""
        return len(self._queue)

    def places(self) -> Mapping[int, int]:
        """Each waiting turn's place, from 1."""
        return self._queue.places()

    def enqueue(self, turn: Turn, *, held: bool = False) -> SlotLease:
        """Puts a turn at its lane's end; a `held` one blocks the lane there until released."""
        lease = self._leases[turn.id] = SlotLease(self, turn.id)
        self._queue.push(turn.id, turn.question.conversation, turn.question.asker.id, held=held)
        self._wake()
        return lease

    def requeue(self, lease: SlotLease, *, held: bool = False) -> SlotLease:
        """A new lease for a turn that begins anew: in its old place, or its lane's first if it had a slot."""
        lease.release()
        renewed = self._leases[lease.turn_id] = SlotLease(self, lease.turn_id)
        self._queue.put_back(lease.turn_id, held=held)
        self._wake()
        return renewed

    def leave(self, lease: SlotLease) -> None:
        """The turn is over: its lane goes on."""
        lease.release()
        del self._leases[lease.turn_id]
        if not self._queue.remove(lease.turn_id):
            self._queue.done(lease.turn_id)
        self._wake()

    def hold(self, turn_id: int) -> None:
        """A waiting turn gets no slot until released; nothing happens to one that does not wait."""
        if turn_id in self._leases:
            self._queue.hold(turn_id)

    def release(self, turn_id: int) -> None:
        self._queue.release(turn_id)
        self._wake()

    def resume(self) -> None:
        self._paused = False
        self._wake()

    def pause(self) -> None:
        """No more turns get their first slot; those that had one go on."""
        self._paused = True

    def returning(self) -> asyncio.Future[int]:
        """A slot to come for a turn that had one before; cancelled, it is not given."""
        slot: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._returning.append(slot)
        self._wake()
        return slot

    def give_back(self) -> None:
        self.slots.give_back()
        self._wake()

    def _wake(self) -> None:
        """Fills the free slots; called whenever one, or a turn, may have become free."""
        while self.slots.free and self._returning:
            slot = self._returning.popleft()
            if not slot.done():  # else its turn was cancelled
                slot.set_result(self.slots.take())
        while not self._paused and self.slots.free and (turn_id := self._queue.next()) is not None:
            self._leases[turn_id].grant(self.slots.take())
        self._observer.queued(waiting=self.waiting, asking=self.slots.in_use, slots=self.slots.limit)
