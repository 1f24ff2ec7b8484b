"""Finds the fences of code blocks in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FENCE: Final = re.compile(
    r"^(?P<indent>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?P<mark>`{3,}|~{3,})(?P<info>[^`\n]*)$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Fence:
    """A line that opens or closes a code block."""

    indent: str
    mark: str
    info: str
    start: int
    end: int
    """Of the line, without its line feed."""

    def closes(self, opening: Fence) -> bool:
        return not self.info and self.mark.startswith(opening.mark)


def fences(text: str) -> Iterator[Fence]:
    """All lines that look like a fence, those inside blocks of longer fences too."""
    for found in _FENCE.finditer(text):
        yield Fence(found["indent"], found["mark"], found["info"].strip(), found.start(), found.end())


def open_fence(text: str) -> Fence | None:
    """The fence of the code block that `text` breaks off in."""
    opened: Fence | None = None
    for fence in fences(text):
        if opened is None:
            opened = fence
        elif fence.closes(opened):
            opened = None
    return opened
