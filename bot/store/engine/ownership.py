"""Whether this process is the one that works on a database which several share, told as it changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from enum import Enum, auto


class Ownership(Enum):
    """An SQLite file is always held: its lock ends with the process."""

    HELD = auto()
    SUSPENDED = auto()
    """The session is gone, and the lock with it: nothing may be done until it is known who has it."""
    LOST = auto()
    """Another process has, or had, the database: for good."""


class Watchers:
    """Tells event loops of what the database thread finds out."""

    def __init__(self) -> None:
        self._state = Ownership.HELD
        self._watchers: list[tuple[asyncio.AbstractEventLoop, Callable[[Ownership], None]]] = []

    def add(self, watcher: Callable[[Ownership], None]) -> None:
        """Calls it on the running event loop at each change from now on."""
        self._watchers.append((asyncio.get_running_loop(), watcher))

    def tell(self, state: Ownership) -> None:
        """From any thread."""
        if state is self._state or self._state is Ownership.LOST:
            return
        self._state = state
        for loop, watcher in self._watchers:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(watcher, state)
