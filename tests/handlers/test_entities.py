"""Entities as Markdown, whatever a server says of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.handlers.entities import as_markdown

KINDS = ["text_link", "pre", "code", "strikethrough", "blockquote", "expandable_blockquote", "bold", "url"]
ENTITIES = st.builds(
    lambda kind, offset, length: MessageEntity(
        kind, offset, length, url="https://e.com" if kind == "text_link" else None
    ),
    st.sampled_from(KINDS),
    st.integers(-3, 30),
    st.integers(-3, 30),
)


@trials(deadline=None, max_examples=300)
@given(st.text(alphabet="аb 😀`>\n", max_size=25), st.lists(ENTITIES, max_size=6))
def test_no_word_is_lost_whatever_the_entities(text: str, entities: list[MessageEntity]) -> None:
    marked = as_markdown(text, entities)
    letters = [char for char in marked.replace("https://e.com", "") if char in "аb"]
    assert letters == [char for char in text if char in "аb"]


@pytest.mark.parametrize(
    ("text", "entity", "marked"),
    [
        ("a b", MessageEntity("text_link", 0, 2, url="https://e.com/ )x"), "[a](https://e.com/%20%29x) b"),
        ("https://e.com", MessageEntity("text_link", 0, 13, url="https://e.com"), "https://e.com"),
        ("a", MessageEntity("text_link", 0, 1), "a"),
        (" \n", MessageEntity("strikethrough", 0, 2), " \n"),
        ("x\n", MessageEntity("pre", 0, 2, language="a b`"), "```\nx\n```"),
    ],
)
def test_odd_entities(text: str, entity: MessageEntity, marked: str) -> None:
    assert as_markdown(text, [entity]) == marked


def test_lines_of_a_quotation_are_all_marked() -> None:
    text = "a\u2028b\x85c\rd"
    assert as_markdown(text, [MessageEntity("blockquote", 0, 7)]) == "> a\n> b\n> c\n> d"
