"""What callers ask of the database thread, and how they are told what became of it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable

    import sqlalchemy as sa


@dataclass(slots=True)
class Task:
    """One caller's job, and what became of it."""

    job: Callable[[sa.Connection], Any]
    future: asyncio.Future[Any]
    writes: bool
    durable: bool
    over: Callable[[], None] | None = None
    result: object = None
    error: BaseException | None = None


def settle(tasks: Iterable[Task]) -> None:
    """Hands results to the loops that wait for them; on the database thread."""
    waiting: dict[asyncio.AbstractEventLoop, list[Task]] = {}
    for task in tasks:
        if task.over is not None:
            task.over()
        waiting.setdefault(task.future.get_loop(), []).append(task)
    for loop, finished in waiting.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, finished)


def _resolve(tasks: Iterable[Task]) -> None:
    for task in tasks:
        if task.future.done():
            continue  # its caller was cancelled
        if task.error is not None:
            task.future.set_exception(task.error)
        else:
            task.future.set_result(task.result)
