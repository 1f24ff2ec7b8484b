"""What concurrency needs: tasks that nobody awaits, locks by key, a deadline by the clock, sure writes."""

from __future__ import annotations

import asyncio
import logging
import traceback
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from bot.answering.presenter import NotShown
from bot.store import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable

    from bot.clock import Clock

T = TypeVar("T")
_LONGEST_PAUSE_S = 10.0
_SHOW_AGAIN_S = 5.0
_LONGEST_SHOW_AGAIN_S = 300.0

log = logging.getLogger("bot.answering")


class Background:
    """Tasks of their own; a fault in one is logged, never lost."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancels what still runs, and waits for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background task failed", extra=described(error))


class Locks:
    """One lock a key, kept only while somebody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = lock, users + 1
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(key)
            if users > 1:
                self._locks[key] = lock, users - 1


@asynccontextmanager
async def within(clock: Clock, seconds: float) -> AsyncIterator[None]:
    """`asyncio.timeout` by the given clock: cancels what is inside and raises TimeoutError."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in a task
    asked_before = task.cancelling()
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
        if expired and task.uncancel() <= asked_before:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


async def at_most(clock: Clock, seconds: float, work: asyncio.Future[Any]) -> None:
    """Returns when the work is done, or after so long; it goes on."""
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({work, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()


async def durably(clock: Clock, write: Callable[[], Awaitable[T]]) -> T:
    """Makes a write again and again while the database can't be used: what it records has happened."""
    pause_s = 1.0
    while True:
        try:
            return await write()
        except StoreUnavailable:
            await clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


async def surely(clock: Clock, show: Callable[[], Awaitable[T]]) -> T:
    """Like `durably`, for what is shown too: again and again while Telegram does not take it."""
    pause_s = _SHOW_AGAIN_S
    while True:
        try:
            return await durably(clock, show)
        except NotShown as failure:
            log.warning("shown later", extra={"pause_s": pause_s, "reason": str(failure)})
            await clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_SHOW_AGAIN_S)


def described(error: BaseException) -> dict[str, str]:
    """Where it happened and of what type, for the log; an exception's message may quote what people wrote."""
    types: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(types) < 5:
        types.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    return {"error": " < ".join(types), "traceback": "".join(traceback.format_tb(error.__traceback__))}


async def to_the_end(work: Coroutine[None, None, T]) -> T:
    """Sees a short piece of work through even if cancelled meanwhile; the cancellation then goes on.

    Without it nobody knows whether a write that was cancelled happened.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
