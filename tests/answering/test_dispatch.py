"""Slots given back and taken again, when turns are cancelled in between."""

from __future__ import annotations

import asyncio

import pytest

from bot.answering.dispatch import Dispatch, Seat
from bot.answering.queue import FairQueue
from bot.answering.slots import Slots


@pytest.mark.parametrize("noticed", [False, True])
async def test_a_slot_is_not_given_to_a_turn_that_was_cancelled(*, noticed: bool) -> None:
    """Nor is whoever gives it back troubled, as when all turns are ended at once."""
    slots = Slots(1)
    dispatch = Dispatch(FairQueue(), slots, lambda _turn_id, _seat: None)
    first, cancelled, last = (Seat(dispatch, slots.take()), *(Seat(dispatch, 0) for _ in range(2)))
    cancelled.epoch = last.epoch = None
    waiting = [asyncio.create_task(seat.take()) for seat in (cancelled, last)]
    await asyncio.sleep(0)

    waiting[0].cancel()
    if noticed:
        await asyncio.sleep(0)
    first.release()

    await asyncio.wait(waiting)
    assert waiting[0].cancelled()
    assert last.epoch is not None
    assert slots.in_use == 1
