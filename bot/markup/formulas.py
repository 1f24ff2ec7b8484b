"""Markdown rules that take formulas, addresses and names as they are, out of reach of emphasis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_LONGEST = 4000
"""Characters in which a formula must close: so that unclosed ones cost no more than their number."""

_BLOCK = re.compile(r"\\\[|\$\$|\\begin\{([A-Za-z]{1,30}\*?)\}")
_CLOSINGS = {"\\[": "\\]", "\\(": "\\)", "$$": "$$"}
_BRACKETS = ("\\(", "\\[", "\\)", "\\]")
# No space inside next to a dollar and no letter or digit after the second: not money, nor variables.
_DOLLARS = re.compile(r"\$(?!\s)((?:[^$`\\\n]|\\.){1,500})(?<!\s)\$(?![\w$])")
_NAME = re.compile(r"__[A-Za-z][A-Za-z0-9_]*__")
_ADDRESS = re.compile(r"://[^\s<>\[\]`*~|\\]*[^\s<>\[\]`*~|\\_]")


def formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""A block from a line that opens with `\[`, `$$` or `\begin{…}` to the line that closes it."""
    if state.is_code_block(start_line):
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    opening = _BLOCK.match(state.src, begin, state.eMarks[start_line])
    if not opening:
        return False
    closing = _CLOSINGS.get(opening[0]) or f"\\end{{{opening[1]}}}"
    close = state.src.find(closing, opening.end(), begin + _LONGEST)
    if close < 0:
        return False
    line = start_line
    while line < end_line and state.eMarks[line] < close:
        line += 1
        if line == end_line or (state.sCount[line] < state.blkIndent and not state.isEmpty(line)):
            return False
    rest = state.src[close + len(closing) : state.eMarks[line]]
    if line == start_line and rest.strip():
        return False
    if not silent:
        state.line = line + 1
        token = state.push("formula", "", 0)
        token.map = [start_line, state.line]
        token.content = state.getLines(start_line, state.line, state.blkIndent, False)
    return True


def formula_inline(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)`, `\[…\]`, `$…$`, `$$…$$`; an odd bracket of the first two keeps its backslash as well."""
    end = _formula_end(state.src, state.pos, state.posMax)
    return _literal(state, end, silent)


def bare_address(state: StateInline, silent: bool) -> bool:
    """`https://host/_a_/b*c`: Telegram links it by itself."""
    at = state.pos
    match = _ADDRESS.match(state.src, at, state.posMax) if at and state.src[at - 1].isalnum() else None
    return _literal(state, match.end() if match else None, silent)


def underscored_name(state: StateInline, silent: bool) -> bool:
    """`__init__`, `__VA_ARGS__`: a name in ASCII letters and digits is code more often than it is bold."""
    match = _NAME.match(state.src, state.pos, state.posMax)
    return _literal(state, match.end() if match else None, silent)


def _formula_end(src: str, begin: int, stop: int) -> int | None:
    opening = src[begin : min(begin + 2, stop)]
    if opening in _CLOSINGS:
        closing = _CLOSINGS[opening]
        close = src.find(closing, begin + 2, min(stop, begin + _LONGEST))
        if close > begin + 2:
            return close + len(closing)
    if opening in _BRACKETS:
        return begin + 2
    match = _DOLLARS.match(src, begin, stop)
    if match and "**" not in match[1] and "~~" not in match[1]:
        return match.end()
    return None


def _literal(state: StateInline, end: int | None, silent: bool) -> bool:
    if end is None:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True
