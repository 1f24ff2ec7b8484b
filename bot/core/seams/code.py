"""Carries on an answer that broke off inside a code block."""

from __future__ import annotations

import re
from typing import Final

from bot.core.seams.fences import Fence, fences
from bot.core.seams.repeats import repeated
from bot.core.seams.words import is_one_word

_LONE_WORD: Final = re.compile(r"[A-Za-z+#]{1,12}$", re.MULTILINE)
_NAME: Final = re.compile(r"\w+")


def code_tail(first: str, fence: Fence, rest: str) -> str:
    """What stands after `first`, the code block of which `fence` opened."""
    opening = next(fences(rest), None)
    at_start = opening is not None and not rest[: opening.start].strip()
    if opening is not None and at_start and _opens(opening, rest):
        return _reopened(first, fence, opening.info, rest[opening.end + 1 :])
    if opening is not None and at_start:
        return _on_own_line(first, rest.lstrip("\n"))
    skipped = repeated(first, rest, in_code=True)
    if skipped:
        return rest[skipped:]
    if opening is not None and opening.info:  # words of its own, then a block of its own
        return _on_own_line(first, f"{fence.indent}{fence.mark}\n\n{rest.lstrip()}")
    if fence.end == len(first):
        return _after_language(fence.info, rest)
    return _gap(first, rest, fence) + (rest.lstrip("\n") if first.endswith("\n") else rest)


def _opens(fence: Fence, rest: str) -> bool:
    """Whether the fence that `rest` begins with opens: a bare one does where the count of all is even."""
    return bool(fence.info) or sum(1 for _ in fences(rest)) % 2 == 0


def _reopened(first: str, fence: Fence, info: str, rest: str) -> str:
    if fence.end == len(first):
        return f"{info.removeprefix(fence.info)}\n{rest}"
    skipped = repeated(first, rest, in_code=True)
    if skipped:
        return rest[skipped:]
    rest = rest.lstrip("\n")
    if first.endswith("\n") or _breaks_inside(first, rest):
        return rest
    return f"\n{rest}"


def _on_own_line(first: str, rest: str) -> str:
    return rest if first.endswith("\n") else f"\n{rest}"


def _after_language(info: str, rest: str) -> str:
    """`first` ends in the very line of the fence, which may lack the end of the language's name."""
    goes_on = _LONE_WORD.match(rest) and not (info and rest[0].isupper())
    return rest if goes_on or rest.startswith("\n") else f"\n{rest}"


def _breaks_inside(first: str, rest: str) -> bool:
    """Whether the last line broke off inside a string or a word."""
    line = first.rpartition("\n")[2]
    if any(line.count(quote) % 2 for quote in "\"'`"):
        return True
    return line[-1].isalpha() and rest[0].isalpha() and is_one_word(first, rest)


def _gap(first: str, rest: str, fence: Fence) -> str:
    """What is missing between: a line feed before a new statement, a space between words, or nothing."""
    last, next_ = first[-1], rest[0]
    if last.isspace() or next_.isspace():
        return "\n" if rest.startswith("  ") and not last.isspace() else ""
    line = first.rpartition("\n")[2]
    quoted = any(line.count(quote) % 2 for quote in "\"'`")
    if _is_word(last) and _is_word(next_):
        if _is_one_name(first, rest):
            return ""
        return " " if quoted or not _starts_a_line(first[fence.end :], rest) else "\n"
    if quoted:
        return " " if last in ",;:!?" else ""
    if last == ",":
        return " "
    ended = last in ")]};:" and _is_word(next_)
    return "\n" if ended or (next_ in "#@}" and last not in "([{") else ""


def _is_one_name(first: str, rest: str) -> bool:
    last, next_ = first[-1], rest[0]
    if last.isalpha() and next_.isalpha():
        return is_one_word(first, rest)
    return "_" in {last, next_} or (last.isdigit() and next_.isdigit())


def _starts_a_line(code: str, rest: str) -> bool:
    """Whether `rest` looks like a new statement: its first word opens another line of the block."""
    word = _NAME.match(rest)
    assert word is not None  # noqa: S101 - for the type checker: only a word comes here
    return (
        re.search(rf"^\s*{re.escape(word[0])}\b", code, re.MULTILINE) is not None
        or "=" in rest.partition("\n")[0]
    )


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
