"""Texts: numbers, plurals, dates, durations, and which language is spoken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.texts import Catalogue, TextError, Texts

CATALOGUE = Catalogue("ru")
RU, EN = CATALOGUE["ru"], CATALOGUE["en"]


@pytest.mark.parametrize(
    ("seconds", "russian", "english"),
    [
        (-5, "1 секунду", "1 second"),
        (0.2, "1 секунду", "1 second"),
        (1, "1 секунду", "1 second"),
        (2, "2 секунды", "2 seconds"),
        (4.1, "5 секунд", "5 seconds"),
        (11, "11 секунд", "11 seconds"),
        (21, "21 секунду", "21 seconds"),
        (89, "89 секунд", "89 seconds"),
        (90, "2 минуты", "2 minutes"),
        (60 * 60, "60 минут", "60 minutes"),
        (90 * 60, "2 часа", "2 hours"),
        (21 * 3600, "21 час", "21 hours"),
        (48 * 3600, "2 дня", "2 days"),
        (30 * 86400, "30 дней", "30 days"),
    ],
)
def test_a_duration_is_rounded_up_and_declined(seconds: float, russian: str, english: str) -> None:
    wait = timedelta(seconds=seconds)
    assert RU("queue-full", wait=wait).endswith(f"через {russian}.")
    assert EN("queue-full", wait=wait).endswith(f"in {english}.")


@pytest.mark.parametrize(
    ("turns", "russian", "english"),
    [
        (1, "удалён 1 вопрос вместе с ответом", "1 question has"),
        (3, "удалены 3 вопроса вместе с ответами", "3 questions have"),
        (12, "удалены 12 вопросов вместе с ответами", "12 questions have"),
        (21, "удалён 21 вопрос вместе с ответом", "21 questions have"),
        (1104, "удалены 1\u00a0104 вопроса", "1,104 questions have"),
    ],
)
def test_plurals_follow_the_language(turns: int, russian: str, english: str) -> None:
    assert russian in RU("forgotten", turns=turns)
    assert english in EN("forgotten", turns=turns)


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        (0.8, "0,8", "0.8"),
        (0.25, "0,25", "0.25"),
        (1.0, "1", "1"),
        (8000, "8\u00a0000", "8,000"),
        (-12345.6789, "-12\u00a0345,679", "-12,345.679"),
    ],
)
def test_numbers_follow_the_language(value: float, russian: str, english: str) -> None:
    assert (RU("value-number", value=value), EN("value-number", value=value)) == (russian, english)


def test_a_moment_is_a_date_and_a_time_in_utc() -> None:
    when = datetime(2026, 10, 8, 1, 5, tzinfo=timezone(timedelta(hours=3)))
    assert RU("export-title", when=when) == "Разговор на 7 октября 2026 г., 22:05 UTC"
    assert EN("export-title", when=when) == "Conversation as of 7 October 2026, 22:05 UTC"


@pytest.mark.parametrize(
    ("zone", "russian", "english"),
    [
        ("Europe/Moscow", "8 октября 2026 г., 01:05 МСК", "8 October 2026, 01:05 MSK"),
        ("Asia/Yekaterinburg", "8 октября 2026 г., 03:05 GMT+5", "8 October 2026, 03:05 GMT+5"),
        ("Asia/Kathmandu", "8 октября 2026 г., 03:50 GMT+5:45", "8 October 2026, 03:50 GMT+5:45"),
        ("Atlantic/Azores", "7 октября 2026 г., 22:05 GMT+0", "7 October 2026, 22:05 GMT+0"),
        ("America/Sao_Paulo", "7 октября 2026 г., 19:05 GMT-3", "7 October 2026, 19:05 GMT-3"),
        ("Europe/Berlin", "8 октября 2026 г., 00:05 CEST", "8 October 2026, 00:05 CEST"),
    ],
)
def test_a_moment_is_told_in_the_deployments_zone(zone: str, russian: str, english: str) -> None:
    when, catalogue = datetime(2026, 10, 7, 22, 5, tzinfo=UTC), Catalogue("ru", ZoneInfo(zone))
    assert catalogue["ru"]("export-title", when=when) == f"Разговор на {russian}"
    assert catalogue["en"]("export-title", when=when) == f"Conversation as of {english}"


def test_every_month_has_its_name() -> None:
    months = [
        RU("export-title", when=datetime(2026, month, 1, tzinfo=UTC)).split()[3] for month in range(1, 13)
    ]
    assert months == [
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ]


def test_what_people_write_stands_as_it_is() -> None:
    words = "{ $x } **b** \u202e <b> -brand { $words }"
    assert RU("note-branch", words=words) == f"Возвращаюсь к ответу «{words}» и продолжаю с него."


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        (("ru",), "ru"),
        (("en-GB", "ru"), "en"),
        (("", "en"), "en"),
        (("EN",), "en"),
        (("de", "en"), "en"),
        (("uk",), "ru"),
        ((), "ru"),
    ],
)
def test_the_first_language_that_the_bot_speaks_is_spoken(tags: tuple[str, ...], language: str) -> None:
    assert CATALOGUE.for_language(*tags).language == language


def test_the_default_language_is_the_deployments() -> None:
    assert Catalogue("en").for_language("fr").language == "en"
    assert list(CATALOGUE.languages()) == ["ru", "en"]


def test_an_unknown_text_and_a_missing_variable_are_told() -> None:
    with pytest.raises(TextError, match="no text no-such in ru"):
        RU("no-such")
    with pytest.raises(TextError, match=r"\$wait is missing"):
        RU("queue-full")
    with pytest.raises(TextError, match=r"\$place is missing"):
        RU("queue-place")


def test_terms_and_literals_are_formatted() -> None:
    texts = Texts("en", '-brand = YandexGPT\nhello = By { -brand }{"!"}\n    and { "\\u007B" }\n')
    assert texts("hello") == "By YandexGPT!\nand {"
    assert list(texts.ids()) == ["hello"]


@pytest.mark.parametrize(
    "source",
    [
        "text = { NUMBER($n) }",
        "text = { other }",
        "text = { -missing }",
        "text = { 5 }",
        "text = one\n    .attribute = two",
        "text =\n    .attribute = two",
        "text = { $n",
        "text =\n    { -term.x ->\n        [a] 1\n       *[b] 2\n    }",
    ],
)
def test_what_the_catalogues_do_not_use_is_refused(source: str) -> None:
    with pytest.raises(TextError):
        Texts("en", source)("text", n=1)
