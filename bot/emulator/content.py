"""Texts, captions, stickers and polls as the Bot API gives them in a message; files are in `media`."""

from __future__ import annotations

from typing import Any

from bot.emulator.entities import find_entities
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


def sticker(state: State, emoji: str = "😀") -> Json:
    file = state.add_file("sticker.webp", "image/webp", b"RIFF", "sticker")
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
