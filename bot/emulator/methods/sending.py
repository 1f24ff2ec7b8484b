"""Methods that put something new into a chat."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from bot.emulator import messages, rules
from bot.emulator.refusals import bad_request
from bot.emulator.rooms import GENERAL
from bot.emulator.schema import Upload

if TYPE_CHECKING:
    from bot.emulator.files import StoredFile
    from bot.emulator.rooms import Room
    from bot.emulator.state import State

Json = dict[str, Any]

ACTION_S = 5.0
"""A chat action is shown for 5 seconds or less: https://core.telegram.org/bots/api#sendchataction."""
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def _send(state: State, room: Room, params: Json, content: Json) -> Json:
    reply_to = rules.reply_target(room, params.get("reply_parameters"))
    thread_id = rules.thread(state, room, params.get("message_thread_id", 0))
    rules.may_write(state, room)
    state.count_send(room)
    keyboard = rules.keyboard(params.get("reply_markup"))
    if keyboard and "inline_keyboard" in keyboard:
        content["reply_markup"] = keyboard
    if not thread_id and reply_to:  # a reply without a thread goes where the message replied to is
        original = room.messages[reply_to]
        thread_id = original["message_thread_id"] if original.get("is_topic_message") else 0
    author: Json = {"from": state.bot}
    if room.type == "channel":
        author = {"sender_chat": room.json()}
    room.actions.pop(thread_id, None)
    return messages.create(state, room, author, content, thread_id=thread_id, reply_to=reply_to)


def send_message(state: State, params: Json) -> Json:
    room = rules.access(state, params, "write")
    return _send(state, room, params, rules.text(params))


def send_message_draft(state: State, params: Json) -> bool:
    room = rules.access(state, params, "write")
    rules.may_write(state, room)
    if not room.private:
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    if not params["draft_id"]:
        raise bad_request("RANDOM_ID_INVALID")
    if params.get("text"):
        rules.text(params)
    return True


def _stored(state: State, given: Upload | str, limit_bytes: int = rules.MAX_UPLOAD_BYTES) -> StoredFile:
    if isinstance(given, Upload):
        rules.upload_size(given, limit_bytes)
        return state.add_file(given.filename, given.mime_type, given.content)
    if given not in state.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return state.files[given]


def document_content(state: State, params: Json, given: Upload | str) -> Json:
    file = _stored(state, given)
    document = {"file_name": file.name, "mime_type": file.mime_type, **file.json()}
    return {"document": document, **rules.caption(params)}


def send_document(state: State, params: Json) -> Json:
    room = rules.access(state, params, "write")
    rules.may_send_files(state, room)
    return _send(state, room, params, document_content(state, params, params["document"]))


def send_photo(state: State, params: Json) -> Json:
    room = rules.access(state, params, "write")
    file = _stored(state, params["photo"], rules.MAX_PHOTO_BYTES)
    photo = [{"width": 640, "height": 480, **file.json()}]
    return _send(state, room, params, {"photo": photo, **rules.caption(params)})


def send_chat_action(state: State, params: Json) -> bool:
    room = rules.access(state, params, "write")
    if params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    rules.may_write(state, room)
    thread_id = params.get("message_thread_id", 0)
    # Unlike sending, typing accepts General's own id.
    thread_id = 0 if thread_id == GENERAL else rules.thread(state, room, thread_id)
    room.actions[thread_id] = (params["action"], state.clock.monotonic() + ACTION_S)
    state.wire.tell("room", room, "action", copy.deepcopy(params))
    state.changed.beat()
    return True


METHODS = {
    "sendMessage": send_message,
    "sendMessageDraft": send_message_draft,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
}
