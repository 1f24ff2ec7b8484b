"""Properties that hold for any answer whatever."""

from __future__ import annotations

from unicodedata import category, normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.markup import Document, Text, utf16_len
from bot.markup.splitting import parts
from tests.markup.telegram_rules import assert_sendable, delivered, solid, styled
from tests.markup.whole import render

CLUSTERS = ["a", "я", "字", "😀", "👩‍👩‍👧‍👦", "👍🏽", "🇷🇺", "🇺🇸", "1️⃣", "й", "e\u0301\u0323", "❤️", "가"]
WORDS = [
    "слово",
    "word",
    "snake_case",
    "a || b",
    "2 * 3",
    "**",
    "`",
    "_",
    "~~",
    "[",
    "](",
    "https://e.com/_x_",
    ")",
]
MARKED = [
    "**b**",
    "*i*",
    "~~s~~",
    "`c`",
    "[l](https://e.com)",
    "[r](x)",
    r"\(x_1\)",
    "$a_b$",
    "<div>",
    "a. b! c",
    "\\*",
]
STARTS = [
    "",
    "# ",
    "- ",
    "  - ",
    "    ",
    "1. ",
    "> ",
    "> > ",
    "```py\n",
    "```\n",
    "|a|b|\n|-|-|\n|",
    "\\[\n",
    "---\n",
    "\t",
]

clusters = st.sampled_from(CLUSTERS)
pieces = st.one_of(st.sampled_from(WORDS), st.sampled_from(MARKED), clusters, st.text(max_size=8))
lines = st.builds(
    lambda start, words, glue: start + glue.join(words),
    st.sampled_from(STARTS),
    st.lists(pieces, max_size=12),
    st.sampled_from([" ", "", "|"]),
)
answers = st.one_of(
    st.text(max_size=300),
    st.builds("\n".join, st.lists(lines, max_size=25)),
    st.builds(lambda unit, times: unit * times, st.text(min_size=1, max_size=4), st.integers(1, 400)),
)


@settings(max_examples=400, deadline=None)
@given(answers, st.integers(8, 120), st.integers(6, 20))
@example("\t" * 7 + "0", 8, 6)
@example("    \t\t\ta\n" * 4, 8, 6)
def test_parts_are_sendable_and_bring_everything_in_order(answer: str, limit: int, max_entities: int) -> None:
    contents = parts(answer, limit=limit, max_entities=max_entities, max_parts=10_000)
    for content in contents:
        if isinstance(content, Text):
            assert_sendable(content, limit=limit, max_entities=max_entities)
        else:
            assert utf16_len(content.content.decode().expandtabs(4)) > 3 * limit
    sent = delivered(contents)
    assert seen(sent) == seen(solid(render(answer).text))


def seen(text: str) -> str:
    """Without format characters: a part of nothing else is not sent, as Telegram refuses it."""
    return "".join(char for char in text if category(char) not in {"Cc", "Cf"})


@settings(max_examples=100, deadline=None)
@given(answers, st.integers(8, 40), st.integers(1, 5))
def test_beyond_the_parts_the_whole_answer_is_in_the_document(
    answer: str, limit: int, max_parts: int
) -> None:
    contents = parts(answer, limit=limit, max_parts=max_parts)
    if len(contents) > max_parts or (contents and contents == parts(answer, limit=limit, max_parts=10_000)):
        return
    if not contents:
        assert not seen(solid(render(answer).text))
        return
    lead, document = contents
    assert isinstance(lead, Text)
    assert_sendable(lead, limit=limit)
    assert seen(solid(render(answer).text)).startswith(seen(solid(lead.text)))
    assert document == Document("answer.md", answer.encode(errors="replace"))


@settings(max_examples=200, deadline=None)
@given(st.lists(clusters, min_size=1, max_size=80), st.integers(16, 60))
def test_no_visible_character_is_ever_cut(units: list[str], limit: int) -> None:
    boundaries = {0}
    for unit in units:
        boundaries.add(max(boundaries) + len(unit))
    position = 0
    for content in parts("".join(units), limit=limit, max_parts=10_000):
        assert isinstance(content, Text)
        assert position in boundaries
        position += len(content.text)
    assert position == max(boundaries)


@settings(max_examples=400, deadline=None)
@given(
    st.text(alphabet="abcя *_~\\#>-+.|<&$()[]!:1\n`", max_size=200).filter(
        lambda s: "```" not in s and "~~~" not in s
    )
)
@example("$_a$")
def test_no_letter_that_the_model_wrote_disappears(answer: str) -> None:
    """Without fences, as a language goes to its entity. A formula's index is the same letter, set lower."""
    letters = [char for char in answer if char.isalpha()]
    assert [char for char in normalize("NFKC", render(answer).text) if char.isalpha()] == letters


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from([" ", ".", "(", ", ", " == ", ".py и ", "/"])),
        min_size=1,
        max_size=8,
    )
)
def test_names_between_double_underscores_stay_as_written(names: list[tuple[str, str]]) -> None:
    line = "".join(f"__{name}__{after}" for name, after in names).strip()
    assert render(line) == Text(line)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,4}", fullmatch=True), min_size=2), st.sampled_from(["*", "**"]))
