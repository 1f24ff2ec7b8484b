"""Sends until Telegram has acknowledged: a message that is short, in place of one that may stand already."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.delivery.transport import FateUnknown
from bot.markup import Text

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0
"""Each of these may be one more copy."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A short message with a button that shows what it stands for."""

    text: Text
    keyboard: InlineKeyboardMarkup | None
    arrivals: asyncio.Queue[int]
    """Message ids from whoever sees that it stands before Telegram says so: its button was pressed."""


async def send_until_acknowledged(
    send: Callable[[], Awaitable[int]], clock: Clock, arrivals: asyncio.Queue[int] | None = None
) -> int:
    """The id of the message that `send` sends, again and again while its fate stays unknown."""
    ways = {asyncio.ensure_future(_again_and_again(send, clock))}
    if arrivals is not None:
        ways.add(asyncio.ensure_future(arrivals.get()))
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.wait(ways)
    return done.pop().result()


async def _again_and_again(send: Callable[[], Awaitable[int]], clock: Clock) -> int:
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            return await send()
        except FateUnknown as lost:
            log.warning(
                "A message is not acknowledged",
                extra={"reason": type(lost).__name__, "pause_s": pause_s},
            )
        await clock.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
