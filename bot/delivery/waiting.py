"""Tells whoever makes a call to Telegram that it has to wait for a flood limit."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_told: ContextVar[Callable[[], None] | None] = ContextVar("_told", default=None)


@contextmanager
def telling(waits: Callable[[], None]) -> Iterator[None]:
    """`waits` is called each time that a call made inside, or by a task begun inside, has to wait."""
    token = _told.set(waits)
    try:
        yield
    finally:
        _told.reset(token)


def tell() -> None:
    waits = _told.get()
    if waits is not None:
        waits()
