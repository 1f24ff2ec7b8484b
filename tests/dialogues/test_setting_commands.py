"""Settings by command: shown, set, reset, refused, kept apart and kept over a restart."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.conftest import Running


async def test_a_chats_temperature_is_its_own_and_survives_a_restart(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    hers, his = world.private(anna), world.private(boris)
    async with running():
        await hers.say(anna, "/temperature 0,3")
        await hers.see("Готово. Температура: 0,3")
        await hers.say(anna, "Первый")
        await hers.see()
        await his.say(boris, "Второй")
        await his.see()
    async with running():
        await hers.say(anna, "Третий")
        await hers.see()
        await hers.say(anna, "/temperature")
        await hers.see("Температура: 0,3")
    assert [request.body["temperature"] for request in model.requests] == [0.3, 0.8, 0.3]


@pytest.mark.parametrize("value", ["nan", "1e999", "-1", "abc", '""', "0.1, 0.2", "1,1", "[0.3]"])
async def test_what_is_no_temperature_is_refused_with_the_range(
    world: World, running: Running, value: str
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running():
        await chat.say(anna, f"/temperature {value}")
        await chat.see("нужно число от 0 до 1")
        await chat.say(anna, "/temperature")
        await chat.see("Температура: 0,8")


async def test_each_setting_shows_itself_its_source_and_an_example(world: World, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(DEFAULT_MAX_OUTPUT_TOKENS=700):
        for command, said in (
            ("/temperature", "Это значение по умолчанию."),
            ("/tokens", "Так решил владелец бота."),
            ("/model", "yandexgpt-lite"),
            ("/instructions", "Изменить: /instructions"),
            ("/language", "/language ru"),
            ("/memory", "весь разговор подряд"),
        ):
            await chat.say(anna, command)
            await chat.see(said)
        await chat.say(anna, "/wake бот")
        await chat.see("есть только в группах")


async def test_tokens_model_and_instructions_reach_the_model(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running():
        for command in ("/tokens 200", "/model yandexgpt-5-pro", "/instructions Отвечай\nкратко."):
            await chat.say(anna, command)
            await chat.see("Готово.")
        await chat.say(anna, "Вопрос")
        await chat.see()
        await chat.say(anna, "/tokens сброс")
        await chat.see("Сброшено.")
    (request,) = model.requests
    assert request.body["max_output_tokens"] == 200
    assert request.body["model"] == "gpt://b1gfolder/yandexgpt-5-pro"
    assert request.body["instructions"].startswith("Отвечай\nкратко.\n\nСейчас ")


async def test_an_unknown_model_is_refused_with_the_nearest(world: World, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running():
        await chat.say(anna, "/model yandexgpt-5-prо")
        await chat.see("Модель: имя состоит из латинских букв")
        await chat.say(anna, "/model yandexgpt-5-prop")
        await chat.see("Похожие: yandexgpt-5-pro")
