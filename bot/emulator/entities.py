"""The entities that Telegram finds in a text by itself, in UTF-16 units."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]

# The shapes that tdlib's find_mentions, find_bot_commands, find_hashtags and find_urls look for, in short.
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)]|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|ru|io|рф)\b(?:/\S*)?)"
    r"|(?P<email>(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}(?![\w@]))"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)",
    re.IGNORECASE,
)


def utf16_len(text: str) -> int:
    """Length as Telegram counts it: a character outside the basic plane is two."""
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def find_entities(text: str) -> list[Json]:
    """What a message typed by a person carries: commands, mentions, links, addresses and tags."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_len(text[: match.start()]),
            "length": utf16_len(match.group()),
        }
        for match in _FOUND.finditer(text)
    ]
