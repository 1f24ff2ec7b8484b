"""The Markdown parser, set so that nothing a model wrote is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, list_block
from markdown_it.rules_inline import image, link

from bot.markup.emphasis import emphasis_marks, pair_stars, unpaired_marks
from bot.markup.formulas import bare_address, formula_block, formula_inline, underscored_name
from bot.markup.tables import table_block

if TYPE_CHECKING:
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    InlineRule = Callable[[StateInline, bool], bool]

_DEEPEST = 20
"""Levels of quotes and lists (a list takes two); what is nested deeper is text. The library would drop it."""
_MAX_NESTING = 30
"""The library's own limit, out of reach of blocks; the cost of brackets nested in brackets grows with it."""
_LONGEST_LABEL = 1000
"""Characters between a link's `[` and its `](`: what has none costs nothing."""

# Telegram turns control characters into spaces, and lone surrogates can't be sent at all.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BREAK = re.compile(r"<br *\/?>", re.IGNORECASE)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_WITH_HOST = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


class _Markdown(MarkdownIt):
    """The library, which makes Punycode of capital letters too: of a host that does not exist."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        host = _WITH_HOST.match(url)
        if host is None or host[0].isascii():
            return super().normalizeLink(url)
        return super().normalizeLink(host[0].lower() + url[host.end() :])


def cleaned(markdown: str) -> str:
    """The text with line feeds for line ends, and without what can't be sent."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", _LINE_ENDS.sub("\n", markdown)))


def blocks(source: str) -> list[Token]:
    return _parser().parse(source)


def cell(source: str) -> list[Token]:
    """A table's cell, where `<br>` is the only line break there is, and `&nbsp;` is written for its sake."""
    return _cell_parser().parseInline(source)[0].children or []


def unpaired(source: str) -> list[str]:
    """The marks in a paragraph that open emphasis and are not closed, in their order."""
    env: dict[str, list[str]] = {"unpaired": []}
    _parser().parseInline(source, env)
    return env["unpaired"]


@cache
def _parser() -> MarkdownIt:
    return _made()


@cache
def _cell_parser() -> MarkdownIt:
    parser = _made().enable("entity")
    parser.inline.ruler.before("autolink", "line_break", _line_break)
    return parser


def _made() -> MarkdownIt:
    parser = _Markdown("commonmark", {"html": False, "maxNesting": _MAX_NESTING}).enable("strikethrough")
    # References and entities would vanish, and a rule under a paragraph is meant as a rule, not as a heading.
    parser.disable(["reference", "lheading", "entity", "html_block", "html_inline"])
    anywhere: RuleOptionsType = {"alt": ["paragraph", "blockquote", "list"]}
    ruler = parser.block.ruler
    ruler.at("blockquote", _bounded(blockquote), anywhere)
    ruler.at("list", _bounded(list_block), {"alt": ["paragraph", "blockquote"]})
    ruler.before("fence", "formula", formula_block, anywhere)
    ruler.before("paragraph", "table_rows", table_block, {"alt": ["paragraph"]})
    parser.inline.ruler.before("escape", "formula", formula_inline)
    parser.inline.ruler.before("escape", "bare_address", bare_address)
    parser.inline.ruler.before("emphasis", "underscored_name", underscored_name)
    parser.inline.ruler.at("emphasis", emphasis_marks)
    parser.inline.ruler2.before("balance_pairs", "pair_stars", pair_stars)
    parser.inline.ruler2.after("balance_pairs", "unpaired_marks", unpaired_marks)
    parser.inline.ruler.at("link", _with_address(link))
    parser.inline.ruler.at("image", _with_address(image))
    return parser


def _line_break(state: StateInline, silent: bool) -> bool:
    found = _BREAK.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def _bounded(rule: BlockRule) -> BlockRule:
    def bounded(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, start_line, end_line, silent)

    return bounded


def _with_address(rule: InlineRule) -> InlineRule:
    def with_address(state: StateInline, silent: bool) -> bool:
        near = min(state.posMax, state.pos + _LONGEST_LABEL)
        return "](" in state.src[state.pos : near] and rule(state, silent)

    return with_address
