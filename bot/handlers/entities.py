"""What a message says, as Markdown: an address, or that it is code, may stand in its entities alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from telegram import MessageEntity

_MARKED: Final = frozenset(
    {
        MessageEntity.TEXT_LINK,
        MessageEntity.PRE,
        MessageEntity.CODE,
        MessageEntity.STRIKETHROUGH,
        MessageEntity.BLOCKQUOTE,
        MessageEntity.EXPANDABLE_BLOCKQUOTE,
    }
)
"""The rest (bold, mentions, spoilers…) says nothing that its words do not say."""
_LINES: Final = frozenset({MessageEntity.PRE, MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE})
_LITERAL: Final = frozenset({MessageEntity.PRE, MessageEntity.CODE})
_LANGUAGE: Final = re.compile(r"[\w+#.-]{1,32}")
_UNSAFE_IN_ADDRESS: Final = re.compile(r"[\s()<>\x00-\x1f]")


def as_markdown(text: str, entities: Sequence[MessageEntity], start: int = 0, end: int | None = None) -> str:
    """The text between two offsets. All offsets are UTF-16 code units, as Telegram counts."""
    units = text.encode("utf-16-le", "surrogatepass")
    marked = sorted(
        (entity for entity in entities if entity.type in _MARKED),
        key=lambda entity: (entity.offset, -entity.length),
    )
    stop = len(units) // 2
    return _written(units, marked, start, stop if end is None else min(end, stop))


def cut(units: bytes, start: int, end: int | None = None) -> str:
    """Between two offsets in code units; one that splits a character leaves a mark in its place."""
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le", "replace")


def _written(units: bytes, entities: Sequence[MessageEntity], start: int, end: int) -> str:
    """`entities` are in order, the outer before the inner."""
    said, at, number = "", start, 0
    while number < len(entities):
        entity = entities[number]
        begin, stop = max(entity.offset, at), min(entity.offset + entity.length, end)
        following = number + 1
        while following < len(entities) and entities[following].offset < stop:
            following += 1
        if begin < stop:
            inner = () if entity.type in _LITERAL else entities[number + 1 : following]
            own_lines = entity.type in _LINES
            said += cut(units, at, begin)
            said += "\n" if own_lines and said and not said.endswith("\n") else ""
            said += _marked(entity, _written(units, inner, begin, stop))
            said += "\n" if own_lines and stop < end and cut(units, stop, stop + 1) != "\n" else ""
            at = stop
        number = following
    return said + cut(units, at, end)


def _marked(entity: MessageEntity, words: str) -> str:
    if entity.type == MessageEntity.PRE:
        language = entity.language or ""
        fence = "`" * max(3, _longest_ticks(words) + 1)
        return f"{fence}{language if _LANGUAGE.fullmatch(language) else ''}\n{words.rstrip()}\n{fence}"
    if entity.type == MessageEntity.CODE:
        ticks = "`" * (_longest_ticks(words) + 1)
        space = " " if words.startswith("`") or words.endswith("`") else ""
        return f"{ticks}{space}{words}{space}{ticks}"
    if entity.type in _LINES:
        return "\n".join(f"> {line}" for line in words.splitlines())
    inside = words.strip()
    before, _, after = words.partition(inside) if inside else (words, "", "")
    if not inside:
        return words
    if entity.type == MessageEntity.STRIKETHROUGH:
        return f"{before}~~{inside}~~{after}"
    address = _UNSAFE_IN_ADDRESS.sub(lambda found: quote(found[0], safe=""), entity.url or "")
    return f"{before}[{inside}]({address}){after}" if address and address != inside else words


def _longest_ticks(words: str) -> int:
    return max(map(len, re.findall("`+", words)), default=0)
