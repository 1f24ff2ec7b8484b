"""A world's memory outlives its server."""

from __future__ import annotations

import json

from bot.emulator.world import World
from tests.emulator.client import bot_of


async def test_a_world_goes_on_where_it_was() -> None:
    async with World(seed=1) as world, bot_of(world) as bot:
        anna = world.user("Анна")
        chat = world.private(anna)
        question = await chat.say(anna, "Привет")
        await chat.react(anna, question, "👍")
        await bot.upload("sendDocument", chat_id=chat.id, document=b"1", caption="Вот")
        forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna])
        await bot.call("setMyCommands", commands=[{"command": "start", "description": "Начать"}])
        await bot.call("getUpdates", allowed_updates=["message"])
        kept = json.loads(json.dumps(world.dump()))

    async with World(seed=2) as world, bot_of(world) as bot:
        world.restore(kept)
        chat, forum = world.chat(anna.id), world.chat(forum.id)
        assert [message.text for message in chat.messages] == ["Привет", "Вот"]
        assert chat.file(chat.messages[1]) == b"1"
        assert forum.topic("Отпуск").name == "Отпуск"
        assert await bot.call("getMyCommands") == [{"command": "start", "description": "Начать"}]
        assert [update["message"]["text"] for update in await bot.updates()] == ["Привет"]
        await forum.say(anna, "/ask", topic="Отпуск")
        (update,) = await bot.updates()
        assert update["update_id"] == kept["updates"]["next_id"]
        assert world.dump()["updates"]["allowed"] == ["message"]
        assert world.me.id == world.bot["id"]
