"""A growing answer wakes the event loop seldom, and the last word before a pause is not kept back."""

from __future__ import annotations

import pytest

from bot.core.model_request import OnText, ReadText
from bot.model.abort_handle import AbortHandle
from bot.model.live_text import BATCH_S, DRAIN_S, LiveText
from tests.clocks import ManualClock
from tests.model.streams import telling


def live_text(clock: ManualClock, on_text: OnText | None) -> LiveText:
    return LiveText(on_text, clock, first_event_s=30)


async def test_the_first_word_is_told_at_once_and_the_rest_in_batches() -> None:
    clock = ManualClock()
    told: list[str] = []
    live = live_text(clock, telling(told))
    async with live.telling():
        live.add("Раз")
        await clock.advance(0)
        assert told == ["Раз"]
        for word in (", два", ", три", ", четыре"):
            live.add(word)
            await clock.advance(BATCH_S / 5)
        assert told == ["Раз"]
        await clock.advance(BATCH_S)
        assert told == ["Раз", "Раз, два, три, четыре"]
        await clock.advance(10)
        assert len(told) == 2
        live.add("!")
        await clock.advance(0)
        assert told[-1] == "Раз, два, три, четыре!"


async def test_twenty_times_a_second_at_most() -> None:
    clock = ManualClock()
    told: list[str] = []
    live = live_text(clock, telling(told))
    async with live.telling():
        for _ in range(1000):
            live.add("слово ")
            await clock.advance(0.001)
    assert 18 <= len(told) <= 21
    assert told == sorted(set(told), key=len)


async def test_what_is_not_read_is_told_of_once_and_read_when_it_is_wanted() -> None:
    """An answer that may not be shown yet wakes nothing; then the newest of it is shown."""
    clock = ManualClock()
    reads: list[ReadText] = []
    live = live_text(clock, reads.append)
    async with live.telling():
        for _ in range(100):
            live.add("слово ")
            await clock.advance(BATCH_S)
        assert len(reads) == 1
        assert reads[0]() == "слово " * 100
        live.add("и ещё")
        await clock.advance(BATCH_S)
        assert len(reads) == 2


@pytest.mark.parametrize(
    ("last", "read"), [(0xD800, ""), (0xDBFF, ""), (0xDC00, "\ufffd"), (0xD7FF, "\ud7ff")]
)
async def test_the_first_half_of_a_character_is_not_read(last: int, read: str) -> None:
    """Its other half is in the next delta; after a second half nothing is to come."""
    live = live_text(ManualClock(), None)
    async with live.telling():
        live.add(f"Да {chr(last)}")
        assert live.read() == f"Да {read}"


async def test_what_is_not_seen_to_grow_is_not_told() -> None:
    """Empty deltas, thoughts, half of a tag."""
    clock = ManualClock()
    told: list[str] = []
    live = live_text(clock, telling(told))
    async with live.telling():
        for piece in ("", "<th", "ink>", "Хм", "</think>", "Да", ""):
            live.add(piece)
            await clock.advance(BATCH_S)
    assert told == ["Да"]


async def test_nothing_is_told_after_the_end() -> None:
    clock = ManualClock()
    told: list[str] = []
    live = live_text(clock, telling(told))
    async with live.telling():
        live.add("Раз")
    live.add(", два")
    await clock.advance(10)
    assert told == []


async def test_nobody_listens() -> None:
    """The server is watched all the same: once the answer is whole, its end is not waited for long."""
    clock, handle = ManualClock(), AbortHandle()
    live = live_text(clock, None)
    async with live.telling():
        live.add("Раз")
        live.finish(handle)
        await clock.advance(DRAIN_S - 0.1)
        assert not handle.aborted
        await clock.advance(0.1)
        assert handle.aborted
