"""What an update says of itself before it is parsed: where it belongs, and how it is written down."""

from __future__ import annotations

import json
from typing import Any, TypeGuard


def is_update(found: object) -> TypeGuard[dict[str, Any]]:
    """Whether it has the id that is asked for where it is written down."""
    return isinstance(found, dict) and type(found.get("update_id")) is int


def lane_of(update: dict[str, Any]) -> tuple[int, bool]:
    """The chat an update belongs to, and whether it is a button press."""
    press = update.get("callback_query")
    if isinstance(press, dict):
        message = press.get("message")
        return _id((message.get("chat") if isinstance(message, dict) else None) or press.get("from")), True
    for content in update.values():
        if isinstance(content, dict):
            return _id(content.get("chat") or content.get("from")), False
    return 0, False


def as_text(update: dict[str, Any]) -> str:
    """JSON, escaped where it holds half a character, which no database takes."""
    text = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(update, separators=(",", ":"))
    return text


def _id(holder: object) -> int:
    found = holder.get("id") if isinstance(holder, dict) else None
    return found if isinstance(found, int) else 0
