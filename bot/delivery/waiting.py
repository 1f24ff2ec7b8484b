"""Tells whoever makes a call to Telegram that it has to wait for a flood limit."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_told: ContextVar[tuple[asyncio.Task[object] | None, Callable[[], None]] | None] = ContextVar(
    "_told", default=None
)


@contextmanager
def telling(waits: Callable[[], None]) -> Iterator[None]:
    """`waits` is called each time that a call made inside has to wait; not those of tasks begun inside,
    which go on when what is inside is over, and may have begun before its work was done.
    """
    token = _told.set((asyncio.current_task(), waits))
    try:
        yield
    finally:
        _told.reset(token)


def tell() -> None:
    told = _told.get()
    if told is not None and told[0] is asyncio.current_task():
        told[1]()
