"""What becomes of a bot's text and entities: cleaned, trimmed, limited, or refused.

Follows `fix_formatted_text` of tdlib/td (td/telegram/MessageEntity.cpp). Not modelled: neighbouring bold,
italic… entities are joined there, and some rare characters are removed.
"""

from __future__ import annotations

import re
from typing import Any

from bot.emulator.entities import find_entities, utf16_len, utf16_slice
from bot.emulator.refusals import bad_request

Json = dict[str, Any]

MAX_ENTITIES = 100
"""The surplus is ignored: https://core.telegram.org/bots/api#sendmessage and its limits page."""
MAX_OFFSET = 1_000_000

SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
BLOCKS = frozenset({"blockquote", "expandable_blockquote"})
LITERAL = frozenset({"code", "pre"})
"""Nothing else is an entity inside these."""

_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x20]")


def formatted(text: str, entities: list[Json], *, limit: int, too_long: str) -> tuple[str, list[Json]]:
    """The text and entities as they will stand in the message; empty where nothing is left."""
    for entity in entities:
        for measure in ("offset", "length"):
            if not 0 <= entity[measure] <= MAX_OFFSET:
                raise bad_request(f"receive an entity with incorrect {measure} {entity[measure]}")
    given = sorted(
        (dict(entity) for entity in entities if entity["length"]),
        key=lambda entity: (entity["offset"], -entity["length"]),
    )
    for entity in given:
        _check_place(text, entity)
    text, given = _cleaned(text, given)
    text, given = _trimmed(text, given)
    if len(text) > limit:  # `utf8_length`: code points, unlike the entities' offsets
        raise bad_request(too_long)
    kept = _without_intersections(given)
    found = [entity for entity in find_entities(text) if not any(_excludes(e, entity) for e in kept)]
    every = sorted(kept + found, key=lambda entity: (entity["offset"], -entity["length"]))
    return text, every[:MAX_ENTITIES]


def _end(entity: Json) -> int:
    return int(entity["offset"] + entity["length"])


def _check_place(text: str, entity: Json) -> None:
    """Refuses an entity outside the text or one that cuts a surrogate pair."""
    offset, end = entity["offset"], _end(entity)
    if offset > utf16_len(text):
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if end > utf16_len(text):
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} "
            f"ends after the end of the text at UTF-16 offset {end}"
        )
    if _cuts_a_pair(text, offset):
        at = len(utf16_slice(text, 0, offset + 1).encode())
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {at}")
    if _cuts_a_pair(text, end):
        at = len(utf16_slice(text, 0, end + 1).encode())
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} "
            f"ends in a middle of a UTF-16 symbol at byte offset {at}"
        )


def _cuts_a_pair(text: str, offset: int) -> bool:
    units = text.encode("utf-16-le")[2 * offset : 2 * offset + 2]
    return len(units) == 2 and 0xDC00 <= int.from_bytes(units, "little") <= 0xDFFF


def _cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Control characters become spaces, carriage returns vanish."""
    for entity in entities:
        before = utf16_slice(text, 0, entity["offset"]).count("\r")
        inside = utf16_slice(text, entity["offset"], entity["length"]).count("\r")
        entity["offset"] -= before
        entity["length"] -= inside
    return _CONTROL.sub(" ", text.replace("\r", "")), entities


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """White space at both ends goes, at the start only up to the first entity; empty entities go too."""
    kept = []
    for entity in entities:
        covered = utf16_slice(text, entity["offset"], entity["length"])
        lead = len(covered) - len(covered.lstrip(" \n"))
        if lead < len(covered):
            kept.append(entity | {"offset": entity["offset"] + lead, "length": entity["length"] - lead})
    text = text.rstrip(" \n")
    lead = len(text) - len(text.lstrip(" \n"))
    lead = min([lead, *(entity["offset"] for entity in kept)])
    end = utf16_len(text)
    for entity in kept:
        entity["length"] = min(_end(entity), end) - entity["offset"]
        entity["offset"] -= lead
    return text[lead:], kept


def _without_intersections(entities: list[Json]) -> list[Json]:
    kept: list[Json] = []
    for entity in entities:
        if not any(_excludes(earlier, entity) for earlier in kept):
            kept.append(entity)
    return kept


def _excludes(earlier: Json, later: Json) -> bool:
    """Whether an entity can't stand beside one that begins before it."""
    if _end(earlier) <= later["offset"] or _end(later) <= earlier["offset"]:
        return False
    if earlier["type"] in LITERAL:
        return True
    if earlier["type"] in SPLITTABLE:
        return False
    if earlier["type"] in BLOCKS:
        return later["type"] in BLOCKS or (later["type"] not in SPLITTABLE and _end(later) > _end(earlier))
    return later["type"] not in SPLITTABLE
