"""A world, a bare bot in it, and someone who has said hello and was answered."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.emulator.client import Bot, bot_of


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with bot_of(world) as bot:
        yield bot


@pytest.fixture
def anna(world: World) -> User:
    return world.user("Анна")


@pytest.fixture
async def chat(world: World, anna: User) -> Chat:
    chat = world.private(anna)
    await chat.say(anna, "Привет")
    return chat


@pytest.fixture
async def reply(chat: Chat, bot: Bot) -> Message:
    await bot.call("sendMessage", chat_id=chat.id, text="Да?")
    return await chat.see("Да?")
