"""What the chat page is shown of the world, as JSON."""

from __future__ import annotations

from typing import Any

from bot.emulator.rooms import Room
from bot.emulator.schema import Upload
from bot.emulator.state import State
from bot.emulator.wire import Call

Json = dict[str, Any]


def room_json(room: Room) -> Json:
    """A chat without its messages."""
    return {
        "id": room.id,
        "type": room.type,
        "title": room.title,
        "username": room.username,
        "person": room.person,
        "is_forum": room.is_forum,
        "linked_chat_id": room.linked_chat_id,
        "migrated_to": room.migrated_to,
        "started": room.started,
        "blocked": room.blocked,
        "topics": [
            {"id": topic.id, "name": topic.name, "closed": topic.closed}
            for topic in room.topics.values()
            if not topic.deleted
        ],
        "members": [
            {"user": member.user, "status": member.status, "is_anonymous": member.is_anonymous}
            for member in room.members.values()
            if member.present
        ],
    }


def message_json(room: Room, message_id: int, bot_id: int) -> Json:
    """A message as it stands now, with everybody's reactions; without `message` where it was deleted."""
    shown: Json = {"chat_id": room.id, "message_id": message_id}
    if message_id in room.messages:
        shown["message"] = room.messages[message_id]
        shown["reactions"] = _reactions(room, message_id, bot_id)
    return shown


def _reactions(room: Room, message_id: int, bot_id: int) -> list[Json]:
    """Each emoji with the ids of whose it is, the bot's first."""
    found: dict[str, list[int]] = {}
    theirs = [
        (who, given) for (message, who), given in room.people_reactions.items() if message == message_id
    ]
    for who, given in [(bot_id, room.reactions.get(message_id, [])), *theirs]:
        for reaction in given:
            found.setdefault(reaction.get("emoji", "★"), []).append(who)
    return [{"emoji": emoji, "by": by} for emoji, by in found.items()]


def bot_json(state: State) -> Json:
    return {
        "user": state.bot,
        "reads_all": state.reads_all,
        "commands": state.profile.commands,
        "texts": state.profile.texts,
    }


def call_json(call: Call, *, took_s: float) -> Json:
    """One Bot API call as a row of the timeline."""
    row: Json = {
        "id": f"call-{call.number}",
        "kind": "call",
        "at": call.at.timestamp(),
        "name": call.method,
        "request": plain(call.params),
        "outcome": "pending",
    }
    if call.dropped:
        return row | {"outcome": "cut", "took_s": took_s}
    if not call.done:
        return row
    if call.refusal is not None:
        refusal = {
            "error_code": call.refusal.status,
            "description": call.refusal.description,
            "parameters": call.refusal.parameters,
        }
        return row | {"outcome": "refused", "took_s": took_s, "response": refusal}
    return row | {"outcome": "ok", "took_s": took_s, "response": call.result}


def update_json(update: Json, at: float) -> Json:
    kind = next((name for name in update if name != "update_id"), "")
    return {
        "id": f"update-{update['update_id']}",
        "kind": "update",
        "at": at,
        "name": kind,
        "request": update,
        "outcome": "ok",
    }


def plain(value: Any) -> Any:
    """Parameters as JSON can hold them: an uploaded file as its name and size."""
    if isinstance(value, Upload):
        return {"file": value.filename, "mime_type": value.mime_type, "bytes": len(value.content)}
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value
