"""An operator's press is answered in time, however long Telegram takes for what follows the decision."""

from __future__ import annotations

import asyncio

from bot.emulator.model import ModelServer
from bot.emulator.talk import Chat
from bot.emulator.wire import Call
from bot.emulator.world import World
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.menus import redrawn
from tests.dialogues.operators import OPEN, REFUSE, operator, variables


def held(world: World, method: str, chat: Chat) -> asyncio.Event:
    """Telegram does not answer this method, asked of this chat, until the event is set."""
    go_on = asyncio.Event()

    async def hold(call: Call) -> None:
        if call.params["chat_id"] == chat.id:
            await go_on.wait()

    world.on(f"call:{method}:before", hold)
    return go_on


async def test_telling_who_asked_keeps_no_operator_waiting(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(FastClock(20), **variables(vera)):
        model.reply("Ответ.")
        await chat.say(anna, "Вопрос?")
        await chat.see("передал")
        request = await office.see("Анна")
        go_on = held(world, "sendMessage", chat)
        assert await office.press(vera, request, OPEN) == "Доступ открыт"
        assert "открыл вам доступ" not in chat.dialogue
        go_on.set()
        await chat.see("открыл вам доступ")
        await chat.see("Ответ.")
        await redrawn(office, request)
        assert request.text.endswith("Доступ открыт. Решение: Вера")


async def test_nor_in_a_list(world: World, running: Running) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(FastClock(20), **variables(vera)):
        await chat.say(anna, "/start")
        await chat.see("передал")
        await office.say(vera, "/access")
        menu = await office.see("Ждут решения: 1")
        go_on = held(world, "sendMessage", chat)
        assert await office.press(vera, menu, REFUSE) == "Отказано"
        go_on.set()
        await chat.see("не открыл вам доступ")
        await redrawn(office, menu)
        assert "Ждут решения: 0" in menu.text


async def test_nor_does_asking_who_decided(world: World, running: Running) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    async with running(**variables(vera)):
        await world.private(anna).say(anna, "/start")
        request = await office.see("Анна")
        go_on = held(world, "getChat", office)
        assert await office.press(vera, request, REFUSE) == "Отказано"
        assert "Решение" not in request.text
        go_on.set()
        await redrawn(office, request)
        assert request.text.endswith("Отказано. Решение: Вера")


async def test_who_is_let_in_is_answered_even_if_nobody_knows_whether_they_were_told(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(FastClock(20), **variables(vera)):
        model.reply("Ответ.")
        await chat.say(anna, "Вопрос?")
        await chat.see("передал")
        request = await office.see("Анна")
        world.fail(
            "sendMessage", drop="after", times=float("inf"), when=lambda sent: "открыл вам" in sent["text"]
        )
        await office.press(vera, request, OPEN)
        await chat.see("Ответ.")
        await redrawn(office, request)
        assert request.text.endswith("Доступ открыт. Решение: Вера")
