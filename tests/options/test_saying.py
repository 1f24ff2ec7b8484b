"""What commands answer about settings."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from bot.core.values import Conversation, Override
from bot.options import BUILT_IN, OPTIONS
from bot.options.inheriting import Level, Source, effective
from bot.options.saying import setting_changed, setting_shown, source_line, whole_value
from bot.texts import Catalogue

setting_set = partial(setting_changed, "setting-set")
setting_reset = partial(setting_changed, "setting-reset")

WHEN = datetime(2026, 10, 7, 14, 5, tzinfo=UTC)
RU, EN = (Catalogue("ru")[language] for language in ("ru", "en"))
PRIVATE, GROUP, TOPIC = Conversation(5), Conversation(-100), Conversation(-100, 7)
COMMENTS = Conversation(-100, -7)
TEMPERATURE = OPTIONS["temperature"]
FOUND = effective(BUILT_IN, {"temperature": Override(0.3, "Анна", WHEN)}, {}, private=False)


def test_a_command_without_an_argument_shows_value_source_range_and_example() -> None:
    assert setting_shown(TEMPERATURE, FOUND, RU, place=GROUP) == (
        "Температура: 0,3\n"
        "Задано для этого чата: Анна, 7 октября 2026 г., 14:05 UTC.\n\n"
        "Температура — насколько свободно отвечает модель: от 0 (точно) до 1 (неожиданно).\n\n"
        "Изменить: /temperature 0,3\n"
        "Сбросить: /temperature сброс"
    )
    assert setting_shown(TEMPERATURE, FOUND, EN, place=PRIVATE) == (
        "Temperature: 0.3\n"
        "Set for this chat.\n\n"
        "Temperature — how freely the model answers: from 0 (exact) to 1 (surprising).\n\n"
        "Change: /temperature 0.3\n"
        "Reset: /temperature reset"
    )


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (Source(Level.BUILT_IN), "Это значение по умолчанию."),
        (Source(Level.DEPLOYMENT), "Так решил владелец бота."),
        (Source(Level.CHAT, "", WHEN), "Задано для этого чата."),
        (Source(Level.TOPIC, "Анна"), "Задано для этой темы."),
        (Source(Level.TOPIC, "Анна", WHEN), "Задано для этой темы: Анна, 7 октября 2026 г., 14:05 UTC."),
    ],
)
def test_a_value_has_its_source(source: Source, line: str) -> None:
    assert source_line(source, RU, place=TOPIC) == line


def test_a_change_says_where_it_holds() -> None:
    assert setting_set(TEMPERATURE, FOUND, RU, place=GROUP) == "Готово. Температура: 0,3"
    assert setting_set(TEMPERATURE, FOUND, RU, place=TOPIC) == "Готово, для этой темы. Температура: 0,3"
    assert setting_reset(TEMPERATURE, FOUND, EN, place=TOPIC) == "Reset for this topic. Temperature: 0.3"
    assert setting_set(TEMPERATURE, FOUND, EN, place=COMMENTS).startswith(
        "Done, for the comments on this post."
    )
    assert setting_reset(OPTIONS["reactions"], FOUND, EN, place=TOPIC) == "Reset. Reactions: on"


def test_instructions_are_shown_whole_and_confirmed_shortly() -> None:
    instructions, text = OPTIONS["instructions"], "Отвечай кратко. " * 100
    found = effective(BUILT_IN, {"instructions": Override(text, "Анна", WHEN)}, {}, private=True)
    assert text in setting_shown(instructions, found, RU, place=PRIVATE)
    for length, shown in ((3000, "a" * 3000), (3001, "a" * 2999 + "…")):
        assert whole_value(instructions, "a" * length, RU) == shown
    assert len(setting_set(instructions, found, RU, place=GROUP)) < 350
