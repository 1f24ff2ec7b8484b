"""An answer as it grows: nothing half-open shows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup.preview import closed
from tests.markup.telegram_rules import styled
from tests.markup.whole import render

MARKS = ["*", "`", "~~", "__", "[", "](", "\\(", "\\[", "$$", "|-", "| -", "#", "<h"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Текст **жирн", "Текст **жирн**"),
        ("Текст **жирный*", "Текст **жирный**"),
        ("Текст **", "Текст"),
        ("a **b *c `d", "a **b *c `d`***"),
        ("~~зачёркн", "~~зачёркн~~"),
        ("*a **b ~~c __d _e", "*a **b ~~c __d _e___~~**"),
        ("`код", "`код`"),
        ("`а` и б", "`а` и б"),
        ("`а` и `б", "`а` и `б`"),
        ("`а` ```б ` в", "`а` ```б ` в```"),
        ("__два слова", "__два слова__"),
        ("**Важно _очень", "**Важно _очень_**"),
        ("так:**важно", "так:**важно**"),
        ("这是*重", "这是*重"),
        ("метод __init", "метод"),
        ("2*3 и 2**(n", "2*3 и 2**(n"),
        ("длина*ширина", "длина*ширина"),
        ("**1. Важ", "**1. Важ**"),
        ("- **а**\n- ", "- **а**"),
        ("1. а\n2", "1. а"),
        ("42", "42"),
        ("слово\n##", "слово"),
        ("слово\n\n---", "слово"),
        ("См. [статью", "См."),
        ("См. [статью](https://e.c", "См."),
        ("См. [статью](https://e.c) и", "См. [статью](https://e.c) и"),
        ("Да [1]", "Да"),
        ("Да [1] и", "Да [1] и"),
        ("<https://e", ""),
        ("Вот \\(x^2", "Вот"),
        ("Вот \\(x^2\\) и", "Вот \\(x^2\\) и"),
        ("Вот:\n\\[\nx\n\ny", "Вот:"),
        ("\\(x", ""),
        ("$$x", ""),
        ("Вот \\) и", "Вот \\) и"),
        ("Вот $x^2", "Вот"),
        ("Вот $x", "Вот"),
        ("Вот $x^2 + y", "Вот"),
        ("Вот $5 и ещё", "Вот $5 и ещё"),
        ("Код:\n```py", "Код:"),
        ("Код:\n```py\nx = 1\n``", "Код:\n```py\nx = 1\n```"),
        ("Код:\n```py\nx = 1\n```", "Код:\n```py\nx = 1\n```"),
        ("```\nx = 1\n```\nИтог **важ", "```\nx = 1\n```\nИтог **важ**"),
        ("- а\n  ```\n  x", "- а\n  ```\n  x\n  ```"),
        ("| a | b |", ""),
        ("| a | b |\n|--", ""),
        ("| a | b |\n|--|--|\n", "| a | b |\n|--|--|"),
        ("| a | b |\n|--|--|\n| 1 | **x", "| a | b |\n|--|--|"),
        ("| a | b |\n|--|--|\n| 1 | **x** |\n", "| a | b |\n|--|--|\n| 1 | **x** |"),
        ("", ""),
    ],
)
def test_what_is_half_open_is_closed_or_waits(text: str, shown: str) -> None:
    assert closed(text) == shown


def test_bold_is_bold_from_its_first_word() -> None:
    assert styled(render(closed("Это **очень важ"))) == [("bold", "очень важ")]


def test_what_never_closes_is_not_held_back_for_ever() -> None:
    assert closed(r"Скобка \( и " + "слово " * 100).endswith("слово")
    assert closed("Скобка [ и " + "слово " * 100).endswith("слово")
    assert closed("\\[\n" + "слово " * 300).endswith("слово")


@pytest.mark.parametrize(("opening", "longest"), [("\\(", 300), ("\\[", 1000), ("$$", 1000)])
def test_a_formula_is_waited_for_so_long(opening: str, longest: int) -> None:
    text = opening.ljust(longest, "x")
    assert closed(f"Вот {text}") == "Вот"
    assert closed(f"Вот {text}x") == f"Вот {text}x"


BLOCKS = st.sampled_from(
    [
        "**Важно:** это *курсив*, `код` и ~~нет~~.",
        "## Заголовок **с жирным**",
        "- один **два**\n- `три` и [ссылка](https://e.com/a_b)\n  - **пять**: *шесть*",
        "1. Раз: `x = a*b`\n2. Два **и** три\n10. __Десять слов__",
        "```python\ndef f(*args):\n    return `x`\n```",
        "~~~\n**a** [b](c)\n~~~",
        "| Имя | **Цена** |\n|:---|---:|\n| Сыр | `10` |\n| *Мёд* | ~~5~~ |",
        "> Цитата с **жирным** и `кодом`\n> вторая *строка*",
        "Площадь \\(a_1 * b\\), сумма $x_1 + y$ и $$z*z$$ вот.",
        "\\[\na_1 * b\n\\]",
        "2*3*4 = 24, 2**(n-1)**2, длина*ширина*высота, f(*a, **b)",
        "Метод __init__ и snake_case_name, $HOME, $5 и $7, a < b > c",
        "***Оба*** и **жирный *внутри* жирного** и <https://e.com/x>",
        "![рисунок](https://e.com/i.png) и [1] и [x] и \\*звёздочка\\*",
        "Просто текст.\nИ ещё строка: **важное**слово, `a|b`.",
        "---",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=4).map("\n\n".join))
def test_no_mark_shows_that_the_whole_would_not_show(answer: str) -> None:
    """Of every beginning; and what shows of words is the beginning of what will."""
    whole = render(answer).text
    for end in range(len(answer)):
        shown = render(closed(answer[:end])).text
        for mark in MARKS:
            assert shown.count(mark) <= whole.count(mark), (answer[:end], shown)
        assert letters(whole).startswith(letters(shown)), (answer[:end], shown)


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalpha())


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abя *_~`\\#>-+.|<&$()[]!:1\n", max_size=60))
def test_any_beginning_has_a_preview(text: str) -> None:
    """It is the text's own beginning, with nothing but marks after it."""
    shown = closed(text)
    same = next((n for n in range(len(shown)) if shown[n : n + 1] != text[n : n + 1]), len(shown))
    assert not any(char.isalnum() for char in shown[same:])


@pytest.mark.parametrize(
    "unit", ["[", "**a ", "\\(", "`a", "$a_", "| a |\n", "<a", "a\n\n", "```\n", "_a ", "- "]
)
def test_long_beginnings_end(unit: str) -> None:
    assert len(closed(unit * (30_000 // len(unit)))) <= 30_100
