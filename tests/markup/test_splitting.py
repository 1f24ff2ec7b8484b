"""Where long answers are cut, and what becomes a document."""

from __future__ import annotations

import pytest

from bot.markup import Document, Entity, Text, utf16_len
from bot.markup.splitting import parts
from tests.markup.telegram_rules import assert_sendable, delivered, solid
from tests.markup.whole import render


def texts(markdown: str, *, limit: int, max_entities: int = 100) -> list[str]:
    found = []
    for part in parts(markdown, limit=limit, max_entities=max_entities, max_parts=1000):
        assert isinstance(part, Text)
        assert_sendable(part, limit=limit, max_entities=max_entities)
        found.append(part.text)
    return found


def test_a_short_answer_is_one_part() -> None:
    assert parts("**a** b") == [render("**a** b")]


@pytest.mark.parametrize("blank", ["", " \n\n", "\u200b", "\u200d \u2060"])
def test_what_telegram_calls_empty_makes_no_part(blank: str) -> None:
    assert parts(blank) == []


def test_paragraphs_before_list_items_before_lines() -> None:
    assert texts("aaaa\n\nb\nb\n\ncc\ncc", limit=12) == ["aaaa\n\nb\nb", "cc\ncc"]
    assert texts("- aaaa\n  bbbb\n- cccc\n  dddd", limit=24) == ["• aaaa\n    bbbb", "• cccc\n    dddd"]
    assert texts("aaaaaa\n\nb\n\n- cc\n- dd\n- ee", limit=20) == ["aaaaaa", "b\n\n• cc\n• dd\n• ee"]
    assert texts("aaaaaa\n\nb\n\n> cc\n>\n> dd\n>\n> ee", limit=20) == ["aaaaaa", "b\n\ncc\n\ndd\n\nee"]
    assert texts("aaaa bb\ncccc dd", limit=12) == ["aaaa bb", "cccc dd"]


def test_lines_before_sentences_before_words_before_characters() -> None:
    assert texts("Aaa bbb. Ccc!\nDdd eee. Fff", limit=20) == ["Aaa bbb. Ccc!", "Ddd eee. Fff"]
    assert texts("Aaa bbb. Ccc ddd eee", limit=18) == ["Aaa bbb.", "Ccc ddd eee"]
    assert texts("Aaa bbb ccc. Ddd", limit=11) == ["Aaa bbb", "ccc. Ddd"]
    assert texts("Год 2020. Это было", limit=14) == ["Год 2020. Это", "было"]
    assert texts("«Да?» Нет", limit=8) == ["«Да?»", "Нет"]
    assert texts("一二三。四五六", limit=6) == ["一二三。", "四五六"]
    assert texts("一二。三四。五六", limit=6) == ["一二。三四。", "五六"]
    assert texts("aaa bbb ccc", limit=8) == ["aaa bbb", "ccc"]
    assert texts("```\naaaa\n```\n\u200b", limit=4) == ["aaaa"]
    assert texts("a bbbbbbbbbbbb", limit=8) == ["a", "bbbbbbbb", "bbbb"]


def test_a_heading_stays_with_what_follows() -> None:
    assert texts("aaaa aaaa\n\n# Head\n\nbbbb bbbb", limit=20) == ["aaaa aaaa", "Head\n\nbbbb bbbb"]


def test_a_break_that_would_leave_little_is_passed_over() -> None:
    assert texts("a\n\nbbb bbb. bbb bbb bbb", limit=16) == ["a\n\nbbb bbb.", "bbb bbb bbb"]
    assert texts("aaaa\nbbb. bbb bbb bbb", limit=16) == ["aaaa\nbbb.", "bbb bbb bbb"]
    assert texts("aaaaa\nbbb. bbb bbb", limit=16) == ["aaaaa", "bbb. bbb bbb"]


def test_code_that_continues_is_reopened_with_its_language() -> None:
    code = "\n".join(f"    line({n})" for n in range(10))
    first, second = parts(f"a\n\n```python\n{code}\n```", limit=100)
    assert isinstance(first, Text)
    assert isinstance(second, Text)
    assert [entity.language for entity in (*first.entities, *second.entities)] == ["python", "python"]
    assert first.text + "\n" + second.text == f"a\n\n{code}"
    assert second.entities == (Entity("pre", 0, utf16_len(second.text), language="python"),)


