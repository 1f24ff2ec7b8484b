"""Where words come from: forwards, replies into other chats, and the part of a message that is quoted."""

from __future__ import annotations

import copy
from typing import Any, Final

from bot.emulator.entities import utf16_len
from bot.emulator.people import Message, User
from bot.emulator.seeing import Sight

Json = dict[str, Any]

MAX_QUOTE: Final = 1024
"""https://core.telegram.org/bots/api#replyparameters."""
SHOWN_BESIDE: Final = (
    *("animation", "audio", "document", "photo", "sticker", "video", "video_note", "voice"),
    *("has_media_spoiler", "contact", "dice", "location", "poll", "venue", "link_preview_options"),
)
"""What `ExternalReplyInfo` tells of the message: never its text, never a caption."""


def person(who: User, date: int) -> Json:
    return {"type": "user", "date": date, "sender_user": who.json}


def hidden(name: str, date: int) -> Json:
    """A person who lets no forwards lead to their account: only a name, which may be anything."""
    return {"type": "hidden_user", "date": date, "sender_user_name": name}


def group(chat: Sight, date: int, *, signature: str = "") -> Json:
    """An administrator who spoke in the group's name."""
    return {"type": "chat", "date": date, "sender_chat": chat.room.json()} | _signed(signature)


def channel(chat: Sight, date: int, message_id: int = 1, *, signature: str = "") -> Json:
    origin = {"type": "channel", "date": date, "chat": chat.room.json(), "message_id": message_id}
    return origin | _signed(signature)


def _signed(signature: str) -> Json:
    return {"author_signature": signature} if signature else {}


def of(message: Json) -> Json:
    """`MessageOrigin` of a message that is forwarded or replied to from elsewhere."""
    if "forward_origin" in message:  # a forward of a forward still comes from the first author
        return dict(message["forward_origin"])
    chat = message.get("sender_chat")
    if chat is None:
        return {"type": "user", "date": message["date"], "sender_user": message["from"]}
    signed = _signed(message.get("author_signature", ""))
    if chat["type"] == "channel":
        place = {"chat": chat, "message_id": message["message_id"]}
        return {"type": "channel", "date": message["date"], **place, **signed}
    return {"type": "chat", "date": message["date"], "sender_chat": chat, **signed}


def external(message: Message) -> Json:
    """`external_reply`, and the `quote` that the server adds: all that there is of another chat's words."""
    info: Json = {"origin": of(message.json)}
    if message.json["chat"]["type"] in {"supergroup", "channel"}:
        info |= {"chat": message.json["chat"], "message_id": message.id}
    info |= {name: value for name, value in message.json.items() if name in SHOWN_BESIDE}
    words = {"quote": {"text": message.text[:MAX_QUOTE], "position": 0}} if message.text else {}
    return copy.deepcopy({"external_reply": info, **words})


def quote(message: Message, part: str) -> Json:
    """`quote` of what a person marked in the message that they reply to."""
    at = message.text.find(part)
    if at < 0 or len(part) > MAX_QUOTE:
        raise AssertionError(f"{part!r} can't be quoted from {message.text!r}")
    return {"quote": {"text": part, "position": utf16_len(message.text[:at]), "is_manual": True}}
