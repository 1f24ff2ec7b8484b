"""What a message of the bot's own shows: plain text and rows of buttons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """Either `data`, an encoded callback, or `url`, a link to open."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Text without any markup, and the keyboard under it."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
