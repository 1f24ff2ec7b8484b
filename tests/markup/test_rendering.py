"""One golden sample or more for each kind of Markdown."""

from __future__ import annotations

import pytest

from bot.markup import Entity, Text
from tests.markup.telegram_rules import assert_sendable, styled
from tests.markup.whole import render


def assert_renders(markdown: str, text: str, *styles: tuple[str, str]) -> None:
    rendered = render(markdown)
    assert rendered.text == text
    assert styled(rendered) == list(styles)
    assert_sendable(rendered)


def test_headings_are_bold() -> None:
    assert_renders(
        "# Один\n## Two *i*\ntext",
        "Один\nTwo i\ntext",
        ("bold", "Один"),
        ("bold", "Two i"),
        ("italic", "i"),
    )


def test_bold_in_a_heading_is_one_entity() -> None:
    assert_renders("# **One** two", "One two", ("bold", "One two"))


def test_emphasis_nests() -> None:
    assert_renders(
        "**b** *i* ~~s~~ ***both*** **b *bi* ~~bs~~**",
        "b i s both b bi bs",
        ("bold", "b"),
        ("italic", "i"),
        ("strikethrough", "s"),
        ("bold", "both"),
        ("italic", "both"),
        ("bold", "b bi bs"),
        ("italic", "bi"),
        ("strikethrough", "bs"),
    )


def test_bold_inside_bold_ends_with_the_outer() -> None:
    assert_renders("**a __b b__ c** d", "a b b c d", ("bold", "a b b c"))


@pytest.mark.parametrize(
    "line",
    [
        "Файл __init__.py и метод __call__(self).",
        'if __name__ == "__main__":',
        "self.__class__.__name__, __VA_ARGS__, __defineGetter__, __dirname",
        "a__b__c __snake_case__ ___init___x",
    ],
)
def test_names_keep_their_double_underscores(line: str) -> None:
    assert_renders(line, line)


def test_words_between_double_underscores_are_bold() -> None:
    assert_renders(
        "__два слова__ и __слово__, __two words__ и __Note:__",
        "два слова и слово, two words и Note:",
        ("bold", "два слова"),
        ("bold", "слово"),
        ("bold", "two words"),
        ("bold", "Note:"),
    )
    assert_renders(
        "**__init__** *a __b__ c*", "__init__ a __b__ c", ("bold", "__init__"), ("italic", "a __b__ c")
    )


@pytest.mark.parametrize(
    "line",
    [
        "2*3*4 = 24",
        "a*b*c, 5*x*y",
        "x**2 + y**2 = r**2",
        "цена*2*3",
        "10*цена*2",
        "2**10 и 2**20",
        "f(*a, **b)",
    ],
)
def test_operators_are_no_emphasis(line: str) -> None:
    assert_renders(line, line)


@pytest.mark.parametrize(
    "line",
    [
        "(3+4)*2*(1+1)",
        "2**(n-1)**2",
        "(a+b)**2 + (c+d)**2",
        "длина*ширина*высота",
        "масса*g*высота, S=a*b*sin(x)*c",
        "сумма*(1+p)**n, f(x)*g(y)*h(z)",
        "длина**n*a**n, длина**n-a**k",
        "*Примечание: 2*3=6",
        "*Примечание: длина*ширина, a*(b+c)",
        "5!*3*2, 50%*2*3, 2*-3*-4",
        "цена*кол-во, скидка*",
        "знак (*) и (*), «*» и «*»",
        "SELECT *, a.*, COUNT(*) FROM b",
        "*.txt,*.py и *.md",
        "a.*b.*c",
        "/*x*/ y /*z*/",
        "а*б*",
        "*а*б",
        "а*б*в и г*д",
        "длина*ширина*",
        "*длина*ширина",
        "x_1*y_2*, *Важно*дело",
        "2*%*3",
        "*x*y",
        "*x*2 и *y*3",
        "**2**10",
        "**kwargs и x**2",
        'знак "*" и "*"',
        "*Файлы: src/*, lib/*",
    ],
)
def test_stars_of_expressions_and_code_stay(line: str) -> None:
    assert_renders(line, line)


def test_stars_of_expressions_stay_inside_emphasis() -> None:
    assert_renders(
        "*Примечание: 2*3=6* и **итог: 2*3*4**",
        "Примечание: 2*3=6 и итог: 2*3*4",
        ("italic", "Примечание: 2*3=6"),
        ("bold", "итог: 2*3*4"),
    )


