"""Operators whom the bot may write to, and a deployment that they run."""

from __future__ import annotations

from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World

OPEN, REFUSE = "Пустить", "Отказать"


async def operator(world: World, name: str = "Вера", *, language: str = "ru") -> tuple[User, Chat]:
    """One who has written to the bot before, so that it may write to them."""
    who = world.user(name, language=language)
    chat = world.private(who)
    chat.room.started = True
    return who, chat


def variables(*operators: User) -> dict[str, str]:
    return {"allowed_users": "1", "admin_users": ",".join(str(who.id) for who in operators)}


def labels(message: Message) -> list[str]:
    return [button["text"] for button in message.buttons]
