"""Long polling that acknowledges only what the inbox holds, and never dies silently.

PTB's own Updater is not used: it hands updates on one by one from parsed objects, while the inbox wants the
whole batch as Telegram sent it, in one transaction, and a liveness clock.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from telegram.error import Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.core.clock import Clock
from bot.delivery.flood import seconds_of
from bot.delivery.transport import Transport
from bot.store import StoreUnavailable
from bot.updates.raw import is_update

if TYPE_CHECKING:
    from telegram import Bot

Accept: TypeAlias = Callable[[Sequence[dict[str, Any]]], Awaitable[object]]

log = logging.getLogger(__name__)

POLL_S: Final = 30
"""Telegram holds a poll for at most 50 s."""
DEAD_AFTER_S: Final = 90.0
ALONE_S: Final = 10.0
"""Whoever polled this long before the first conflict was there first, and stays."""
CONFLICTS: Final = 3
ENDURED_CONFLICTS: Final = 60
CONFLICTS_WITHIN_S: Final = 120.0
ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
)


class TelegramRefused(Exception):
    """Telegram will not let this process work: a wrong token, or another one polls with it."""


class Poller:
    """`run` until cancelled. `last_success_s` is the liveness clock of the health check.

    `accept` returns when updates are durable, or raises `StoreUnavailable`.
    """

    def __init__(self, bot: Bot, request: Transport, accept: Accept, clock: Clock) -> None:
        self._url = f"{bot.base_url}/getUpdates"
        self._request = request
        self._accept = accept
        self._clock = clock
        self._offset = 0
        self.last_success_s = self._rebuilt_s = clock.monotonic()
        self._first_poll_s = math.inf
        self._newcomer = False
        self._conflicts: list[float] = []

    @property
    def alive(self) -> bool:
        return self._clock.monotonic() - self.last_success_s < DEAD_AFTER_S

    async def run(self) -> None:
        """Raises `TelegramRefused`; every other trouble is waited out."""
        pause_s = 0.0
        while True:
            pause_s = await self._once(pause_s)
            if pause_s:
                await self._clock.sleep(pause_s)
            if self._clock.monotonic() - max(self.last_success_s, self._rebuilt_s) > DEAD_AFTER_S:
                await self._rebuild()

    async def _once(self, last_pause_s: float) -> float:
        """One poll; how long to wait before the next."""
        grown_s = min(max(1.0, last_pause_s * 1.5), 15.0)
        self._first_poll_s = min(self._first_poll_s, self._clock.monotonic())
        try:
            async with asyncio.timeout(POLL_S + 15):
                updates = await self._poll()
            self.last_success_s = self._clock.monotonic()
            await self._accept(updates)
        except InvalidToken:
            raise TelegramRefused("Telegram does not know this token: check TELEGRAM_BOT_TOKEN") from None
        except Conflict as conflict:
            return self._on_conflict(str(conflict))
        except RetryAfter as held:
            return seconds_of(held)
        except StoreUnavailable as unavailable:
            log.warning("updates are left with Telegram, the database takes none: %s", unavailable)
            return grown_s
        except (TelegramError, TimeoutError) as error:
            log.warning("getUpdates failed: %s", type(error).__name__)
            if isinstance(error, Forbidden):
                raise TelegramRefused("Telegram refuses this token: check TELEGRAM_BOT_TOKEN") from None
            return grown_s
        if updates:
            self._offset = int(updates[-1]["update_id"]) + 1
        return 0.0

    async def _poll(self) -> list[dict[str, Any]]:
        wanted = {"offset": self._offset, "timeout": POLL_S, "allowed_updates": ALLOWED_UPDATES}
        result = await self._request.call(self._url, wanted, read_timeout_s=POLL_S + 10)
        if not isinstance(result, list) or not all(map(is_update, result)):
            raise TelegramError("getUpdates gave no list of updates")
        return result

    def _on_conflict(self, reason: str) -> float:
        """Another process polls with this token. Who came last gives way soon, who was there first late.

        The one that is there takes its poll up again a second after the other ended it: a newcomer's first
        conflict comes that soon.
        """
        now_s = self._clock.monotonic()
        self._conflicts = [at_s for at_s in self._conflicts if now_s - at_s < CONFLICTS_WITHIN_S]
        if not self._conflicts:
            log.warning("409 from getUpdates: is another copy of this bot running with the same token?")
            self._newcomer = now_s - self._first_poll_s < ALONE_S
        self._conflicts.append(now_s)
        if len(self._conflicts) >= (CONFLICTS if self._newcomer else ENDURED_CONFLICTS):
            cause = "a webhook is set for it" if "webhook" in reason else "another process polls with it"
            raise TelegramRefused(
                f"TELEGRAM_BOT_TOKEN is in use: {cause}; stop that one, or get another token"
            )
        return 1.0

    async def _rebuild(self) -> None:
        log.error("getUpdates has not succeeded for %.0f s: connections are made anew", DEAD_AFTER_S)
        await self._request.shutdown()
        await self._request.initialize()
        self._rebuilt_s = self._clock.monotonic()
