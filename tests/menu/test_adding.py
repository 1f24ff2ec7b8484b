"""What a setting takes: a field of `ChatSettings`, a declaration, two texts; the rest comes from these."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bot.core.values import ChatSettings
from bot.options import BUILT_IN, OPTIONS, BadValue
from bot.options.inheriting import Level, effective
from bot.screens.help import command_menu, help_text
from bot.screens.menu import GROUP, MAIN
from tests.menu.drawing import CATALOGUE, menus, own


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", OPTIONS)
def test_a_declared_setting_is_everywhere(name: str, language: str) -> None:
    option, texts = OPTIONS[name], CATALOGUE[language]
    # What is written by hand.
    assert name in {field.name for field in fields(ChatSettings)}
    text_id = name.replace("_", "-")
    assert {f"option-{text_id}", f"about-{text_id}"} <= set(texts.ids())
    # What follows: the command with its help, the page of the menu and the way to it, the error.
    commands = {command.command: command.description for command in command_menu(texts, private=False)}
    assert commands[option.command] == option.about(texts)
    example = option.written_example(texts)
    assert f"\n/{option.command} {example} — " in help_text(texts, private=False, bot="some_bot")
    menu = menus(language)["group"]
    label = option.label(texts)
    home, page = menu.page(GROUP if option.whole_chat else MAIN), menu.page(name)
    assert home is not None
    assert page is not None
    assert label in [button.text for row in home.rows for button in row]
    assert label in page.text
    with pytest.raises(BadValue) as refused:
        option.kind.parse("\0" * 5000)
    assert label in option.explain(refused.value, texts)


@pytest.mark.parametrize("name", OPTIONS)
def test_what_is_kept_of_a_declared_setting_is_checked_when_it_is_read(name: str) -> None:
    option = OPTIONS[name]
    example = option.kind.parse(option.written_example(CATALOGUE["ru"]))
    kept = effective(BUILT_IN, own(**{name: example}), {}, private=False)
    assert (kept.value(name), kept.sources[name].level) == (example, Level.CHAT)
    broken = effective(BUILT_IN, own(**{name: {"no": "value"}}), {}, private=False)
    assert broken.sources[name].level is Level.BUILT_IN
