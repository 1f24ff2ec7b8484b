"""Where an answer broke off and goes on: the seams that models leave, and the text that people read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from bot.core.seams import join
from tests.markup.whole import render

PROSE = (
    "Чёрное море тёплое и солёное. Вода в нём прогревается до двадцати пяти градусов, и купаться можно до "
    "октября. Берега большей частью скалистые, но есть и широкие песчаные пляжи. Прекрасные виды "
    "открываются с гор. Летом сюда приезжают отдыхать семьями, а зимой море остаётся почти пустым."
)

WORDS = {
    "a new sentence": ("Закаты бывают яркие", "Море тёплое.", "Закаты бывают яркие Море тёплое."),
    "a word cut in two": ("Это прекра", "сный день.", "Это прекрасный день."),
    "a word cut in two that stands elsewhere": (f"{PROSE} Какие прекр", "асные", f"{PROSE} Какие прекрасные"),
    "between two words": (f"{PROSE} Берега скалистые", "и пустые.", f"{PROSE} Берега скалистые и пустые."),
    "after a short word": (f"{PROSE} Вода в", "октябре", f"{PROSE} Вода в октябре"),
    "after a full stop": ("Море тёплое.", "Горы рядом.", "Море тёплое. Горы рядом."),
    "after a comma": ("Море тёплое,", "а горы рядом.", "Море тёплое, а горы рядом."),
    "before a comma": ("Море тёплое", ", а горы рядом.", "Море тёплое, а горы рядом."),
    "before a dash": ("Море", "— это вода.", "Море — это вода."),
    "after a hyphen": ("Кто-", "то пришёл", "Кто-то пришёл"),
    "before a hyphen": ("Если когда", "-нибудь", "Если когда-нибудь"),
    "after a bracket": ("Море (", "тёплое)", "Море (тёплое)"),
    "after a quotation mark": ("Он сказал: «", "Привет»", "Он сказал: «Привет»"),
    "inside a number": ("В 19", "45 году", "В 1945 году"),
    "inside a fraction": ("Число 3,", "14", "Число 3,14"),
    "a number and its unit": ("Весит 5", "кг", "Весит 5 кг"),
    "inside an address": ("См. https://exam", "ple.com/a", "См. https://example.com/a"),
    "inside a file's name": ("Откройте main.", "py", "Откройте main.py"),
    "two scripts": ("Язык", "Python", "Язык Python"),
    "a name in two cases": ("JavaScript и Java", "Script", "JavaScript и JavaScript"),
    "Chinese": ("大海很", "温暖。", "大海很温暖。"),
    "an English word": ("It is wonder", "ful", "It is wonderful"),
    "an apostrophe": ("They don'", "t", "They don't"),
    "leading blank lines in mid-word": ("Это прекра", "\n\nсный день", "Это прекрасный день"),
    "leading blank lines": ("Море тёплое.", "\n\n\nГоры рядом.", "Море тёплое.\n\nГоры рядом."),
    "a space of its own": ("Море", " тёплое", "Море тёплое"),
    "an ellipsis": ("Море тёплое", "…и солёное", "Море тёплое и солёное"),
    "three dots": ("Это прекра", "... сный день", "Это прекрасный день"),
    "an introduction": ("Море", "Продолжаю: тёплое.", "Море Продолжаю: тёплое."),
    "an ellipsis after a whole word": ("Мы ехали", "... вперёд", "Мы ехали вперёд"),
    "an ellipsis on both sides": ("Мы шли...", "... вперёд", "Мы шли... вперёд"),
    "nothing before": ("", "Море", "Море"),
    "nothing after": ("Море", "\n", "Море"),
}

ALONE = {
    "whole words": [
        ("Текст", "продолжение"),
        ("Прочитайте", "продолжение"),
        ("Мы шли", "вперёд"),
        ("Сегодня хорошая", "погода"),
        ("Новая", "глава"),
        ("Правило", "простое"),
        ("Сначала", "добавьте"),
        ("This is a text", "continuation"),
        ("Simple", "answer"),
        ("Then open", "the door"),
    ],
    "parts of one": [
        ("Продол", "жение"),
        ("Прочи", "тайте"),
        ("Мы говор", "ить"),
        ("Хоро", "шая"),
        ("Это слож", "ность"),
        ("Прави", "льно"),
        ("Доба", "вьте"),
        ("It is contin", "uation"),
        ("It is care", "fully"),
        ("Infor", "mation"),
    ],
}
"""Seams with no other word of the text to tell by: common words do, of both languages."""

NUMBERS = {
    "a decimal": ("Число 3,", "14", "Число 3,14"),
    "a thousand": ("Всего 1,234,", "567", "Всего 1,234,567"),
    "a list in brackets": ("[1, 2,", "3]", "[1, 2, 3]"),
    "the first of a list": ("Список [1,", "2] готов", "Список [1, 2] готов"),
    "a list without spaces": ("[1,2,", "3]", "[1,2,3]"),
    "a list of decimals": ("[1.5, 2.5,", "3]", "[1.5, 2.5, 3]"),
    "a set": ("{1,", "2}", "{1, 2}"),
    "a call": ("f(1,", "2)", "f(1, 2)"),
    "a call that ended": ("f(1, x) равно 3,", "14", "f(1, x) равно 3,14"),
    "a note that ended": ("[1] стоит 3,", "14", "[1] стоит 3,14"),
    "a coordinate": ("Точка (1,", "5)", "Точка (1,5)"),
    "in code": ("`x = 1,", "2`", "`x = 1, 2`"),
    "years": ("В 2020, 2021,", "2022 годах", "В 2020, 2021, 2022 годах"),
    "negative ones": ("[-1, -2,", "-3]", "[-1, -2, -3]"),
    "decimals in a list": ("1,5, 2,", "7", "1,5, 2,7"),
    "nothing that tells": ("Нужно 10,", "20 и 30", "Нужно 10,20 и 30"),
    "a list in a block of code": ("```py\nx = [1, 2,", "3]\n```", "```py\nx = [1, 2, 3]\n```"),
}

MARKDOWN = {
    "a heading": ("Море тёплое.", "## Горы\nРядом.", "Море тёплое.\n\n## Горы\nРядом."),
    "a marker alone": ("Море.\n\n##", "Горы\nРядом.", "Море.\n\n## Горы\nРядом."),
    "after a heading": ("## Море", "Оно тёплое.", "## Море\n\nОно тёплое."),
    "the word of a heading": ("## Море", "Море — это вода.", "## Море\n\nМоре — это вода."),
    "an item": ("1. Море\n2. Горы", "3. Лес", "1. Море\n2. Горы\n3. Лес"),
    "numbering that starts anew": ("1. Море\n2. Горы", "1. Лес", "1. Море\n2. Горы\n1. Лес"),
    "a first item": ("Что взять:", "- воду\n- хлеб", "Что взять:\n\n- воду\n- хлеб"),
    "a hyphen that is a dash": ("Москва", "- столица", "Москва - столица"),
    "a nested item": ("- море\n  - тёплое", "\n  - солёное", "- море\n  - тёплое\n  - солёное"),
    "verse": (
        "Белеет парус одинокий\nВ тумане моря",
        "Что ищет он",
        "Белеет парус одинокий\nВ тумане моря\nЧто ищет он",
    ),
    "open bold": ("Это **очень ва", "жно**.", "Это **очень важно**."),
    "bold that closes": ("Это **важно", "** и срочно.", "Это **важно** и срочно."),
    "after bold": ("Это **важно**", "и срочно.", "Это **важно** и срочно."),
    "bold that ends in mid-word": ("Итого **важ", "но**", "Итого **важно**"),
    "bold that ends in mid-word, then more": ("Это **слож", "но** и всё", "Это **сложно** и всё"),
    "italics that end in mid-word": ("Итого *прав", "да*.", "Итого *правда*."),
    "bold of two words": ("Итого, **важное", "слово**", "Итого, **важное слово**"),
    "bold that ends before a short word": ("Это **важно**", "но сложно", "Это **важно** но сложно"),
    "a new bold": ("Это", "**важно**.", "Это **важно**."),
    "stars of arithmetic": ("Это 2", "*3*4", "Это 2*3*4"),
    "a row of a table": ("|А|Б|\n|-|-|\n|1|2|", "|3|4|", "|А|Б|\n|-|-|\n|1|2|\n|3|4|"),
    "inside a row": ("|А|Б|\n|-|-|\n|1|", "2|", "|А|Б|\n|-|-|\n|1| 2|"),
    "the head of a table": ("|А|Б|\n|-|-|\n|1|2|", "|А|Б|\n|-|-|\n|3|4|", "|А|Б|\n|-|-|\n|1|2|\n|3|4|"),
}

REPEATS = {
    "half a sentence": (
        "Солнце тёплое. Море бывает яр",
        "Море бывает ярким. Лес рядом.",
        "Солнце тёплое. Море бывает ярким. Лес рядом.",
    ),
    "a whole sentence": ("Море. Оно тёплое.", "Оно тёплое. Горы рядом.", "Море. Оно тёплое. Горы рядом."),
    "the last words": ("Летом вода в море", "вода в море тёплая", "Летом вода в море тёплая"),
    "the last word": ("Море бывает тёплым", "тёплым и солёным", "Море бывает тёплым и солёным"),
    "a short word": ("Море и", "и горы", "Море и горы"),
    "half a word": ("Это прекра", "прекрасный день", "Это прекрасный день"),
    "two letters of a word": ("Уцелели отрывочные пи", "письма его", "Уцелели отрывочные письма его"),
    "no short word": ("Это вода в", "воде", "Это вода в воде"),
    "without its marks": ("Это **очень ва", "очень важно**", "Это **очень важно**"),
    "with its marks": ("**Важ", "**Важно:** читать", "**Важно:** читать"),
    "closed bold": ("Это **важно**", "**важно** и срочно", "Это **важно** и срочно"),
    "an item": ("- море\n- го", "- горы\n- лес", "- море\n- горы\n- лес"),
    "an item under another number": (
        "1. Море\n2. Горы и леса ря",
        "1. Горы и леса рядом",
        "1. Море\n2. Горы и леса рядом",
    ),
    "a heading": ("Море.\n\n## Го", "## Горы\nРядом", "Море.\n\n## Горы\nРядом"),
    "a row": ("|А|Б|\n|-|-|\n|1|дв", "|1|два|\n|3|три|", "|А|Б|\n|-|-|\n|1|два|\n|3|три|"),
    "all of it": ("Море тёплое.", "Море тёплое.", "Море тёплое."),
    "after line feeds": ("Море тёплое.\n\n", "Море тёплое. Горы.", "Море тёплое.\n\nГоры."),
    "on purpose": ("Он умел говорить. И", "Он умел молчать.", "Он умел говорить. И Он умел молчать."),
}

CODE = {
    "reopened in mid-word": (
        "```python\ndef f():\n    retu",
        "```python\n    return 1\n```\nГотово.",
        "```python\ndef f():\n    return 1\n```\nГотово.",
    ),
    "reopened at a line": (
        "```python\ndef f():\n    x = 1",
        "```python\n    return x\n```",
        "```python\ndef f():\n    x = 1\n    return x\n```",
    ),
    "reopened without a language": ("```\na = 1\n", "```\nb = 2\n```\nВсё.", "```\na = 1\nb = 2\n```\nВсё."),
    "reopened inside a string": ('```py\nx = "при', '```py\nвет"\n```', '```py\nx = "привет"\n```'),
    "written out from its start": (
        "Вот:\n```python\nfor x in y:\n    pri",
        "```python\nfor x in y:\n    print(x)\n```",
        "Вот:\n```python\nfor x in y:\n    print(x)\n```",
    ),
    "with the words above it": (
        "Вот код:\n```python\nfor x in y:\n    pri",
        "Вот код:\n```python\nfor x in y:\n    print(x)\n```",
        "Вот код:\n```python\nfor x in y:\n    print(x)\n```",
    ),
    "in the line of the fence": ("Вот:\n```pyth", "on\nx = 1\n```", "Вот:\n```python\nx = 1\n```"),
    "in the line of the fence, reopened": (
        "Вот:\n```pyth",
        "```python\nx = 1\n```",
        "Вот:\n```python\nx = 1\n```",
    ),
    "after the line of the fence": ("```python", "print(1)\n```", "```python\nprint(1)\n```"),
    "a statement": ("```py\nx = f()", "y = 2\n```", "```py\nx = f()\ny = 2\n```"),
    "a line like one before": ("```py\nimport os", "import sys\n```", "```py\nimport os\nimport sys\n```"),
    "inside a word": ("```py\nvalues = ran", "ge(3)\n```", "```py\nvalues = range(3)\n```"),
    "indentation": ("```py\nif x:", "    y()\n```", "```py\nif x:\n    y()\n```"),
    "after a line feed": ("```py\nif x:\n", "\n    y()\n```", "```py\nif x:\n    y()\n```"),
    "that ends": ("```\na = 1", "```\n\nДалее.", "```\na = 1\n```\n\nДалее."),
    "that ended twice": ("```\na = 1\n```", "```\n\nДалее.", "```\na = 1\n```\n\nДалее."),
    "a block of its own after words": (
        "```py\nx = 1\n",
        "Продолжаю:\n```py\ny = 2\n```",
        "```py\nx = 1\n```\n\nПродолжаю:\n```py\ny = 2\n```",
    ),
    "a line that says the same on purpose": ("```rb\nend\n", "end\n```", "```rb\nend\nend\n```"),
}


def assert_joins(first: str, rest: str, whole: str) -> None:
    assert join(first, rest) == whole


@pytest.mark.parametrize("seam", WORDS.values(), ids=WORDS.keys())
def test_words(seam: tuple[str, str, str]) -> None:
    assert_joins(*seam)


@pytest.mark.parametrize(("first", "rest"), ALONE["whole words"])
def test_words_with_no_others_around(first: str, rest: str) -> None:
    assert_joins(first, rest, f"{first} {rest}")


@pytest.mark.parametrize(("first", "rest"), ALONE["parts of one"])
def test_parts_of_a_word_with_no_others_around(first: str, rest: str) -> None:
    assert_joins(first, rest, f"{first}{rest}")


@pytest.mark.parametrize("seam", NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers(seam: tuple[str, str, str]) -> None:
    assert_joins(*seam)


@pytest.mark.parametrize("seam", MARKDOWN.values(), ids=MARKDOWN.keys())
def test_blocks_and_marks(seam: tuple[str, str, str]) -> None:
    assert_joins(*seam)


@pytest.mark.parametrize("seam", REPEATS.values(), ids=REPEATS.keys())
def test_what_is_said_again(seam: tuple[str, str, str]) -> None:
    assert_joins(*seam)


@pytest.mark.parametrize("seam", CODE.values(), ids=CODE.keys())
def test_code(seam: tuple[str, str, str]) -> None:
    assert_joins(*seam)


def test_numbering_that_starts_anew_is_shown_onward() -> None:
    assert render(join("1. Море\n2. Горы", "1. Лес")).text == "1. Море\n2. Горы\n3. Лес"


PIECES = st.lists(
    st.sampled_from(
        ["слово", "word", " ", "\n", "\n\n", "```", "```py\n", "**", "- ", "1. ", "|", ".", ",", "«", "7"]
    ),
    max_size=20,
).map("".join)


@trials(deadline=None)
@given(st.one_of(PIECES, st.text(max_size=100)), st.one_of(PIECES, st.text(max_size=100)))
def test_what_stands_stays_and_new_letters_come(first: str, rest: str) -> None:
    """Only an end that is said again, blank ends, or an ellipsis goes; of code, a fence."""
    whole = join(first, rest)
    if first.strip():
        assert whole.startswith(first)
    letters = [char for char in rest if char.isalpha()]
    assert (
        not letters or "```" in rest or [char for char in first + whole if char.isalpha()][-1] == letters[-1]
    )
