"""Tables: the Markdown rule that reads them, and their layout in aligned monospaced lines.

The library's own rule is not used: it drops the cells beyond the header's and cuts cells at a `|` in code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from bot.markup.graphemes import width

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_DELIMITER = re.compile(r":?-+:?")
_PIPES = re.compile(r"\\.|(`+)[^`]*`+|\|")
_WIDEST = 40
"""Columns are padded to this many character cells: one long cell must not stretch every row."""


def table_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A line with pipes, a delimiter row such as `|---|:-:|`, and all lines with pipes that follow."""
    if start_line + 2 > end_line:
        return False
    header = _line(state, start_line)
    delimiters = _delimiters(state, start_line + 1) if "|" in header else []
    if not delimiters or silent:
        return bool(delimiters)
    later = range(start_line + 2, end_line)
    line = next((line for line in later if not _is_row(state, line, end_line)), end_line)
    token = state.push("table", "", 0)
    token.map = [start_line, line]
    token.meta = {
        "rows": [_cells(header), *(_cells(_line(state, row)) for row in range(start_line + 2, line))],
        "alignments": [(cell.startswith(":"), cell.endswith(":")) for cell in delimiters],
    }
    state.line = line
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _delimiters(state: StateBlock, line: int) -> list[str]:
    source = _line(state, line)
    if state.sCount[line] < state.blkIndent or "|" not in source or not source.startswith(("|", ":", "-")):
        return []
    cells = _cells(source)
    return cells if all(_DELIMITER.fullmatch(cell) for cell in cells) else []


def _is_row(state: StateBlock, line: int, end_line: int) -> bool:
    source = _line(state, line)
    if state.sCount[line] < state.blkIndent or "|" not in source:
        return False
    interrupting = state.md.block.ruler.getRules("blockquote")
    return source.startswith("|") or not any(rule(state, line, end_line, True) for rule in interrupting)


def _cells(source: str) -> list[str]:
    r"""Cut at each `|` that is neither escaped nor in code; `\|` is a pipe in the cell."""
    source = source.strip().removeprefix("|")
    cells: list[str] = []
    begin = 0
    for match in _PIPES.finditer(source):
        if match[0] == "|":
            cells.append(source[begin : match.start()])
            begin = match.end()
    if source[begin:]:
        cells.append(source[begin:])
    return [cell.replace("\\|", "|").strip() for cell in cells]


def layout(rows: Sequence[Sequence[str]], alignments: Sequence[tuple[bool, bool]]) -> str:
    """A line a row, or as many as its cells have, padded to the column; the first row is the header."""
    cells = [[cell.split("\n") for cell in row] for row in rows]
    widths = [
        min(max(width(line) for cell in column for line in cell), _WIDEST)
        for column in zip_longest(*cells, fillvalue=[""])
    ]
    sides = [*alignments, *[(False, False)] * (len(widths) - len(alignments))]
    head, *body = [_lines(row, widths, sides) for row in cells]
    return "\n".join(chain(head, ["-+-".join("-" * each for each in widths)], *body))


def _lines(row: list[list[str]], widths: list[int], sides: Sequence[tuple[bool, bool]]) -> list[str]:
    return [
        " | ".join(_padded(cell, widths[at], *sides[at]) for at, cell in enumerate(line)).rstrip()
        for line in zip_longest(*row, fillvalue="")
    ]


def _padded(cell: str, wanted: int, left: bool, right: bool) -> str:
    missing = max(wanted - width(cell), 0)
    before = missing // 2 if left and right else missing if right else 0
    return " " * before + cell + " " * (missing - before)
