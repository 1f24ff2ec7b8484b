"""What dialogues under pressure look at."""

from __future__ import annotations

import asyncio

from bot.emulator.model import ModelServer, RecordedRequest
from bot.emulator.people import Message
from bot.emulator.talk import Chat
from bot.service import Service


def said(chat: Chat) -> list[Message]:
    """The bot's messages that stand in the chat, oldest first."""
    return [message for message in chat.messages if message.json.get("from", {}).get("is_bot")]


async def until_said(chat: Chat, texts: list[str]) -> None:
    """Returns when just these messages of the bot's stand there: a notice may leave after the answer."""
    async with asyncio.timeout(15):
        while True:
            if [message.text for message in said(chat)] == texts:
                return
            await asyncio.sleep(0.01)


def asked(request: RecordedRequest) -> str:
    """The question that a request ends with."""
    last = request.body["input"]
    return str(last if isinstance(last, str) else last[-1]["content"][0]["text"])


def questions(model: ModelServer) -> list[str]:
    return [asked(request) for request in model.requests]


async def until_waiting(service: Service, count: int) -> None:
    """Returns when so many questions wait for their turn."""
    async with asyncio.timeout(15):
        while True:
            if service.answering.scheduler.waiting >= count:
                return
            await asyncio.sleep(0.01)
