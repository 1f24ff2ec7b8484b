"""The rules that a bot's request has to keep, with what Telegram says when it does not.

`access` follows `Client::check_chat_access`, `thread` and `reply_target` follow
`Client::check_reply_parameters` of tdlib/telegram-bot-api; words in capitals are Telegram's servers' own.
"""

from __future__ import annotations

from typing import Any, Literal

from bot.emulator import origins
from bot.emulator.formatting import formatted
from bot.emulator.people import Message
from bot.emulator.refusals import Refusal, bad_request, forbidden, upgraded
from bot.emulator.rooms import GENERAL, Room
from bot.emulator.schema import Upload
from bot.emulator.state import State

Json = dict[str, Any]
Access = Literal["read", "members", "edit", "write"]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100


def access(state: State, params: Json, access: Access) -> Room:
    """The chat that the request names, if the bot may do there what it asks."""
    room = state.find(params["chat_id"])
    if room.private:
        if room.person.get("is_bot") and access == "write":
            raise forbidden("bot can't send messages to bots")
        return room
    writing, editing = access == "write", access in {"write", "edit"}
    if room.type == "group":
        writing, editing = writing or access == "members", editing or access == "members"
        if room.migrated_to and writing:
            raise upgraded(room.migrated_to)
        if room.migrated_to:
            return room
    member = state.bot_member(room)
    if member.status == "kicked" and (editing or room.type != "group"):
        raise forbidden(f"bot was kicked from the {room.type} chat")
    closed = room.type != "group" and not room.username
    if not member.present and (editing or closed):
        raise forbidden(f"bot is not a member of the {room.type} chat")
    return room


def may_write(state: State, room: Room) -> None:
    """Refuses where the bot is let in but may not write."""
    if room.private:
        if room.blocked:
            raise forbidden("bot was blocked by the user")
        if not room.started:
            raise forbidden("bot can't initiate conversation with a user")
        return
    member = state.bot_member(room)
    muted = room.muted or (member.status == "restricted" and not member.rights.get("can_send_messages", True))
    if room.type == "channel" and not member.is_admin:
        raise bad_request("need administrator rights in the channel chat")
    if muted and not member.is_admin:
        raise bad_request("not enough rights to send text messages to the chat")


def may_send_files(state: State, room: Room) -> None:
    """Refuses where the bot may write, but send no documents."""
    member = state.bot_member(room)
    if member.status == "restricted" and not member.rights.get("can_send_documents", True):
        raise bad_request("not enough rights to send documents to the chat")


def thread(state: State, room: Room, thread_id: int) -> int:
    """The topic to write to, 0 for General; refuses one that is not there, General's own id too."""
    if not thread_id:
        return 0
    topic = room.topics.get(thread_id)
    if thread_id == GENERAL or topic is None or topic.deleted:
        raise bad_request("message thread not found")
    if topic.closed and not state.bot_member(room).is_admin:
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def reply_target(state: State, room: Room, reply: Json | None) -> Message | None:
    """The message replied to, here or in another chat; None for none."""
    if not reply:
        return None
    there = state.find(reply["chat_id"]) if reply.get("chat_id") else room
    original = there.messages.get(reply.get("message_id", 0))
    if original is not None:
        return Message(original)
    if reply.get("allow_sending_without_reply") and there is room:
        return None
    raise bad_request("message to be replied not found")


def quoted(original: Message, reply: Json) -> Json:
    """`quote` of a part of the message replied to, which has to stand there exactly."""
    part = reply.get("quote", "")
    if not part:
        return {}
    try:
        return origins.quote(original, part)
    except AssertionError:
        raise bad_request("QUOTE_TEXT_INVALID") from None


def text(params: Json) -> Json:
    """`text` and `entities` of a message."""
    if not params.get("text"):
        raise bad_request("message text is empty")
    said, entities = formatted(
        params["text"], params.get("entities", []), limit=MAX_TEXT, too_long="message is too long"
    )
    if not said:
        raise bad_request("text must be non-empty")
    shown = {"text": said, **({"entities": entities} if entities else {})}
    preview = _asked(params.get("link_preview_options") or {})
    return shown | ({"link_preview_options": preview} if preview else {})


def _asked(options: Json) -> Json:
    """Options as they are told again: those that were asked for."""
    return {name: value for name, value in options.items() if value}


def caption(params: Json) -> Json:
    """`caption` and `caption_entities` of a document or picture, and how it is shown."""
    said, entities = formatted(
        params.get("caption", ""),
        params.get("caption_entities", []),
        limit=MAX_CAPTION,
        too_long="message caption is too long",
    )
    shown: Json = {"caption": said} if said else {}
    if entities:
        shown["caption_entities"] = entities
    if said and params.get("show_caption_above_media"):
        shown["show_caption_above_media"] = True
    if params.get("has_spoiler"):
        shown["has_media_spoiler"] = True
    return shown


def keyboard(markup: Json | None) -> Json | None:
    """A reply markup as it will stand under the message; None for an empty one."""
    if not markup or "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        if not button["text"].strip():
            raise bad_request(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
        if button.get("style", "") not in {"", "default", "primary", "danger", "success"}:
            raise bad_request("can't parse inline keyboard button: invalid button style specified")
        if not button.keys() - {"text", "style", "icon_custom_emoji_id"}:
            raise bad_request("Text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button.get("callback_data", "-").encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        if not 1 <= len(button.get("copy_text", {"text": "-"})["text"]) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"inline_keyboard": rows} if rows else None


def upload_size(upload: Upload, limit_bytes: int = MAX_UPLOAD_BYTES) -> None:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD_BYTES:
        raise Refusal(413, "Request Entity Too Large")  # from the front server
    if len(upload.content) > limit_bytes:
        raise bad_request(
            f"file of size {len(upload.content)} bytes is too big for a photo; "
            f"the maximum size is {limit_bytes} bytes"
        )
