"""What a message may carry besides text, as the Bot API gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.emulator.entities import find_entities

if TYPE_CHECKING:
    from bot.emulator.state import State

Json = dict[str, Any]


def text(said: str, entities: list[Json] | None = None) -> Json:
    """A text with the entities that a client finds in it, or with those given."""
    found = find_entities(said) if entities is None else entities
    return {"text": said, **({"entities": found} if found else {})}


def caption(said: str) -> Json:
    found = find_entities(said)
    entities = {"caption_entities": found} if found else {}
    return {"caption": said, **entities} if said else {}


def document(state: State, name: str, content: bytes, said: str = "") -> Json:
    file = state.add_file(name, "application/octet-stream", content)
    return {"document": {"file_name": name, "mime_type": file.mime_type, **file.json()}, **caption(said)}


def photo(state: State, said: str = "") -> Json:
    file = state.add_file("photo.jpg", "image/jpeg", b"\xff\xd8\xff\xd9")
    return {"photo": [{"width": 640, "height": 480, **file.json()}], **caption(said)}


def video(state: State, said: str = "") -> Json:
    file = state.add_file("video.mp4", "video/mp4", b"ftyp")
    size = {"width": 640, "height": 480, "duration": 3, "mime_type": "video/mp4"}
    return {"video": {**size, **file.json()}, **caption(said)}


def voice(state: State) -> Json:
    file = state.add_file("voice.oga", "audio/ogg", b"OggS")
    return {"voice": {"duration": 2, "mime_type": "audio/ogg", **file.json()}}


def sticker(state: State, emoji: str = "😀") -> Json:
    file = state.add_file("sticker.webp", "image/webp", b"RIFF")
    return {
        "sticker": {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
            **file.json(),
        }
    }


def poll(state: State, question: str, options: tuple[str, ...]) -> Json:
    return {
        "poll": {
            "id": str(state.new_id()),
            "question": question,
            "options": [
                {"persistent_id": str(number), "text": option, "voter_count": 0}
                for number, option in enumerate(options)
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    }


def origin(message: Json) -> Json:
    """`MessageOrigin` of a forwarded message."""
    chat = message.get("sender_chat")
    if chat is None:
        return {"type": "user", "date": message["date"], "sender_user": message["from"]}
    if chat["type"] == "channel":
        return {
            "type": "channel",
            "date": message["date"],
            "chat": chat,
            "message_id": message["message_id"],
        }
    return {"type": "chat", "date": message["date"], "sender_chat": chat}
