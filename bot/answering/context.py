"""What every part of answering works with, and writes and sends made again until they are taken."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.answering.active import ActiveTurns
from bot.answering.ports import NotShown, Observer, Presenter
from bot.answering.spending import Spending
from bot.core.clock import Clock
from bot.core.tasks import Background, Locks
from bot.core.values import ChatSettings, Conversation
from bot.store import Store
from bot.store.retrying import retry_write

T = TypeVar("T")
_SHOW_AGAIN_S = 5.0
_LONGEST_SHOW_AGAIN_S = 300.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Context:
    """The rooms around answering, and the turns under way."""

    store: Store
    presenter: Presenter
    observer: Observer
    clock: Clock
    settings_for: Callable[[Conversation], Awaitable[ChatSettings]]
    meter: Spending
    background: Background = field(default_factory=Background)
    locks: Locks = field(default_factory=Locks)
    """By conversation: who holds one decides what comes next there."""
    turns: ActiveTurns = field(default_factory=ActiveTurns)

    async def retry_write(self, write: Callable[[], Awaitable[T]]) -> T:
        """Makes a write again and again while the database can't be used: what it records has happened."""
        return await retry_write(self.clock, write)

    async def retry_send(self, show: Callable[[], Awaitable[T]]) -> T:
        """Like `retry_write`, for what is shown too: again and again while Telegram does not take it."""
        pause_s = _SHOW_AGAIN_S
        while True:
            try:
                return await self.retry_write(show)
            except NotShown as failure:
                log.warning("shown later", extra={"pause_s": pause_s, "reason": str(failure)})
                await self.clock.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_SHOW_AGAIN_S)