@pytest.mark.parametrize(
    "product",
    ["а*б", "а*б*в", "a*b", "а*бв", "5*3", "2*x", "длина*ширина", "S = а*б", "S = длина*ширина", "а*б = 5"],
)
@pytest.mark.parametrize("around", ["{}", "Площадь {} дана", "({})", "{}, м", "*и* {} *или*"])
def test_a_product_in_italics_keeps_its_stars(product: str, around: str) -> None:
    """The outer stars are marks, however short the words between those inside are."""
    rendered = render(around.format(f"*{product}*"))
    assert rendered.text == around.replace("*", "").format(product)
    styled = [rendered.text[e.offset : e.offset + e.length] for e in rendered.entities if e.type == "italic"]
    assert product in styled


@pytest.mark.parametrize("sign", ["%", "+", "-", "×", "&", "№", "100%"])
def test_a_sign_between_free_stars_is_in_italics(sign: str) -> None:
    """As in CommonMark: a sign that stands by itself is emphasised, one between operands is an operator."""
    assert_renders(f"Знак *{sign}* здесь", f"Знак {sign} здесь", ("italic", sign))
    assert_renders(f"*{sign}*", sign, ("italic", sign))


@pytest.mark.parametrize(
    ("markdown", "text", "style"),
    [
        ("**Важно:**это", "Важно:это", ("bold", "Важно:")),
        ("**«Ромашка»**ом", "«Ромашка»ом", ("bold", "«Ромашка»")),
        ("*Важно!*это", "Важно!это", ("italic", "Важно!")),
        ("**Note:**this", "Note:this", ("bold", "Note:")),
        ("**(см. ниже)**это", "(см. ниже)это", ("bold", "(см. ниже)")),
        ("слово**«важное»** дальше", "слово«важное» дальше", ("bold", "«важное»")),
        ("Итак:**важно** дальше", "Итак:важно дальше", ("bold", "важно")),
        ("**Ромашк**ой", "Ромашкой", ("bold", "Ромашк")),
        ("**два слова**ми", "два словами", ("bold", "два слова")),
        ("**Важно:**2 часа", "Важно:2 часа", ("bold", "Важно:")),
        ("*Ромашк*ой", "Ромашкой", ("italic", "Ромашк")),
        ("*о*сень", "осень", ("italic", "о")),
        ("*n*й элемент", "nй элемент", ("italic", "n")),
        ("**10**руб", "10руб", ("bold", "10")),
        ("**f**(x)", "f(x)", ("bold", "f")),
        ("**Python**-код", "Python-код", ("bold", "Python")),
        ("这是**重要**的", "这是重要的", ("bold", "重要")),
        ("他说**「重要」**的", "他说「重要」的", ("bold", "「重要」")),
        ("这是*重要*的", "这是重要的", ("italic", "重要")),
        ("[**Важно:**это](#там)", "Важно:это (#там)", ("bold", "Важно:")),
        ("*Ромашк*ами", "Ромашками", ("italic", "Ромашк")),
        ("*API*s", "APIs", ("italic", "API")),
        ("**Глава**2", "Глава2", ("bold", "Глава")),
    ],
)
def test_emphasis_ends_at_punctuation_next_to_letters(
    markdown: str, text: str, style: tuple[str, str]
) -> None:
    """CommonMark would show these stars; models write them all the time."""
    assert_renders(markdown, text, style)


def test_part_of_a_word_is_emphasised() -> None:
    assert_renders(
        "**S**mart, з*а*мок, пр**и**город",
        "Smart, замок, пригород",
        ("bold", "S"),
        ("italic", "а"),
        ("bold", "и"),
    )


def test_bold_is_glued_to_a_word_past_three_operators_and_a_thousand_characters() -> None:
    assert_renders("**Итог 2*3, 4*5 и 6*7:**это", "Итог 2*3, 4*5 и 6*7:это", ("bold", "Итог 2*3, 4*5 и 6*7:"))
    assert_renders("**Итог 2*3, 4*5, 6*7 и 8*9:**это", "**Итог 2*3, 4*5, 6*7 и 8*9:**это")
    thousand = "слово " * 166 + "вот:"
    assert_renders(f"**{thousand}**это", f"{thousand}это", ("bold", thousand))
    assert_renders(f"**и{thousand}**это", f"**и{thousand}**это")


