"""What a person can do on the chat page: each action checks who may, and does it in the world."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.emulator.methods.chats import REACTIONS
from bot.emulator.page_refusals import NotAllowed
from bot.emulator.page_speaking import MAX_TEXT, Persona, Speaking, is_admin
from bot.emulator.people import User
from bot.emulator.talk import Chat

if TYPE_CHECKING:
    from bot.emulator.world import World

Json = dict[str, Any]


class Actions(Speaking):
    """Done in the name of one of the personas."""

    def __init__(self, world: World, personas: list[Persona], *, press_timeout_s: float = 20.0) -> None:
        """A button turns for `press_timeout_s` while the bot does not answer."""
        super().__init__(world)
        self._press_timeout_s = press_timeout_s
        self.personas = {persona.key: persona for persona in personas}
        self.by_name: dict[str, Callable[[Persona, Json], Awaitable[Json | None]]] = {
            "say": self.say,
            "forward": self.forward,
            "attach": self.attach,
            "edit": self.edit,
            "delete": self.delete,
            "react": self.react,
            "press": self.press,
            "join": self.join,
            "leave": self.leave,
            "add_bot": self.add_bot,
            "remove_bot": self.remove_bot,
            "promote": self.promote,
            "demote": self.demote,
            "migrate": self.migrate,
            "topic": self.topic,
            "block": self.block,
            "privacy": self.privacy,
            "language": self.language,
        }

    async def do(self, name: str, params: Json) -> Json:
        """Raises NotAllowed, or KeyError, TypeError and ValueError for parameters that can't be read."""
        persona = self.personas[params["as"]]
        return await self.by_name[name](persona, params) or {}

    def _managed(self, persona: Persona, params: Json) -> Chat:
        room = self._room(params)
        if room.private or not is_admin(room, persona):
            raise NotAllowed("not_admin")
        return Chat(self.world.state, room)

    async def edit(self, persona: Persona, params: Json) -> None:
        room = self._room(params)
        message = self._message(room, params)
        text = str(params["text"]).strip()
        if message.json.get("from", {}).get("id") != persona.user.id or "text" not in message.json:
            raise NotAllowed("not_author")
        if not text:
            raise NotAllowed("empty")
        if text != message.text:
            await Chat(self.world.state, room).edit(persona.user, message, text[:MAX_TEXT])

    async def delete(self, persona: Persona, params: Json) -> None:
        room = self._room(params)
        message = self._message(room, params)
        own = message.json.get("from", {}).get("id") == persona.user.id
        if not (own or room.id == persona.user.id or is_admin(room, persona)):
            raise NotAllowed("not_author")
        await Chat(self.world.state, room).delete(message)

    async def react(self, persona: Persona, params: Json) -> None:
        """One reaction, as people without Premium have it; the same again, or an empty one, takes it away."""
        room = self._room(params)
        message = self._message(room, params)
        emoji = str(params["emoji"])
        if room.id != persona.user.id and not room.present(persona.user.id):
            raise NotAllowed("not_member")
        if emoji and emoji not in REACTIONS:
            raise ValueError(emoji)
        had = room.people_reactions.get((message.id, persona.user.id), [])
        again = {"type": "emoji", "emoji": emoji} in had
        await Chat(self.world.state, room).react(
            persona.user, message, *([] if again or not emoji else [emoji])
        )

    async def press(self, persona: Persona, params: Json) -> Json:
        room = self._room(params)
        if room.private and room.id != persona.user.id:
            raise NotAllowed("no_chat")
        message = self._message(room, params)
        data = str(params["data"])
        if data not in {button.get("callback_data") for button in message.buttons}:
            raise NotAllowed("no_button")
        chat = Chat(self.world.state, room)
        with contextlib.suppress(AssertionError):  # no answer came in time: the button just stops turning
            toast = await chat.press(persona.user, message, data, timeout_s=self._press_timeout_s)
            return {"text": str(toast), "alert": toast.alert}
        return {"text": "", "alert": False}

    async def join(self, persona: Persona, params: Json) -> None:
        room = self._room(params)
        if room.private or room.present(persona.user.id):
            raise NotAllowed("member_already")
        self.world.join(Chat(self.world.state, room), persona.user)

    async def leave(self, persona: Persona, params: Json) -> None:
        room = self._room(params)
        member = room.members.get(persona.user.id)
        if room.private or member is None or not member.present or member.status == "creator":
            raise NotAllowed("not_member")
        self.world.leave(Chat(self.world.state, room), persona.user)

    async def add_bot(self, persona: Persona, params: Json) -> None:
        """Brings the bot in, or makes it an administrator (`admin`) or a plain member again."""
        chat = self._managed(persona, params)
        self.world.add_bot(chat, by=persona.user, admin=bool(params.get("admin")))

    async def remove_bot(self, persona: Persona, params: Json) -> None:
        self.world.remove_bot(self._managed(persona, params), by=persona.user)

    async def promote(self, persona: Persona, params: Json) -> None:
        chat, who = self._someone(persona, params)
        self.world.promote(chat, who, by=persona.user)

    async def demote(self, persona: Persona, params: Json) -> None:
        chat, who = self._someone(persona, params)
        self.world.demote(chat, who, by=persona.user)

    def _someone(self, persona: Persona, params: Json) -> tuple[Chat, User]:
        chat = self._managed(persona, params)
        member = chat.room.members.get(int(params["user_id"]))
        if member is None or not member.present or member.status == "creator":
            raise NotAllowed("not_member")
        return chat, User(member.user)

    async def migrate(self, persona: Persona, params: Json) -> Json:
        chat = self._managed(persona, params)
        if chat.room.type != "group":
            raise NotAllowed("not_group")
        return {"chat_id": self.world.migrate(chat, by=persona.user).id}

    async def topic(self, persona: Persona, params: Json) -> Json:
        chat = self._managed(persona, params)
        name = str(params["name"]).strip()[:128]
        if not chat.room.is_forum:
            raise NotAllowed("not_forum")
        if not name or any(topic.name == name for topic in chat.room.topics.values()):
            raise NotAllowed("topic_name")
        return {"thread_id": self.world.topic(chat, name, by=persona.user)}

    async def block(self, persona: Persona, params: Json) -> None:
        """The person blocks the bot, or lets it in again."""
        self.world.block(persona.user, blocked=bool(params["on"]))

    async def privacy(self, persona: Persona, params: Json) -> None:
        """BotFather's switch, for all groups."""
        del persona
        self.world.state.reads_all = not params["on"]

    async def language(self, persona: Persona, params: Json) -> None:
        """The language of everybody's Telegram, of which bots are told in `language_code`."""
        del persona
        if params["language"] not in {"ru", "en"}:
            raise ValueError(params["language"])
        for other in self.personas.values():
            other.user.json["language_code"] = params["language"]
