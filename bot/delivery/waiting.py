"""Tells whoever makes a call to Telegram that it has to wait for a flood limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_listener: ContextVar[tuple[asyncio.Task[object] | None, Callable[[], None]] | None] = ContextVar(
    "_listener", default=None
)


@contextmanager
def on_flood_wait(waits: Callable[[], None]) -> Iterator[None]:
    """`waits` is called each time that a call made inside has to wait, after whoever listens outside; not for
    those of tasks begun inside, which go on when what is inside is over, and may have begun before its work
    was done.
    """
    task, outer = asyncio.current_task(), _listener.get()

    def both() -> None:
        if outer is not None and outer[0] is task:
            outer[1]()
        waits()

    token = _listener.set((task, both))
    try:
        yield
    finally:
        _listener.reset(token)


def notify_flood_wait() -> None:
    """Calls the listener of the current task, if it has one."""
    listener = _listener.get()
    if listener is not None and listener[0] is asyncio.current_task():
        listener[1]()


def carrying_flood_waits(call: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
    """The call, for a task of its own on which its maker waits: its waits are told to the same listener."""
    listener = _listener.get()
    if listener is None or listener[0] is not asyncio.current_task():
        return call

    async def carried() -> T:
        with on_flood_wait(listener[1]):
            return await call

    return carried()
