"""/start, /help and the menu of commands."""

from __future__ import annotations

import re

import pytest

from bot.options import OPTIONS
from bot.screens.help import command_menu, help_text, start_text
from bot.texts import Catalogue, Texts

RU, EN = (Catalogue("ru")[language] for language in ("ru", "en"))
# What each setting's command is, and which are for groups only: tests/options.
COMMON = [
    *("ask", "new", "stop", "settings", "role"),
    *(option.command for option in OPTIONS.values() if not option.groups_only),
]
OF_GROUPS = [*(option.command for option in OPTIONS.values() if option.groups_only), "recap"]
LAST = ["usage", "export", "forget", "help"]


@pytest.mark.parametrize("texts", [RU, EN], ids=["ru", "en"])
def test_the_menu_of_commands_is_as_telegram_takes_it(texts: Texts) -> None:
    private, group = (command_menu(texts, private=private) for private in (True, False))
    assert [command.command for command in private] == [*COMMON, *LAST]
    assert [command.command for command in group] == [*COMMON, *OF_GROUPS, *LAST]
    assert [c for c in group if not re.fullmatch("[a-z0-9_]{1,32}", c.command)] == []
    assert [c for c in group if not 1 <= len(c.description) <= 256] == []


@pytest.mark.parametrize("texts", [RU, EN], ids=["ru", "en"])
def test_help_names_every_command_of_the_chat_within_one_message(texts: Texts) -> None:
    for private in (True, False):
        text = help_text(texts, private=private, bot="some_bot")
        lines = re.findall(r"^/(\w+)", text, re.MULTILINE)
        assert sorted(lines) == sorted([*COMMON, *LAST, *([] if private else OF_GROUPS)])
        assert len(text) <= 4096
        assert ("@some_bot" in text) is not private


def test_help_shows_examples_in_the_language() -> None:
    assert "\n/temperature 0,3 — " in help_text(RU, private=True, bot="b")
    assert "\n/temperature 0.3 — " in help_text(EN, private=True, bot="b")
    assert "/wake robot — " in help_text(EN, private=False, bot="b")
    assert OPTIONS["model"].about(EN) in help_text(EN, private=True, bot="b")


def test_the_first_words_fit_the_chat() -> None:
    assert "Просто напишите" in start_text(RU, private=True, bot="some_bot")
    assert "@some_bot" in start_text(EN, private=False, bot="some_bot")
