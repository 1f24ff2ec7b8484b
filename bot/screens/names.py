"""What people and groups call themselves, made fit to stand in a line of the bot's own."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 64
_TURNS_AROUND: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Controls that change the direction of writing: the rest of the line would be drawn backwards."""
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")


def plain_name(name: str) -> str:
    """One line of at most `LONGEST` characters that stays in its place; it may be empty."""
    name = _BREAKS.sub(" ", _TURNS_AROUND.sub("", name)).strip()
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
