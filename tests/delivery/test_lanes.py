"""Lanes and holds by themselves: what is kept of a chat, and for how long."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery.lanes import HOLDS_BEFORE_SWEEP, LANES_BEFORE_SWEEP, Holds, Lanes
from bot.delivery.waiting import on_flood_wait
from tests.clocks import ManualClock, settle

PRIVATE, OTHER = 7, 8


async def sent(lanes: Lanes, chat_id: int) -> None:
    waiter = lanes.waiter(chat_id, 1)
    await lanes.admit(waiter)
    lanes.release(waiter)


async def test_a_hold_set_while_a_message_is_ready_is_kept() -> None:
    clock = ManualClock()
    lanes = Lanes(per_s=1, clock=clock)
    first, ready = lanes.waiter(OTHER, 1), lanes.waiter(PRIVATE, 1)
    await lanes.admit(first)
    admitted = asyncio.create_task(lanes.admit(ready))
    await settle()
    lanes.hold(PRIVATE, 30)
    lanes.release(first)
    await clock.advance(29.9)
    assert not admitted.done()
    await clock.advance(0.1)
    assert admitted.done()


async def test_who_has_to_wait_is_told_and_nobody_else() -> None:
    lanes = Lanes(per_s=30, clock=ManualClock())
    waits: list[str] = []
    first, second = lanes.waiter(PRIVATE, 1), lanes.waiter(PRIVATE, 1)
    with on_flood_wait(lambda: waits.append("first")):
        await lanes.admit(first)
    assert waits == []

    async def wait() -> None:
        with on_flood_wait(lambda: waits.append("second")):
            await lanes.admit(second)

    waiting = asyncio.create_task(wait())
    await settle()
    assert waits == ["second"]
    lanes.release(first)
    await waiting
    assert waits == ["second"]


async def test_a_shorter_hold_ends_no_longer_one() -> None:
    clock = ManualClock()
    lanes = Lanes(per_s=30, clock=clock)
    assert lanes.held_s(PRIVATE) == 0
    lanes.hold(PRIVATE, 30)
    lanes.hold(PRIVATE, 10)
    assert lanes.held_s(PRIVATE) == 30
    await clock.advance(31)
    assert lanes.held_s(PRIVATE) == 0


async def test_a_chat_is_quiet_from_the_moment_on_at_which_its_hold_ends() -> None:
    clock = ManualClock()
    lanes = Lanes(per_s=30, clock=clock)
    assert lanes.quiet(PRIVATE)
    lanes.hold(PRIVATE, 30)
    await clock.advance(29)
    assert not lanes.quiet(PRIVATE)
    await clock.advance(1)
    assert lanes.quiet(PRIVATE)


async def test_chats_are_forgotten_when_nothing_is_known_of_them() -> None:
    clock = ManualClock()
    lanes = Lanes(per_s=10_000, clock=clock)
    for chat_id in range(1, 4 * LANES_BEFORE_SWEEP):
        await sent(lanes, chat_id if chat_id % 10 else -chat_id)
        await clock.advance(0.1)
        assert len(lanes) <= LANES_BEFORE_SWEEP


async def test_chats_that_are_held_or_have_used_their_budget_are_known() -> None:
    clock = ManualClock()
    lanes = Lanes(per_s=10_000, clock=clock)
    lanes.hold(PRIVATE, 1000)
    for chat_id in range(1000, 1000 + LANES_BEFORE_SWEEP):
        await sent(lanes, chat_id)
    assert len(lanes) == LANES_BEFORE_SWEEP + 1, "each has sent just now"
    await clock.advance(60)
    for chat_id in range(3000, 3000 + 2 * LANES_BEFORE_SWEEP):
        await sent(lanes, chat_id)
        await clock.advance(60)
    assert len(lanes) <= 2 * LANES_BEFORE_SWEEP + 2
    assert lanes.held_s(PRIVATE) == 0, "its time is over"


async def test_a_chat_is_forgotten_from_the_moment_on_at_which_its_hold_ends() -> None:
    clock = ManualClock()
    lanes = Lanes(per_s=10_000, clock=clock)
    lanes.hold(PRIVATE, 60)
    for chat_id in range(1000, 1000 + LANES_BEFORE_SWEEP - 1):
        await sent(lanes, chat_id)
    await clock.advance(60)
    await sent(lanes, OTHER)
    assert len(lanes) == 1


async def test_kinds_that_are_held_are_forgotten_when_their_time_is_over() -> None:
    clock = ManualClock()
    holds = Holds(clock)
    holds.hold(0, "sendChatAction", 10_000)
    for chat_id in range(1, 2 * HOLDS_BEFORE_SWEEP):
        holds.hold(chat_id, "sendChatAction", 1)
        assert holds.held_s(chat_id, "sendChatAction") == pytest.approx(1.0)
        assert holds.held_s(chat_id, "setMessageReaction") <= 0
        await clock.advance(0.1)
        assert len(holds) <= HOLDS_BEFORE_SWEEP
    assert holds.held_s(0, "sendChatAction") > 9000
