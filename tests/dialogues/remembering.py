"""Conversations as they are had, and what the model is to be shown of them, as it must stand on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.emulator.model import ModelServer
from bot.emulator.model_replies import response_body
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.service import Service
from tests.clocks import FastClock
from tests.conftest import Running

CONTINUE = "Продолжи свой ответ ровно с того места, где он оборвался: без повторов и без вступления."


def quick(running: Running, **variables: Any) -> AbstractAsyncContextManager[Service]:
    """The bot with a clock that makes flood limits short, and time-outs that no test meets."""
    return running(FastClock(20), model_timeout_s=600, answer_deadline_s=3600, **variables)


async def until(fits: Callable[[], Awaitable[bool]]) -> None:
    """For what only the database knows, which tells nobody."""
    while not await fits():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def calm(service: Service) -> None:
    """Until every answer that was seen is also written down as delivered."""
    await accepted(service, 0)


async def accepted(service: Service, count: int) -> None:
    """Until just so many questions are still to be answered."""

    async def so_many() -> bool:
        return len(await service.store.turns.unfinished()) == count

    await until(so_many)


async def ask(
    chat: Chat, who: User, model: ModelServer, said: str, *, reply: str = "", to: Message | None = None
) -> Message:
    """Says something and sees the answer, which is `<said>!` unless given."""
    model.reply(reply or f"{said}!")
    await chat.say(who, said, reply_to=to)
    return await chat.see(reply or f"{said}!")


async def ask_cut(chat: Chat, who: User, model: ModelServer, said: str, beginning: str) -> Message:
    """Says something and sees an answer of which there is only the beginning."""
    model.reply(cut(beginning))
    await chat.say(who, said)
    return await chat.see(beginning)


async def stop(chat: Chat, who: User) -> None:
    await chat.say(who, "/stop")
    await chat.see("Остановлено.")


def items(*texts: str) -> str | list[dict[str, Any]]:
    """`input` for a conversation of questions and answers in turn; a question alone is a plain string."""
    if len(texts) == 1:
        return texts[0]
    roles = (("user", "input_text"), ("assistant", "output_text"))
    return [
        {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
        for text, (role, kind) in zip(texts, roles * len(texts), strict=False)
    ]


def last_input(model: ModelServer) -> Any:
    return model.requests[-1].body["input"]


def cut(text: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A reply that ended at the limit of its length, for `ModelServer.reply`."""
    return lambda body: response_body(body, text, incomplete="max_output_tokens")


def buttons(message: Message) -> list[str]:
    return [button["text"] for button in message.buttons]
