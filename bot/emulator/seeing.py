"""What people see in a chat: waiting for the bot's words, and for its silence."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from bot.emulator.files import StoredFile
from bot.emulator.people import Message, User
from bot.emulator.rooms import Room, Shown
from bot.emulator.state import State
from bot.emulator.ticking import Pulse

Json = dict[str, Any]
Wanted: TypeAlias = "str | re.Pattern[str] | Callable[[Message], bool]"


class Sight:
    """A chat as it shows itself."""

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

    def reactions(self, message: Message) -> list[str]:
        """The bot's own reactions to a message."""
        return [reaction["emoji"] for reaction in self.room.reactions.get(message.id, ())]

    def file(self, message: Message) -> bytes:
        """The content of the file that a message carries; a photo's largest size."""
        return self.stored(message).content

    def stored(self, message: Message) -> StoredFile:
        """The file itself, to make it `gone` or a lie."""
        carried = message.json[message.kind]
        return self._state.files[(carried[-1] if message.kind == "photo" else carried)["file_id"]]

    async def see(self, wanted: Wanted = "", *, timeout_s: float = 15) -> Message:
        """The next message of the bot not seen yet, sent or edited, that has `wanted` in it.

        Those before it that have not stay unseen. Real seconds, whatever the world's clock.
        """
        matches = _matcher(wanted)
        found: list[Shown] = []

        def look() -> bool:
            found[:] = [shown for shown in self.unseen() if matches(Message(shown.message))][:1]
            return bool(found)

        await self._until(look, timeout_s, f"{wanted!r}")
        seen = found[0]
        for shown in self.room.shown[: self.room.shown.index(seen) + 1]:
            if shown.message["message_id"] == seen.message["message_id"]:
                shown.seen = True  # with this message's earlier states
        return Message(self.room.messages.get(seen.message["message_id"], seen.message))

    async def sees_nothing(self, *, for_s: float = 0.1, timeout_s: float = 15) -> None:
        """Nothing unseen from the bot stands here `for_s` real seconds after it took every update."""
        updates = self._state.updates
        await self._until(
            lambda: not updates.waiting, timeout_s, "the bot to take its updates", updates.consumed
        )
        await asyncio.sleep(for_s)
        unseen = self.unseen()
        if unseen:
            raise AssertionError(f"unexpected: {_line(unseen[0])}\n{self.dialogue}")

    async def sees_typing(self, *, timeout_s: float = 15) -> None:
        await self._until(lambda: self.typing, timeout_s, "typing")

    async def sees_reaction(self, message: Message, emoji: str, *, timeout_s: float = 15) -> None:
        await self._until(lambda: emoji in self.reactions(message), timeout_s, f"a reaction {emoji}")

    async def sees_no_reaction(self, message: Message, *, timeout_s: float = 15) -> None:
        await self._until(lambda: not self.reactions(message), timeout_s, "no reaction")

    async def sees_gone(self, message: Message, *, timeout_s: float = 15) -> None:
        """The message has been deleted."""
        await self._until(lambda: message.id not in self.room.messages, timeout_s, f"{message} to go")

    async def leaves(self, who: User, *, timeout_s: float = 15) -> None:
        """The person, or the bot, is not in the group any more."""
        await self._until(lambda: not self.room.present(who.id), timeout_s, f"{who.first_name} to leave")

    async def sees_no_buttons(self, message: Message, *, timeout_s: float = 15) -> None:
        """The message stands, and has no buttons any more."""
        await self._until(
            lambda: not Message(self.room.messages[message.id]).buttons,
            timeout_s,
            f"no buttons under {message}",
        )

    def unseen(self) -> list[Shown]:
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
    place = f" in topic {message.thread_id}" if message.thread_id else ""
    buttons = "".join(f" [{button['text']}]" for button in message.buttons)
    return f"{message.author}{verb}{place}: {message.text or message.kind}{buttons}"
