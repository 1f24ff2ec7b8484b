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
        ("<think >Хм.</think >Да.", "Да."),
        ("<think\n>Хм.</ think>Да.", "Да."),
        ("<Thinking >Хм.</THINKING>Да.", "Да."),
        ("<think>Хм.</thinking>Да.", "Да."),
        ("<think>a<think>b</think>c</think>Да.", "Да."),
        ("<think>a<think>b<thinking>c</thinking></think>d</think>\nДа.", "Да."),
        ("<think>a<think>b</think></think>Раз.<think>c</think>Два.", "Раз.Два."),
        ("<think>Он спросил про <think>, хм.</think>Да.", "Да."),
        ("<think>a<think>b", ""),
        ("Раз.\n<think>a<think>b</think>", "Раз."),
        ("<think>Пишут `</think>`, хм.</think>Да.", "Да."),
        ("<think>Пишут `<think>`, хм.</think>Да.", "Да."),
        ("<think>\n```xml\n<think>x</think>\n```\nХм.\n</think>\nДа.", "Да."),
        ("<think>\n```\nне закрыт\n</think>\nДа:\n```py\nx\n```", "Да:\n```py\nx\n```"),
        ("<think>Лишний ` знак</think>Да, `x`.", "Да, `x`."),
        ("<think>Хм.</think>Пишут `<think>` и `</think>`.", "Пишут `<think>` и `</think>`."),
        ("<think>Хм.</think>```\n<think>\n```\nДа.", "```\n<think>\n```\nДа."),
        ("Хм:\n```\n</think>\n```\nда.\n</think>\nДа.", "Да."),
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
        "Закрывает его\n</think>, и дальше идёт ответ.",
        "Закрывает его </think>\nи дальше идёт ответ.",
        "a < b",
        "~~~\n<think>мысль</think>\n~~~\nКонец.",
        "``<think>мысль</think>`` и всё",
        "Пример:\n\n    <think>мысль</think>\n    ответ\n\nКонец.",
        "Пример:\n\n\t<think>\n\nКонец.",
        "```xml\nмысль\n</think>\n```\nКонец.",
        "Сначала `<think >`, потом `</think >`, затем ответ.",
        "```html\n<THINK>\n<think>a</think>\n```\nКонец.",
        "<thinker>Это не мысль</thinker>",
        "<think-tank> и <thinkpad>",
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
        ("<think ", ""),
        ("<thinking", ""),
        ("<think>a<think>b</think>c", ""),
        ("<think>a<think>b</think>c</think>Д", "Д"),
        ("<think>Пишут `</think>", ""),
        ("<think>Пишут `</think>`, хм", ""),
        ("Пишут `<think>` и", "Пишут `<think>` и"),
        ("Пишут ```\n<think>\nи", "Пишут ```\n<think>\nи"),
        ("<think>Хм", ""),
        ("<think>Хм.</thi", ""),
        ("<think>Хм.</think>\n\nД", "Д"),
        ("Да.\n<th", "Да.\n"),
        ("Да.\n<b", "Да.\n<b"),
    ],
)
def test_a_text_that_grows(text: str, visible: str) -> None:
    assert growing_text(text) == visible


@given(
    st.lists(
        st.sampled_from(["<think>", "</think>", "<think >", "a", "\n", "`", "```", " ", "<", "th"]),
        max_size=12,
    )
)
def test_any_text(pieces: list[str]) -> None:
    """Nothing is made up: what is seen are pieces of what was written, in order."""
    text = "".join(pieces)
    rest = iter(text)
    assert all(char in rest for char in visible_text(text))
    assert len(growing_text(text)) <= len(text)


@pytest.mark.parametrize("pattern", ["{n}", "{n}</think>", "{n}`</think>`", "</think>{n}"])
def test_thousands_of_tags_take_no_time(pattern: str) -> None:
    """In proportion to their number: each is looked at a few times, not once for each other one."""
    looked = sum(len(read(pattern.format(n="а<think>" * 20_000))) for read in (visible_text, growing_text))
    assert looked < 2 * len(pattern) + 2 * 20_000 * len("а<think>")
