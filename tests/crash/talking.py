"""People who ask, and edit what they asked; a model whose answers tell where each paragraph belongs."""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.emulator.model_faults import Exchange
from bot.emulator.model_streaming import Manner, stream
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.crash.killing import Lives

Json = dict[str, Any]
Key = tuple[int, int]
"""A question and its edition: 0 as it was asked, 1 once edited, and so on."""

Paragraph = tuple[int, int, int]
"""A question, its edition, the number of the paragraph."""

KEY = re.compile(r"#(\d+)\.(\d+)\?")
PIECE = re.compile(r"#(\d+)\.(\d+)/(\d+):(\d+);")
"""A paragraph of an answer: question, edition, which generation it was, number of the paragraph."""
SHORT, LONG = 1, 16
FILLING = "слово " * 100
MODEL_S = 0.15
GROWS_S = (0.2, 2.5)
LOOKS_BACK = 40
"""Messages among which the answer to the last question of a chat stands."""


@dataclass
class Asking:
    """One person's question."""

    number: int
    chat: Chat
    paragraphs: int
    edition: int = 0

    @property
    def words(self) -> str:
        return f"Вопрос #{self.number}.{self.edition}?"

    def is_answered(self, standing: set[Paragraph]) -> bool:
        """Whether all paragraphs of the latest edition's answer are among those that stand in the chat."""
        return all((self.number, self.edition, n) in standing for n in range(self.paragraphs))


@dataclass
class People:
    """Each asks, waits for the answer, now and then edits the question, and asks again."""

    world: World
    chance: random.Random
    questions: dict[int, Asking] = field(default_factory=dict)

    async def talk(self, chat: Chat, who: User) -> None:
        """For ever."""
        while True:
            asking, message = await self._ask(chat, who)
            if self.chance.random() < 0.2:
                asking, message = await self._ask(chat, who)  # without waiting for the answer
            await self._answered(asking)
            if self.chance.random() < 0.35:
                asking.edition += 1
                await chat.edit(who, message, asking.words)
                await self._answered(asking)
            await asyncio.sleep(self.chance.uniform(0.0, 0.3))

    async def until_asked(self, count: int) -> None:
        """Returns when there were so many questions: on a slow machine that takes longer."""
        while len(self.questions) < count:
            await self.world.state.changed.next()

    async def all_answered(self, timeout_s: float) -> None:
        """Returns when nothing is missing any more, or the time is over."""
        left = self.unanswered()
        try:
            async with asyncio.timeout(timeout_s):
                while left := _unanswered(left):
                    await self.world.state.changed.next()
        except TimeoutError:
            pass

    def unanswered(self) -> list[Asking]:
        """The questions of whose answers something is missing."""
        return _unanswered([*self.questions.values()])

    async def _ask(self, chat: Chat, who: User) -> tuple[Asking, Message]:
        number = len(self.questions) + 1
        asking = Asking(number, chat, LONG if self.chance.random() < 0.3 else SHORT)
        self.questions[number] = asking
        return asking, await chat.say(who, asking.words)

    async def _answered(self, asking: Asking) -> None:
        while not asking.is_answered(_paragraphs(asking.chat.messages[-LOOKS_BACK:])):
            await self.world.state.changed.next()


def _unanswered(asked: list[Asking]) -> list[Asking]:
    """Each chat is read through once: the emulator waits meanwhile, and the bot for the emulator."""
    chats = {id(asking.chat): asking.chat for asking in asked}
    standing = {key: _paragraphs(chat.messages) for key, chat in chats.items()}
    return [asking for asking in asked if not asking.is_answered(standing[id(asking.chat)])]


def _paragraphs(messages: list[Message]) -> set[Paragraph]:
    return {
        (int(number), int(edition), int(n))
        for message in messages
        for number, edition, _, n in PIECE.findall(message.text)
    }


@dataclass
class Asked:
    """One request to the model."""

    key: Key
    life: int
    arrived_s: float
    replied_s: float | None = None


@dataclass
class Oracle:
    """Answers each question with paragraphs that name it."""

    people: People
    killer: Lives
    chance: random.Random
    asked: list[Asked] = field(default_factory=list)

    async def __call__(self, exchange: Exchange) -> web.StreamResponse:
        number, edition = map(int, KEY.findall(str(exchange.body["input"]))[-1])
        asked = Asked((number, edition), self.killer.life, time.monotonic())
        generation = sum(other.key == asked.key for other in self.asked) + 1
        self.asked.append(asked)
        await self.killer.at("model-asked")
        await asyncio.sleep(self.chance.uniform(0.0, MODEL_S))
        name = f"#{number}.{edition}/{generation}"
        paragraphs = [f"{name}:{n}; {FILLING}" for n in range(self.people.questions[number].paragraphs)]
        body = await exchange.answer(exchange.http, exchange.body, "\n\n".join(paragraphs))
        await self.killer.at("model-replies")
        if exchange.body.get("stream"):
            response = await self._streamed(exchange, body)
        else:
            response = web.json_response(body, headers=exchange.ids)
        asked.replied_s = time.monotonic()
        await self.killer.at("model-replied")
        return response

    async def _streamed(self, exchange: Exchange, body: Json) -> web.StreamResponse:
        async def grow(seconds: float) -> None:
            await self.killer.at("model-grows")
            await asyncio.sleep(seconds)

        manner = Manner(lasts_s=self.chance.uniform(*GROWS_S))
        return await stream(exchange.http, body, manner, headers=exchange.ids, sleep=grow)
