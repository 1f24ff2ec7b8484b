"""The tokens of a formula, taken one after the other."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<space>\s+)|(?P<command>\\(?:[A-Za-z]+\*?|.|$))|(?P<number>\d+(?:[.,]\d+)*)|(?P<word>[^\W\d_A-Za-zα-ωΑ-Ω]+)|(?P<char>.)",
    re.DOTALL,
)


class Unreadable(Exception):
    """Some of the formula has no form in Unicode."""


class Tokens:
    def __init__(self, source: str) -> None:
        self._tokens = [(str(found.lastgroup), found[0]) for found in _TOKEN.finditer(source)]
        self._at = 0

    @property
    def is_over(self) -> bool:
        return self._at == len(self._tokens)

    def back(self) -> None:
        self._at -= 1

    def put_back(self, kind: str, text: str) -> None:
        """In the place of the token just taken, part of it."""
        self._at -= 1
        self._tokens[self._at] = (kind, text)

    def optional(self) -> str:
        """What stands in square brackets, if they follow at once."""
        if self.peek() != "[":
            return ""
        return self._until("]")

    def raw(self) -> str:
        """A group's own characters."""
        self.skip_space()
        if self.peek() != "{":
            raise Unreadable
        return self._until("}")

    def _until(self, closing: str) -> str:
        self._at += 1
        begin = self._at
        while self._at < len(self._tokens) and self._tokens[self._at][1] != closing:
            self._at += 1
        if self._at == len(self._tokens):
            raise Unreadable
        self._at += 1
        text = "".join(token for _, token in self._tokens[begin : self._at - 1])
        if set(text) & set("{}$") or (closing == "}" and "\\" in text):
            raise Unreadable
        return text

    def skip_space(self) -> bool:
        skipped = False
        while self._at < len(self._tokens) and self._tokens[self._at][0] == "space":
            self._at += 1
            skipped = True
        return skipped

    def peek(self, further: int = 0) -> str:
        at = self._at + further
        return self._tokens[at][1] if at < len(self._tokens) else ""

    def take(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]
