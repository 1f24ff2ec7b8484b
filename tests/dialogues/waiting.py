"""For what a dialogue can't see: what the bot has written down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


async def comes(look: Callable[[], Awaitable[T | None]]) -> T:
    """What `look` gives as soon as it gives something."""
    async with asyncio.timeout(15):
        while True:
            found = await look()
            if found:
                return found
            await asyncio.sleep(0.01)
