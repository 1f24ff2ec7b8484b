"""Random updates that the bot has something to do with: questions, commands, edits, presses, membership."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from random import Random
from typing import Any, get_args

from telegram import Message

from bot.core.values import Conversation
from bot.emulator import content
from bot.emulator.world import World
from bot.screens.callbacks import Callback, encode
from tests.fuzz.inventing import Inventor
from tests.fuzz.sending import PIECES, Sending

Json = dict[str, Any]

COMMANDS = (
    "start", "help", "ask", "new", "stop", "settings", "temperature", "tokens", "model", "instructions",
    "language", "memory", "forget", "export", "wake", "rights", "title", "reactions", "buttons", "nonsense",
)  # fmt: skip
ARGUMENTS = (
    "",
    " ",
    " 0,5",
    " 1e999",
    " reset",
    " ru",
    " everyone",
    " слово",
    " on",
    "\n-1",
    " settings_1_0",
)
STATUSES = ("member", "administrator", "left", "kicked", "restricted", "creator")
OPTIONS = ("temperature", "model", "wake_words", "nonsense")


class Aimer:
    """Over what it aims lies a little of what the inventor makes up."""

    def __init__(
        self, random: Random, world: World, inventor: Inventor, chats: Sequence[Json], sending: Sending
    ) -> None:
        self._random = random
        self._world = world
        self._inventor = inventor
        self._people = list(world.state.users.values())
        self._chats = chats
        self._sending = sending
        self._last_id = 10_000
        self._asked: list[Json] = []

    def update(self, update_id: int) -> Json:
        messages = (self._message, self._message, self._message, self._sent)
        kind, made = self._random.choice((*messages, self._edit, self._press, self._membership))()
        return {"update_id": update_id, kind: made}

    def all_files(self, chat: Json, update_id: int) -> list[Json]:
        """An update with each file that there is, sent privately."""
        sent: list[Json] = []
        for carried in self._sending.carried:
            message = self._written("") | {"chat": chat, "from": self._person(chat)} | carried
            for name in ("is_topic_message", "message_thread_id", "reply_to_message"):
                message.pop(name, None)
            sent.append({"update_id": update_id + len(sent), "message": message})
        return sent

    def _message(self) -> tuple[str, Json]:
        message = self._written(self._words())
        if self._random.random() < 0.3:
            invented = self._inventor.json(Message)
            for name in ("chat", "date", "message_id", "from", "text", "entities", "migrate_to_chat_id"):
                invented.pop(name, None)
            message = invented | message
        self._asked = [*self._asked[-100:], message]
        return "message", message

    def _sent(self) -> tuple[str, Json]:
        words = self._words() if self._random.random() < 0.3 else ""
        message = self._sending.load(self._written(words))
        self._last_id += PIECES
        self._asked = [*self._asked[-100:], message]
        return "message", message

    def _edit(self) -> tuple[str, Json]:
        if not self._asked:
            return self._message()
        edited = self._random.choice(self._asked)
        words = self._words() or "-"
        new = content.text(words) if "text" in edited else content.caption(words)
        return "edited_message", edited | {"edit_date": self._world.state.now()} | new

    def _press(self) -> tuple[str, Json]:
        chat = self._random.choice(self._chats)
        message: Json = {"message_id": self._random.randrange(1, 50), "chat": chat, "date": 0}
        if self._random.random() < 0.7:
            message |= {"date": self._world.state.now(), "from": self._world.bot, "text": "…"}
        press = {
            "id": str(self._last_id),
            "from": self._person(chat),
            "chat_instance": "1",
            "data": self._data(),
        }
        return "callback_query", press | {"message": message}

    def _membership(self) -> tuple[str, Json]:
        """Mostly of others: where the bot itself is gone, it has nothing to do."""
        chat, bot = self._random.choice(self._chats), self._random.random() < 0.3
        user = self._world.bot if bot else self._person(chat)
        status = "kicked" if self._random.random() < 0.1 else "member"
        old, new = ({"user": user, "status": name, "until_date": 0} for name in ("member", status))
        if bot and self._random.random() < 0.3:
            old["status"] = "left"
        change = {"chat": chat, "from": self._person(chat), "date": self._world.state.now()}
        return "my_chat_member" if bot else "chat_member", change | {
            "old_chat_member": old,
            "new_chat_member": new,
        }

    def _written(self, words: str) -> Json:
        self._last_id += 1
        chat = self._random.choice(self._chats)
        message: Json = {"message_id": self._last_id, "chat": chat, "date": self._world.state.now()}
        message["from"] = self._person(chat)
        if self._random.random() < 0.2:
            replied = {"message_id": self._random.randrange(1, 50), "chat": chat, "date": message["date"]}
            author = self._random.choice((self._world.bot, self._person(chat)))
            message["reply_to_message"] = replied | {"from": author, "text": "Сказано раньше"}
        if self._random.random() < 0.1:
            message |= {"message_thread_id": self._random.randrange(1, 9), "is_topic_message": True}
        return message | (content.text(words) if words else {})

    def _person(self, chat: Json) -> Json:
        if chat["type"] == "private":
            return self._world.state.users[chat["id"]]
        return self._random.choice(self._people)

    def _words(self) -> str:
        random, me = self._random, self._world.bot["username"]
        if random.random() < 0.15:
            return random.choice(("", f"@{me}", f"@{me} почему?", f"/ask@{me} почему?", "👀 почему?"))
        if random.random() < 0.5:
            return f"/{random.choice(COMMANDS)}{random.choice(('', f'@{me}', '@other_bot'))}" + random.choice(
                ARGUMENTS
            )
        return random.choice(("Разговор", f"{me} без собаки", "Ещё разговор 🇷🇺", f"@{me}_two"))

    def _data(self) -> str:
        random = self._random
        kind = random.choice(get_args(Callback))
        given: list[Any] = []
        for field in dataclasses.fields(kind):
            if field.type == "Conversation":
                given.append(Conversation(random.choice(self._chats)["id"], random.choice((0, 0, 5))))
            elif field.type == "int":
                given.append(random.randrange(1, 300))
            else:
                given.append(random.choice((*OPTIONS, "main", "0.5")))
        return encode(kind(*given)) if random.random() < 0.9 else "nonsense"
