"""The two READMEs say what the code says: variables with their defaults, commands with their descriptions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bot.config.settings import variables
from bot.screens.help import command_menu
from bot.texts import Catalogue

ROOT = Path(__file__).parents[2]
READMES = {"en": "README.md", "ru": "README.ru.md"}
REQUIRED = {"en": "required", "ru": "обязательна"}


def rows(language: str, pattern: str) -> list[tuple[str, str, str]]:
    text = (ROOT / READMES[language]).read_text(encoding="utf-8")
    return re.findall(rf"^\| `({pattern})` \| (.*?) \|(?: (.*) \|)?$", text, flags=re.MULTILINE)


def written_default(language: str, default: object) -> str:
    if default is PydanticUndefined:
        return REQUIRED[language]
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    if value is None or value in (frozenset(), ()):
        return "—"
    if isinstance(value, str) and len(value) > 60:
        return "…"
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


@pytest.mark.parametrize("language", READMES)
def test_every_variable_with_its_default(language: str) -> None:
    told = {name: default for name, default, _ in rows(language, "[A-Z_]+")}
    assert told == {name: written_default(language, field.default) for name, field in variables().items()}


def test_what_each_variable_means_is_what_the_settings_say() -> None:
    told = {name: about.replace("`", "") for name, _, about in rows("en", "[A-Z_]+")}
    assert told == {name: field.description for name, field in variables().items()}


@pytest.mark.parametrize("language", READMES)
def test_every_command_with_what_it_does(language: str) -> None:
    told = [(name, about) for name, about, _ in rows(language, "/[a-z]+")]
    menu = command_menu(Catalogue(language)[language], private=False)
    assert told == [(f"/{command.command}", command.description) for command in menu]


@pytest.mark.parametrize("name", READMES.values())
def test_every_link_leads_to_a_file(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize(
    ("language", "pattern"), [("en", r"One test in (\d+)"), ("ru", r"Один тест из (\d+)")]
)
def test_the_share_of_dialogues(language: str, pattern: str) -> None:
    tests = {
        path: len(re.findall(r"^(?:async )?def test_", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
        for path in (ROOT / "tests").rglob("test_*.py")
    }
    dialogues = sum(count for path, count in tests.items() if path.parent.name == "dialogues")
    (told,) = re.findall(pattern, (ROOT / READMES[language]).read_text(encoding="utf-8"))
    assert int(told) == round(sum(tests.values()) / dialogues)
