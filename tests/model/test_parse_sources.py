"""Sources are cleaned of whatever a search may bring."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.parse_sources import MOST_SOURCES, cited, clean_url


def part(*urls: Any) -> dict[str, Any]:
    return {"annotations": [{"type": "url_citation", "url": url, "title": ""} for url in urls]}


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://rbc.ru/news?id=1#top", "https://rbc.ru/news?id=1#top"),
        ("http://rbc.ru", "http://rbc.ru"),
        ("HTTPS://RBC.ru/Новости", "https://rbc.ru/Новости"),
        ("www.rbc.ru", "https://www.rbc.ru"),
        (" rbc.ru/a ", "https://rbc.ru/a"),
        ("//rbc.ru/a", "https://rbc.ru/a"),
        ("rbc.ru:8080/a", "https://rbc.ru:8080/a"),
        ("пример.рф", "https://пример.рф"),
        ("xn--e1afmkfd.xn--p1ai/x", "https://xn--e1afmkfd.xn--p1ai/x"),
        ("rbc.ru?u=javascript:1", "https://rbc.ru?u=javascript:1"),
        ("https://rbc.ru/" + "a" * 1985, "https://rbc.ru/" + "a" * 1985),
    ],
)
def test_kept(url: str, cleaned: str) -> None:
    assert clean_url(url) == cleaned


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        None,
        7,
        ["https://rbc.ru"],
        "javascript:alert(1)",
        "JavaScript://rbc.ru/%0aalert(1)",
        "data:text/html,x",
        "ftp://rbc.ru/a",
        "tg://resolve?domain=x",
        "mailto:a@rbc.ru",
        "http:rbc.ru",
        "https://",
        "https:///path",
        "https://user:word@rbc.ru",
        "https://rbc.ru@evil.example",
        "localhost",
        "http://127.0.0.1/a",
        "просто слова",
        "https://rbc.ru/a b",
        "https://rbc.ru\\@evil.example",
        "https://rbc.ru/\u202egpj",
        'https://rbc.ru/">',
        "https://rbc.ru/" + "a" * 1986,
    ],
)
def test_dropped(url: Any) -> None:
    assert clean_url(url) == ""


def test_each_page_once_in_order() -> None:
    found = cited([part("rbc.ru/", "http://rbc.ru", "https://RBC.ru"), part("rbc.ru/a", "https://rbc.ru/a/")])
    assert found == ("https://rbc.ru/", "https://rbc.ru/a")


def test_no_more_than_five() -> None:
    assert cited([part(*(f"site{n}.ru" for n in range(9)))]) == tuple(
        f"https://site{n}.ru" for n in range(MOST_SOURCES)
    )


@pytest.mark.parametrize(
    "annotations",
    [
        None,
        "rbc.ru",
        {"url": "rbc.ru"},
        [None, 1, "rbc.ru", []],
        [{"type": "url_citation"}],
        [{"type": "file_citation", "url": "rbc.ru"}],
        [{"url": "rbc.ru"}],
    ],
)
def test_odd_shapes_are_passed_over(annotations: Any) -> None:
    assert cited([{"annotations": annotations}, part("ok.ru")]) == ("https://ok.ru",)
