"""A reaction on a question in a group, for as long as it waits for its answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from telegram.error import RetryAfter, TelegramError

from bot.core.clock import Clock
from bot.core.tasks import Background, Locks
from bot.delivery.flood import seconds_of

if TYPE_CHECKING:
    from telegram import Bot

log = logging.getLogger(__name__)

SEEN: Final = "👀"


class Reactions:
    """Never in anyone's way: set and taken away in the background, a message's in order.

    Refusals are ignored, but for those that Telegram says are for a while: what is to go goes later.
    """

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._background = Background()
        self._locks = Locks()

    def show(self, chat_id: int, message_id: int) -> None:
        self._background.spawn(self._set(chat_id, message_id, SEEN))

    def take_away(self, chat_id: int, message_id: int) -> None:
        self._background.spawn(self._set(chat_id, message_id, None))

    async def close(self) -> None:
        await self._background.close()

    async def _set(self, chat_id: int, message_id: int, emoji: str | None) -> None:
        async with self._locks.of((chat_id, message_id)):
            while True:
                try:
                    await self._bot.set_message_reaction(chat_id, message_id, emoji)
                except RetryAfter as refusal:
                    if emoji is not None:
                        return  # by then it may be out of date
                    await self._clock.sleep(seconds_of(refusal))
                except TelegramError as refusal:
                    log.debug("no reaction: %s", type(refusal).__name__, extra={"chat_id": chat_id})
                    return
                else:
                    return
