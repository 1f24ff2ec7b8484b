"""Both catalogues say the same things, whole, in Fluent's own sense of its syntax."""

from __future__ import annotations

import re

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser, ast

from bot.texts import Catalogue, Texts
from tests.texts.variables import source, variables_of

RUSSIAN, ENGLISH = (Catalogue("ru")[language] for language in ("ru", "en"))
VARIABLES = {language: variables_of(language) for language in ("ru", "en")}

# What a variable that selects a variant can be; every other one is free text or a number.
WORDS = {
    "unit": ("seconds", "minutes", "hours", "days"),
    "hears": ("all", "mentions"),
    "files": ("yes", "no"),
    "topics": ("on", "off"),
    "level": ("built-in", "deployment", "chat", "topic"),
    "scope": ("private", "group", "group-elsewhere", "topic", "topic-elsewhere", "chat"),
}
NUMBERS = (
    0,
    1,
    2,
    3,
    4,
    5,
    11,
    12,
    14,
    20,
    21,
    22,
    25,
    100,
    101,
    111,
    1001,
    1500,
    1234567,
    0.8,
    0.25,
    -3,
    2.0,
)


def cases(texts: Texts, text_id: str) -> list[dict[str, str | int | float]]:
    """Values for a text's variables: each word that may select, or each number."""
    names = VARIABLES[texts.language][text_id]
    longest = max([len(NUMBERS), *(len(WORDS.get(name, ())) for name in names)])
    return [
        {
            name: WORDS[name][n % len(WORDS[name])] if name in WORDS else NUMBERS[n % len(NUMBERS)]
            for name in names
        }
        for n in range(longest)
    ]


def test_both_languages_have_the_same_texts_in_the_same_order() -> None:
    assert list(RUSSIAN.ids()) == list(ENGLISH.ids())


def test_a_text_takes_the_same_variables_in_both_languages() -> None:
    assert {text_id: VARIABLES["ru"][text_id] for text_id in RUSSIAN.ids()} == VARIABLES["en"]


@pytest.mark.parametrize("texts", [RUSSIAN, ENGLISH], ids=["ru", "en"])
def test_fluents_own_parser_finds_the_same_texts_and_no_junk(texts: Texts) -> None:
    body = FluentParser().parse(source(texts.language)).body
    assert [entry.content for entry in body if isinstance(entry, ast.Junk)] == []
    assert [entry.id.name for entry in body if isinstance(entry, ast.Message)] == list(texts.ids())


@pytest.mark.parametrize("texts", [RUSSIAN, ENGLISH], ids=["ru", "en"])
def test_every_text_reads_as_the_reference_implementation_formats_it(texts: Texts) -> None:
    reference = FluentBundle([texts.language], use_isolating=False)
    reference.add_resource(FluentResource(source(texts.language)))
    for text_id in texts.ids():
        for variables in cases(texts, text_id):
            pattern = reference.get_message(text_id).value
            assert pattern is not None
            expected, errors = reference.format_pattern(pattern, variables)
            assert (texts(text_id, **variables), errors) == (expected, []), (text_id, variables)


@pytest.mark.parametrize("texts", [RUSSIAN, ENGLISH], ids=["ru", "en"])
def test_no_text_carries_markup_isolation_marks_or_stray_space(texts: Texts) -> None:
    markup = r"\*\*|__|~~|`|^#|\]\(|</?[a-z]"
    unwanted = re.compile(markup + r"|[\u2068\u2069]|[ \t]$|^\s|\s\Z|\n{3}| {2}", re.MULTILINE)
    found = [
        (text_id, text)
        for text_id in texts.ids()
        for variables in cases(texts, text_id)
        if unwanted.search(text := texts(text_id, **variables).replace("\n\n", "\n").strip("\n"))
    ]
    assert found == []


def test_russian_is_russian_and_english_is_english() -> None:
    english = [line for line in source("en").splitlines() if re.search("[А-Яа-яЁё]", line)]
    assert english == ["value-language-ru = Russian (русский)"]
    said = {text_id: RUSSIAN(text_id, **cases(RUSSIAN, text_id)[0]) for text_id in RUSSIAN.ids()}
    without_words = {text_id for text_id, text in said.items() if not re.search("[А-Яа-яЁё]", text)}
    patterns = {"help-line", "help-option-line", "export-question", "value-number", "menu-line", "menu-value"}
    assert without_words == {
        *patterns,
        "menu-about",
        "access-who",
        "access-who-username",
        "access-line",
        "usage-who",
        "heard",
    }


@pytest.mark.parametrize("texts", [RUSSIAN, ENGLISH], ids=["ru", "en"])
def test_toasts_and_buttons_are_short_enough_for_telegram(texts: Texts) -> None:
    """200 characters for an answer to a pressed button; a button's own text is cut by clients."""
    toasts = [
        text_id
        for text_id in texts.ids()
        if text_id.startswith(("toast-", "settings-", "stop-", "forget-not-yours"))
    ]
    assert [text_id for text_id in toasts if len(texts(text_id)) > 200] == []
    buttons = [text_id for text_id in texts.ids() if text_id.startswith(("button-", "preset-"))]
    assert [i for i in buttons if len(texts(i, **cases(texts, i)[0])) > 40] == []
