"""A desk at the chat page, and a bare bot in the same world."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.emulator.client import Bot, bot_of
from tests.page.desk import Desk, desk_of


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with desk_of() as desk:
        yield desk


@pytest.fixture
async def bot(desk: Desk) -> AsyncIterator[Bot]:
    async with bot_of(desk.world) as bot:
        yield bot
