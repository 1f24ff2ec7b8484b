"""The first words with the bot: a question and its answer, /start, /help, and what it can't read."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

import pytest

from bot.answering.prompt.day import day_line
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.options import BUILT_IN
from tests.clocks import FastClock
from tests.conftest import HASTE

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


async def test_a_first_question_leaves_with_the_guides_settings_and_the_bots_instructions(
    world: World, model: ModelServer, clock: FastClock
) -> None:
    """The guide's model, temperature, length and project, and the day; nothing is kept at the provider."""
    anna = world.user("Анна")
    chat = world.private(anna)
    prompt = "Придумай 3 необычные идеи для стартапа в сфере путешествий."
    await chat.say(anna, prompt)
    await chat.see()
    (request,) = model.requests
    own, day = request.body.pop("instructions").split("\n\n")
    assert own == BUILT_IN.instructions
    assert day == day_line(clock.now().astimezone(ZoneInfo("Europe/Moscow")), "ru")
    assert request.body == {
        "model": "gpt://b1gfolder/yandexgpt-lite",
        "input": prompt,
        "temperature": 0.8,
        "max_output_tokens": 1500,
        "store": False,
    }
    assert request.headers["OpenAI-Project"] == "b1gfolder"
    assert request.headers["x-data-logging-enabled"] == "false"
    assert request.headers["x-client-request-id"]


async def test_typing_shows_until_the_answer_comes(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.slow(2 * 4 / HASTE + 0.5)
    await chat.say(anna, "Вопрос")
    await chat.sees_typing()
    await chat.see()
    assert len(world.called("sendChatAction")) == 3, "at once, and again every four seconds"


@pytest.mark.parametrize("kind", ["sticker", "video", "poll"])
async def test_what_cannot_be_read_gets_one_polite_line_in_private(world: World, kind: str) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    said = ("Когда?", "Сегодня", "Завтра") if kind == "poll" else ()
    await getattr(chat, kind)(anna, *said)
    await chat.see("Такое я читать не умею")
    await getattr(chat, kind)(anna, *said)
    await chat.sees_nothing()


async def test_what_cannot_be_read_gets_silence_in_a_group(world: World) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna])
    world.state.reads_all = True
    await group.sticker(anna)
    await group.voice(anna)
    await group.video(anna)
    await group.poll(anna, "Когда?", "Сегодня", "Завтра")
    await group.say(anna, "/start")
    answer = await group.see("Здравствуйте")
    await group.video(anna, reply_to=answer)
    await group.poll(anna, "Когда?", "Сегодня", "Завтра", reply_to=answer)
    await group.sees_nothing()


async def test_command_menus_are_registered_for_both_languages(world: World) -> None:
    async with asyncio.timeout(10):
        called = asyncio.Event()
        world.on("call:setMyCommands:after", lambda *_: called.set())
        while len(world.called("setMyCommands")) < 6:
            called.clear()
            await called.wait()
    told = {
        (call.params["scope"]["type"], call.params.get("language_code", "")): call.params["commands"]
        for call in world.called("setMyCommands")
    }
    for kind in ("all_private_chats", "all_group_chats"):
        for language in ("", "ru", "en"):
            names = [command["command"] for command in told[kind, language]]
            assert {"ask", "new", "stop", "settings", "temperature", "help"} <= set(names)
    assert told["all_private_chats", "en"] != told["all_private_chats", "ru"]
