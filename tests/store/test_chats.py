"""What is known of chats, and how many characters a token holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.store import KnownChat, Store

if TYPE_CHECKING:
    from tests.clocks import ManualClock


async def test_a_chat_is_known_as_last_saved(store: Store, clock: ManualClock) -> None:
    chat = KnownChat(-100, "supergroup", "Погода", greeted_at=clock.now())
    assert await store.chats.get(-100) is None

    await store.chats.save(chat)
    assert await store.chats.get(-100) == chat

    removed = replace(chat, removed_at=clock.now() + timedelta(days=1), title="Climate")
    await store.chats.save(removed)
    assert await store.chats.get(-100) == removed


async def test_chats_refused_for_long_are_found_while_the_bot_is_in_them(
    store: Store, clock: ManualClock
) -> None:
    now = clock.now()
    long_ago = KnownChat(1, "group", refused_at=now - timedelta(days=2))
    longer_ago = KnownChat(2, "group", refused_at=now - timedelta(days=3))
    for chat in (
        long_ago,
        longer_ago,
        KnownChat(3, "group", refused_at=now),
        KnownChat(4, "group", refused_at=now - timedelta(days=2), removed_at=now),
        KnownChat(5, "group"),
    ):
        await store.chats.save(chat)

    assert await store.chats.refused_before(now - timedelta(days=1)) == [longer_ago, long_ago]


async def test_characters_a_token_are_learnt_a_model_and_kept(url: str, clock: ManualClock) -> None:
    store = Store.open(url, clock=clock)
    assert await store.calibration.chars_per_token("lite") is None
    await store.calibration.observe("lite", 300, 100)
    assert await store.calibration.chars_per_token("lite") == 3
    await store.close()

    store = Store.open(url, clock=clock)
    assert await store.calibration.chars_per_token("lite") == 3
    assert await store.calibration.chars_per_token("pro") is None
    await store.close()


async def test_late_requests_count_more_than_early_ones(store: Store) -> None:
    for _ in range(100):
        await store.calibration.observe("lite", 400, 100)
    for _ in range(60):
        await store.calibration.observe("lite", 200, 100)

    assert await store.calibration.chars_per_token("lite") == pytest.approx(2, rel=0.1)


async def test_a_request_that_was_not_counted_teaches_nothing(store: Store) -> None:
    await store.calibration.observe("lite", 300, 0)
    await store.calibration.observe("lite", 0, 100)

    assert await store.calibration.chars_per_token("lite") is None
