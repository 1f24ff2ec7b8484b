"""SIGTERM and SIGINT: the first asks the bot to stop, any other ends the process at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType


class Signals:
    """Takes the signals from the first moment to the last.

    PTB's handling waits without limit, and loses what is in flight on a second signal; asyncio's own leaves
    gaps before and after the loop. Ending at once loses nothing: before the start nothing has begun, and
    after it all is in the database.
    """

    def __init__(self) -> None:
        self._stop: Callable[[], object] | None = None
        self._within_s = 0.0

    def install(self) -> None:
        """Takes the signals; only the main thread can."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._came)

    def on_first_signal(self, stop: Callable[[], object], *, end_within_s: float) -> None:
        """The next signal calls `stop`, between two steps of the main thread; so long after it all ends.

        What holds a process up is a thread that hangs in a call which nothing can abort, such as the
        resolver's: the interpreter would wait for it.
        """
        self._stop, self._within_s = stop, end_within_s

    def _came(self, _number: int, _frame: FrameType | None) -> None:
        stop, self._stop = self._stop, None
        if stop is None:
            os._exit(0)
        last = threading.Timer(self._within_s, os._exit, (0,))
        last.daemon = True
        last.start()
        stop()
