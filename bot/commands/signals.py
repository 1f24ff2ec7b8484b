"""SIGTERM and SIGINT: the first asks the bot to stop, any other ends the process at once."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Signals:
    """Ours from the first moment to the last: PTB's handling waits without limit, and loses what is in flight
    on a second signal; asyncio's own leaves gaps before and after the loop.

    Ending at once loses nothing: before the start nothing has begun, and after it all is in the database.
    """

    def __init__(self) -> None:
        self._stop: Callable[[], object] | None = None

    def install(self) -> None:
        """Takes the signals; only the main thread can."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._came)

    def first(self, stop: Callable[[], object]) -> None:
        """The next signal calls `stop`, between two steps of the main thread."""
        self._stop = stop

    def _came(self, _number: int, _frame: FrameType | None) -> None:
        stop, self._stop = self._stop, None
        if stop is None:
            os._exit(0)
        stop()
