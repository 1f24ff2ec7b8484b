"""What a message shows, in a few characters: equal where nothing is to be sent again.

`<kind><content>.<keyboard>`: the kind is `t` for text and `d` for a document, the others are digests. A `?`
for the content is one that nobody knows; for the keyboard, the message is one that may stand or not.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from bot.markup import Text

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup

    from bot.delivery.posting import Content


def fingerprint(content: Content, keyboard: InlineKeyboardMarkup | None) -> str:
    """Of a message with this content and this keyboard."""
    under = "" if keyboard is None else _digest(json.dumps(keyboard.to_dict(), sort_keys=True).encode())
    if isinstance(content, Text):
        return f"t{_text_digest(content)}.{under}"
    whole = _digest(content.filename.encode(), content.content, _text_digest(content.caption).encode())
    return f"d{whole}.{under}"


def has_keyboard(shown: str) -> bool:
    """Whether what has this fingerprint has an answer's buttons."""
    return not shown.endswith((".", "?"))


def without_keyboard(shown: str) -> str:
    """The fingerprint of the same content without buttons."""
    return shown.partition(".")[0] + "."


def dirty_fingerprint(shown: str) -> str:
    """The fingerprint of a message that is being edited: nobody's, of the same kind, with buttons or not."""
    return f"{shown[:1]}?.{shown.partition('.')[2]}"


def is_dirty(shown: str) -> bool:
    """Whether nobody knows what the message shows."""
    return shown[1:2] == "?"


def doubtful_fingerprint(wanted: str) -> str:
    """The fingerprint of a message that was sent, and of which Telegram never said that it stands."""
    return f"{without_keyboard(wanted)}?"


def is_doubtful(shown: str) -> bool:
    return shown.endswith("?")


def _text_digest(text: Text) -> str:
    marks = [f"{e.type} {e.offset} {e.length} {e.language} {e.url}" for e in text.entities]
    return _digest(text.text.encode("utf-8", "surrogatepass"), *(mark.encode() for mark in marks))


def _digest(*pieces: bytes) -> str:
    digest = hashlib.blake2b(digest_size=9)
    for piece in pieces:
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()
