"""Settings by button: values chosen, values typed, topics, models, languages."""

from __future__ import annotations

import re

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.dialogues.menus import now, opened, pressed, redrawn

pytestmark = pytest.mark.usefixtures("bot")


async def test_the_temperature_by_button(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/settings")
    menu = await chat.see("Настройки")
    await chat.press(anna, menu, "Температура")
    menu = await chat.see("Температура: 0,8")
    toast = await chat.press(anna, menu, "0,2 — точно")
    assert toast == "Сохранено"
    menu = await chat.see("Температура: 0,2")
    toast = await chat.press(anna, menu, next(b["text"] for b in menu.buttons if "0,2" in b["text"]))
    assert toast == "Уже выбрано"
    await chat.press(anna, menu, "Сбросить")
    menu = await chat.see("Температура: 0,8")
    await chat.press(anna, menu, "Назад")
    menu = await chat.see("Настройки")
    await chat.press(anna, menu, "Закрыть")
    await chat.see("Настройки закрыты")
    await chat.say(anna, "Вопрос")
    await chat.see(re.compile("."))
    assert model.requests[-1].body["temperature"] == 0.8


async def test_instructions_are_typed_as_a_reply_to_the_prompt(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/settings")
    menu = await chat.see("Настройки")
    await chat.press(anna, menu, "Инструкции")
    menu = await chat.see("что модель учитывает")
    await chat.press(anna, menu, "Изменить")
    prompt = await chat.see("ответом на это сообщение")
    await chat.say(anna, "x" * 4001, reply_to=prompt)
    await chat.see(re.compile(r"не длиннее 4\s000 символов, а здесь 4\s001"))
    await chat.say(anna, "Отвечай стихами.", reply_to=prompt)
    await chat.see("Готово. Инструкции: Отвечай стихами.")
    await chat.say(anna, "Вопрос")
    await chat.see(lambda message: "Отвечай" not in message.text)
    assert model.requests[-1].body["instructions"].startswith("Отвечай стихами.\n\nСейчас ")


async def test_models_come_from_the_providers_list(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/settings")
    menu = await chat.see("Настройки")
    await chat.press(anna, menu, "Модель")
    menu = await chat.see("какая нейросеть отвечает")
    await chat.press(anna, menu, "yandexgpt-5.1")
    await chat.see("Модель: yandexgpt-5.1")
    await chat.say(anna, "Вопрос")
    await chat.see(lambda message: not message.buttons or "Закрыть" not in message.buttons[-1]["text"])
    assert model.requests[-1].body["model"].startswith("gpt://b1gfolder/yandexgpt-5.1")


async def test_many_models_come_in_pages(world: World, model: ModelServer) -> None:
    model.models = tuple(f"yandexgpt-{number}" for number in range(1, 20))
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    await pressed(chat, anna, menu, "Модель")
    pages = []
    for number in ("1/3", "2/3", "3/3", "1/3"):
        page = now(chat, menu)
        assert number in [pressable["text"] for pressable in page.buttons]
        pages.append([b["text"] for b in page.buttons if "yandexgpt" in b["text"]])
        await pressed(chat, anna, page, "›")
    assert pages[0] == pages[3] == ["✓ yandexgpt-lite", *(f"yandexgpt-{n}" for n in range(1, 8))]
    assert pages[2] == ["yandexgpt-16", "yandexgpt-17", "yandexgpt-18", "yandexgpt-19"]
    await pressed(chat, anna, now(chat, menu), "›")
    assert await chat.press(anna, now(chat, menu), "yandexgpt-19") == "Сохранено"
    await redrawn(chat, menu)
    assert now(chat, menu).text.startswith("Модель: yandexgpt-19\nЗадано для этого чата.")
    await chat.say(anna, "Вопрос")
    await chat.see(lambda message: not message.buttons or "Закрыть" not in message.buttons[-1]["text"])
    assert model.requests[-1].body["model"] == "gpt://b1gfolder/yandexgpt-19"


async def test_the_model_is_typed_where_the_key_may_not_list(world: World, model: ModelServer) -> None:
    model.fail_list(403)
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/settings")
    menu = await chat.see("Настройки")
    await chat.press(anna, menu, "Модель")
    menu = await chat.see("Список моделей получить не удалось")
    await chat.press(anna, menu, "Ввести имя")
    prompt = await chat.see("ответом на это сообщение")
    await chat.say(anna, "aliceai-llm", reply_to=prompt)
    await chat.see("Готово. Модель: aliceai-llm")
    page = await chat.see("Список моделей получить не удалось")
    assert await chat.press(anna, page, "yandexgpt-lite") == "Сохранено"
    await redrawn(chat, page)
    page = now(chat, page)
    assert page.text.startswith("Модель: yandexgpt-lite")
    assert [pressable["text"] for pressable in page.buttons][:2] == ["✓ yandexgpt-lite", "Ввести имя"]


async def test_everyone_may_once_an_admin_says_so_but_not_say_so_themselves(world: World) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    await group.say(boris, "/temperature 0,3")
    await group.see("только администраторы")
    await group.say(anna, "/rights everyone")
    await group.see("Готово")
    await group.say(boris, "/temperature 0,3")
    await group.see("Готово. Температура: 0,3")
    await group.say(boris, "/rights admins")
    await group.see("только администраторы")


async def test_anonymous_admins_may(world: World) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna], admins=[anna])
    await group.say(anna, "/temperature 0.4", as_="anonymous")
    await group.see("Готово. Температура: 0,4")
    await group.say(anna, "/settings", as_="anonymous")
    menu = await group.see("Настройки группы")
    await group.press(anna, menu, "Температура")
    menu = await group.see("Температура: 0,4")
    assert (await group.press(anna, menu, "0,2 — точно")) == "Сохранено"
    await redrawn(group, menu)


async def test_a_topic_has_its_own_settings_and_a_way_to_the_whole_chats(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna], admins=[anna])
    await forum.say(anna, "/settings", topic="Отпуск")
    menu = await forum.see("Настройки этой темы")
    assert menu.json["message_thread_id"] == forum.topic("Отпуск").id
    await forum.press(anna, menu, "Температура")
    menu = await forum.see("Для этой темы")
    await forum.press(anna, menu, "1 — без оглядки")
    menu = await forum.see("Задано для этой темы")
    await forum.press(anna, menu, "Назад")
    menu = await forum.see("Настройки этой темы")
    await forum.press(anna, menu, "Настройки всей группы")
    menu = await forum.see("Настройки группы")
    await forum.say(anna, "/ask Вопрос", topic="Отпуск")
    await forum.see(lambda message: message.json.get("reply_to_message", {}).get("text") == "/ask Вопрос")
    assert model.requests[-1].body["temperature"] == 1.0
    await forum.say(anna, "/ask Вопрос снова")
    await forum.see(lambda m: m.json.get("reply_to_message", {}).get("text") == "/ask Вопрос снова")
    assert model.requests[-1].body["temperature"] == 0.8


async def test_english_speakers_read_english(world: World) -> None:
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    await chat.say(bob, "/settings")
    menu = await chat.see("Settings")
    await chat.press(bob, menu, "Temperature")
    menu = await chat.see("Temperature: 0.8")
    await chat.say(bob, "/language ru")
    await chat.see("Готово. Язык: русский")
