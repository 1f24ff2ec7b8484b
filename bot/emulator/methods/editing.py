"""Methods that change or remove what is in a chat, and answer button presses."""

from __future__ import annotations

import copy
from typing import Any

from bot.emulator import messages, rules
from bot.emulator.methods.sending import document_content, photo_content
from bot.emulator.refusals import bad_request
from bot.emulator.rooms import Room
from bot.emulator.schema import Upload
from bot.emulator.state import State

Json = dict[str, Any]

CALLBACK_LIFETIME_S = 60.0
"""Not documented; bots report refusals after some tens of seconds."""
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
CONTENT = (
    *("text", "entities", "link_preview_options", "caption", "caption_entities", "document", "photo"),
    *("show_caption_above_media", "has_media_spoiler"),
)
MAX_DELETED = 100
DELETABLE_S = 48 * 3600
"""https://core.telegram.org/bots/api#deletemessage."""


def _own(state: State, room: Room, params: Json) -> Json:
    message = room.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message.get("from", {}).get("id") != state.bot["id"] or room.migrated_to:
        raise bad_request("message can't be edited")
    return message


def _change(
    state: State, room: Room, message: Json, content: Json, keyboard: Json | None, *, verb: str = "edited"
) -> Json:
    """Replaces the message's content and keyboard: an edit without a keyboard removes the old one."""
    rules.may_write(state, room)
    state.count_edit(room)
    new = copy.deepcopy(content) | ({"reply_markup": keyboard} if keyboard else {})
    if new == {name: message[name] for name in (*CONTENT, "reply_markup") if name in message}:
        raise bad_request(NOT_MODIFIED)
    for name in (*CONTENT, "reply_markup"):
        message.pop(name, None)
    message |= new | {"edit_date": state.now()}
    messages.shown(state, room, verb, message)
    return message


def _content(message: Json) -> Json:
    return {name: message[name] for name in CONTENT if name in message}


def edit_message_text(state: State, params: Json) -> Json:
    room = rules.access(state, params, "edit")
    message = _own(state, room, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = rules.text(params)
    return _change(state, room, message, content, rules.keyboard(params.get("reply_markup")))


def edit_message_caption(state: State, params: Json) -> Json:
    room = rules.access(state, params, "edit")
    message = _own(state, room, params)
    if "document" not in message and "photo" not in message:
        raise bad_request("there is no caption in the message to edit")
    file = {name: message[name] for name in ("document", "photo", "has_media_spoiler") if name in message}
    content = file | rules.caption(params)
    return _change(state, room, message, content, rules.keyboard(params.get("reply_markup")))


def edit_message_media(state: State, params: Json) -> Json:
    room = rules.access(state, params, "edit")
    message = _own(state, room, params)
    media = params["media"]
    given = params.get(media["media"].removeprefix("attach://"), media["media"])
    if media["type"] not in {"document", "photo"} or not isinstance(given, (Upload, str)):
        raise bad_request("media of this type is not modelled")
    if media["type"] == "photo":
        content = photo_content(state, media, given)
    else:
        thumbnail = params.get(str(media.get("thumbnail", "")).removeprefix("attach://"))
        content = document_content(state, media, given, thumbnail)
    return _change(state, room, message, content, rules.keyboard(params.get("reply_markup")))


def edit_message_reply_markup(state: State, params: Json) -> Json:
    room = rules.access(state, params, "edit")
    message = _own(state, room, params)
    keyboard = rules.keyboard(params.get("reply_markup"))
    return _change(state, room, message, _content(message), keyboard, verb="rekeyed")


def delete_message(state: State, params: Json) -> bool:
    room = rules.access(state, params, "write")
    message = room.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(state, room, message)
    remove(state, room, message)
    return True


def _check_deletable(state: State, room: Room, message: Json) -> None:
    own = message.get("from", {}).get("id") == state.bot["id"]
    allowed = own or room.private or state.bot_member(room).is_admin
    if not allowed or state.now() - message["date"] > DELETABLE_S:
        raise bad_request("message can't be deleted")


def delete_messages(state: State, params: Json) -> bool:
    """All or none, except that those not found are skipped."""
    room = rules.access(state, params, "write")
    ids = params["message_ids"]
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    if any(message_id <= 0 for message_id in ids):
        raise bad_request("invalid message identifier specified")
    found = [room.messages[message_id] for message_id in dict.fromkeys(ids) if message_id in room.messages]
    for message in found:
        _check_deletable(state, room, message)
    for message in found:
        remove(state, room, message)
    return True


def remove(state: State, room: Room, message: Json) -> None:
    """Takes a message out of the chat; Telegram tells bots nothing of it."""
    del room.messages[message["message_id"]]
    messages.shown(state, room, "deleted", message)


def answer_callback_query(state: State, params: Json) -> bool:
    query = state.queries.get(params["callback_query_id"])
    if query is None or state.clock.monotonic() - query.pressed_at_s > CALLBACK_LIFETIME_S:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(params.get("text", "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = params
    state.changed.beat()
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
}
