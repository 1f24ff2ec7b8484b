"""What is known of chats, and how many characters a token holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.store import KnownChat, Store
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
        KnownChat(6, "group", refused_at=now - timedelta(days=2), migrated_to=-100),
        KnownChat(7, "private", refused_at=now - timedelta(days=2)),
        KnownChat(8, "group", refused_at=now - timedelta(days=1)),
    ):
        await store.chats.save(chat)

    assert await store.chats.refused_before(now - timedelta(days=1)) == [longer_ago, long_ago]
