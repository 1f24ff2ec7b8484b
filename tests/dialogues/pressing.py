"""The buttons under an answer, pressed as people do, and as a client can that made them up."""

from __future__ import annotations

from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.service import Service
from tests.dialogues.remembering import calm

AGAIN = "Другой ответ"
GO_ON = "Продолжить"
BUSY = "Подождите, я как раз отвечаю."
STALE = "Эта кнопка устарела."


def forge(message: Message, data: str) -> None:
    """Puts this callback data under a message, as an old or a made-up client could send it."""
    message.json["reply_markup"] = {"inline_keyboard": [[{"text": "*", "callback_data": data}]]}


async def press(service: Service, chat: Chat, who: User, message: Message, button: str) -> str:
    """Presses once what came before is over: buttons of an answer under way say that it is."""
    await calm(service)
    return await chat.press(who, message, button)


def turn_id(message: Message) -> int:
    """The turn that an answer's Again button is for."""
    return int(message.buttons[-1]["callback_data"].rpartition(":")[2], 16)
