"""Gives out the slots: to those that come back for a retry first, then in the queue's order."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answering.queue import FairQueue
    from bot.answering.slots import Slots


class Seat:
    """A turn's claim on a slot: taken for each request, given back for the waits between them."""

    def __init__(self, dispatch: Dispatch, epoch: int) -> None:
        self._dispatch = dispatch
        self.epoch: int | None = epoch
        """The slot's epoch; None while it has no slot."""

    async def take(self) -> None:
        """Returns with a slot, at once if it has one."""
        if self.epoch is None:
            self.epoch = await self._dispatch.returned()

    def release(self) -> None:
        """Gives the slot back; harmless without one."""
        if self.epoch is not None:
            self.epoch = None
            self._dispatch.given_back()

    def overloaded(self) -> None:
        if self.epoch is not None:
            self._dispatch.slots.overloaded(self.epoch)

    def succeeded(self) -> None:
        self._dispatch.slots.succeeded()


class Dispatch:
    """Where the queue meets the slots. `start` is called with each turn's id and its seat."""

    def __init__(self, queue: FairQueue, slots: Slots, start: Callable[[int, Seat], None]) -> None:
        self.slots = slots
        self._queue = queue
        self._start = start
        self._returning: deque[asyncio.Future[int]] = deque()
        self._paused = True

    def wake(self) -> None:
        """Fills the free slots; called whenever one, or a turn, may have become free."""
        while self.slots.free and self._returning:
            slot = self._returning.popleft()
            if not slot.done():  # else its turn was cancelled, and has not noticed yet
                slot.set_result(self.slots.take())
        while not self._paused and self.slots.free and (turn_id := self._queue.next()) is not None:
            self._start(turn_id, Seat(self, self.slots.take()))

    def resume(self) -> None:
        self._paused = False
        self.wake()

    def pause(self) -> None:
        """No more turns are started; those that were go on."""
        self._paused = True

    async def returned(self) -> int:
        """A slot for a turn that had one before."""
        if self.slots.free and not self._returning:
            return self.slots.take()
        slot: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._returning.append(slot)
        try:
            return await slot
        except asyncio.CancelledError:
            if slot.cancelled():
                with suppress(ValueError):
                    self._returning.remove(slot)
            else:
                self.given_back()
            raise

    def given_back(self) -> None:
        self.slots.give_back()
        self.wake()
