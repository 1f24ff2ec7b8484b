"""A world and a bare bot in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.emulator.world import World
from tests.emulator.client import Bot, bot_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with bot_of(world) as bot:
        yield bot
