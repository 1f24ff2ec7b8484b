"""Polling that has been silent for too long, with bot and Telegram on one fast clock."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.emulator.world import World
from tests.clocks import FastClock
from tests.conftest import Running
from tests.operating.test_running import ANY_PORT, health


@pytest.fixture
def clock() -> FastClock:
    return FastClock(100)


@pytest.fixture
async def world(clock: FastClock) -> AsyncIterator[World]:
    async with World(clock) as world:
        yield world


async def test_health_is_red_when_polling_is_silent_and_green_when_it_is_back(
    running: Running, world: World, clock: FastClock
) -> None:
    async with running(clock, HTTP_LISTEN=ANY_PORT) as service:
        trouble = world.fail("getUpdates", status=502, times=10**9)
        status, verdict = await health(service, lambda verdict: verdict["status"] != "ok")
        assert (status, verdict["failing"]) == (503, {"polling": "getUpdates has not succeeded for 90 s"})
        trouble.times = 0
        status, _ = await health(service, lambda verdict: verdict["status"] == "ok")
        assert status == 200
