"""What a reasoning model writes for itself is not shown, whatever is left of its tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.visible_text import growing_text, visible_text


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("<think>Хм.</think>Да.", "Да."),
        ("<think>\nХм.\n</think>\n\nДа.\n", "Да."),
        ("\n <THINK>Хм.</Think> Да.", "Да."),
        ("<thinking>Хм.</thinking>Да.", "Да."),
        ("<think></think>\n\nДа.", "Да."),
        ("<think>Хм.", ""),
        ("Хм, посчитаем.\n</think>\n\nДа.", "Да."),
        ("Раз.\n\n<think>Хм.</think>\n\nДва.", "Раз.\n\n\n\nДва."),
        ("Раз.\n<think>Хм.", "Раз."),
        ("<think>```\nfor</think>```py\nx\n```", "```py\nx\n```"),
        ("<think>a</think>b<think>c</think>d", "bd"),
    ],
)
def test_thoughts(text: str, visible: str) -> None:
    """Closed, open to the end (the limit came first), and with the opening tag left in the prompt."""
    assert visible_text(text) == visible


@pytest.mark.parametrize(
    "text",
    [
        "Да.",
        " Да.\n",
        "I think that's it.",
        "Модель пишет `<think>` перед ответом и `</think>` после.",
        "```xml\n<think>\nмысль\n</think>\n```",
        "```\n<think>",
        "Тег <think> открывает рассуждение.",
        "Закрывает его </think>, и дальше идёт ответ.",
        "a < b",
    ],
)
def test_a_text_about_such_tags_stays(text: str) -> None:
    assert visible_text(text) == text


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("<", ""),
        ("<thi", ""),
        ("<think", ""),
        ("<think>Хм", ""),
        ("<think>Хм.</thi", ""),
        ("<think>Хм.</think>\n\nД", "Д"),
        ("Да.\n<th", "Да.\n"),
        ("Да.\n<b", "Да.\n<b"),
    ],
)
def test_a_text_that_grows(text: str, visible: str) -> None:
    assert growing_text(text) == visible


@given(st.lists(st.sampled_from(["<think>", "</think>", "a", "\n", "`", "```", " ", "<", "th"]), max_size=12))
def test_any_text(pieces: list[str]) -> None:
    """Nothing is made up: what is seen are pieces of what was written, in order."""
    text = "".join(pieces)
    rest = iter(text)
    assert all(char in rest for char in visible_text(text))
    assert len(growing_text(text)) <= len(text)
