"""Who is in a chat and what they may do there: changes, and what the bot is told of them."""

from __future__ import annotations

from typing import Any

from bot.emulator import messages
from bot.emulator.rooms import Member, Room
from bot.emulator.state import State

Json = dict[str, Any]


def change(state: State, room: Room, user: Json, status: str, *, by: Json, **rights: bool) -> None:
    """Gives a user a status in a chat, with the service message and the update that go with it."""
    was_present = room.present(user["id"])
    before = room.member_json(user)
    anonymous = rights.pop("is_anonymous", False)
    member = Member(user, status, anonymous, rights)
    room.members[user["id"]] = member
    if was_present and not member.present:
        _announce(state, room, by, left_chat_member=user)
    _tell(state, room, user, before, by)
    if member.present and not was_present:
        _announce(state, room, by, new_chat_members=[user])
    state.changed.beat()


def _announce(state: State, room: Room, by: Json, **content: Any) -> None:
    if room.type in {"group", "supergroup"}:
        message = messages.create(state, room, {"from": by}, content)
        messages.deliver(state, room, message)


def _tell(state: State, room: Room, user: Json, before: Json, by: Json) -> None:
    """`my_chat_member`, or `chat_member`, which only administrators are told."""
    mine = user["id"] == state.bot["id"]
    if not mine and not state.bot_member(room).is_admin:
        return
    messages.put(
        state,
        "my_chat_member" if mine else "chat_member",
        {
            "chat": room.json(),
            "from": by,
            "date": state.now(),
            "old_chat_member": before,
            "new_chat_member": room.member_json(user),
        },
    )


def block(state: State, room: Room, *, blocked: bool) -> None:
    """A person blocks the bot, or lets it in again."""
    states: list[Json] = [{"user": state.bot, "status": "member"}]
    states.append({"user": state.bot, "status": "kicked", "until_date": 0})
    before, after = states if blocked else reversed(states)
    room.blocked = blocked
    update = {"chat": room.json(), "from": room.person, "date": state.now()}
    messages.put(state, "my_chat_member", update | {"old_chat_member": before, "new_chat_member": after})


def migrate(state: State, old: Room, *, by: Json) -> Room:
    """A group becomes a supergroup with another id: two service messages, and the old id is refused."""
    new = state.add_room("supergroup", old.title, members=dict(old.members), muted=old.muted)
    leaving = messages.create(state, old, {"from": by}, {"migrate_to_chat_id": new.id})
    messages.deliver(state, old, leaving)
    old.migrated_to = new.id
    arriving = messages.create(state, new, {"from": by}, {"migrate_from_chat_id": old.id})
    messages.deliver(state, new, arriving)
    return new
