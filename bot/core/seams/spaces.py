"""Tells whether a space is missing between two pieces of one paragraph."""

from __future__ import annotations

import re
from typing import Final

from bot.core.seams.words import is_one_word

_CLOSING: Final = frozenset(",.;:!?)]}»”’%…")
_OPENING: Final = frozenset("([{«„“‘\\@#$^/")
_MARKS: Final = re.compile(r"[*_`~]+")
_LATIN: Final = re.compile(r"[A-Za-z0-9]")
_LISTED: Final = re.compile(r"\d, +[-+]?\d[\d.]*,$")
_CALLED: Final = re.compile(r"(?:[\[{]|\w\()[^])}]*$")
"""A bracket of a list or of a call, not closed."""
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef]"
)
"""Scripts that set no spaces between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese."""


def space_between(first: str, rest: str) -> str:
    """A space or nothing; neither side has white space at the seam."""
    paragraph = first.rpartition("\n\n")[2]
    for rule in (_by_dashes, _by_punctuation, _by_marks, _by_quotes):
        apart = rule(paragraph, first, rest)
        if apart is not None:
            return " " if apart else ""
    if first[-1].isalnum() and rest[0].isalnum():
        return " " if _are_two_words(first, rest) else ""
    return "" if _is_one_token(first, rest) else " "


def _by_dashes(_paragraph: str, first: str, rest: str) -> bool | None:
    if rest[0] in "—–" or first[-1] in "—–":
        return True
    if rest[0] == "-":
        return rest[1:2].isspace() or not first[-1].isalnum()
    return first[-2:-1].isspace() if first[-1] == "-" else None


def _by_punctuation(_paragraph: str, first: str, rest: str) -> bool | None:
    return False if rest[0] in _CLOSING or first[-1] in _OPENING else None


def _by_marks(paragraph: str, first: str, rest: str) -> bool | None:
    """By whether emphasis or code is open before the seam."""
    last = first[-1]
    if _MARKS.match(rest):
        return _opens(paragraph, first, rest)
    if last in "*_`~":
        return not _is_open(paragraph, first[len(first.rstrip(last)) :])
    return None


def _by_quotes(paragraph: str, first: str, rest: str) -> bool | None:
    last, next_ = first[-1], rest[0]
    quote = next(iter({last, next_} & set("\"'")), "")
    if not quote:
        return None
    apostrophe = first[-2:-1].isalpha() if last == "'" else last.isalpha() and rest[1:2].isalpha()
    return paragraph.count(quote) % 2 == 0 and not (quote == "'" and apostrophe)


def _is_one_token(first: str, rest: str) -> bool:
    """An address, a number, a file's name: what a dot or a colon stands inside."""
    last, before, next_ = first[-1], first[-2:-1], rest[0]
    if last in ".:/?&=+#" and "://" in _token(first):
        return bool(_LATIN.match(next_))
    if last in ".,:" and before.isdigit():
        return next_.isdigit() and not (last == "," and _are_listed(first))
    return last == "." and bool(_LATIN.match(before) and _LATIN.match(next_)) and not next_.isupper()


def _are_listed(first: str) -> bool:
    """Whether the comma that ends it stands between numbers of a list, which have a space there.

    It does after a comma with a space between numbers, and in brackets or code; not where other numbers have
    commas in them, `1,5` or `[1,2,`. Where nothing tells, it is a decimal comma.
    """
    line = first.rpartition("\n")[2]
    if re.search(r"\d,\d", line):
        return False
    return _LISTED.search(line) is not None or _CALLED.search(line) is not None or _is_open(line, "`")


def _opens(paragraph: str, first: str, rest: str) -> bool:
    """Whether the marks that `rest` begins with open a new word's emphasis or code."""
    found = _MARKS.match(rest)
    mark = found[0] if found else ""
    after = rest[len(mark) : len(mark) + 1]
    if _is_open(paragraph, mark) or not after or after.isspace():
        return False
    inside = mark == "_" or (mark in {"*", "**"} and (first[-1].isdigit() or after.isdigit()))
    return not (inside and first[-1].isalnum() and after.isalnum())


def _is_open(paragraph: str, mark: str) -> bool:
    """Whether this mark stands an odd number of times."""
    one = re.escape(mark[0])
    return len(re.findall(rf"(?<!{one}){re.escape(mark)}(?!{one})", paragraph)) % 2 == 1


def _are_two_words(first: str, rest: str) -> bool:
    last, next_ = first[-1], rest[0]
    if _UNSPACED.match(last) or _UNSPACED.match(next_):
        return False
    if not next_.isupper() and ("://" in _token(first) or _is_open(first.rpartition("\n\n")[2], "`")):
        return False
    if last.isdigit() or next_.isdigit():
        return not (last.isdigit() and next_.isdigit()) and not (last.isupper() and next_.isdigit())
    if bool(_LATIN.match(last)) != bool(_LATIN.match(next_)):
        return True
    if last.islower() and next_.isupper():
        return _whole_word(first, rest) not in f"{first} {rest[1:]}"
    return not is_one_word(first, rest)


def _whole_word(first: str, rest: str) -> str:
    before, after = re.search(r"\w+$", first), re.match(r"\w+", rest)
    return f"{before[0] if before else ''}{after[0] if after else ''}"


def _token(first: str) -> str:
    """What follows the last white space."""
    return first.rsplit(maxsplit=1)[-1]