def test_products_and_powers_stay_as_written(factors: list[str], operator: str) -> None:
    line = operator.join(factors)
    assert render(line) == Text(line)


OPERANDS = st.sampled_from(["a", "x1", "2", "10", "длина", "цена", "м", "sin(x)", "n!", "f(x)"])
EXPRESSIONS = st.recursive(
    OPERANDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map("*".join),
        st.tuples(inner, inner).map("+".join),
        st.tuples(inner, st.sampled_from(["2", "n", "(n-1)", "10"])).map("**".join),
        inner.map(lambda each: f"({each})"),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(
    EXPRESSIONS,
    st.sampled_from([("", ""), ("S=", "=6"), ("*Примечание: ", "=6"), ("Итого: ", ", скидка*")]),
)
def test_stars_of_expressions_stay_as_written(expression: str, around: tuple[str, str]) -> None:
    line = f"{around[0]}{expression}{around[1]}"
    assert render(line) == Text(line)


PHRASES = [
    "Важно:",
    "«Ромашка»",
    "слово",
    "два слова",
    "Да!",
    "(см.)",
    "Итог 10%",
    "重要：",
    "「重要」",
    "2*3=6",
    "a — b",
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(PHRASES),
    st.sampled_from(["**", "*"]),
    st.sampled_from(["", "так ", "(", "«", "— "]),
    st.sampled_from(["", " и", ",", ".", ")", "»", " 2*3*4", ", **b**", ", *i*"]),
)
def test_emphasis_around_any_phrase(phrase: str, mark: str, before: str, after: str) -> None:
    text = render(f"{before}{mark}{phrase}{mark}{after}")
    plain = after.replace("**b**", "b").replace("*i*", "i")
    assert text.text == f"{before}{phrase}{plain}"
    kind = "bold" if mark == "**" else "italic"
    assert (kind, phrase) in styled(text)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([phrase for phrase in PHRASES if "*" not in phrase]),
    st.sampled_from(["", "так ", "так:", "这"]),
    st.sampled_from(["ом", "это", "的", "это **b** и *i*"]),
)
def test_bold_glued_to_letters(phrase: str, before: str, after: str) -> None:
    text = render(f"{before}**{phrase}**{after}")
    assert text.text == f"{before}{phrase}{after.replace('*', '')}"
    assert ("bold", phrase) in styled(text)


PATHOLOGICAL = {
    "nested quotes": ">" * 10_000,
    "deeper and deeper quotes": "\n".join("> " * depth for depth in range(170)),
    "deeper and deeper lists": "\n".join("  " * depth + "- x" for depth in range(170)),
    "lists in one line": "- " * 15_000 + "x",
    "one long word": "x" * 30_000,
    "spaces": "a" + " " * 30_000 + "b",
    "open brackets": "[" * 30_000,
    "open images": "![" * 15_000,
    "nested brackets": "[" * 15_000 + "]" * 15_000,
    "nested links": "[" * 5_000 + "a" + "](b)" * 5_000,
    "open links": "[a](b" * 6_000,
    "open emphasis": "*a _b " * 5_000,
    "open names": "__a__я" * 5_000,
    "one long name": "__a" * 10_000,
    "stars": "*" * 30_000,
    "stars in words": "я*a" * 10_000,
    "stars after punctuation": "**я:**я " * 4_000,
    "open stars after punctuation": "**я: " * 6_000 + ":**я" * 5_000,
    "entities": "**b** `c` " * 3_000,
    "growing backticks": "".join("`" * count + "a" for count in range(240)),
    "dollars": "$a_" * 10_000,
    "open formulas": "\\[\n" * 10_000,
    "open inline formulas": "\\(" * 15_000,
    "backslashes": "\\" * 30_000,
    "wide table": "|" * 30_000 + "\n|-|\n" + "|" * 30_000,
    "table rows": "|a|b|\n|-|-|\n" + "|x|`y`|\n" * 4_000,
    "delimiter rows": "|-|\n" * 7_500,
    "lazy lines": "> " * 10 + "a\n" + "b\n" * 5_000,
    "marks": "a" + "\u0301" * 30_000,
    "flags": "🇷🇺" * 15_000,
    "joiners": "👩\u200d" * 15_000,
    "code": "```\n" + "x\n" * 15_000,
}


@pytest.mark.parametrize("answer", PATHOLOGICAL.values(), ids=PATHOLOGICAL.keys())
def test_pathological_answers_end(answer: str) -> None:
    contents = parts(answer)
    assert len(contents) <= 8
    for content in contents:
        if isinstance(content, Text):
            assert_sendable(content)
        else:
            assert len(content.content) > 3 * 4096
