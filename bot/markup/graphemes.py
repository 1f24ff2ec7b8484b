"""Where a string may be cut without breaking a character that people see as one.

An approximation of Unicode's extended grapheme clusters (UAX #29) by the standard library's tables; it leaves
out Indic conjuncts and prepended marks, which stay readable when they are cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from unicodedata import category, east_asian_width

_ZERO_WIDTH_JOINER = "\u200d"
_NARROW = re.compile("[\u0020-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e№]*")
"""Latin, Greek, Cyrillic and punctuation, of which each takes one cell."""
_AS_EMOJI = "\ufe0f"


def boundary(text: str, begin: int, end: int) -> int:
    """The last index in (begin, end] between two visible characters; `end` where one fills the range."""
    return next((at for at in range(end, begin, -1) if not joined(text, begin, at)), end)


def width(text: str) -> int:
    """In cells of a monospaced font: East Asian wide characters, emoji and flags take two, marks none."""
    return len(text) if _NARROW.fullmatch(text) else sum(map(_cluster_width, _clusters(text)))


def _clusters(text: str) -> Iterator[str]:
    begin = 0
    for at in range(1, len(text) + 1):
        if not joined(text, begin, at):
            yield text[begin:at]
            begin = at


def _cluster_width(cluster: str) -> int:
    if category(cluster[0]) in {"Mn", "Me", "Cf"}:
        return 0
    flag = sum(map(_is_flag_half, cluster)) == 2
    return 2 if flag or _AS_EMOJI in cluster or east_asian_width(cluster[0]) in "WF" else 1


def joined(text: str, begin: int, at: int) -> bool:
    """Whether `text[at]` belongs to the visible character before it; `begin` is known to start one."""
    if at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if after.isascii() or before == "\n":
        return False
    if _extends(after) or (before == _ZERO_WIDTH_JOINER and not after.isspace()):
        return True
    if _is_flag_half(before) and _is_flag_half(after):
        return _flag_halves_before(text, begin, at) % 2 == 1
    return False


def _extends(char: str) -> bool:
    """Combining marks (selectors, keycaps too), joiners, skin tones, Hangul vowels and finals, flag tags."""
    return (
        category(char) in {"Mn", "Mc", "Me"}
        or char in "\u200c\u200d\uff9e\uff9f"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\u1160" <= char <= "\u11ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_halves_before(text: str, begin: int, at: int) -> int:
    return len([*takewhile(_is_flag_half, reversed(text[begin:at]))])
