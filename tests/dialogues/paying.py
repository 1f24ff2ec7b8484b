"""Answers that cost what the provider says they used."""

from __future__ import annotations

from typing import Any

from bot.emulator.model import ModelServer
from bot.emulator.model_replies import response_body
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.service import Service
from tests.dialogues.waiting import comes

PRICES = "yandexgpt-lite=0/1"
"""A token of an answer costs a tenth of a kopeck: what is said costs what its length is."""


def reply(model: ModelServer, text: str, *, times: int = 1, **changes: Any) -> None:
    """The next answers, with these parts of the response's body otherwise than they would be."""
    model.reply(lambda request: {**response_body(request, text), **changes}, times=times)


def counted(tokens: int) -> dict[str, int]:
    return {"input_tokens": 10, "output_tokens": tokens, "total_tokens": tokens + 10}


def answers(model: ModelServer, *, tokens: int, times: int = 1) -> None:
    """The next answers take so many tokens, by the provider's count."""
    reply(model, "Ответ.", times=times, usage=counted(tokens))


async def ask(chat: Chat, who: User, text: str = "Вопрос?") -> Message:
    await chat.say(who, text)
    return await chat.see("Ответ.")


async def settled(service: Service) -> None:
    """Returns when nothing is under way: what was set aside is free again."""

    async def look() -> bool:
        scheduler = service.answering.scheduler
        return not scheduler.waiting and not scheduler.slots.in_use

    await comes(look)