def test_italics_glued_to_a_word_stand_in_bold_glued_to_a_word() -> None:
    assert_renders(
        "**Итог: *важно:*это и всё:**вот",
        "Итог: важно:это и всё:вот",
        ("bold", "Итог: важно:это и всё:"),
        ("italic", "важно:"),
    )


def test_a_product_is_known_by_a_hundred_characters_on_either_side() -> None:
    word = "д" * 99
    assert_renders(f"*{word}*м*", f"{word}*м", ("italic", f"{word}*м"))
    assert_renders(f"*д{word}*м*", f"д{word}м*", ("italic", f"д{word}"))


def test_inline_code_interrupts_bold() -> None:
    """Telegram lets `code` share characters with no other style."""
    assert_renders("**a `x` b**", "a x b", ("bold", "a"), ("code", "x"), ("bold", "b"))


def test_inline_code_is_literal() -> None:
    assert_renders(
        "`a || b` ``c`d`` `*e*`", "a || b c`d *e*", ("code", "a || b"), ("code", "c`d"), ("code", "*e*")
    )


def test_fenced_code_keeps_language_and_indentation() -> None:
    rendered = render("Вот 🙂:\n```python\n    if x:\n        y()\n```\nend")
    assert rendered.text == "Вот 🙂:\n    if x:\n        y()\nend"
    assert rendered.entities == (Entity("pre", 8, 21, language="python"),)
    assert_sendable(rendered)


def test_blank_lines_around_code_are_left_out() -> None:
    assert_renders("```\n\n  x\n\n```", "  x", ("pre", "  x"))


def test_tabs_in_code_become_spaces() -> None:
    assert_renders("```\nif x:\n\ty\n```", "if x:\n    y", ("pre", "if x:\n    y"))


def test_an_unclosed_fence_is_code_to_the_end() -> None:
    assert_renders("a\n```js\nlet b;\n\n*c*", "a\nlet b;\n\n*c*", ("pre", "let b;\n\n*c*"))


def test_indented_code() -> None:
    assert_renders("a\n\n    x = 1\n      y = 2", "a\n\nx = 1\n  y = 2", ("pre", "x = 1\n  y = 2"))


def test_what_follows_the_language_is_shown_above_the_code() -> None:
    assert_renders("```python main.py\nx\n```", "main.py\nx", ("pre", "x"))


def test_a_language_that_is_none_is_shown() -> None:
    rendered = render("```print(1)\nx\n```")
    assert rendered.text == "print(1)\nx"
    assert rendered.entities == (Entity("pre", 9, 1),)


def test_an_empty_fence_leaves_its_words() -> None:
    assert_renders("a\n```python\n\n```\nb", "a\npython\nb")


def test_code_in_a_list_stands_on_its_own_line() -> None:
    assert_renders(
        "- ```\n  x\n  ```\n- a\n\n  ```\n  y\n  ```", "• \nx\n• a\n\ny", ("pre", "x"), ("pre", "y")
    )


def test_lists_nest() -> None:
    assert_renders(
        "- a\n  more\n  1. b\n  2. c\n     - d\n       - e\n- f",
        "• a\n    more\n    1. b\n    2. c\n        ▪ d\n            ▪ e\n• f",
    )


def test_second_level_bullets_differ() -> None:
    assert_renders("* a\n  * b\n", "• a\n    ◦ b")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("3. a\n4. b", "3. a\n4. b"),
        ("1) a\n2) b", "1) a\n2) b"),
        ("1. a\n1. b\n1. c", "1. a\n2. b\n3. c"),
        ("1. a\n3. b\n7. c", "1. a\n3. b\n7. c"),
        ("0. a\n1. b", "0. a\n1. b"),
        ("2. a\n```\n3. b\n```", "2. a\n3. b"),
    ],
)
def test_items_are_numbered_as_written_or_onward(markdown: str, text: str) -> None:
    assert render(markdown).text == text


def test_a_loose_list_stays_loose_and_paragraphs_are_indented() -> None:
    assert_renders("1. a\n\n   b\n\n2. c\n\nd", "1. a\n\n    b\n\n2. c\n\nd")


def test_an_empty_item_is_shown() -> None:
    assert_renders("- a\n-\n- b", "• a\n• \n• b")
    assert_renders("-\n\n- b", "• \n\n• b")


