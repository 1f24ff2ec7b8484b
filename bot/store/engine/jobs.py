"""What callers ask of the database thread, and how they are told what became of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(slots=True)
class Job:
    """A caller's function of a connection, and what became of it."""

    run: Callable[[sa.Connection], Any]
    future: asyncio.Future[Any]
    writes: bool
    durable: bool = True
    single: bool = False
    """Whether it is one statement, which is a transaction by itself."""
    on_end: Callable[[], None] | None = None
    result: object = None
    error: BaseException | None = None


def settle(jobs: Iterable[Job]) -> None:
    """Hands results to the loops that wait for them; on the database thread."""
    waiting: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.on_end is not None:
            job.on_end()
        waiting.setdefault(job.future.get_loop(), []).append(job)
    for loop, finished in waiting.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, finished)


def _resolve(jobs: Iterable[Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue  # its caller was cancelled
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
