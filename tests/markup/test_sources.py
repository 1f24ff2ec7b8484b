"""The pages an answer rests on, as a list of links."""

from __future__ import annotations

from bot.markup import Entity, Text
from bot.markup.sources import below, source_list
from tests.markup.telegram_rules import assert_sendable, styled


def test_sources_are_numbered_links_named_by_their_hosts() -> None:
    listed = source_list("Источники:", ["https://www.rbc.ru/a?b=1", "http://habr.com/ru/"])
    assert listed.text == "Источники:\n1. rbc.ru\n2. habr.com"
    assert styled(listed) == [("text_link", "rbc.ru"), ("text_link", "habr.com")]
    assert [entity.url for entity in listed.entities] == ["https://www.rbc.ru/a?b=1", "http://habr.com/ru/"]
    assert_sendable(listed)


def test_a_page_comes_once_and_five_pages_at_most() -> None:
    same = ["https://a.ru/x", "http://a.ru/x", "https://a.ru/x/", "https://A.ru/x", "https://a.ru/y"]
    assert source_list("S", same).text == "S\n1. a.ru\n2. a.ru"
    assert source_list("S", [f"https://a{n}.ru" for n in range(9)]).text.count("\n") == 5


def test_what_telegram_would_not_link_is_left_out() -> None:
    odd = [
        "",
        "javascript:alert(1)",
        "ftp://a.ru",
        "https://localhost/x",
        "https://u@a.ru",
        "https://[a",
        "a.ru",
    ]
    assert source_list("Источники:", odd) == Text("")
    assert source_list("Источники:", []) == Text("")


def test_addresses_in_other_alphabets_are_linked_in_ascii_and_read_as_written() -> None:
    listed = source_list("S", ["https://пример.рф/страница?q=да"])
    assert listed.text == "S\n1. пример.рф"
    address = "https://xn--e1afmkfd.xn--p1ai/%D1%81%D1%82%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0?q=%D0%B4%D0%B0"
    assert listed.entities[0].url == address
    assert source_list("S", [f"https://{'ы' * 70}.рф"]) == Text("")


def test_an_address_in_another_alphabet_keeps_its_port() -> None:
    listed = source_list(
        "S", ["https://пример.рф:8080/x", "https://пример.рф:70000/x", "https://а@пример.рф"]
    )
    assert [entity.url for entity in listed.entities] == ["https://xn--e1afmkfd.xn--p1ai:8080/x"]


def test_a_text_below_another_keeps_the_styles_of_both() -> None:
    whole = below(Text("😀 b", (Entity("bold", 3, 1),)), source_list("S", ["https://a.ru"]))
    assert styled(whole) == [("bold", "b"), ("text_link", "a.ru")]
    assert whole.text == "😀 b\n\nS\n1. a.ru"
