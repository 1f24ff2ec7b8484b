"""Settings that override what is inherited."""

from __future__ import annotations

import pytest

from bot.core.values import Conversation, Override
from bot.store import Store
from bot.store.engine.read_cache import KEPT
from tests.clocks import ManualClock
from tests.store.questions import PRIVATE, TOPIC, overrides_of


async def test_a_temperature_survives_a_restart_and_knows_who_set_it(url: str, clock: ManualClock) -> None:
    store = Store.open(url, clock=clock)
    await store.settings.set(PRIVATE, "temperature", 0.3, "Anna")
    await store.close()

    store = Store.open(url, clock=clock)
    chats, topics = await overrides_of(store, PRIVATE)
    await store.close()

    assert chats == {"temperature": Override(0.3, "Anna", clock.now())}
    assert topics == {}


async def test_a_topic_has_its_own_settings_above_the_chats(store: Store) -> None:
    await store.settings.set(TOPIC.chat, "temperature", 0.5, "Anna")
    await store.settings.set(TOPIC, "temperature", 1, "Boris")
    await store.settings.set(PRIVATE, "temperature", 0.1, "Anna")

    chats, topics = await overrides_of(store, TOPIC)

    assert {name: (value.value, value.changed_by) for name, value in chats.items()} == {
        "temperature": (0.5, "Anna")
    }
    assert {name: (value.value, value.changed_by) for name, value in topics.items()} == {
        "temperature": (1, "Boris")
    }
    assert await overrides_of(store, TOPIC.chat) == (chats, {})


async def test_the_last_change_counts_and_a_reset_returns_to_the_inherited(store: Store) -> None:
    await store.settings.set(PRIVATE, "temperature", 0.3, "Anna")
    await store.settings.set(PRIVATE, "temperature", 0.7, "Boris")
    chats, _ = await overrides_of(store, PRIVATE)
    assert (chats["temperature"].value, chats["temperature"].changed_by) == (0.7, "Boris")

    await store.settings.reset(PRIVATE, "temperature")

    assert await overrides_of(store, PRIVATE) == ({}, {})


@pytest.mark.parametrize(
    "value", ["", "Отвечай кратко 🌨", ["эй", "бот"], True, None, 1500, 0.30000000000000004]
)
async def test_values_come_back_as_they_were(store: Store, value: object) -> None:
    await store.settings.set(PRIVATE, "any", value, "Anna")

    chats, _ = await overrides_of(store, PRIVATE)

    assert chats["any"].value == value


async def test_they_are_read_again_only_when_some_were_changed(store: Store) -> None:
    await store.settings.set(PRIVATE, "temperature", 0.3, "Anna")
    known = await overrides_of(store, PRIVATE)
    assert await overrides_of(store, PRIVATE) is known

    await store.settings.set(TOPIC, "temperature", 0.5, "Anna")

    assert await overrides_of(store, PRIVATE) is not known
    assert await overrides_of(store, PRIVATE) == known


async def test_many_chats_are_known_at_a_time_but_not_any_number(store: Store) -> None:
    first = await overrides_of(store, Conversation(1))
    for chat_id in range(2, KEPT + 1):
        await overrides_of(store, Conversation(chat_id))
    assert await overrides_of(store, Conversation(1)) is first

    await overrides_of(store, Conversation(KEPT + 1))

    assert await overrides_of(store, Conversation(1)) is not first
