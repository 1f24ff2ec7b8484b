"""What Telegram demands of a message, for the markup tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from bot.markup import Document, Entity, Text, utf16_len

SOLITARY = {"pre", "code"}
"""Share characters with nothing but a quote."""
EXCLUSIVE = {"pre", "code", "text_link"}


def covered(text: Text, entity: Entity) -> str:
    """The characters under an entity; fails inside a surrogate pair."""
    units = text.text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def styled(text: Text) -> list[tuple[str, str]]:
    return [(entity.type, covered(text, entity)) for entity in text.entities]


def assert_sendable(text: Text, *, limit: int = 4096, max_entities: int = 100) -> None:
    assert 0 < utf16_len(text.text) <= limit
    assert text.text == text.text.rstrip()
    assert text.text[0] != " " or text.entities[0].type in {"pre", "blockquote"}
    assert len(text.entities) <= max_entities
    for entity in text.entities:
        assert entity.offset >= 0
        assert entity.offset + entity.length <= utf16_len(text.text)
        characters = covered(text, entity)
        assert characters == characters.rstrip() != ""
        assert characters == characters.lstrip() or entity.type == "pre"
    for first, second in combinations(text.entities, 2):
        assert _legal_together(first, second), (first, second)


def _legal_together(first: Entity, second: Entity) -> bool:
    start = max(first.offset, second.offset)
    end = min(first.offset + first.length, second.offset + second.length)
    if start >= end:
        return True
    kinds = {first.type, second.type}
    if first.type == second.type:
        return False
    if "blockquote" not in kinds and (kinds & SOLITARY or kinds <= EXCLUSIVE):
        return False
    return end - start == min(first.length, second.length)


def solid(text: str) -> str:
    """Every character that is not white space."""
    return "".join(text.split())


def delivered(contents: Sequence[Text | Document]) -> str:
    """The characters that reach the reader, each once: the preview before a code file is not counted."""
    said = [solid(item.content.decode() if isinstance(item, Document) else item.text) for item in contents]
    starts_with_file = len(contents) > 1 and isinstance(contents[1], Document)
    if starts_with_file and said[1].startswith(said[0]):
        del said[0]
    return "".join(said)
