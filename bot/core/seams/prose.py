"""Carries on an answer that broke off in its prose, a list or a table."""

from __future__ import annotations

import re
from typing import Final

from bot.core.seams.fences import fences
from bot.core.seams.repeats import repeated
from bot.core.seams.spaces import space_between

_ELLIPSIS: Final = re.compile(r"\s*(?:…|\.\.\.)\s*(?=[\w«\"(*])")
_LONE_MARKER: Final = re.compile(r"[ \t]*(?:#{1,6}|[-*+•]|\d{1,9}[.)])")
_BULLET: Final = re.compile(r"[ \t]*[-*+•][ \t]+\S")
_NUMBER: Final = re.compile(r"[ \t]*\d{1,9}[.)][ \t]+\S")
_BLOCK: Final = re.compile(r"#{1,6}[ \t]|>|\||`{3}|~{3}|\$\$|\\\[|(?:[-*_][ \t]*){3,}(?:\n|$)")
_DELIMITERS: Final = re.compile(r"\|?[ \t]*:?-+:?[ \t]*\|[ \t|:-]*")


def prose_tail(first: str, rest: str) -> str:
    """What stands after `first`."""
    rest = _ELLIPSIS.sub("", rest, count=1) if _ELLIPSIS.match(rest) else rest
    rest = _without_closing(first, rest)
    rest = _without_header(first, rest)
    skipped = repeated(first, rest, in_code=False)
    if skipped:
        rest = rest[skipped:]
        return rest.lstrip(" ") if first[-1].isspace() and not rest.startswith("    ") else rest
    body = rest.lstrip()
    if not body:
        return ""
    return _gap(first, rest[: len(rest) - len(body)], body) + body


def _without_closing(first: str, rest: str) -> str:
    """Without a fence that would close the code block a second time."""
    closing = next(fences(rest), None)
    if (
        closing is None
        or closing.info
        or rest[: closing.start].strip()
        or sum(1 for _ in fences(rest)) % 2 == 0
    ):
        return rest
    last = list(fences(first))
    closed_just_now = bool(last) and not first[last[-1].end :].strip()
    return rest[closing.end :] if closed_just_now else rest


def _without_header(first: str, rest: str) -> str:
    """Without the head of a table that goes on."""
    table = first.rpartition("\n\n")[2].lstrip("\n").split("\n")
    lines = rest.lstrip("\n").split("\n", 2)
    if len(lines) < 3 or not _DELIMITERS.fullmatch(lines[1].strip()) or lines[0].strip() not in table:
        return rest
    return lines[2]


def _gap(first: str, lead: str, body: str) -> str:
    """What stands between, `lead` being the white space that `rest` began with."""
    line = first.rpartition("\n")[2]
    if _starts_block(line, body):
        wanted = (
            "\n" if _BULLET.match(line) or _NUMBER.match(line) or (line[:1] == body[:1] == "|") else "\n\n"
        )
        indent = lead.rpartition("\n")[2] if _BULLET.match(body) or _NUMBER.match(body) else ""
        present = len(first) - len(first.rstrip("\n"))
        return wanted[present:] + ("" if first[-1] == " " else indent)
    if first[-1].isspace() or _LONE_MARKER.fullmatch(line):
        return "" if first[-1].isspace() else " "
    if "\n" in lead and not (body[0].islower() and (first[-1].isalnum() or first[-1] in ",–—-")):
        return "\n\n" if lead.count("\n") > 1 else "\n"
    if line.startswith("#") and body[0].isupper() and (first[-1].isalnum() or first[-1] in "?!"):
        return "\n\n"
    if body[0].isupper() and first[-1].isalnum() and _is_verse(first):
        return "\n"
    return " " if lead and "\n" not in lead else space_between(first, body)


def _starts_block(line: str, body: str) -> bool:
    if _BLOCK.match(body):
        return not (body.startswith("|") and line.startswith("|") and not line.rstrip().endswith("|"))
    listed = bool(_BULLET.match(line) or _NUMBER.match(line))
    if _NUMBER.match(body):
        return not line[-1:].isdigit() and (listed or not line or line[-1:] in ".:;!?…)»*")
    if _BULLET.match(body):
        # After a word, a hyphen between spaces is a dash more often than a list.
        return listed or body[0] != "-" or line[-1:] in ".:;!?…)»*" or "\n- " in body
    return False


def _is_verse(first: str) -> bool:
    """Whether the last paragraph is in short lines that all begin with capitals."""
    lines = first.rpartition("\n\n")[2].split("\n")
    return len(lines) > 1 and all(line[:1].isupper() and len(line) < 60 for line in lines)