def test_quotes() -> None:
    assert_renders("> a **b**\n>\n> c\n\nd", "a b\n\nc\n\nd", ("blockquote", "a b\n\nc"), ("bold", "b"))


def test_neighbouring_quotes_stay_two() -> None:
    assert_renders("> a\n\n> b", "a\n\nb", ("blockquote", "a"), ("blockquote", "b"))


def test_a_quote_in_a_quote_is_marked() -> None:
    """Telegram's quotes do not nest."""
    assert_renders("> a\n>> b\n> > > c", "a\n> b\n> > c", ("blockquote", "a\n> b\n> > c"))


def test_a_quote_may_hold_lists_and_code() -> None:
    assert_renders("> - a\n>\n> ```\n> x\n> ```", "• a\n\nx", ("blockquote", "• a\n\nx"), ("pre", "x"))


def test_links_with_parentheses() -> None:
    rendered = render("См. [статью](https://ru.wikipedia.org/wiki/C_(язык)).")
    assert rendered.text == "См. статью."
    address = "https://ru.wikipedia.org/wiki/C_(%D1%8F%D0%B7%D1%8B%D0%BA)"
    assert rendered.entities == (Entity("text_link", 4, 6, url=address),)


def test_links_hold_bold_but_not_code() -> None:
    assert_renders("[a **b** `c`](https://e.com)", "a b c", ("text_link", "a b c"), ("bold", "b"))


def test_a_link_holds_brackets_thirty_deep_and_a_thousand_characters() -> None:
    nested = "[" * 29 + "a" + "]" * 29
    assert_renders(f"[{nested}](https://e.com)", nested, ("text_link", nested))
    assert_renders(f"[[{nested}]](https://e.com)", f"[[{nested}]](https://e.com)")
    long = "x" * 997
    assert_renders(f"[{long}](https://e.com)", long, ("text_link", long))
    assert_renders(f"[x{long}](https://e.com)", f"[x{long}](https://e.com)")


def test_bold_around_a_link() -> None:
    assert_renders("**a [b](https://e.com)**", "a b", ("bold", "a"), ("text_link", "b"), ("bold", "b"))


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[a](docs/b.md)", "a (docs/b.md)"),
        ("[a](#якорь)", "a (#якорь)"),
        ("[a](http://localhost:8080/x)", "a (http://localhost:8080/x)"),
        ("[a](https://user@e.com)", "a (https://user@e.com)"),
        ("[a](https://e.com:99999/)", "a (https://e.com:99999/)"),
        ("[a](https://e.com:0/)", "a (https://e.com:0/)"),
        ("[a](https://[e/)", "a (https://[e/)"),
        ("[a](%FF)", "a (%FF)"),
        ("[a](mailto:b@e.com)", "a (mailto:b@e.com)"),
        ("[a]()", "a"),
        ("[](b)", "b"),
        ("<std:string> and <b@e.com>", "<std:string> and b@e.com"),
        ("[a](javascript:b)", "[a](javascript:b)"),
        ("see [1]\n\n[1]: https://e.com 'T'", "see [1]\n\n[1]: https://e.com 'T'"),
    ],
)
def test_an_address_that_telegram_refuses_is_text(markdown: str, text: str) -> None:
    """An entity with a wrong URL would cost the whole message."""
    assert_renders(markdown, text)


def test_an_address_may_name_any_port_that_there_is() -> None:
    links = "[a](https://e.com:1/) [b](https://e.com:65535)"
    assert_renders(links, "a b", ("text_link", "a"), ("text_link", "b"))


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://Пример.рф/Я", "https://xn--e1afmkfd.xn--p1ai/%D0%AF"),
        ("HTTPS://ПРИМЕР.РФ:443", "https://xn--e1afmkfd.xn--p1ai:443"),
        ("https://Example.com/A", "https://Example.com/A"),
    ],
)
def test_a_host_in_another_alphabet_is_the_same_with_capitals(address: str, url: str) -> None:
    assert [link.url for link in render(f"[x]({address})").entities] == [url]


def test_an_address_in_pointed_brackets_is_read_as_written_and_leads_to_its_host() -> None:
    rendered = render("<https://Госуслуги.рф>")
    assert rendered == Text(
        "https://Госуслуги.рф", (Entity("text_link", 0, 20, url="https://xn--c1aapkosapc.xn--p1ai"),)
    )


