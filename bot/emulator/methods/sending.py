"""Methods that put something new into a chat."""

from __future__ import annotations

import copy
from typing import Any

from bot.emulator import messages, origins, pictures, rules
from bot.emulator.files import PLACES, StoredFile
from bot.emulator.refusals import bad_request
from bot.emulator.rooms import GENERAL, Room
from bot.emulator.schema import Upload
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
    reply = params.get("reply_parameters")
    original = rules.reply_target(state, room, reply)
    thread_id = rules.thread(state, room, params.get("message_thread_id", 0))
    rules.may_write(state, room)
    keyboard = rules.keyboard(params.get("reply_markup"))
    if original is not None and reply:
        content |= origins.external(original) if original.json["chat"]["id"] != room.id else {}
        content |= rules.quoted(original, reply)
    state.count_send(room)
    if keyboard and "inline_keyboard" in keyboard:
        content["reply_markup"] = keyboard
    if params.get("protect_content"):
        content["has_protected_content"] = True
    if params.get("message_effect_id") and room.private:
        content["effect_id"] = params["message_effect_id"]
    here = original if original is not None and "external_reply" not in content else None
    if not thread_id and here is not None:  # a reply without a thread goes where the message replied to is
        thread_id = here.thread_id
    author: Json = {"from": state.bot}
    if room.type == "channel":
        author = {"sender_chat": room.json()}
    room.actions.pop(thread_id, None)
    return messages.create(
        state, room, author, content, thread_id=thread_id, reply_to=here.id if here is not None else 0
    )


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


def _stored(state: State, given: Upload | str, kind: str) -> StoredFile:
    """A file that is uploaded now, or one of before by its id, if it is of this kind."""
    if isinstance(given, Upload):
        rules.upload_size(given)
        return state.add_file(given.filename, given.mime_type, given.content, kind)
    if given not in state.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if not given.startswith(PLACES[kind][0]):
        had = next(kind for kind, (prefix, _) in PLACES.items() if given.startswith(prefix))
        raise bad_request(f"can't use file of type {had.title()} as {kind.title()}")
    return state.files[given]


def document_content(state: State, params: Json, given: Upload | str, thumbnail: object = None) -> Json:
    """A document with its caption; pictures get a thumbnail by themselves, others the one that is given."""
    file = _stored(state, given, "document")
    document = {"file_name": file.name, "mime_type": file.mime_type, **file.json()}
    small = None
    if file.mime_type.startswith("image/"):
        small = pictures.thumbnail(state, file.content)
    elif isinstance(thumbnail, Upload):
        small = pictures.thumbnail(state, thumbnail.content)
    if small:
        document["thumbnail"] = small
    return {"document": document, **rules.caption(params)}


def send_document(state: State, params: Json) -> Json:
    room = rules.access(state, params, "write")
    rules.may_send_files(state, room)
    content = document_content(state, params, params["document"], params.get("thumbnail"))
    return _send(state, room, params, content)


def photo_content(state: State, params: Json, given: Upload | str) -> Json:
    """A photo in its sizes, with its caption; one of before by its id is the same picture again."""
    if isinstance(given, Upload):
        rules.upload_size(given, rules.MAX_PHOTO_BYTES)
        content = given.content
    else:
        content = _stored(state, given, "photo").content
    try:
        sizes = pictures.photo(state, content)
    except ValueError as error:
        raise bad_request(str(error)) from None
    return {"photo": sizes, **rules.caption(params)}


def send_photo(state: State, params: Json) -> Json:
    room = rules.access(state, params, "write")
    return _send(state, room, params, photo_content(state, params, params["photo"]))


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
