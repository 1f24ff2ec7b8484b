"""What people send into a chat: the words in which tests tell their dialogues."""

from __future__ import annotations

import mimetypes
from typing import Any, TypeAlias

from bot.emulator import content, media, membership, messages, origins, pictures, recordings
from bot.emulator.people import Message, User
from bot.emulator.rooms import GENERAL, Topic
from bot.emulator.seeing import Sight
from bot.emulator.state import ANONYMOUS_BOT, CHANNEL_BOT, TELEGRAM

Json = dict[str, Any]
Piece: TypeAlias = "bytes | tuple[str, bytes]"
"""A photo, or a document with its name."""

UNNAMED = "application/octet-stream"


class Speech(Sight):
    """A chat as people write into it.

    Whatever is sent takes `reply_to`, `quote`, `topic` and `as_` of `send`; `claims` are those of `media`.
    """

    def topic(self, name: str) -> Topic:
        return next(topic for topic in self.room.topics.values() if topic.name == name)

    async def say(self, who: User, text: str, *, entities: list[Json] | None = None, **how: Any) -> Message:
        """A person writes; commands, mentions and links become entities unless `entities` are given."""
        return await self.send(who, content.text(text, entities), **how)

    async def sticker(self, who: User, emoji: str = "😀", **how: Any) -> Message:
        return await self.send(who, content.sticker(self._state, emoji), **how)

    async def poll(self, who: User, question: str, *options: str, **how: Any) -> Message:
        return await self.send(who, content.poll(self._state, question, options), **how)

    async def photo(self, who: User, caption: str = "", *, data: bytes = b"", **how: Any) -> Message:
        """A picture as a photo: Telegram makes JPEGs of several sizes of it."""
        return await self.send(who, media.photo(self._state, data or pictures.sample(), caption), **how)

    async def document(
        self,
        who: User,
        name: str,
        data: bytes = b"-",
        caption: str = "",
        *,
        mime_type: str = "",
        claims: Json | None = None,
        **how: Any,
    ) -> Message:
        """A file as it is; its MIME type goes by its name unless it is given."""
        kind = mime_type or mimetypes.guess_type(name)[0] or UNNAMED
        carried = media.document(self._state, name, data, caption, mime_type=kind, claims=claims)
        return await self.send(who, carried, **how)

    async def voice(
        self,
        who: User,
        data: bytes = b"",
        *,
        words: str = "",
        duration_s: int = 2,
        caption: str = "",
        claims: Json | None = None,
        **how: Any,
    ) -> Message:
        """A recording: `data`, or one in which the stand-in for speech hears `words`."""
        data = data or recordings.spoken(words, duration_s=duration_s)
        carried = media.voice(self._state, data, caption, duration_s=duration_s, claims=claims)
        return await self.send(who, carried, **how)

    async def video_note(
        self,
        who: User,
        data: bytes = b"ftyp",
        *,
        duration_s: int = 3,
        claims: Json | None = None,
        **how: Any,
    ) -> Message:
        """A round video, without a caption and a MIME type."""
        carried = media.video_note(self._state, data, duration_s=duration_s, claims=claims)
        return await self.send(who, carried, **how)

    async def audio(
        self,
        who: User,
        data: bytes = b"ID3",
        *,
        name: str = "audio.mp3",
        duration_s: int = 3,
        caption: str = "",
        claims: Json | None = None,
        **how: Any,
    ) -> Message:
        """A file that clients play as music."""
        carried = media.audio(self._state, name, data, caption, duration_s=duration_s, claims=claims)
        return await self.send(who, carried, **how)

    async def video(self, who: User, caption: str = "", *, data: bytes = b"ftyp", **how: Any) -> Message:
        return await self.send(who, media.video(self._state, data, caption), **how)

    async def album(
        self, who: User, *pieces: Piece, caption: str = "", caption_on: int = 0, group: str = "", **how: Any
    ) -> list[Message]:
        """Photos or documents as one album: an update for each, the caption on one, no word of how many.

        `group`: the `media_group_id` of an album begun before, whose late pieces these are.
        """
        group = group or str(self._state.random.getrandbits(60))
        sent = []
        for number, piece in enumerate(pieces):
            said = caption if number == caption_on else ""
            if isinstance(piece, bytes):
                carried = media.photo(self._state, piece or pictures.sample(), said)
            else:
                kind = mimetypes.guess_type(piece[0])[0] or UNNAMED
                carried = media.document(self._state, *piece, said, mime_type=kind)
            sent.append(await self.send(who, carried | {"media_group_id": group}, **how))
        return sent

    async def forward(
        self, who: User, message: Message, *, origin: Json | None = None, **how: Any
    ) -> Message:
        """A person forwards a message from any chat; `origin`: as if it came from there (see `origins`)."""
        (sent,) = await self.forwards(who, message, origin=origin, **how)
        return sent

    async def forwards(
        self,
        who: User,
        *what: Message | str,
        comment: str = "",
        origin: Json | None = None,
        **how: Any,
    ) -> list[Message]:
        """A person forwards messages, or words that stand nowhere here, and may comment on them.

        All that was sent, in order: the comment goes first, as clients send it. Pieces of an album
        stay one, under a new `media_group_id`.
        """
        sent = [await self.say(who, comment, **how)] if comment else []
        groups: dict[str, str] = {}
        for each in what:
            json: Json = {"from": who.json, "date": self._state.now()}
            json = each.json if isinstance(each, Message) else json
            if json.get("has_protected_content"):
                raise AssertionError(f"{each!r} is protected: clients do not forward it")
            carried = each.content if isinstance(each, Message) else content.text(each)
            carried = carried | {"forward_origin": origin or origins.of(json)}
            if "media_group_id" in json:
                new = groups.setdefault(json["media_group_id"], str(self._state.random.getrandbits(60)))
                carried |= {"media_group_id": new}
            sent.append(await self.send(who, carried, **how))
        return sent

    async def send(
        self,
        who: User,
        carried: Json,
        *,
        reply_to: Message | None = None,
        quote: str = "",
        topic: str = "",
        as_: str | Sight = "",
    ) -> Message:
        """A person sends any content: the message's own fields as the Bot API names them.

        `reply_to` may stand in another chat; `quote` is the part of it that the person marked. `as_`:
        "anonymous" for an anonymous admin, or the channel in whose name the person speaks.
        """
        if self.room.private:
            if self.room.blocked:
                membership.block(self._state, self.room, blocked=False)
            self.room.started = True
        elif not self.room.present(who.id) and not isinstance(as_, Sight):
            raise AssertionError(f"{who.first_name} is not in {self.room.title}")
        elsewhere = reply_to is not None and reply_to.json["chat"]["id"] != self.id
        if reply_to is not None:
            carried = carried | (origins.external(reply_to) if elsewhere else {})
            carried |= origins.quote(reply_to, quote) if quote else {}
        thread_id = self.topic(topic).id if topic else 0
        if reply_to is not None and not topic and not elsewhere:
            thread_id = reply_to.thread_id
        message = messages.create(
            self._state,
            self.room,
            self._author(who, as_),
            carried,
            thread_id=0 if thread_id == GENERAL else thread_id,
            reply_to=reply_to.id if reply_to and not elsewhere else 0,
        )
        messages.deliver(self._state, self.room, message)
        if self.room.type == "channel" and self.room.linked_chat_id:
            self._forward_to_discussion(message)
        return Message(message)

    def _author(self, who: User, as_: str | Sight) -> Json:
        if self.room.type == "channel":
            return {"sender_chat": self.room.json()}
        if isinstance(as_, Sight):
            return {"from": CHANNEL_BOT, "sender_chat": as_.room.json()}
        member = self.room.members.get(who.id)
        if as_ == "anonymous" or (member is not None and member.is_anonymous):
            return {"from": ANONYMOUS_BOT, "sender_chat": self.room.json()}
        return {"from": who.json}

    def _forward_to_discussion(self, post: Json) -> None:
        """Telegram itself forwards a channel's post into the linked group, where comments reply to it."""
        room = self._state.rooms[self.room.linked_chat_id]
        message = messages.create(
            self._state,
            room,
            {"from": TELEGRAM, "sender_chat": self.room.json()},
            Message(post).content | {"is_automatic_forward": True, "forward_origin": origins.of(post)},
        )
        messages.deliver(self._state, room, message)
