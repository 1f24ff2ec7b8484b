"""The settings in force, from what is stored."""

from __future__ import annotations

from pathlib import Path

from bot.core.values import Conversation
from bot.options import BUILT_IN
from bot.options.preferences import Preferences
from bot.store import Store
from bot.texts import Catalogue
from tests.clocks import ManualClock
from tests.databases import database_in


async def test_a_topic_inherits_from_its_group_all_but_what_each_says_for_itself(tmp_path: Path) -> None:
    store = Store.open(database_in(tmp_path), clock=ManualClock())
    preferences, group = Preferences(store, BUILT_IN, Catalogue("ru")), Conversation(-100)
    before = await preferences.effective(group)
    assert await preferences.effective(group) is before
    await store.settings.set(group, "listen", value=True, changed_by="Anna")
    await store.settings.set(group, "temperature", 0.3, "Anna")
    here = [await preferences.settings(place) for place in (group, Conversation(-100, 5), Conversation(7))]
    assert [(each.listen, each.temperature) for each in here] == [(True, 0.3), (False, 0.3), (False, 0.8)]
    assert [each.memory for each in here] == ["branches", "branches", "linear"]
    await store.close()


async def test_the_language_is_that_of_the_setting_then_in_private_the_persons(tmp_path: Path) -> None:
    store = Store.open(database_in(tmp_path), clock=ManualClock())
    preferences = Preferences(store, BUILT_IN, Catalogue("ru"))
    anna, boris, group = Conversation(7), Conversation(8), Conversation(-100)
    await store.settings.set(boris, "language", "ru", "Boris")
    spoken = [(anna, "en"), (anna, ""), (anna, None), (boris, "en"), (group, "en")]
    found = [(await preferences.texts(place, language)).language for place, language in spoken]
    assert found == ["en", "ru", "ru", "ru", "ru"]
    await store.close()
