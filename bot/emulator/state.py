"""Everything that Telegram's servers know: users, chats, files, the bot's profile, and what waits for it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.files import StoredFile, stored
from bot.emulator.flood import Flood
from bot.emulator.refusals import bad_request
from bot.emulator.rooms import Member, Room, Topic
from bot.emulator.ticking import Clock, Pulse
from bot.emulator.updates import Updates
from bot.emulator.wire import Wire

Json = dict[str, Any]

ANONYMOUS_BOT = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


@dataclass
class Query:
    """A button press that waits for answerCallbackQuery."""

    id: str
    pressed_at_s: float
    answer: Json | None = None


@dataclass
class Profile:
    """What the bot says about itself; names and descriptions by language."""

    commands: dict[str, list[Json]] = field(default_factory=dict)
    """By scope and language, as one JSON text."""
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """`name`, `description` and `short_description`, each by language."""


class State:
    """The servers' memory; it decides nothing."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock = clock
        self.random = random.Random(seed)  # noqa: S311  # ids, not secrets
        self.wire = Wire()
        self.updates = Updates(clock, first_id=self.random.randrange(100_000_000, 900_000_000))
        bot_id = self.random.randrange(1_000_000_000, 2_000_000_000)
        self.token = f"{bot_id}:{self.random.randbytes(17).hex()}A"
        self.bot: Json = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "YandexGPT",
            "username": f"yandexgpt_{bot_id % 10_000}_bot",
        }
        self.reads_all = False
        """`can_read_all_group_messages`: privacy mode is off."""
        self.profile = Profile()
        self.users: dict[int, Json] = {}
        self.rooms: dict[int, Room] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.flood: Flood | None = None
        """None: no flood limits."""
        self.changed = Pulse()
        """Beats when anything in any chat changes."""
        self.last_id = self.random.randrange(5_000_000, 9_000_000)
        self.last_message_id = 0
        """Private chats and groups share one sequence of ids; supergroups and channels have their own."""

    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def new_id(self) -> int:
        self.last_id += self.random.randrange(1, 1000)
        return self.last_id

    def add_user(self, first_name: str, **rest: Any) -> Json:
        user = {"id": self.new_id(), "is_bot": False, "first_name": first_name, **rest}
        self.users[user["id"]] = user
        return user

    def add_room(self, kind: str, title: str, **rest: Any) -> Room:
        serial = self.new_id()
        room_id = -serial if kind == "group" else -1_000_000_000_000 - serial
        room = Room(room_id, kind, title, **rest)
        self.rooms[room_id] = room
        return room

    def private_room(self, user: Json) -> Room:
        """The private chat with a user, which has the user's id."""
        if user["id"] not in self.rooms:
            self.rooms[user["id"]] = Room(user["id"], "private", person=user)
        return self.rooms[user["id"]]

    def add_file(self, name: str, mime_type: str, content: bytes, kind: str = "document") -> StoredFile:
        """Keeps a file; `kind` is one of `files.PLACES`."""
        file = stored(kind, self.new_id(), name, mime_type, content)
        self.files[file.id] = file
        return file

    def next_message_id(self, room: Room) -> int:
        if room.type in {"supergroup", "channel"}:
            room.last_message_id += 1
            return room.last_message_id
        self.last_message_id += 1
        return self.last_message_id

    def find(self, chat_id: int | str) -> Room:
        """The chat that the bot names; refuses one that is unknown."""
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@").casefold()
            room = next((r for r in self.rooms.values() if name and r.username.casefold() == name), None)
        else:
            room = self.rooms.get(chat_id)
        if room is None:
            raise bad_request("chat not found")
        return room

    def count_send(self, room: Room) -> None:
        """Counts a send against the flood limits; refuses one too many."""
        if self.flood is not None:
            self.flood.take(room.id, private=room.private, now_s=self.clock.monotonic())

    def count_edit(self, room: Room) -> None:
        """Likewise an edit."""
        if self.flood is not None:
            self.flood.take_edit(room.id, private=room.private, now_s=self.clock.monotonic())

    def bot_member(self, room: Room) -> Member:
        return room.members.get(self.bot["id"], Member(self.bot, "left"))

    def add_topic(self, room: Room, topic_id: int, name: str) -> Topic:
        topic = Topic(topic_id, name)
        room.topics[topic_id] = topic
        return topic
