"""What people do and see in a chat: the words in which tests tell their dialogues."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.emulator import membership, messages
from bot.emulator.entities import find_entities
from bot.emulator.methods.editing import remove
from bot.emulator.people import Message, Toast, User
from bot.emulator.rooms import GENERAL
from bot.emulator.state import ANONYMOUS_BOT, CHANNEL_BOT, Query

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.emulator.rooms import Room, Shown, Topic
    from bot.emulator.state import State
    from bot.emulator.ticking import Pulse

Json = dict[str, Any]
Wanted: TypeAlias = "str | re.Pattern[str] | Callable[[Message], bool]"


class Chat:
    """A chat as its members use it."""

    def __init__(self, state: State, room: Room) -> None:
        self._state = state
        self.room = room

    @property
    def id(self) -> int:
        return self.room.id

    @property
    def title(self) -> str:
        return self.room.title

    @property
    def messages(self) -> list[Message]:
        """The messages that stand in the chat now, oldest first."""
        return [Message(message) for message in self.room.messages.values()]

    @property
    def typing(self) -> bool:
        """Whether the bot's chat action is shown anywhere in the chat."""
        now_s = self._state.clock.monotonic()
        return any(ends_s > now_s for _, ends_s in self.room.actions.values())

    @property
    def dialogue(self) -> str:
        """What was said so far, a line each."""
        return "\n".join(_line(shown) for shown in self.room.shown) or "(nothing was said)"

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
        """A person writes. `as_`: "anonymous" for an anonymous admin, or the channel that speaks."""
        content: Json = {"text": text}
        found = find_entities(text) if entities is None else entities
        if found:
            content["entities"] = found
        return await self.send(who, content, reply_to=reply_to, topic=topic, as_=as_)

    async def send(
        self,
        who: User,
        content: Json,
        *,
        reply_to: Message | None = None,
        topic: str = "",
        as_: str | Chat = "",
    ) -> Message:
        """A person sends any content: the message's own fields as the Bot API names them."""
        room = self.room
        if room.private:
            if room.blocked:
                membership.block(self._state, room, blocked=False)
            room.started = True
        elif not room.present(who.id) and not as_:
            raise AssertionError(f"{who.first_name} is not in {room.title}")
        thread_id = self.topic(topic).id if topic else 0
        if reply_to is not None and not topic and reply_to.json.get("is_topic_message"):
            thread_id = reply_to.json["message_thread_id"]
        message = messages.create(
            self._state,
            room,
            self._author(who, as_),
            content,
            thread_id=0 if thread_id == GENERAL else thread_id,
            reply_to=reply_to.id if reply_to else 0,
        )
        messages.deliver(self._state, room, message)
        return Message(message)

    def _author(self, who: User, as_: str | Chat) -> Json:
        if isinstance(as_, Chat):
            return {"from": CHANNEL_BOT, "sender_chat": as_.room.json()}
        member = self.room.members.get(who.id)
        if as_ == "anonymous" or (member is not None and member.is_anonymous):
            return {"from": ANONYMOUS_BOT, "sender_chat": self.room.json()}
        return {"from": who.json}

    async def edit(self, who: User, message: Message, text: str) -> None:
        """A person edits their own message."""
        if message.json["from"]["id"] != who.id:
            raise AssertionError(f"{who.first_name} did not write {message.text!r}")
        message.json.pop("entities", None)
        message.json |= {"text": text, "edit_date": self._state.now()}
        found = find_entities(text)
        if found:
            message.json["entities"] = found
        messages.shown(self._state, self.room, "edited", message.json)
        messages.deliver(self._state, self.room, message.json, edited=True)

    async def delete(self, message: Message) -> None:
        """A person deletes a message; the bot is not told."""
        remove(self._state, self.room, message.json)

    async def press(self, who: User, message: Message, button: str, *, timeout_s: float = 15) -> Toast:
        """A person presses a button, by its text or its callback data, and sees what the bot answers."""
        data = next(
            (b["callback_data"] for b in message.buttons if button in {b["text"], b.get("callback_data")}),
            None,
        )
        if data is None:
            raise AssertionError(f"no button {button!r} under the message\n{self.dialogue}")
        state = self._state
        query = Query(str(state.random.getrandbits(62)), state.clock.monotonic())
        state.queries[query.id] = query
        messages.put(
            state,
            "callback_query",
            {
                "id": query.id,
                "from": who.json,
                "message": message.json,
                "chat_instance": str(-self.id * 31),
                "data": data,
            },
        )
        await self._until(
            lambda: query.answer is not None, timeout_s, f"an answer to the press of {button!r}"
        )
        answer = query.answer or {}
        return Toast(answer.get("text", ""), alert=answer.get("show_alert", False))

    async def see(self, wanted: Wanted = "", *, timeout_s: float = 15) -> Message:
        """The next message of the bot not seen yet, sent or edited, that has `wanted` in it."""
        matches = _matcher(wanted)
        found: list[Shown] = []

        def look() -> bool:
            found[:] = [s for s in self._unseen() if s.verb != "reacted" and matches(Message(s.message))][:1]
            return bool(found)

        await self._until(look, timeout_s, f"{wanted!r}")
        seen = found[0]
        seen.seen = True
        for earlier in self.room.shown[: self.room.shown.index(seen)]:
            if earlier.message["message_id"] == seen.message["message_id"]:
                earlier.seen = True  # this message's earlier states
        return Message(self.room.messages.get(seen.message["message_id"], seen.message))

    async def sees_nothing(self, *, for_s: float = 0.1, timeout_s: float = 15) -> None:
        """Nothing unseen from the bot stands here `for_s` real seconds after it took every update."""
        updates = self._state.updates
        await self._until(
            lambda: not updates.waiting, timeout_s, "the bot to take its updates", updates.consumed
        )
        await asyncio.sleep(for_s)
        unseen = self._unseen()
        if unseen:
            raise AssertionError(f"unexpected: {_line(unseen[0])}\n{self.dialogue}")

    def _unseen(self) -> list[Shown]:
        return [
            shown
            for shown in self.room.shown
            if shown.by_bot and not shown.seen and shown.verb in {"sent", "edited"}
        ]

    async def _until(
        self, done: Callable[[], bool], timeout_s: float, what: str, pulse: Pulse | None = None
    ) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                while not done():
                    await (pulse or self._state.changed).next()
        except TimeoutError:
            raise AssertionError(f"waited {timeout_s} s for {what}\n{self.dialogue}") from None


def _matcher(wanted: Wanted) -> Callable[[Message], bool]:
    if isinstance(wanted, str):
        return lambda message: wanted in message.text
    if isinstance(wanted, re.Pattern):
        return lambda message: wanted.search(message.text) is not None
    return wanted


def _line(shown: Shown) -> str:
    message = Message(shown.message)
    verb = "" if shown.verb == "sent" else f" [{shown.verb}]"
    thread = message.json.get("message_thread_id") if message.json.get("is_topic_message") else None
    place = f" in topic {thread}" if thread else ""
    buttons = "".join(f" [{button['text']}]" for button in message.buttons)
    return f"{message.author}{verb}{place}: {message.text or message.kind}{buttons}"
