"""Who is told that a call to Telegram has to wait."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery.waiting import carrying_flood_waits, notify_flood_wait, on_flood_wait


async def has_to_wait() -> None:
    notify_flood_wait()


async def test_who_listens_is_told_each_time_and_first_who_listens_outside() -> None:
    told: list[str] = []
    with on_flood_wait(lambda: told.append("outside")):
        with on_flood_wait(lambda: told.append("inside")):
            notify_flood_wait()
        assert told == ["outside", "inside"]
        notify_flood_wait()
    notify_flood_wait()
    assert told == ["outside", "inside", "outside"]


@pytest.mark.parametrize("carried", [False, True])
async def test_of_a_task_begun_inside_is_told_what_is_carried_there(carried: bool) -> None:
    told: list[str] = []

    async def task() -> None:
        await asyncio.create_task(carrying_flood_waits(has_to_wait()))
        with on_flood_wait(lambda: told.append("task")):
            notify_flood_wait()

    with on_flood_wait(lambda: told.append("outside")):
        await asyncio.create_task(carrying_flood_waits(task()) if carried else task())
    assert told == (["outside", "outside", "task"] if carried else ["task"])
