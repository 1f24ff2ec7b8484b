"""Markdown rules for formulas, and for addresses and names, which emphasis must not reach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    from bot.markup.latex import Formula

_LONGEST = 4000
"""Characters in which a formula must close: so that unclosed ones cost no more than their number."""

_BLOCK = re.compile(r"\\\[|\$\$|\\begin\{([A-Za-z]{1,30}\*?)\}")
_CLOSINGS = {"\\[": "\\]", "\\(": "\\)", "$$": "$$"}
_BRACKETS = ("\\(", "\\[", "\\)", "\\]")
# No space inside next to a dollar and no letter or digit after the second: not money, nor variables.
_DOLLARS = re.compile(r"\$(?!\s)((?:[^$`\\\n]|\\.){1,500})(?<!\s)\$(?![\w$])")
_SIGNS = re.compile(r"[\\^_=+<>{}*/|≤≥≠≈→·×±∑∫√-]")
_LATEX = re.compile(r"[\\^_=]")
_WORD = re.compile(r"[^\W\d_A-Za-zα-ωΑ-Ω]{2,}")
_PROSE = re.compile(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}")
_NAME = re.compile(r"__[A-Za-z][A-Za-z0-9_]*__")
_ADDRESS = re.compile(r"(?<=[^\W_])://[^\s<>\[\]`*~|\\]*[^\s<>\[\]`*~|\\_]")


def formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""A block from a line that opens with `\[`, `$$` or `\begin{…}` to the line that closes it."""
    if state.is_code_block(start_line):
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    ends = _block_ends(state.src, begin)
    if ends is None:
        return False
    _, closing = ends
    line = start_line
    while state.eMarks[line] < closing.end():
        line += 1
        if line == end_line or (state.sCount[line] < state.blkIndent and not state.isEmpty(line)):
            return False
    rest = state.src[closing.end() : state.eMarks[line]]
    if line == start_line and rest.strip():
        return False
    if not silent:
        state.line = line + 1
        token = state.push("formula", "", 0)
        token.map = [start_line, state.line]
        token.content = state.getLines(start_line, state.line, state.blkIndent, False)
    return True


def formula_inline(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)`, `\[…\]`, `$…$`, `$$…$$` in Unicode; what has no form there stays whole as written, as code.

    An odd bracket of the first two keeps its backslash.
    """
    begin = state.pos
    end, opening = _formula_end(state.src, begin, state.posMax)
    if end is None:
        return False
    source = state.src[begin:end]
    body = source[len(opening) : -len(opening)] if opening else ""
    if not _means_formula(opening, body):
        return _literal(state, end, silent)
    if not silent:
        formula = _readable(body, display=False)
        token = state.push("code_inline" if formula is None else "formula_inline", "", 0)
        token.content = source if formula is None else formula.text
    state.pos = end
    return True


def shown(source: str) -> tuple[Formula | None, str]:
    """A block's formula, None where it has no form in Unicode; and what stands after its end."""
    source = source.strip()
    ends = _block_ends(source, 0)
    if ends is None:
        return None, ""
    opening, closing = ends
    body = source[: closing.end()] if opening[1] else source[opening.end() : closing.start()]
    return _readable(body, display=True), source[closing.end() :]


def _block_ends(source: str, begin: int) -> tuple[re.Match[str], re.Match[str]] | None:
    """What opens the block that begins there, and what closes it."""
    opening = _BLOCK.match(source, begin)
    if opening is None:
        return None
    closing = _CLOSINGS.get(opening[0]) or f"\\end{{{opening[1]}}}"
    found = _found(closing, source, opening.end(), begin + _LONGEST)
    return (opening, found) if found else None


def _found(sign: str, source: str, begin: int, stop: int) -> re.Match[str] | None:
    return re.compile(re.escape(sign)).search(source, begin, stop)


def _readable(body: str, *, display: bool) -> Formula | None:
    from bot.markup.latex import readable  # noqa: PLC0415 - few answers have formulas

    return readable(body, display=display)


def _means_formula(opening: str, body: str) -> bool:
    r"""Not `\[1\]`, `\(см. ниже\)`, which are brackets escaped, nor `$5 и $`, which is money."""
    words = body.strip()
    if opening == "\\[":
        return bool(_SIGNS.search(words))
    if not words or (_WORD.search(words) and not _LATEX.search(words)):
        return False
    prose = _PROSE.search(words) and "\\" not in words
    return opening != "$" or not (
        prose or words.startswith(("/", ":")) or words.endswith((",", ";", ":", "/"))
    )


def bare_address(state: StateInline, silent: bool) -> bool:
    """`https://host/_a_/b*c`: Telegram links it by itself."""
    match = _ADDRESS.match(state.src, state.pos, state.posMax)
    return _literal(state, match.end() if match else None, silent)


def underscored_name(state: StateInline, silent: bool) -> bool:
    """`__init__`, `__VA_ARGS__`: a name in ASCII letters and digits is code more often than it is bold."""
    match = _NAME.match(state.src, state.pos, state.posMax)
    return _literal(state, match.end() if match else None, silent)


def _formula_end(src: str, begin: int, stop: int) -> tuple[int | None, str]:
    """Where it ends and what it opened with; without an opening, it is an odd bracket."""
    opening = src[begin : min(begin + 2, stop)]
    if opening in _CLOSINGS:
        inside = begin + len(opening)
        closing = _found(_CLOSINGS[opening], src, inside, min(stop, begin + _LONGEST))
        if closing and closing.start() != inside:
            return closing.end(), opening
    if opening in _BRACKETS:
        return begin + len(opening), ""
    match = _DOLLARS.match(src, begin, stop)
    if match and "**" not in match[1] and "~~" not in match[1]:
        return match.end(), "$"
    return None, ""


def _literal(state: StateInline, end: int | None, silent: bool) -> bool:
    if end is None:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True
