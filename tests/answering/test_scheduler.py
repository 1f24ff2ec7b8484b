"""Slots given back and taken again, when turns are cancelled in between."""

from __future__ import annotations

import asyncio

import pytest

from bot.answering.scheduling.scheduler import Scheduler, SlotLease
from bot.core.values import Conversation, Turn, TurnState
from tests.answering.null_observer import NullObserver
from tests.answering.values import question
from tests.clocks import settle


def leased(scheduler: Scheduler, number: int) -> SlotLease:
    """The lease of a turn in a conversation of its own."""
    return scheduler.enqueue(Turn(number, question(conversation=Conversation(number)), TurnState.WAITING))


@pytest.mark.parametrize("noticed", [False, True])
async def test_a_slot_is_not_given_to_a_turn_that_was_cancelled(*, noticed: bool) -> None:
    """Nor is whoever gives it back troubled, as when all turns are ended at once."""
    scheduler = Scheduler(most=1, observer=NullObserver())
    scheduler.resume()
    first, cancelled, last = (leased(scheduler, number) for number in (1, 2, 3))
    for lease in (first, cancelled, last):  # each has had a slot, and comes back for another
        await lease.take()
        lease.release()
    await first.take()
    waiting = [asyncio.create_task(lease.take()) for lease in (cancelled, last)]
    await asyncio.sleep(0)

    waiting[0].cancel()
    if noticed:
        await asyncio.sleep(0)
    first.release()

    await asyncio.wait(waiting)
    assert waiting[0].cancelled()
    assert waiting[1].exception() is None
    assert scheduler.slots.in_use == 1
    last.release()
    assert scheduler.slots.in_use == 0


async def test_a_first_slot_that_comes_with_the_cancellation_goes_on_to_the_next() -> None:
    scheduler = Scheduler(most=1, observer=NullObserver())
    cancelled, last = leased(scheduler, 1), leased(scheduler, 2)
    waiting = [asyncio.create_task(lease.take()) for lease in (cancelled, last)]
    await settle()

    scheduler.resume()
    waiting[0].cancel()
    await settle()

    assert waiting[0].cancelled()
    assert waiting[1].done()
    assert scheduler.slots.in_use == 1


async def test_one_that_begins_anew_keeps_its_place_or_comes_first() -> None:
    """Who waits, waits on where they were; who had a slot is the first of the lane."""
    scheduler = Scheduler(most=1, observer=NullObserver())
    turns = [Turn(number, question(), TurnState.WAITING) for number in (1, 2, 3)]
    leases = [scheduler.enqueue(turn) for turn in turns]
    assert scheduler.places() == {1: 1, 2: 2, 3: 3}
    scheduler.hold(2)
    scheduler.requeue(leases[1])
    assert scheduler.places() == {1: 1, 2: 2, 3: 3}
    scheduler.resume()
    await leases[0].take()
    scheduler.pause()
    assert scheduler.waiting == 2
    scheduler.requeue(leases[0])
    assert (scheduler.places(), scheduler.slots.in_use) == ({1: 1, 2: 2, 3: 3}, 0)


async def test_a_slot_given_to_one_who_leaves_that_instant_goes_on_to_the_next() -> None:
    """The slot is handed over and its taker cancelled before it can run: nothing leaks."""
    scheduler = Scheduler(most=1, observer=NullObserver())
    scheduler.resume()
    first, second = leased(scheduler, 1), leased(scheduler, 2)
    await first.take()
    waiting = asyncio.create_task(second.take())
    await settle()
    first.release()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert scheduler.slots.in_use == 0


async def test_those_who_come_back_stand_in_line_and_may_leave_it() -> None:
    scheduler = Scheduler(most=1, observer=NullObserver())
    scheduler.resume()
    first, *others = (leased(scheduler, number) for number in (1, 2, 3, 4))
    for lease in (first, *others):
        await lease.take()
        lease.release()
    await first.take()
    lines = [asyncio.create_task(lease.take()) for lease in others]
    await settle()
    lines[0].cancel()
    await settle()
    first.release()
    await settle()
    assert [line.done() for line in lines] == [True, True, False]
    others[1].release()
    await lines[2]
    assert scheduler.slots.in_use == 1


async def test_a_lease_without_a_slot_has_nothing_to_give_back() -> None:
    scheduler = Scheduler(most=2, observer=NullObserver())
    scheduler.resume()
    lease = leased(scheduler, 1)
    await lease.take()
    lease.release()
    lease.release()
    lease.overloaded()
    assert (scheduler.slots.in_use, scheduler.slots.limit) == (0, 2)
