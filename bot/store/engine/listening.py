"""Hears what other processes tell through PostgreSQL, on the event loop and in a session of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import Any

import psycopg

from bot.core.clock import Clock

POLL_S = 1.0
"""How often it is as if something had been heard: a word can be lost with a session."""


async def heard(parameters: Mapping[str, Any], channel: str, clock: Clock) -> AsyncGenerator[None, None]:
    """Yields at each notification of a channel, and now and then without one; for ever."""
    while True:
        with suppress(psycopg.Error):
            session = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
            async with session:
                await session.execute(f"LISTEN {channel}")
                while True:
                    yield
                    async for _ in session.notifies(timeout=POLL_S, stop_after=1):
                        pass
        yield
        await clock.sleep(POLL_S)