def test_titles_images_and_plain_addresses() -> None:
    assert_renders(
        '[a](https://e.com "T") ![alt](https://e.com/i.png) ![](https://e.com/j) <https://e.com/k>',
        "a (T) alt https://e.com/j https://e.com/k",
        ("text_link", "a"),
        ("text_link", "alt"),
        ("text_link", "https://e.com/j"),
        ("text_link", "https://e.com/k"),
    )


def test_an_image_in_a_link_keeps_both_addresses() -> None:
    assert_renders(
        "[![alt](https://e.com/i.png)](https://e.com)",
        "alt (https://e.com/i.png)",
        ("text_link", "alt (https://e.com/i.png)"),
    )


def test_an_address_has_a_scheme_before_it() -> None:
    assert_renders("://_a_ и ://_b_", "://a и ://b", ("italic", "a"), ("italic", "b"))


@pytest.mark.parametrize("address", ["https://e.com/_a_/b_c_d?x=*y*", "HTTP://e.com/__init__.py"])
def test_bare_addresses_are_not_emphasised(address: str) -> None:
    plain = address.replace("*", "")
    assert render(f"**{plain}** {plain}, x").text == f"{plain} {plain}, x"


def test_tables_are_aligned() -> None:
    table = """
Имя   |  Цена | Знак
------+-------+-----
Сыр   |    10 |  🙂
a | b | 1 000 |  —
""".strip()
    source = "| Имя | Цена | Знак |\n|:--|--:|:-:|\n| **Сыр** | 10 | 🙂 |\n| `a | b` | 1 000 | — |"
    assert_renders(source, table, ("pre", table))


def test_a_table_keeps_surplus_cells_and_short_rows() -> None:
    table = "A | B\n--+---+--\n1 | 2 | 3\n4"
    assert_renders("before\nA | B\n--|--\n1 | 2 | 3\n4 |\nafter", f"before\n{table}\nafter", ("pre", table))


def test_links_and_pipes_in_tables_are_written_out() -> None:
    table = "A | B\n--+--------------------\n| | l (https://e.com) c"
    assert_renders("|A|B|\n|-|-|\n|\\||[l](https://e.com) `c`|\n\nend", f"{table}\n\nend", ("pre", table))


def test_a_line_break_in_a_cell_and_entities() -> None:
    table = """
A      | B
-------+--------
один   | 1 &foo;
два    |
три 4  |
<br> < | <i>
""".strip()
    assert_renders(
        "|A|B|\n|-|-|\n|один<br>два<BR />три&nbsp;4|1 &foo;|\n|`<br>` &lt;|<i>|",
        table.replace("три 4", "три\u00a04"),
        ("pre", table.replace("три 4", "три\u00a04")),
    )


def test_columns_are_measured_in_visible_characters() -> None:
    table = """
Знак | Б
-----+--
👩‍👩‍👧‍👦   | 1
🇷🇺   | 2
1️⃣   | 3
❤️   | 4
👍🏽   | 5
日本 | 6
é́́    | 7
가   | 8
""".strip()
    rows = "".join(f"|{line.replace(' | ', '|').rstrip()}|\n" for line in table.split("\n")[2:])
    assert_renders(f"|Знак|Б|\n|-|-|\n{rows}", table, ("pre", table))


def test_a_long_cell_does_not_stretch_its_column() -> None:
    table = f"A{' ' * 39} | B\n{'-' * 40}-+--\n{'x' * 60} | 1"
    assert_renders(f"|A|B|\n|-|-|\n|{'x' * 60}|1|", table, ("pre", table))


@pytest.mark.parametrize(
    "markdown",
    ["a | b\nc | d", "a | b\n---", "a || b || c", "- a | b\n|-|-|\n", "|a|\n|b-|", "a | b\n = | -"],
)
def test_pipes_alone_make_no_table(markdown: str) -> None:
    assert "pre" not in {entity.type for entity in render(markdown).entities}


def test_a_table_may_be_its_head_alone() -> None:
    assert_renders("|a|b|\n|-|-|", "a | b\n--+--", ("pre", "a | b\n--+--"))
    assert_renders("|a|b|\n|-|-|\nтекст", "a | b\n--+--\nтекст", ("pre", "a | b\n--+--"))


def test_a_table_may_have_an_empty_column() -> None:
    assert_renders("||b|\n|-|-|\n||1|", " | b\n-+--\n | 1", ("pre", " | b\n-+--\n | 1"))


