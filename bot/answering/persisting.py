"""Writes and sends made again and again until the database and Telegram take them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from bot.answering.ports import NotShown
from bot.store import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.core.clock import Clock

T = TypeVar("T")
_LONGEST_PAUSE_S = 10.0
_SHOW_AGAIN_S = 5.0
_LONGEST_SHOW_AGAIN_S = 300.0

log = logging.getLogger(__name__)


async def retry_write(clock: Clock, write: Callable[[], Awaitable[T]]) -> T:
    """Makes a write again and again while the database can't be used: what it records has happened."""
    pause_s = 1.0
    while True:
        try:
            return await write()
        except StoreUnavailable:
            await clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


async def retry_send(clock: Clock, show: Callable[[], Awaitable[T]]) -> T:
    """Like `retry_write`, for what is shown too: again and again while Telegram does not take it."""
    pause_s = _SHOW_AGAIN_S
    while True:
        try:
            return await retry_write(clock, show)
        except NotShown as failure:
            log.warning("shown later", extra={"pause_s": pause_s, "reason": str(failure)})
            await clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_SHOW_AGAIN_S)