def test_styles_go_on_in_the_next_part() -> None:
    first, second = parts("> **aaaa aaaa bbbb bbbb**", limit=12)
    assert isinstance(first, Text)
    assert isinstance(second, Text)
    assert first == Text("aaaa aaaa", (Entity("blockquote", 0, 9), Entity("bold", 0, 9)))
    assert second == Text("bbbb bbbb", (Entity("blockquote", 0, 9), Entity("bold", 0, 9)))


def test_a_table_row_goes_whole_to_the_next_part() -> None:
    table = "|name|words|\n|-|-|\n" + "".join(f"|{n}|one two. three {n}|\n" for n in range(9))
    rows = render(table).text.split("\n")
    for limit in range(40, 200):
        lines = [line for text in texts(f"aaa\n\n{table}", limit=limit) for line in text.split("\n")]
        assert [line for line in lines if line][1:] == rows


def test_a_line_of_code_goes_whole_to_the_next_part_however_short_the_one_before() -> None:
    assert texts("```\na\nbbbb bbb\n```", limit=8) == ["a", "bbbb bbb"]


def test_a_style_of_nothing_but_space_at_the_end_of_a_part_is_dropped() -> None:
    assert texts("aaaa` ` bbbb", limit=6) == ["aaaa", "bbbb"]


def test_a_row_too_long_for_any_part_is_cut_at_words() -> None:
    table = f"|a|b|\n|-|-|\n|{'word ' * 20}|x|"
    assert all("word" not in text or text.startswith("word") for text in texts(table, limit=60))


def test_a_line_of_spaces_too_long_for_a_part_makes_no_empty_one() -> None:
    assert texts(f"```\na\n{' ' * 50}b\n```", limit=20) == ["a", "b"]


def test_parts_are_measured_in_utf16() -> None:
    assert texts("😀" * 10, limit=9) == ["😀" * 4, "😀" * 4, "😀" * 2]
    assert texts("a" + "😀" * 4, limit=4) == ["a😀", "😀😀", "😀"]


@pytest.mark.parametrize(
    "cluster",
    [
        "👩‍👩‍👧",
        "👍🏽",
        "🇷🇺",
        "1️⃣",
        "é̂",
        "❤️",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "각",
        "ｶﾞ",
    ],
)
def test_no_visible_character_is_cut(cluster: str) -> None:
    for limit in range(20, 40):
        found = texts(cluster * 20, limit=limit)
        assert len(found) > 1 or utf16_len(cluster) == 1 or limit >= 20 * utf16_len(cluster)
        assert all(len(text) % len(cluster) == 0 for text in found)


def test_a_character_longer_than_a_part_is_cut_all_the_same() -> None:
    assert texts("a" + "\u0301" * 10, limit=4) == ["a" + "\u0301" * 3, "\u0301" * 4, "\u0301" * 3]


def test_a_mark_on_a_space_is_no_place_to_cut() -> None:
    assert texts("aa bb \u0301cc", limit=7) == ["aa", "bb \u0301cc"]
    assert texts("Aaa aa. \u0301bb", limit=9) == ["Aaa", "aa. \u0301bb"]


def test_surplus_entities_go_to_the_next_part() -> None:
    contents = parts(" ".join(f"**b{n}** c" for n in range(250)))
    assert len(contents) == 3
    for content in contents:
        assert isinstance(content, Text)
        assert_sendable(content)
    assert sum(len(content.entities) for content in contents if isinstance(content, Text)) == 250


def test_a_part_may_have_all_the_entities_that_are_allowed() -> None:
    assert parts("**a**", max_entities=1) == [Text("a", (Entity("bold", 0, 1),))]
    assert texts("**aaaa**b `c`", limit=4, max_entities=1) == ["aaaa", "b c"]


def test_with_too_few_entities_allowed_the_inner_ones_are_dropped() -> None:
    assert parts("> **a** b", max_entities=1) == [Text("a b", (Entity("blockquote", 0, 3),))]


def code(lines: int) -> str:
    return "".join(f"line({n})\n" for n in range(lines))


