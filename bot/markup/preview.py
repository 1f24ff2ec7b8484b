"""An answer that is still growing, as Markdown that can be shown."""

from __future__ import annotations

import re
from typing import Final

from bot.core.seams.fences import fences, open_fence
from bot.markup import parsing

_INLINE_REACH: Final = 300
_BLOCK_REACH: Final = 1000
"""Characters that may be held back, for what may never close."""
_FORMULA: Final = re.compile(
    r"(?P<code>`+)[^`]+(?P=code)|(?P<opening>\\[(\[]|\$\$|\\begin\{(?P<name>[a-z]+\*?)\})|(?P<closing>\\[)\]]|\\end\{[a-z]+\*?\})"
)
_CLOSINGS: Final = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}
_DOLLAR: Final = re.compile(r"(?<![\w$\\])\$(?=[^\s$])(?P<inside>[^$\n]{0,80})$")
_LIKE_FORMULA: Final = re.compile(r"[\\^_{}=+]")
_LINK: Final = re.compile(
    r"!?\[(?:[^\[\]\n]|\[[^\[\]\n]*\]){0,300}(?:\](?:\((?:[^()\n]|\([^()\n]*\)){0,1000})?)?$"
)
_ADDRESS: Final = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]*(?:[:@][^\s<>]*)?)?$")
_NAME: Final = re.compile(r"__[A-Za-z]\w*$")
_UNFINISHED: Final = (("[", _LINK), ("<", _ADDRESS), ("__", _NAME))
"""Each with what it can't be without: to look for that costs next to nothing."""
_TRAILING: Final = re.compile(r"(?:[*_`~\\$]+|(?<!\S)!|\s)+$")
_TRAILING_SIGNS: Final = "*_`~\\$!"
_MARKERS: Final = re.compile(r"[\s>*+\-_~=#|:`]*(?:\d{1,9}[.)]?[\s>*+\-_~#`]*)?")
_DELIMITERS: Final = re.compile(r"[\s>]*\|[\s|:-]*")
_MARKS: Final = re.compile(r"[*_~`|]")
_TICKS: Final = re.compile(r"`+")
_MOST_MARKS: Final = 4


def closed(text: str) -> str:
    """`text` so far, such that nothing half-open shows: what can't be told yet is held back, the rest closed.

    Its rendering has no marks that the whole answer's would not have. A code block, bold and the like are
    closed; an unfinished link, formula, row of a table or name, and marks at the very end, wait for the rest.
    """
    fence = open_fence(text)
    if fence is not None and text[fence.end :].strip():
        lines = text.rstrip().split("\n")
        if set(lines[-1].strip()) <= set(fence.mark):
            del lines[-1]
        return "\n".join([*lines, re.sub(r"[^>\s]", " ", fence.indent) + fence.mark])
    if fence is not None:
        text = text[: fence.start]
    elif any(each.end == len(text.rstrip()) for each in fences(text)):
        return text.rstrip()
    start = _last_block(text)
    tail = text[start:]
    for _ in range(_MOST_MARKS):
        shorter = _held_back(tail)
        if shorter == tail:
            break
        tail = shorter
    return (text[:start] + _marks_closed(tail)).rstrip()


def _last_block(text: str) -> int:
    """Where something begins at the left edge after a blank line, with no formula open."""
    formula = _open_formula(text)
    end = len(text.rstrip()) if formula is None else formula
    for found in reversed([*re.finditer(r"\n[ \t]*\n(?=\S)", text[:end])]):
        return found.end()
    return 0


def _held_back(tail: str) -> str:
    """Without one kind of thing at its end that may become another."""
    whole_line = tail.endswith("\n")
    formula = _open_formula(tail)
    if formula is not None:
        return tail[:formula].rstrip()
    stripped = _without_table_head(tail.rstrip(), whole_line=whole_line)
    before, feed, line = stripped.rpartition("\n")
    if line and not _is_row(line) and _MARKERS.fullmatch(line) and (feed or not line.strip().isdigit()):
        return before.rstrip()
    begin = max(len(stripped) - _BLOCK_REACH - _INLINE_REACH, 0)
    for sign, pattern in _UNFINISHED:
        found = pattern.search(stripped, begin) if sign in stripped[begin:] else None
        if found is not None:
            return stripped[: found.start()]
    found = _TRAILING.search(stripped, begin) if stripped[-1:] in _TRAILING_SIGNS else None
    if found is not None:
        return stripped[: found.start()]
    dollar = _DOLLAR.search(line)
    if dollar and (not re.search(r"\s", dollar["inside"]) or _LIKE_FORMULA.search(dollar["inside"])):
        return stripped[: len(stripped) - len(line) + dollar.start()].rstrip()
    return f"{stripped}\n" if whole_line else stripped


def _open_formula(text: str) -> int | None:
    """Where a formula begins that is not closed yet, and may still be."""
    opened: re.Match[str] | None = None
    for found in _FORMULA.finditer(text, max(len(text) - _BLOCK_REACH, 0)):
        if opened is None and found["opening"]:
            opened = found
        elif opened is not None and found[0] == _closing(opened):
            opened = None
    if opened is None or (opened[0] == "\\(" and len(text) - opened.start() > _INLINE_REACH):
        return None
    return opened.start()


def _closing(opened: re.Match[str]) -> str:
    return _CLOSINGS.get(opened[0]) or f"\\end{{{opened['name']}}}"


def _without_table_head(tail: str, *, whole_line: bool) -> str:
    """Without the first row of a table until the row of dashes below it has come."""
    lines = tail.split("\n")
    rows = 0
    while rows < len(lines) and _is_row(lines[-1 - rows]):
        rows += 1
    dashes = _DELIMITERS.fullmatch(lines[-1]) is not None
    if rows == 1 or (rows == 2 and dashes and not (whole_line and "-" in lines[-1])):
        return "\n".join(lines[:-rows]).rstrip()
    return tail


def _is_row(line: str) -> bool:
    return line.lstrip(" \t>").startswith("|")


def _marks_closed(tail: str) -> str:
    if not _MARKS.search(tail):
        return tail.rstrip()
    last = next(token for token in reversed(parsing.blocks(tail)) if token.nesting >= 0)
    if last.type == "table" and not tail.endswith("\n"):
        return tail.rpartition("\n")[0]
    tail = tail.rstrip()
    return tail + _closing_marks(last.content) if last.type == "inline" else tail


def _closing_marks(paragraph: str) -> str:
    """What closes the code and the emphasis that a paragraph leaves open, the inner ones first."""
    closing = _open_ticks(paragraph)
    left = parsing.unpaired(paragraph + closing)
    for mark in reversed(left[-_MOST_MARKS:]):
        remaining = parsing.unpaired(paragraph + closing + mark)
        if len(remaining) < len(left):
            closing, left = closing + mark, remaining
    return closing


def _open_ticks(paragraph: str) -> str:
    """The backticks that code was opened with, where it is not closed."""
    runs = (found[0] for found in _TICKS.finditer(paragraph))
    for run in runs:
        if run not in runs:  # which goes on to the run that closes it
            return run
    return ""
