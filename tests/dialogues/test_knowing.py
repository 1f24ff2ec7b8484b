"""Answers that know the day, look things up where the chat lets them, and drop what was refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.core.clock import SystemClock
from bot.emulator.model import ModelServer
from bot.emulator.people import Message
from bot.emulator.world import World
from tests.conftest import Running


def body(model: ModelServer) -> dict[str, Any]:
    found: dict[str, Any] = model.requests[-1].body
    return found


def links(message: Message) -> list[str]:
    return [each["url"] for each in message.json.get("entities", []) if each["type"] == "text_link"]


@pytest.mark.usefixtures("bot")
async def test_the_day_stands_in_every_request_in_the_chats_language(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "Какой сегодня день?")
    await chat.see("Вы спросили")
    assert re.search(
        r"Сейчас \w+, \d+ \w+ \d{4} года \(\d{4}-\d\d-\d\d\).*Europe/Moscow", body(model)["instructions"]
    )
    await chat.say(anna, "/language en")
    await chat.see("Done")
    await chat.say(anna, "What day is it?")
    await chat.see("You asked")
    assert re.search(r"It is \w+, \d+ \w+ \d{4} \(\d{4}-\d\d-\d\d\)", body(model)["instructions"])


async def test_the_day_is_that_of_the_deployments_zone(
    world: World, model: ModelServer, running: Running
) -> None:
    async with running(time_zone="Pacific/Kiritimati"):
        anna = world.user("Анна")
        await world.private(anna).say(anna, "Который час?")
        await world.private(anna).see("Вы спросили")
    assert "Pacific/Kiritimati (UTC+1400)" in body(model)["instructions"]
    assert SystemClock().now().year in {
        int(year) for year in re.findall(r"\d{4}", body(model)["instructions"])
    }


@pytest.mark.usefixtures("bot")
async def test_without_search_nothing_of_it_is_in_the_request(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "Привет")
    await chat.see("Вы спросили")
    assert {"tools", "tool_choice", "max_tool_calls", "stream"} & set(body(model)) == set()


@pytest.mark.usefixtures("bot")
async def test_with_search_its_sources_stand_below_the_answer(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/search")
    await chat.see(re.compile("каждый поиск стоит", re.DOTALL))
    await chat.say(anna, "/search on")
    await chat.see("Готово. Поиск в интернете: ")
    await chat.say(anna, "найди")
    answer = await chat.see("Источники")
    asked = body(model)
    assert asked["tools"] == [{"type": "web_search"}]
    assert "tool_choice" not in asked
    assert asked["max_tool_calls"] >= 1
    assert "поищи в интернете" in asked["instructions"]
    assert links(answer) == [
        "https://www.example.com",
        "https://example.org/pogoda",
        "http://example.net/a?b=1",
    ]
    await chat.say(anna, "/search off")
    await chat.see("Готово. Поиск в интернете: ")
    await chat.say(anna, "Привет")
    await chat.see("Вы спросили: Привет")
    assert "tools" not in body(model)


async def test_sources_outlive_a_restart(world: World, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_search=True):
        await chat.say(anna, "найди")
        answer = await chat.see("Источники")
    async with running() as service:
        turn = await service.store.turns.by_part(chat.id, answer.id)
        assert turn is not None
        assert turn.answer is not None
        assert list(turn.answer.sources) == links(answer) != []


@pytest.mark.usefixtures("bot")
async def test_a_model_that_may_not_search_answers_without_and_says_so_once(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/search on")
    await chat.see("Готово.")
    await chat.say(anna, "запрети")
    await chat.see("Искать в интернете эта модель не может")
    assert len(model.requests) <= 3
    await chat.say(anna, "Привет")
    second = await chat.see("Вы спросили: Привет")
    assert "Искать в интернете" not in second.text
    assert len([message for message in chat.messages if "Искать в интернете" in message.text]) == 1


async def test_operators_are_told_that_a_model_may_not_search(world: World, running: Running) -> None:
    operator, anna = world.user("Оператор"), world.user("Анна")
    own, chat = world.private(operator), world.private(anna)
    async with running(default_search=True, admin_users=frozenset({operator.id})):
        await own.say(operator, "/start")
        await own.see("Здравствуйте")
        await chat.say(anna, "запрети")
        await chat.see("Искать в интернете эта модель не может")
        await own.see("не разрешают поиск в интернете")


@pytest.mark.usefixtures("bot")
async def test_in_a_group_only_admins_turn_search_on(world: World, model: ModelServer) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    chat = world.group("Двор", admins=[anna], members=[boris])
    await chat.say(anna, "/rights everyone")
    await chat.see("Готово.")
    await chat.say(boris, "/search on")
    await chat.see("администратор")
    await chat.say(boris, "/ask Привет")
    await chat.see("Вы спросили")
    assert "tools" not in body(model)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("word", ["откажись", "скрой"])
async def test_a_refusal_ends_where_it_is(world: World, model: ModelServer, word: str) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "Меня зовут Анна")
    await chat.see("Вы спросили")
    before = len(model.requests)
    await chat.say(anna, word)
    await chat.see(lambda message: message.id > 0 and len(model.requests) > before)
    await chat.say(anna, "Как меня зовут?")
    await chat.see("Вы спросили: Как меня зовут?")
    given = str(body(model)["input"])
    assert "Меня зовут Анна" in given
    assert word not in given


@pytest.mark.usefixtures("bot")
async def test_a_model_that_only_thought_can_be_asked_with_a_higher_limit(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "задумайся")
    empty = await chat.see("потратила весь предел ответа на размышления")
    model.reply("Теперь ответ.")
    await chat.press(anna, empty, "Спросить с большим пределом")
    await chat.see("Теперь ответ.")
    limits = [request.body["max_output_tokens"] for request in model.requests]
    assert limits == [1500, 4000]
    assert body(model)["input"] == "задумайся"
