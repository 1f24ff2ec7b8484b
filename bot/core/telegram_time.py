"""What time it is at Telegram: the machine's clock, put right by what Telegram tells."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from bot.core.clock import Clock

log = logging.getLogger(__name__)

NOTICED: Final = timedelta(seconds=30)
"""A smaller difference is not put right: it is made of whole seconds and of the network's time."""
TOLD: Final = timedelta(minutes=5)
"""From here on the machine's clock is called wrong."""

FIRST_YEAR: Final = 2015
LAST_YEAR: Final = 2200


class TelegramTime:
    """A clock. What people wrote has Telegram's date, so what is compared with it goes by Telegram's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta()
        self.known = False
        """Whether Telegram has told its time yet; until then it is the machine's."""

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def now(self) -> datetime:
        return self._clock.now() - self._ahead

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    def observe(self, told: datetime) -> None:
        """Telegram's clock says this just now. A year that can't be meant is passed over."""
        if not FIRST_YEAR <= told.year <= LAST_YEAR:
            return
        self.known = True
        ahead = self._clock.now() - told
        if abs(ahead) < NOTICED:
            ahead = timedelta()
        if abs(ahead - self._ahead) < NOTICED and bool(ahead) == bool(self._ahead):
            return
        before, self._ahead = self.wrong(), timedelta(seconds=round(ahead.total_seconds()))
        if reason := self.wrong():
            log.warning("%s: what is late goes by Telegram's", reason)
        elif before:
            log.info("this machine's clock agrees with Telegram's again")

    def wrong(self, by: timedelta = TOLD) -> str | None:
        """That the machine's clock is wrong by so much, in words; None where it is not."""
        if abs(self._ahead) < by:
            return None
        direction = "ahead of" if self._ahead > timedelta() else "behind"
        return f"this machine's clock is {_about(abs(self._ahead))} {direction} Telegram's"


def _about(difference: timedelta) -> str:
    """To the minute; over two days, to the day."""
    minutes = round(difference / timedelta(minutes=1))
    if minutes >= 2 * 24 * 60:
        return f"{round(minutes / 24 / 60)} days"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
