"""Tells the operators of trouble: each of them at most once an hour of each kind."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Final

from telegram.error import TelegramError

from bot.core.clock import Clock
from bot.core.tasks import Background
from bot.core.unreachable import Unreachable
from bot.core.values import Conversation
from bot.delivery.posting import Destination
from bot.delivery.refusals import Migrated
from bot.delivery.sending import Sender
from bot.markup import Text
from bot.options.preferences import Preferences
from bot.store import StoreUnavailable

log = logging.getLogger(__name__)

EVERY_S: Final = 3600.0
AGAIN_S: Final = 60.0
"""After one that did not get through."""
MESSAGE_UNITS: Final = 4096


class Alerts:
    """Nobody waits for them, and an operator who can't be reached keeps none of the others waiting."""

    def __init__(
        self,
        sender: Sender,
        *,
        preferences: Preferences,
        clock: Clock,
        admins: Collection[int],
    ) -> None:
        self._sender = sender
        self._preferences = preferences
        self._clock = clock
        self._admins = admins
        self._next_s: dict[tuple[int, str], float] = {}
        self._background = Background()

    def tell(self, *, kind: str, detail: str) -> None:
        now_s = self._clock.monotonic()
        for admin in self._admins:
            if now_s >= self._next_s.get((admin, kind), now_s):
                self._next_s[admin, kind] = float("inf")
                self._background.spawn(self._tell(admin, kind, detail))

    async def close(self) -> None:
        await self._background.close()

    async def _tell(self, admin: int, kind: str, detail: str) -> None:
        pause_s = AGAIN_S
        try:
            texts = await self._preferences.texts(Conversation(admin))
            text = Text(texts(f"alert-{kind.replace('_', '-')}", detail=detail)[:MESSAGE_UNITS])
            await self._sender.show(Destination(admin), [text], record=_forget, unrecord=_forget)
            pause_s = EVERY_S
        except (Unreachable, Migrated, TelegramError, StoreUnavailable) as error:
            log.warning("an operator could not be told of %s: %s", kind, type(error).__name__)
        finally:
            self._next_s[admin, kind] = self._clock.monotonic() + pause_s


async def _forget(_part: object) -> None:
    """They are not shown again."""
