"""What Telegram takes: text with entities, and documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """A `MessageEntity`, by Telegram's names; `offset` and `length` are UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A message's text. Where one entity shares characters with another, one lies inside the other."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send in place of text. The caller may give it a caption (at most 1024 units) in its words."""

    filename: str
    content: bytes
    caption: Text = Text("")


def utf16_len(text: str) -> int:
    """The length as Telegram counts it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
