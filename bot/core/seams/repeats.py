"""Finds what a continuation says again of the text that it carries on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.core.seams.words import SHORT_WORDS

_UNSEEN: Final = frozenset("*_`…")
"""Marks that a model sets in one of the two and leaves out in the other, with all white space."""
_WORDS: Final = re.compile(r"\w+")
_MARKER: Final = re.compile(r"\s*(?:#{1,6}|[-*+•>]|\d{1,9}[.)])\s+")
_FRAGMENT: Final = 2
"""Letters of a word that broke off: one may as well be a sign, followed by a word."""
_CANDIDATES: Final = 20


def repeated(first: str, rest: str, *, in_code: bool) -> int:
    """How many characters at the start of `rest` are at the end of `first` already; 0: none."""
    found = _overlap(first, rest, in_code=in_code, sure=False)
    if found or in_code:
        return found
    marker = _MARKER.match(rest)  # numbering that starts anew hides the repetition behind it
    if marker is None:
        return 0
    found = _overlap(first, rest[marker.end() :], in_code=False, sure=True)
    return marker.end() + found if found else 0


def _overlap(first: str, rest: str, *, in_code: bool, sure: bool) -> int:
    ends = [at for at, char in enumerate(first) if _is_seen(char)]
    begins = [at for at, char in enumerate(rest) if _is_seen(char)][: len(ends)]
    ends = ends[len(ends) - len(begins) :]
    tail, head = "".join(first[at] for at in ends), "".join(rest[at] for at in begins)
    for size in _borders(head, tail)[:_CANDIDATES]:
        overlap = _Overlap(first, rest, ends[-size], begins[size - 1] + 1)
        if overlap.is_meant(in_code=in_code, sure=sure):
            return overlap.end + overlap.same_marks()
    return 0


def _is_seen(char: str) -> bool:
    return not char.isspace() and char not in _UNSEEN


def _borders(head: str, tail: str) -> list[int]:
    """Lengths of what starts `head` and ends `tail`, the longest first (by Knuth, Morris and Pratt)."""
    text = f"{head}\n{tail}"
    lengths = [0] * len(text)
    size = 0
    for at in range(1, len(text)):
        while size and text[at] != text[size]:
            size = lengths[size - 1]
        size += text[at] == text[size]
        lengths[at] = size
    found: list[int] = []
    size = lengths[-1]
    while size:
        found.append(size)
        size = lengths[size - 1]
    return found


@dataclass(frozen=True, slots=True)
class _Overlap:
    """What `first` ends with from `start` on, and `rest` begins with up to `end`."""

    first: str
    rest: str
    start: int
    end: int

    def is_meant(self, *, in_code: bool, sure: bool) -> bool:
        """Whether it is said again, and not by chance or on purpose."""
        if self.start and self.first[self.start - 1].isalnum() and self.first[self.start].isalnum():
            return False
        words = _WORDS.findall(self.first[self.start :])
        if len(words) >= (3 if sure else 2):
            return True
        if sure or not words:
            return self._is_whole_line() and not in_code and not sure
        if self._breaks_off():
            return self._is_fragment(words[0]) or (self._is_whole_line() and (in_code or len(words[0]) > 1))
        if in_code:
            return self._is_whole_line() and self._goes_on_in_line()
        return self._is_said_twice(words[0])

    def same_marks(self) -> int:
        """How many of the marks and spaces that follow stand at the end of `first` too."""
        size = len(self.first) - len(self.first.rstrip("*_`… \t\n"))
        ending = self.first[len(self.first) - size :]
        same = 0
        while same < len(ending) and self.rest[self.end + same : self.end + same + 1] == ending[same]:
            same += 1
        return same

    def _is_fragment(self, word: str) -> bool:
        """Not a word of its own, followed by another that begins with it."""
        if len(word) < _FRAGMENT or word.casefold() in SHORT_WORDS:
            return False
        return len(word) > _FRAGMENT or word not in _WORDS.findall(self.first[: self.start])

    def _is_said_twice(self, word: str) -> bool:
        """One whole word, alone on its line or at the end of a line that is no heading."""
        if self._is_whole_line():
            return not self.first.endswith("\n") or not self._goes_on_in_line()
        heading = self.first[self._line_start() :].startswith("#")
        return word[0].isalpha() and not heading and not self.first.endswith("\n")

    def _line_start(self) -> int:
        return self.first.rfind("\n", 0, self.start) + 1

    def _is_whole_line(self) -> bool:
        return not any(map(_is_seen, self.first[self._line_start() : self.start]))

    def _goes_on_in_line(self) -> bool:
        return bool(self.rest[self.end :].partition("\n")[0].strip())

    def _breaks_off(self) -> bool:
        """Inside a word of `rest`."""
        following = self.rest[self.end : self.end + 1]
        return self.first[-1].isalnum() and following.isalnum() and self.rest[self.end - 1].isalnum()
