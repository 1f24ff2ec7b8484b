"""A reaction on a question in a group, for as long as it waits for its answer."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from telegram.error import RetryAfter, TelegramError

from bot.delivery.flood import seconds_of

if TYPE_CHECKING:
    from telegram import Bot

    from bot.core.clock import Clock

log = logging.getLogger(__name__)

SEEN: Final = "👀"


class Reactions:
    """Never in anyone's way: set and taken away in the background, a message's in order.

    Refusals are ignored, but for those that Telegram says are for a while: what is to go goes later.
    """

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._last: dict[tuple[int, int], asyncio.Task[None]] = {}

    def show(self, chat_id: int, message_id: int) -> None:
        self._follow((chat_id, message_id), SEEN)

    def take_away(self, chat_id: int, message_id: int) -> None:
        self._follow((chat_id, message_id), None)

    async def close(self) -> None:
        tasks = list(self._last.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _follow(self, key: tuple[int, int], emoji: str | None) -> None:
        task = asyncio.create_task(self._set(key, emoji, self._last.get(key)))
        self._last[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))

    def _ended(self, key: tuple[int, int], task: asyncio.Task[None]) -> None:
        if self._last.get(key) is task:
            del self._last[key]

    async def _set(self, key: tuple[int, int], emoji: str | None, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        while True:
            try:
                await self._bot.set_message_reaction(*key, emoji)
            except RetryAfter as refusal:
                if emoji is not None:
                    return  # by then it may be out of date
                await self._clock.sleep(seconds_of(refusal))
            except TelegramError as refusal:
                log.debug("no reaction: %s", type(refusal).__name__, extra={"chat_id": key[0]})
                return
            else:
                return
