"""How a message comes to be, and whether the bot is told of it."""

from __future__ import annotations

import copy
from typing import Any

from bot.emulator.entities import utf16_slice
from bot.emulator.rooms import GENERAL, Room
from bot.emulator.state import State

Json = dict[str, Any]

SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "group_chat_created",
    "supergroup_chat_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
)


def create(
    state: State,
    room: Room,
    author: Json,
    content: Json,
    *,
    thread_id: int = 0,
    reply_to: int = 0,
) -> Json:
    """Puts a new message into the chat and shows it to its members; the bot is told separately.

    `author` is `from` and, where a chat speaks, `sender_chat`; `thread_id` names a forum topic.
    """
    message: Json = {"message_id": state.next_message_id(room), **author, "chat": room.json()}
    message["date"] = state.now()
    original = room.messages.get(reply_to)
    if room.is_forum and thread_id not in {0, GENERAL}:
        message |= {"message_thread_id": thread_id, "is_topic_message": True}
        # A message in a topic that replies to nothing replies to the topic's first service message.
        original = original or room.messages.get(thread_id)
    elif original is not None and room.type == "supergroup" and not room.is_forum:
        # Outside forums a reply in a supergroup has the id of its thread's first message.
        message["message_thread_id"] = original.get("message_thread_id", original["message_id"])
    if original is not None:
        message["reply_to_message"] = {
            name: copy.deepcopy(value) for name, value in original.items() if name != "reply_to_message"
        }
    message |= copy.deepcopy(content)
    room.messages[message["message_id"]] = message
    shown(state, room, "sent", message)
    return message


def shown(state: State, room: Room, verb: str, message: Json) -> None:
    """Tells whoever watches the chat."""
    by_bot = message.get("from", {}).get("id") == state.bot["id"]
    room.show(verb, message, by_bot=by_bot)
    state.changed.beat()
    state.wire.tell("room", room, verb, message)


def deliver(state: State, room: Room, message: Json, *, edited: bool = False) -> None:
    """Queues the message for the bot, if Telegram would."""
    if not reaches_bot(state, room, message):
        return
    kind = "channel_post" if room.type == "channel" else "message"
    put(state, f"edited_{kind}" if edited else kind, message)


def put(state: State, kind: str, payload: Json) -> None:
    update = state.updates.put(kind, payload)
    if update is not None:
        state.wire.tell("update", update)


def reaches_bot(state: State, room: Room, message: Json) -> bool:
    """Privacy mode, as https://core.telegram.org/bots/features#privacy-mode and BotFather describe it."""
    if message.get("from", {}).get("id") == state.bot["id"]:
        return "migrate_to_chat_id" in message or "migrate_from_chat_id" in message
    if room.private:
        return not room.blocked
    member = state.bot_member(room)
    if not member.present:
        return any(user["id"] == state.bot["id"] for user in message.get("new_chat_members", ()))
    if message.get("from", {}).get("is_bot") and "sender_chat" not in message:
        return False  # bots do not see each other's messages
    if room.type == "channel" or member.is_admin or state.reads_all:
        return True
    return any(name in message for name in SERVICE) or _is_meant(state, message)


def _is_meant(state: State, message: Json) -> bool:
    text: str = message.get("text") or message.get("caption") or ""
    entities: list[Json] = message.get("entities") or message.get("caption_entities") or []
    username = state.bot["username"].casefold()
    replied = message.get("reply_to_message", {}).get("from", {}).get("id")
    if replied == state.bot["id"]:
        return True
    for entity in entities:
        said = utf16_slice(text, entity["offset"], entity["length"]).casefold()
        if entity["type"] == "mention" and said == f"@{username}":
            return True
        if entity["type"] == "text_mention" and entity["user"]["id"] == state.bot["id"]:
            return True
        if entity["type"] == "bot_command":
            addressee = said.partition("@")[2]
            if addressee == username or (not addressee and entity["offset"] == 0):
                return True
    return False
