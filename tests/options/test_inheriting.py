"""Inheritance: built-in, deployment, chat, topic; and the source of each value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.core.values import Conversation, Override
from bot.options import BUILT_IN, OPTIONS
from bot.options.inheriting import Level, Source, effective

WHEN = datetime(2026, 10, 7, 14, 5, tzinfo=UTC)


def overrides(**values: object) -> dict[str, Override]:
    return {name: Override(value, "Анна", WHEN) for name, value in values.items()}


def test_each_level_inherits_from_the_one_before() -> None:
    defaults = replace(BUILT_IN, model="yandexgpt-5-pro", temperature=0.5)
    found = effective(
        defaults, overrides(temperature=0.2, max_output_tokens=500), overrides(temperature=1), private=False
    )
    assert found.settings == replace(defaults, temperature=1.0, max_output_tokens=500, memory="branches")
    assert found.value("temperature") == 1.0
    assert found.sources["temperature"] == Source(Level.TOPIC, "Анна", WHEN)
    assert found.sources["max_output_tokens"] == Source(Level.CHAT, "Анна", WHEN)
    assert found.sources["model"] == Source(Level.DEPLOYMENT)
    assert found.sources["instructions"] == Source(Level.BUILT_IN)


def test_a_bad_stored_value_and_an_unknown_setting_are_passed_over() -> None:
    found = effective(
        BUILT_IN,
        overrides(temperature=0.2, colour="red"),
        overrides(temperature="hot", memory=5),
        private=True,
    )
    assert found.settings == replace(BUILT_IN, temperature=0.2, memory="linear", language="")
    assert found.sources["temperature"].level is Level.CHAT
    assert found.sources["memory"].level is Level.BUILT_IN
    assert "colour" not in found.sources


def test_a_topic_has_no_settings_of_the_whole_group() -> None:
    found = effective(
        BUILT_IN, overrides(wake_words=["бот"]), overrides(wake_words=["ёж"], reactions=False), private=False
    )
    assert found.settings.wake_words == ("бот",)
    assert found.settings.reactions
    assert found.sources["wake_words"].level is Level.CHAT


def test_memory_is_by_the_kind_of_chat_until_it_is_set() -> None:
    assert effective(BUILT_IN, {}, {}, private=True).settings.memory == "linear"
    assert effective(BUILT_IN, {}, {}, private=False).settings.memory == "branches"
    assert effective(BUILT_IN, overrides(memory="off"), {}, private=True).settings.memory == "off"


def test_a_private_chat_speaks_its_persons_language_until_it_sets_one() -> None:
    english = replace(BUILT_IN, language="en")
    group = effective(english, {}, {}, private=False)
    assert (group.settings.language, group.sources["language"].level) == ("en", Level.DEPLOYMENT)
    private = effective(english, {}, {}, private=True)
    assert (private.settings.language, private.sources["language"].level) == ("", Level.BUILT_IN)
    assert effective(english, overrides(language="ru"), {}, private=True).settings.language == "ru"


def test_a_topic_tells_its_own_values_from_the_groups() -> None:
    group, topic = Conversation(-100), Conversation(-100, 7)
    found = effective(
        BUILT_IN, overrides(temperature=0.2, reactions=False), overrides(memory="off"), private=False
    )
    own = {name for name, option in OPTIONS.items() if found.is_own(option, topic)}
    assert own == {"memory", "reactions"}
    in_group = effective(BUILT_IN, overrides(temperature=0.2, reactions=False), {}, private=False)
    assert {n for n, option in OPTIONS.items() if in_group.is_own(option, group)} == {
        "temperature",
        "reactions",
    }


def test_what_each_topic_says_for_itself_is_not_inherited_by_a_topic() -> None:
    chat = overrides(listen=True, temperature=0.2, reactions=False)
    whole = effective(BUILT_IN, chat, {}, private=False)
    assert (whole.settings.listen, whole.settings.temperature) == (True, 0.2)
    in_topic = effective(BUILT_IN, chat, {}, private=False, in_topic=True)
    assert (in_topic.settings.listen, in_topic.settings.temperature) == (False, 0.2)
    assert not in_topic.settings.reactions
    own = effective(BUILT_IN, {}, overrides(listen=True, reactions=False), private=False, in_topic=True)
    assert (own.settings.listen, own.settings.reactions) == (True, True)
