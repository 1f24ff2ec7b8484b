"""Writes made again and again until the database takes them: what they record has happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from bot.core.clock import Clock
from bot.store.engine.unavailable import StoreUnavailable

T = TypeVar("T")
_LONGEST_PAUSE_S = 10.0


async def retry_write(clock: Clock, write: Callable[[], Awaitable[T]]) -> T:
    """Its result, however long the database can't be used. Good for reads as well."""
    pause_s = 1.0
    while True:
        try:
            return await write()
        except StoreUnavailable:
            await clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


async def retry_write_to_the_end(clock: Clock, write: Callable[[], Awaitable[T]]) -> T:
    """Like `retry_write`; who is cancelled while it waits writes once more, at once, before that goes on."""
    try:
        return await retry_write(clock, write)
    except asyncio.CancelledError:
        with suppress(StoreUnavailable):
            await write()
        raise
