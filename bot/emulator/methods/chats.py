"""Methods about chats, their members, reactions and files."""

from __future__ import annotations

from typing import Any

from bot.emulator import membership, messages, rules
from bot.emulator.files import LINK_S
from bot.emulator.refusals import bad_request
from bot.emulator.rooms import Room
from bot.emulator.state import State

Json = dict[str, Any]


def get_chat(state: State, params: Json) -> Json:
    return rules.access(state, params, "read").full_json()


def get_chat_member(state: State, params: Json) -> Json:
    room = rules.access(state, params, "members")
    user = state.users.get(params["user_id"])
    if params["user_id"] == state.bot["id"]:
        user = state.bot
    if user is None:
        raise bad_request("user not found")
    if room.private and user["id"] not in {room.id, state.bot["id"]}:
        raise bad_request("member not found")
    return {"user": user, "status": "member"} if room.private else room.member_json(user)


def get_chat_administrators(state: State, params: Json) -> list[Json]:
    room = rules.access(state, params, "members")
    if room.private:
        raise bad_request("there are no administrators in the private chat")
    return [
        room.member_json(member.user)
        for member in room.members.values()
        if member.is_admin and _is_listed(state, member.user, params)
    ]


def _is_listed(state: State, user: Json, params: Json) -> bool:
    """Other bots only where they are asked for."""
    return not user["is_bot"] or user["id"] == state.bot["id"] or bool(params.get("return_bots"))


def get_chat_member_count(state: State, params: Json) -> int:
    room = rules.access(state, params, "members")
    return 2 if room.private else sum(member.present for member in room.members.values())


def leave_chat(state: State, params: Json) -> bool:
    room = rules.access(state, params, "members")
    if room.private:
        raise bad_request("chat member status can't be changed in private chats")
    membership.change(state, room, state.bot, "left", by=state.bot)
    return True


def set_message_reaction(state: State, params: Json) -> bool:
    room = rules.access(state, params, "read")
    message = room.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    reactions = params.get("reaction", [])
    if len(reactions) > 1:  # as users without Premium
        raise bad_request("REACTIONS_TOO_MANY")
    if any(reaction.get("emoji") not in REACTIONS for reaction in reactions):
        raise bad_request("REACTION_INVALID")
    message = _first_of_album(room, message)
    room.reactions[message["message_id"]] = reactions
    messages.shown(state, room, "reacted", message)
    return True


def _first_of_album(room: Room, message: Json) -> Json:
    """A reaction to any piece of an album is one to its first that stands."""
    group = message.get("media_group_id")
    pieces = (each for each in room.messages.values() if group and each.get("media_group_id") == group)
    return next(pieces, message)


_EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 "
    "🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 "
    "🤷‍♂ 🤷 🤷‍♀ 😡"
)
REACTIONS = frozenset(_EMOJI.split())
"""https://core.telegram.org/bots/api#reactiontypeemoji."""


def get_file(state: State, params: Json) -> Json:
    """Makes a link that works for an hour."""
    if not params["file_id"]:
        raise bad_request("file_id not specified")
    file = state.files.get(params["file_id"])
    if file is not None and file.is_too_big:
        raise bad_request("file is too big")
    if file is None or file.gone:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    file.link_until = state.now() + LINK_S
    return file.json() | {"file_path": file.path}


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "setMessageReaction": set_message_reaction,
    "getFile": get_file,
}
