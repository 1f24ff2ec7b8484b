"""Tasks nobody awaits, locks by key, the deadline by the clock, writes seen through."""

from __future__ import annotations

import asyncio
import gc
import logging
import weakref

import pytest

from bot.core.tasks import Background, Locks, shielded, within
from tests.clocks import ManualClock, settle


async def test_a_fault_in_a_background_task_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails() -> None:
        try:
            raise KeyError("тайна")
        except KeyError as error:
            raise ValueError("секрет") from error

    background = Background()
    with caplog.at_level(logging.ERROR, logger="bot.answering"):
        await asyncio.wait({background.spawn(fails())})
        await settle()
    [record] = caplog.records
    assert record.__dict__["error"] == "builtins.ValueError < builtins.KeyError"
    assert "raise ValueError" in record.__dict__["traceback"]
    await background.close()


async def test_closing_ends_what_still_runs() -> None:
    background = Background()
    task = background.spawn(asyncio.sleep(3600))
    await background.close()
    assert task.cancelled()


async def test_locks_are_held_one_at_a_time_and_in_order() -> None:
    locks = Locks()
    order: list[str] = []

    async def enter(key: str, name: str) -> None:
        async with locks.of(key):
            order.append(f"{name} in")
            await settle(5)
            order.append(f"{name} out")

    await asyncio.gather(enter("a", "1"), enter("a", "2"), enter("b", "3"), enter("a", "4"))
    assert order == ["1 in", "3 in", "1 out", "3 out", "2 in", "2 out", "4 in", "4 out"]


async def test_a_lock_that_nobody_holds_or_awaits_is_not_kept() -> None:
    class Key:
        """Something that tells when it is gone."""

    locks, key = Locks(), Key()
    gone = weakref.ref(key)

    async def enter(key: Key) -> None:
        async with locks.of(key):
            await settle(5)

    await asyncio.gather(enter(key), enter(key))
    del key
    gc.collect()
    assert gone() is None


async def test_the_deadline_ends_what_is_inside() -> None:
    clock = ManualClock()

    async def slow() -> str:
        try:
            async with within(clock, 5.0):
                await asyncio.sleep(3600)
        except TimeoutError:
            return "timed out"
        return "done"

    task = asyncio.create_task(slow())
    await clock.advance(5.0)
    assert task.done()
    assert task.result() == "timed out"
    assert task.cancelling() == 0


async def test_a_cancellation_from_outside_is_no_deadline() -> None:
    clock = ManualClock()

    async def slow() -> None:
        async with within(clock, 5.0):
            await asyncio.sleep(3600)

    task = asyncio.create_task(slow())
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_deadline_ends_the_last_work_of_a_task_that_was_cancelled() -> None:
    clock, ends = ManualClock(), list[str]()

    async def cleans_up() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            try:
                async with within(clock, 5.0):
                    await asyncio.sleep(3600)
            except TimeoutError:
                ends.append("timed out")

    task = asyncio.create_task(cleans_up())
    await settle()
    task.cancel()
    await settle()
    await clock.advance(5.0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ends == ["timed out"]
    assert task.cancelling() == 1


async def test_what_begins_while_the_background_closes_has_the_rest_of_its_time() -> None:
    background, ends = Background(), list[str]()

    async def last() -> None:
        await settle()
        ends.append("last")

    async def first() -> None:
        await asyncio.sleep(0)
        background.spawn(last())

    background.spawn(first())
    await background.close(10)
    assert ends == ["last"]


async def test_what_fails_as_the_deadline_ends_it_leaves_its_task_uncancelled() -> None:
    clock = ManualClock()

    async def fails_late() -> None:
        async with within(clock, 5.0):
            try:
                await asyncio.sleep(3600)
            finally:
                raise KeyError

    task = asyncio.create_task(fails_late())
    await clock.advance(5.0)
    with pytest.raises(KeyError):
        await task
    assert task.cancelling() == 0


async def test_a_write_is_seen_through_though_its_caller_is_cancelled() -> None:
    written: list[str] = []
    go = asyncio.Event()

    async def write() -> str:
        await go.wait()
        written.append("yes")
        return "result"

    task = asyncio.create_task(shielded(write()))
    await settle()
    task.cancel()
    await settle()
    assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert written == ["yes"]
