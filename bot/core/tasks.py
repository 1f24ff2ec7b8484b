"""Tasks that nobody awaits, locks by key, deadlines by the clock, and what an error may say of itself."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator, Coroutine, Hashable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from bot.core.clock import Clock

T = TypeVar("T")

log = logging.getLogger(__name__)


class Background:
    """Tasks of their own; a fault in one is logged, never lost."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self, grace_s: float = 0) -> None:
        """Cancels what still runs after so long, begun meanwhile or before, and waits for its end."""
        until_s = time.monotonic() + grace_s
        while self._tasks and (left_s := until_s - time.monotonic()) > 0:
            await asyncio.wait(self._tasks, timeout=left_s)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background task failed", extra=error_fields(error))


class Locks:
    """One lock a key, kept only while somebody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: Hashable) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())


@asynccontextmanager
async def within(clock: Clock, seconds: float) -> AsyncIterator[None]:
    """`asyncio.timeout` by the given clock: cancels what is inside and raises TimeoutError."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in a task
    asked_before = task.cancelling()  # of which `asyncio.timeout` knows nothing before Python 3.11.3
    expired = False

    async def expire() -> None:
        nonlocal expired
        await clock.sleep(seconds)
        expired = True
        task.cancel()

    timer = asyncio.create_task(expire())
    try:
        yield
    except asyncio.CancelledError:
        if expired and task.cancelling() - 1 <= asked_before:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        if expired:
            task.uncancel()


async def at_most(clock: Clock, seconds: float, work: asyncio.Future[Any]) -> None:
    """Returns when the work is done, or after so long; it goes on."""
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({work, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()


def error_fields(error: BaseException) -> dict[str, str]:
    """Where it happened and of what type, for the log; an exception's message may quote what people wrote."""
    types: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(types) < 5:
        types.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    return {"error": " < ".join(types), "traceback": "".join(traceback.format_tb(error.__traceback__))}


async def shielded(work: Coroutine[None, None, T]) -> T:
    """Sees a short piece of work through even if cancelled meanwhile; the cancellation then goes on.

    Without it nobody knows whether a write that was cancelled happened.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # what went wrong is nobody's any more, and nothing for the log
        raise
