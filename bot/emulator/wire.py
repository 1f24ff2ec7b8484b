"""What goes over the wire: every call recorded, listeners told, and trouble made on cue."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.emulator.refusals import Refusal

Json = dict[str, Any]


@dataclass
class Call:
    """One Bot API call."""

    number: int
    method: str
    params: Json
    at: datetime
    result: Any = None
    refusal: Refusal | None = None
    dropped: str = ""
    """`before` or `after` taking effect, where the connection was cut on cue."""
    done: bool = False

    @property
    def ok(self) -> bool:
        return self.done and self.refusal is None and self.dropped != "before"


@dataclass
class Failure:
    """Trouble that the next matching calls meet."""

    method: str
    """`*` for every method."""
    times: float = 1
    when: Callable[[Json], bool] = field(default=lambda _: True)
    refusal: Refusal | None = None
    drop: Literal["", "before", "after"] = ""
    delay_s: float = 0
    body: str = ""
    """An answer that is not the Bot API's JSON, such as a proxy's page; sent with the refusal's status."""
    met: int = 0

    def matches(self, call: Call) -> bool:
        return self.met < self.times and self.method in {"*", call.method} and self.when(call.params)


class Wire:
    """The record of calls, and who listens."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.failures: list[Failure] = []
        self._listeners: dict[str, list[Callable[..., Awaitable[None] | None]]] = defaultdict(list)

    def on(self, event: str, callback: Callable[..., Awaitable[None] | None]) -> Callable[[], None]:
        """Calls `callback` at each `event` until the returned function is called."""
        self._listeners[event].append(callback)
        return lambda: self._listeners[event].remove(callback)

    async def emit(self, event: str, *args: Any) -> None:
        for callback in list(self._listeners[event]):
            waiting = callback(*args)
            if inspect.isawaitable(waiting):
                await waiting

    def tell(self, event: str, *args: Any) -> None:
        """Like `emit`, for events whose listeners are plain functions."""
        for callback in list(self._listeners[event]):
            callback(*args)

    def trouble(self, call: Call) -> Failure | None:
        """The failure that this call meets, counted as met."""
        for failure in self.failures:
            if failure.matches(call):
                failure.met += 1
                return failure
        return None
