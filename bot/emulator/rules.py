"""The rules that what a bot sends has to keep, with what Telegram says when it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.emulator.entities import find_entities, utf16_len
from bot.emulator.refusals import bad_request, forbidden
from bot.emulator.rooms import GENERAL

if TYPE_CHECKING:
    from bot.emulator.rooms import Room
    from bot.emulator.schema import Upload
    from bot.emulator.state import State

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ENTITIES = 100
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_CALLBACK_BYTES = 64


def may_write(state: State, room: Room) -> None:
    """Refuses where the bot is not let in or may not write."""
    if room.private:
        if room.blocked:
            raise forbidden("bot was blocked by the user")
        if not room.started:
            raise forbidden("bot can't initiate conversation with a user")
        return
    member = state.bot_member(room)
    if not member.present:
        happened = "was kicked from" if member.status in {"kicked", "left"} else "is not a member of"
        raise forbidden(f"bot {happened} the {room.type} chat")
    muted = room.muted or (member.status == "restricted" and not member.rights.get("can_send_messages", True))
    if muted and not member.is_admin:
        raise bad_request("not enough rights to send text messages to the chat")


def thread(room: Room, thread_id: int) -> int:
    """The topic to write to, 0 for General; refuses one that is not there."""
    if not thread_id:
        return 0
    topic = room.topics.get(thread_id)
    if thread_id == GENERAL or topic is None or topic.deleted:
        raise bad_request("message thread not found")
    if topic.closed:
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def reply_target(state: State, room: Room, reply: Json | None, thread_id: int) -> int:
    """`message_id` of the message replied to; 0 for none."""
    del state, thread_id
    if not reply:
        return 0
    if reply["message_id"] in room.messages:
        return int(reply["message_id"])
    if reply.get("allow_sending_without_reply"):
        return 0
    raise bad_request("message to be replied not found")


def _formatted(text: str, entities: list[Json], limit: int, too_long: str) -> tuple[str, list[Json]]:
    stripped = text.rstrip()
    if utf16_len(stripped) > limit:
        raise bad_request(too_long)
    given = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))[:MAX_ENTITIES]
    return stripped, given + [e for e in find_entities(stripped) if not _inside(e, given)]


def _inside(entity: Json, others: list[Json]) -> bool:
    return any(
        other["offset"] < entity["offset"] + entity["length"]
        and entity["offset"] < other["offset"] + other["length"]
        for other in others
    )


def text(params: Json, *, bot: Json) -> Json:
    """`text` and `entities` of a message."""
    del bot
    said, entities = _formatted(params["text"], params.get("entities", []), MAX_TEXT, "message is too long")
    if not said:
        raise bad_request("message text is empty")
    return {"text": said, **({"entities": entities} if entities else {})}


def caption(params: Json, *, bot: Json) -> Json:
    """`caption` and `caption_entities` of a document or picture."""
    del bot
    said, entities = _formatted(
        params.get("caption", ""),
        params.get("caption_entities", []),
        MAX_CAPTION,
        "message caption is too long",
    )
    if not said:
        return {}
    return {"caption": said, **({"caption_entities": entities} if entities else {})}


def keyboard(markup: Json | None) -> Json | None:
    """A reply markup as it will stand under the message; None for an empty one."""
    if not markup or "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    for button in (button for row in rows for button in row):
        if not 1 <= len(button.get("callback_data", "-").encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    return {"inline_keyboard": rows} if rows else None


def upload_size(upload: Upload) -> None:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD_BYTES:
        raise bad_request("Request Entity Too Large")
