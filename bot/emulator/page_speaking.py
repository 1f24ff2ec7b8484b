"""What a person writes and sends on the chat page, and who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.emulator.page_refusals import NotAllowed
from bot.emulator.page_uploads import Uploads, send_files
from bot.emulator.people import Message, User
from bot.emulator.rooms import GENERAL, Room
from bot.emulator.talk import Chat

if TYPE_CHECKING:
    from bot.emulator.world import World

Json = dict[str, Any]

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024


@dataclass(frozen=True, slots=True)
class Persona:
    """Someone whose eyes and hands the page lends."""

    key: str
    user: User
    anonymous: bool = False

    def json(self) -> Json:
        return {"key": self.key, "user": self.user.json, "anonymous": self.anonymous}


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as whom somebody writes."""

    chat: Chat
    topic: str
    as_: str
    reply_to: Message | None

    def how(self, *, first: bool) -> Json:
        """For `Chat.send`; only the first of several messages is a reply."""
        return {"topic": self.topic, "as_": self.as_, "reply_to": self.reply_to if first else None}


class Speaking:
    """Done in the name of one of the personas."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.uploads = Uploads()

    def _room(self, params: Json) -> Room:
        room = self.world.state.rooms.get(int(params["chat_id"]))
        if room is None or room.migrated_to:
            raise NotAllowed("no_chat")
        return room

    def _message(self, room: Room, params: Json) -> Message:
        message = room.messages.get(int(params["message_id"]))
        if message is None:
            raise NotAllowed("no_message")
        return Message(message)

    async def say(self, persona: Persona, params: Json) -> Json:
        place = self._place(persona, params)
        text = str(params["text"]).strip()
        if not text:
            raise NotAllowed("empty")
        first = 0
        for part in _parts(text):
            said = await place.chat.say(persona.user, part, **place.how(first=not first))
            first = first or said.id
        return {"message_id": first}

    async def forward(self, persona: Persona, params: Json) -> Json:
        """Messages of any chat that the person reads, into one where they write; `comment` goes first."""
        place = self._place(persona, params)
        source = self._room({"chat_id": params["from_chat_id"]})
        if not _reads(source, persona):
            raise NotAllowed("no_chat")
        what = [self._message(source, {"message_id": one}) for one in params["message_ids"]]
        if any(message.json.get("has_protected_content") for message in what):
            raise NotAllowed("protected")
        comment = str(params.get("comment", "")).strip()[:MAX_TEXT]
        sent = await place.chat.forwards(persona.user, *what, comment=comment, **place.how(first=False))
        return {"message_id": sent[0].id}

    async def attach(self, persona: Persona, params: Json) -> Json:
        """Files that were uploaded before: each with `as`, one of photo, document and voice."""
        place = self._place(persona, params)
        caption = str(params.get("caption", "")).strip()
        if len(caption) > MAX_CAPTION:
            raise NotAllowed("caption_long")
        files = [(str(given["as"]), self.uploads.take(str(given["id"]))) for given in params["files"]]
        if not files:
            raise NotAllowed("empty")
        sent = await send_files(place.chat, persona.user, files, caption, place.how(first=True))
        return {"message_id": sent[0].id}

    def _place(self, persona: Persona, params: Json) -> Place:
        room = self._room(params)
        self._may_speak(room, persona)
        reply_to = None
        if params.get("reply_to"):
            reply_to = self._message(room, {"message_id": params["reply_to"]})
        topic = room.topics.get(int(params.get("thread_id") or 0))
        anonymous = persona.anonymous and is_admin(room, persona)
        return Place(
            Chat(self.world.state, room),
            topic.name if topic is not None and topic.id != GENERAL else "",
            "anonymous" if anonymous else "",
            reply_to,
        )

    def _may_speak(self, room: Room, persona: Persona) -> None:
        if room.private and room.id != persona.user.id:
            raise NotAllowed("no_chat")
        if not room.private and not room.present(persona.user.id):
            raise NotAllowed("not_member")
        if room.type == "channel" and not is_admin(room, persona):
            raise NotAllowed("not_admin")


def _reads(room: Room, persona: Persona) -> bool:
    """Anybody reads what has a public name."""
    if room.private:
        return room.id == persona.user.id
    return room.present(persona.user.id) or bool(room.username)


def is_admin(room: Room, persona: Persona) -> bool:
    member = room.members.get(persona.user.id)
    return member is not None and member.is_admin


def _parts(text: str) -> list[str]:
    """A long text as Telegram's clients send it: several messages, none over the limit."""
    units = text.encode("utf-16-le")
    parts = []
    while units:
        cut = min(len(units), 2 * MAX_TEXT)
        if cut < len(units) and 0xDC <= units[cut + 1] <= 0xDF:  # never between the halves of a pair
            cut -= 2
        parts.append(units[:cut].decode("utf-16-le"))
        units = units[cut:]
    return parts
