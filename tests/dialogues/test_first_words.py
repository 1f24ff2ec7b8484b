"""The first words with the bot: a question and its answer, /start, /help, and what it can't read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bot.emulator.model import ModelServer
    from bot.emulator.world import World

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_message_gets_the_models_text(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Небо **голубое**.")
    await chat.say(anna, "Почему небо голубое?")
    answer = await chat.see("Небо голубое.")
    assert [entity["type"] for entity in answer.json["entities"]] == ["bold"]
    (request,) = model.requests
    assert request.body["input"] == "Почему небо голубое?"
    assert request.body["temperature"] == 0.8


async def test_start_and_help_speak_the_readers_language(world: World) -> None:
    anna, bob = world.user("Анна", language="ru"), world.user("Bob", language="en")
    await world.private(anna).say(anna, "/start")
    await world.private(anna).see("Здравствуйте")
    await world.private(bob).say(bob, "/start")
    await world.private(bob).see("Hello")
    await world.private(anna).say(anna, "/help")
    await world.private(anna).see("/temperature")
