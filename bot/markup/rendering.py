"""The parser's tokens, written out as text with styles."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bot.markup import formulas, parsing
from bot.markup.flow import Flow, Mono, Style, Writer
from bot.markup.inline import InlineWriter
from bot.markup.tables import layout

if TYPE_CHECKING:
    from markdown_it.token import Token

_INDENT = "    "
_BULLETS = "•◦▪"
_RULE = "———"
_LANGUAGE = re.compile(r"[\w+#.-]{1,32}")
# A tab would reach the reader as one space (TDLib, `fix_formatted_text`).
_TAB_WIDTH = 4
_MARKUP = re.compile(r"[\\`*_~\[<&$\t]")


def rendered(markdown: str) -> Flow:
    """The whole answer; the source itself where its markup leaves nothing to see."""
    source = parsing.cleaned(markdown)
    flow = _Renderer().rendered(parsing.blocks(source))
    if flow.text.strip():
        return flow
    plain = Writer()
    plain.write(source, Style())
    return plain.flow()


class _Renderer:
    def __init__(self) -> None:
        self._out = Writer()
        self._inline = InlineWriter(self._out)
        self._numbers: list[int | None] = []
        """For each open list the least number of its next item; None for bullets."""
        self._quotes = itertools.count(1)
        self._quote = 0
        self._quote_depth = 0
        self._monos = itertools.count()
        self._last_line: int
        self._last_quote: int
        self._after_marker = False
        self._after_heading = False

    def rendered(self, tokens: list[Token]) -> Flow:
        for index, token in enumerate(tokens):
            handle = getattr(self, f"_on_{token.type}", None)
            if handle:
                handle(token)
            elif token.type == "inline":
                self._paragraph(token, heading=tokens[index - 1].type == "heading_open")
        return self._out.flow()

    def _on_bullet_list_open(self, _: Token) -> None:
        self._numbers.append(None)

    def _on_ordered_list_open(self, _: Token) -> None:
        self._numbers.append(0)

    def _on_bullet_list_close(self, _: Token) -> None:
        self._numbers.pop()

    _on_ordered_list_close = _on_bullet_list_close

    def _on_list_item_open(self, token: Token) -> None:
        line = self._lines(token)[0]
        depth = len(self._numbers) - 1
        self._begin(line, depth=depth)
        number = self._numbers[-1]
        if number is None:
            marker = _BULLETS[min(depth, len(_BULLETS) - 1)]
        else:
            # Models number every item 1, or skip numbers on purpose.
            number = max(number, int(token.info))
            self._numbers[-1] = number + 1
            marker = f"{number}{token.markup}"
        self._out.write(f"{marker} ", Style(quote=self._quote))
        self._end(line + 1)
        self._after_marker = True

    def _on_list_item_close(self, _: Token) -> None:
        self._after_marker = False

    def _on_blockquote_open(self, _: Token) -> None:
        self._quote_depth += 1
        if self._quote_depth == 1:
            self._quote = next(self._quotes)

    def _on_blockquote_close(self, _: Token) -> None:
        self._quote_depth -= 1
        if not self._quote_depth:
            self._quote = 0

    def _paragraph(self, token: Token, *, heading: bool) -> None:
        first, last = self._lines(token)
        self._begin(first)
        style = Style(quote=self._quote, bold=heading)
        self._inline.write(token.children or [], style, newline="\n" + _INDENT * len(self._numbers))
        self._end(last)
        self._after_heading = heading

    def _on_formula(self, token: Token) -> None:
        first, last = self._lines(token)
        formula, after = formulas.shown(token.content)
        drawn = formula is None or formula.monospaced
        self._begin(first, own_line=drawn)
        if formula is None:
            self._out.write(token.content.strip("\n"), self._pre("latex"))
        elif drawn:
            self._out.write(formula.text, self._pre(""))
        else:
            newline = "\n" + _INDENT * len(self._numbers)
            self._out.write(formula.text.replace("\n", newline), Style(quote=self._quote))
        if formula is not None and after.strip():
            self._out.write(f"\n{after.strip()}", Style(quote=self._quote))
        self._end(last)

    def _on_hr(self, token: Token) -> None:
        first, last = self._lines(token)
        self._begin(first)
        self._out.write(_RULE, Style(quote=self._quote))
        self._end(last)

    def _on_table(self, token: Token) -> None:
        first, last = self._lines(token)
        self._begin(first, own_line=True)
        rows = [[_plain(cell) for cell in row] for row in token.meta["rows"]]
        self._out.write(layout(rows, token.meta["alignments"]), self._pre(""))
        self._end(last)

    def _on_fence(self, token: Token) -> None:
        first, last = self._lines(token)
        language, _, title = token.info.strip().partition(" ")
        if language and not (_LANGUAGE.fullmatch(language) and token.content.strip()):
            language, title = "", token.info.strip()
        title = title.strip()
        if title:
            self._begin(first)
            self._out.write(title, Style(quote=self._quote))
            self._end(first)
            self._after_heading = True
        self._code(token.content, language, title, (first, last))

    def _on_code_block(self, token: Token) -> None:
        self._code(token.content, "", "", self._lines(token))

    def _code(self, content: str, language: str, title: str, lines: tuple[int, int]) -> None:
        text = _without_blank_ends(content.expandtabs(_TAB_WIDTH))
        if text:
            self._begin(lines[0], own_line=True)
            self._out.write_code(text, self._pre(language), title=title, content=content)
        self._end(lines[1])

    def _pre(self, language: str) -> Style:
        return Style(quote=self._quote, mono=Mono("pre", language, next(self._monos)))

    def _begin(self, line: int, *, depth: int | None = None, own_line: bool = False) -> None:
        """Parts a block from the one before: by a blank line where the source has one."""
        if self._out.length and (own_line or not self._after_marker):
            if not self._after_marker and not self._after_heading:
                top_level = not self._numbers and not self._quote
                (self._out.mark_block if top_level else self._out.mark_item)()
            separator = "\n\n" if line > self._last_line and not self._after_marker else "\n"
            self._out.write(separator, Style(quote=self._last_quote))
        if not own_line and not self._after_marker:
            indent = _INDENT * (len(self._numbers) if depth is None else depth)
            self._out.write(indent + "> " * (self._quote_depth - 1), Style(quote=self._quote))
        self._after_marker = self._after_heading = False

    def _end(self, line: int) -> None:
        self._last_line = line
        self._last_quote = self._quote

    @staticmethod
    def _lines(token: Token) -> tuple[int, int]:
        assert token.map is not None  # noqa: S101 - for the type checker: every block has lines
        first, last = token.map
        return first, last


def _plain(cell: str) -> str:
    """A table's cell without styles: `pre` can hold none."""
    if not _MARKUP.search(cell):
        return cell
    out = Writer()
    InlineWriter(out, links=False).write(parsing.cell(cell), Style(), newline="\n")
    return "\n".join(line.strip() for line in out.text().split("\n"))


def _without_blank_ends(code: str) -> str:
    code = code.rstrip()
    first = len(code) - len(code.lstrip())
    return code[code[:first].rfind("\n") + 1 :]