def test_long_code_is_a_document_in_its_place() -> None:
    source = f"before\n\n```python\n\t{code(50)}```\n\nafter\n```\nshort\n```"
    before, document, after = parts(source, limit=100)
    assert before == Text("before")
    assert document == Document("code.py", f"\t{code(50)}".encode())
    assert after == Text("after\nshort", (Entity("pre", 6, 5),))


def test_code_of_three_parts_stays_in_the_chat() -> None:
    contents = parts("```\n" + code(30) + "```", limit=100)
    assert not any(isinstance(content, Document) for content in contents)
    assert delivered(contents) == solid(code(30))


def test_code_as_long_as_three_parts_stays_in_the_chat_though_it_takes_four() -> None:
    lines = ["aaaaaaa", "bbbbbbb", "ccccccc", "dddddd"]
    assert texts("```\n" + "\n".join(lines) + "\n```", limit=10) == lines


@pytest.mark.parametrize("indent", [" " * 500, "\t" * 100, "\u200b" * 500])
def test_code_that_is_long_by_its_indentation_alone_stays_in_the_chat(indent: str) -> None:
    assert solid(delivered(parts(f"```\nif x:\n{indent}y\n```", limit=100))).endswith("y")
    assert not any(isinstance(part, Document) for part in parts(f"```\n{indent}y\n```", limit=100))


def test_without_files_everything_is_text() -> None:
    source = f"Код:\n\n```python\n{code(200)}```\n\n" + "слово " * 200
    contents = parts(source, limit=100, files=False)
    assert len(contents) > 8
    for content in contents:
        assert isinstance(content, Text)
        assert_sendable(content, limit=100)
    assert delivered(contents) == solid(f"Код:{code(200)}" + "слово " * 200)


def test_a_document_never_comes_first() -> None:
    lead, document = parts("```sql\n" + code(1500) + "```")
    assert isinstance(lead, Text)
    assert isinstance(document, Document)
    assert_sendable(lead, limit=1024)
    assert lead.entities == (Entity("pre", 0, utf16_len(lead.text), language="sql"),)
    assert code(1500).startswith(lead.text + "\n")
    assert document.filename == "code.sql"


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ("python", "code.py"),
        ("C++", "code.cpp"),
        ("dockerfile", "Dockerfile"),
        ("klingon", "code.txt"),
        ("", "code.txt"),
        ("js app.test.js", "code.js"),
        ("js src/app.js", "code.js"),
        ("js app.js", "app.js"),
    ],
)
def test_a_code_file_is_named_by_its_language_or_title(info: str, name: str) -> None:
    document = parts(f"a\n\n```{info}\n{code(100)}```", limit=200)[-1]
    assert isinstance(document, Document)
    assert document.filename == name


def test_several_code_files_have_names_of_their_own() -> None:
    fence = f"```make\n{code(100)}```\n"
    names = [part.filename for part in parts(f"a\n{fence}{fence}", limit=200) if isinstance(part, Document)]
    assert names == ["Makefile", "code-2.txt"]


def test_an_answer_beyond_the_parts_is_one_document_after_its_first_words() -> None:
    source = "Начало\n\n" + "\n\n".join(f"**Абзац** {n} " + "слово " * 100 for n in range(80))
    lead, document = parts(source)
    assert isinstance(lead, Text)
    assert_sendable(lead, limit=1024)
    assert render(source).text.startswith(lead.text)
    assert document == Document("answer.md", source.encode())


def test_a_part_has_4096_units_and_the_lead_1024() -> None:
    first, second = parts("x" * 5000)
    assert first == Text("x" * 4096)
    assert second == Text("x" * 904)
    assert parts("x" * 40_000)[0] == Text("x" * 1024)


def test_exactly_the_allowed_number_of_parts_is_sent_as_parts() -> None:
    assert len(texts("a " * 40, limit=10)) == 8
    assert all(isinstance(part, Text) for part in parts("a " * 40, limit=10))
    assert isinstance(parts("a " * 41, limit=10)[1], Document)


def test_utf16_length() -> None:
    assert [utf16_len(text) for text in ("", "abc", "да", "😀a", "\ud83d")] == [0, 3, 2, 3, 1]
