"""The settings menu in dialogues: its buttons by what they carry, in whatever language they are."""

from __future__ import annotations

from typing import Any

from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.screens.callbacks import decode


async def opened(chat: Chat, who: User, topic: str = "") -> Message:
    """The menu that answers this person's /settings."""
    command = await chat.say(who, "/settings", topic=topic)
    if chat.room.private:
        return await chat.see(lambda message: bool(message.buttons))
    return await chat.see(lambda message: message.reply_to_id == command.id)


def now(chat: Chat, message: Message) -> Message:
    """The message as it stands now."""
    return next(shown for shown in chat.messages if shown.id == message.id)


def button(menu: Message, kind: type, **carried: Any) -> str:
    """Callback data of the first button not marked as chosen that carries this."""
    for pressable in menu.buttons:
        callback = decode(pressable.get("callback_data", ""))
        if isinstance(callback, kind) and not pressable["text"].startswith("✓"):
            fields = {name: getattr(callback, name) for name in carried}
            if fields == carried:
                return str(pressable["callback_data"])
    raise AssertionError(f"no such button under {menu}: {menu.buttons}")


def forge(chat: Chat, menu: Message, data: str) -> str:
    """Puts this callback data, which a forging client could send, under the menu's last button."""
    rows = chat.room.messages[menu.id]["reply_markup"]["inline_keyboard"]
    rows[-1][-1]["callback_data"] = data
    return data


async def redrawn(chat: Chat, menu: Message) -> Message:
    """The message as the bot has drawn it anew: a press is answered before."""
    return await chat.see(lambda message: message.id == menu.id)


async def pressed(chat: Chat, who: User, menu: Message, data: str) -> Message:
    """Presses a button, by its text or what it carries, and gives the message as it looks then."""
    await chat.press(who, menu, data)
    return await redrawn(chat, menu)
