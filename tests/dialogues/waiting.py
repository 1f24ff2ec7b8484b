"""For what a dialogue can't see: what the bot has written down, and what it was not told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.store import Store

T = TypeVar("T")


async def comes(look: Callable[[], Awaitable[T | None]], *, within_s: float = 15) -> T:
    """What `look` gives as soon as it gives something."""
    async with asyncio.timeout(within_s):
        while True:
            found = await look()
            if found:
                return found
            await asyncio.sleep(0.01)


async def all_taken(store: Store) -> None:
    """Returns when every update that came is dealt with."""

    async def look() -> bool:
        return not await store.inbox.pending()

    await comes(look)


def migrate_silently(world: World, group: Chat) -> Chat:
    """As it looks to a bot whose updates of that day are lost."""
    waiting = list(world.state.updates.waiting)
    supergroup = world.migrate(group)
    world.state.updates.waiting = waiting
    return supergroup
