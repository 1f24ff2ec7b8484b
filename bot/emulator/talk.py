"""What people do with messages that stand in a chat: they edit, delete, react and press."""

from __future__ import annotations

import copy
from typing import Any

from bot.emulator import content, messages
from bot.emulator.methods.editing import remove
from bot.emulator.people import Message, Toast, User
from bot.emulator.speaking import Speech
from bot.emulator.state import ANONYMOUS_BOT, CHANNEL_BOT, Query

Json = dict[str, Any]


class Chat(Speech):
    """A chat as its members use it."""

    async def edit(self, who: User, message: Message, text: str) -> None:
        """A person edits their own message, in a channel any: its text, or the caption of a file."""
        author = message.json.get("from", {}).get("id")
        if self.room.type != "channel" and author not in {who.id, ANONYMOUS_BOT["id"], CHANNEL_BOT["id"]}:
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
