"""A world's memory as JSON, to go on with after a restart."""

from __future__ import annotations

import base64
from dataclasses import asdict, replace
from typing import Any

from bot.emulator.files import StoredFile
from bot.emulator.rooms import Member, Room, Topic
from bot.emulator.state import Profile, State
from bot.emulator.updates import Waiting

Json = dict[str, Any]

_BY_KEY = ("members", "topics", "messages", "reactions", "people_reactions")
_PASSING = ("shown", "actions")
"""What was seen happening is not kept; what stands in the chats is."""
_PLAIN = ("token", "bot", "reads_all", "last_id", "last_message_id")


def dump(state: State, *, contents: bool = True) -> Json:
    """Everything as JSON; without the `contents` of files whoever keeps it keeps those too."""
    now_s = state.clock.monotonic()
    updates = state.updates
    return {
        **{name: getattr(state, name) for name in _PLAIN},
        "profile": asdict(state.profile),
        "users": list(state.users.values()),
        "rooms": [_room(room) for room in state.rooms.values()],
        "files": [
            asdict(replace(file, content=b""))
            | {"content": base64.b64encode(file.content).decode() if contents else ""}
            for file in state.files.values()
        ],
        "updates": {
            "next_id": updates.last_id + 1,
            "allowed": sorted(updates.allowed) if updates.allowed is not None else None,
            "webhook": updates.webhook,
            "waiting": [[update.json, now_s - update.queued_at_s] for update in updates.waiting],
        },
    }


def restore(state: State, kept: Json) -> None:
    """Makes the state what it was; handles made before still show the old one."""
    for name in _PLAIN:
        setattr(state, name, kept[name])
    state.profile = Profile(**kept["profile"])
    state.users = {user["id"]: user for user in kept["users"]}
    state.rooms = {room["id"]: _restored_room(room) for room in kept["rooms"]}
    state.files = {
        file["id"]: StoredFile(**file | {"content": base64.b64decode(file["content"])})
        for file in kept["files"]
    }
    allowed = kept["updates"]["allowed"]
    state.updates.resume(
        next_id=kept["updates"]["next_id"],
        allowed=None if allowed is None else frozenset(allowed),
        webhook=kept["updates"]["webhook"],
        waiting=[
            Waiting(json, state.clock.monotonic() - age_s) for json, age_s in kept["updates"]["waiting"]
        ],
    )


def _room(room: Room) -> Json:
    whole = {name: value for name, value in asdict(room).items() if name not in _PASSING}
    return whole | {name: [[key, value] for key, value in whole[name].items()] for name in _BY_KEY}


def _restored_room(kept: Json) -> Room:
    room = Room(**{name: value for name, value in kept.items() if name not in _BY_KEY})
    room.members = {key: Member(**value) for key, value in kept["members"]}
    room.topics = {key: Topic(**value) for key, value in kept["topics"]}
    room.messages = dict(kept["messages"])
    room.reactions = dict(kept["reactions"])
    room.people_reactions = {
        (message, person): value for (message, person), value in kept["people_reactions"]
    }
    return room