def test_a_table_in_a_quote_ends_with_it() -> None:
    table = "a | b\n--+--\n1 | 2"
    assert_renders("> a|b\n> -|-\n> 1|2\n\nc|d", f"{table}\n\nc|d", ("blockquote", table), ("pre", table))
    assert_renders("> a|b\n> -|-\n> 1|2\nc|d", f"{table}\nc|d", ("blockquote", table), ("pre", table))


def test_a_table_ends_where_another_block_begins() -> None:
    assert_renders(
        "a|b\n-|-\n1|2\n# c|d", "a | b\n--+--\n1 | 2\nc|d", ("pre", "a | b\n--+--\n1 | 2"), ("bold", "c|d")
    )


def test_a_table_in_a_list_ends_with_its_item() -> None:
    assert_renders(
        "- x\n\n  a|b\n  -|-\n  1|2\n\ny|z",
        "• x\n\na | b\n--+--\n1 | 2\n\ny|z",
        ("pre", "a | b\n--+--\n1 | 2"),
    )
    assert_renders("- a|b\n-|-", "• a|b\n    -|-")


def test_rules() -> None:
    assert_renders("a\n\n---\n\nb\n***\nc", "a\n\n———\n\nb\n———\nc")


def test_a_rule_under_a_paragraph_makes_no_heading() -> None:
    assert_renders("a\n---\nb\n===", "a\n———\nb\n===")


def test_money_is_no_formula() -> None:
    assert_renders("from $5 to **$6** and $7", "from $5 to $6 and $7", ("bold", "$6"))
    assert_renders("$HOME and **$PATH**", "$HOME and $PATH", ("bold", "$PATH"))


@pytest.mark.parametrize(
    "literal",
    [
        "List<String> and <div class='x'>y</div> <br>",
        "a || b",
        "snake_case_names and __init__x",
        "2 * 3 * 4",
        r"C:\new\folder",
        "&nbsp; &lt;b&gt;",
        "😀 👩‍👩‍👧 👍🏽 🇷🇺 1️⃣",
        "שלום עולם مرحبا",
        "#hashtag @name /command",
        "1.5 - 2",
        "** **",
        "[x] [ ]",
    ],
)
def test_literals_survive(literal: str) -> None:
    assert_renders(f"so {literal}", f"so {literal}")


def test_escapes_are_resolved() -> None:
    assert_renders(r"\*a\* \_b\_ 1\. \# \|", "*a* _b_ 1. # |")


def test_right_to_left_and_emoji_styles_are_measured_in_utf16() -> None:
    rendered = render("😀 **שלום** 👍🏽 `x`")
    assert rendered.entities == (Entity("bold", 3, 4), Entity("code", 13, 1))
    assert_sendable(rendered)


def test_line_breaks_stay() -> None:
    assert_renders("a  \nb\\\nc\nd\r\ne\rf\u2028g", "a\nb\nc\nd\ne\nf\ng")


def test_what_cannot_be_sent_is_replaced() -> None:
    assert_renders("a\x00b\x1bc\ud83dd", "a b c\ufffdd")


@pytest.mark.parametrize("markdown", [">", "> \n>", "```\n```"])
def test_markup_around_nothing_is_shown_itself(markdown: str) -> None:
    assert render(markdown).text == markdown.strip()


@pytest.mark.parametrize("blank", ["", " \n\t\n"])
def test_nothing_is_nothing(blank: str) -> None:
    assert render(blank) == Text("")


def test_what_stands_side_by_side_is_not_nested() -> None:
    """However many formulas and tables came before, a list is a list and bold is bold."""
    assert render("\\[\nx\n\\]\n" * 30 + "- y").text.endswith("• y")
    assert render("|a|\n|-|\n\n" * 30 + "- y").text.endswith("• y")
    assert styled(render("$x$ " * 40 + "**y**")) == [("bold", "y")]
    assert render("|a|\n|-|\n|" + "x<br>" * 40 + "**y**|").text.endswith("x\ny")


@pytest.mark.parametrize("marker", ["> ", "- ", "1. ", ">- "])
def test_nesting_beyond_the_limit_is_text(marker: str) -> None:
    """The library would drop the content of blocks nested too deep."""
    rendered = render(marker * 500 + "end")
    assert rendered.text.endswith("end")
    assert rendered.text.count(marker.strip()) > 400
    assert_sendable(rendered, limit=10_000)
