"""What people do in a chat: the words in which tests tell their dialogues."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from bot.emulator import content, membership, messages
from bot.emulator.methods.editing import remove
from bot.emulator.people import Message, Toast, User
from bot.emulator.rooms import GENERAL
from bot.emulator.seeing import Sight
from bot.emulator.state import ANONYMOUS_BOT, CHANNEL_BOT, TELEGRAM, Query

if TYPE_CHECKING:
    from bot.emulator.rooms import Topic

Json = dict[str, Any]


class Chat(Sight):
    """A chat as its members use it."""

    def topic(self, name: str) -> Topic:
        return next(topic for topic in self.room.topics.values() if topic.name == name)

    async def say(
        self,
        who: User,
        text: str,
        *,
        reply_to: Message | None = None,
        topic: str = "",
        entities: list[Json] | None = None,
        as_: str | Chat = "",
    ) -> Message:
        """A person writes; commands, mentions and links become entities unless `entities` are given.

        `as_`: "anonymous" for an anonymous admin, or the channel in whose name the person speaks.
        """
        return await self.send(who, content.text(text, entities), reply_to=reply_to, topic=topic, as_=as_)

    async def sticker(self, who: User, emoji: str = "😀", **how: Any) -> Message:
        return await self.send(who, content.sticker(self._state, emoji), **how)

    async def photo(self, who: User, caption: str = "", **how: Any) -> Message:
        return await self.send(who, content.photo(self._state, caption), **how)

    async def video(self, who: User, caption: str = "", **how: Any) -> Message:
        return await self.send(who, content.video(self._state, caption), **how)

    async def voice(self, who: User, **how: Any) -> Message:
        return await self.send(who, content.voice(self._state), **how)

    async def poll(self, who: User, question: str, *options: str, **how: Any) -> Message:
        return await self.send(who, content.poll(self._state, question, options), **how)

    async def document(
        self, who: User, name: str, data: bytes = b"-", caption: str = "", **how: Any
    ) -> Message:
        return await self.send(who, content.document(self._state, name, data, caption), **how)

    async def forward(self, who: User, message: Message, **how: Any) -> Message:
        """A person forwards a message from any chat."""
        origin = {"forward_origin": content.origin(message.json)}
        return await self.send(who, message.content | origin, **how)

    async def send(
        self,
        who: User,
        carried: Json,
        *,
        reply_to: Message | None = None,
        topic: str = "",
        as_: str | Chat = "",
    ) -> Message:
        """A person sends any content: the message's own fields as the Bot API names them."""
        if self.room.private:
            if self.room.blocked:
                membership.block(self._state, self.room, blocked=False)
            self.room.started = True
        elif not self.room.present(who.id) and not isinstance(as_, Chat):
            raise AssertionError(f"{who.first_name} is not in {self.room.title}")
        thread_id = self.topic(topic).id if topic else 0
        if reply_to is not None and not topic:
            thread_id = reply_to.thread_id
        message = messages.create(
            self._state,
            self.room,
            self._author(who, as_),
            carried,
            thread_id=0 if thread_id == GENERAL else thread_id,
            reply_to=reply_to.id if reply_to else 0,
        )
        messages.deliver(self._state, self.room, message)
        if self.room.type == "channel" and self.room.linked_chat_id:
            self._forward_to_discussion(message)
        return Message(message)

    def _author(self, who: User, as_: str | Chat) -> Json:
        if self.room.type == "channel":
            return {"sender_chat": self.room.json()}
        if isinstance(as_, Chat):
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
            Message(post).content | {"is_automatic_forward": True, "forward_origin": content.origin(post)},
        )
        messages.deliver(self._state, room, message)

    async def edit(self, who: User, message: Message, text: str) -> None:
        """A person edits their own message: its text, or the caption of a file."""
        author = message.json.get("from", {}).get("id")
        if author not in {who.id, ANONYMOUS_BOT["id"], CHANNEL_BOT["id"]}:
            raise AssertionError(f"{who.first_name} did not write {message.text!r}")
        new = content.text(text) if "text" in message.json else content.caption(text)
        for name in ("text", "entities", "caption", "caption_entities"):
            message.json.pop(name, None)
        message.json |= new | {"edit_date": self._state.now()}
        messages.shown(self._state, self.room, "edited", message.json)
        messages.deliver(self._state, self.room, message.json, edited=True)

    async def delete(self, message: Message) -> None:
        """A person deletes a message; the bot is not told."""
        remove(self._state, self.room, message.json)

    async def react(self, who: User, message: Message, *emoji: str) -> None:
        """A person sets their reactions; told to the bot in private chats, and where it is an admin."""
        before = self.room.people_reactions.get((message.id, who.id), [])
        after: list[Json] = [{"type": "emoji", "emoji": one} for one in emoji]
        self.room.people_reactions[message.id, who.id] = after
        messages.shown(self._state, self.room, "reacted", message.json)
        if self.room.private or self._state.bot_member(self.room).is_admin:
            update = {"chat": self.room.json(), "message_id": message.id, "user": who.json}
            update |= {"date": self._state.now(), "old_reaction": before, "new_reaction": after}
            messages.put(self._state, "message_reaction", update)

    async def press(self, who: User, message: Message, button: str, *, timeout_s: float = 15) -> Toast:
        """A person presses a button, by its text or its callback data, and sees what the bot answers."""
        query = self.begin_press(who, message, button)
        await self._until(
            lambda: query.answer is not None, timeout_s, f"an answer to the press of {button!r}"
        )
        answer = query.answer or {}
        return Toast(answer.get("text", ""), alert=answer.get("show_alert", False))

    def begin_press(self, who: User, message: Message, button: str) -> Query:
        """Presses without waiting; anyone may press, an anonymous admin under their own name."""
        data = next(
            (b["callback_data"] for b in message.buttons if button in {b["text"], b.get("callback_data")}),
            None,
        )
        if data is None:
            raise AssertionError(f"no button {button!r} under {message}\n{self.dialogue}")
        state = self._state
        query = Query(str(state.random.getrandbits(62)), state.clock.monotonic())
        state.queries[query.id] = query
        pressed = message.json
        if message.id not in self.room.messages:  # `InaccessibleMessage`
            pressed = {"chat": self.room.json(), "message_id": message.id, "date": 0}
        messages.put(
            state,
            "callback_query",
            {
                "id": query.id,
                "from": copy.deepcopy(who.json),
                "message": pressed,
                "chat_instance": str(-self.id * 31),
                "data": data,
            },
        )
        return query
