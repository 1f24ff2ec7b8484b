"""What a message of the bot's own shows: plain text and rows of buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """Either `data`, an encoded callback, or `url`, a link to open."""

    text: str
    data: str = ""
    url: str = ""
    style: str = ""
    """Telegram's: `danger`, `success` or `primary`; empty: as any other button."""


@dataclass(frozen=True, slots=True)
class View:
    """Text without any markup, and the keyboard under it."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()


def marked(text: str, *, chosen: bool) -> str:
    """A button's text, ticked where what it stands for is in force."""
    return f"✓ {text}" if chosen else text


def in_pairs(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    """Rows of two."""
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
