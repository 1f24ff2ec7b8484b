"""Settings by button: the menu, who may press, prompts, topics, and managing a group in private."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.callbacks import OpenPage, SetOption, encode
from bot.chat import Conversation

if TYPE_CHECKING:
    from bot.emulator.model import ModelServer
    from bot.emulator.talk import Chat
    from bot.emulator.world import World

pytestmark = pytest.mark.usefixtures("bot")


def forged(chat: Chat, data: str, button: str = "Закрыть") -> None:
    """Puts this callback data under a button of the chat's last message, as a forger could send it."""
    rows = chat.messages[-1].json["reply_markup"]["inline_keyboard"]
    next(b for row in rows for b in row if b["text"] == button)["callback_data"] = data


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
    assert model.requests[-1].body["instructions"] == "Отвечай стихами."


async def test_models_come_from_the_providers_list(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/settings")
    menu = await chat.see("Настройки")
    await chat.press(anna, menu, "Модель")
    menu = await chat.see("какая модель отвечает")
    await chat.press(anna, menu, "yandexgpt-5.1")
    await chat.see("Модель: yandexgpt-5.1")
    await chat.say(anna, "Вопрос")
    await chat.see(lambda message: not message.buttons or "Закрыть" not in message.buttons[-1]["text"])
    assert model.requests[-1].body["model"].startswith("gpt://b1gfolder/yandexgpt-5.1")


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


async def test_a_member_may_not_and_the_menu_stays(world: World) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    await group.say(anna, f"/settings@{world.bot['username']}")
    menu = await group.see("Настройки группы")
    toast = await group.press(boris, menu, "Температура")
    assert toast == "Менять настройки этой группы могут только администраторы."
    await group.press(anna, menu, "Температура")
    menu = await group.see("Температура: 0,8")
    toast = await group.press(boris, menu, "0,2 — точно")
    assert toast == "Менять настройки этой группы могут только администраторы."
    await group.press(anna, menu, "0,2 — точно")
    menu = await group.see("Задано для этого чата: Анна")
    await group.sees_nothing()


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


async def test_a_groups_settings_from_the_private_chat(world: World) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Рыбалка", members=[anna, boris], admins=[anna])
    await group.say(anna, "/settings")
    menu = await group.see("Настройки группы")
    link = next(b["url"] for b in menu.buttons if b["text"] == "Настроить в личном чате")
    start = link.partition("?start=")[2]
    private = world.private(anna)
    await private.say(anna, f"/start {start}")
    menu = await private.see("Настройки группы «Рыбалка»")
    await private.press(anna, menu, "Температура")
    menu = await private.see("Группа «Рыбалка»")
    assert (await private.press(anna, menu, "0,5 — взвешенно")) == "Сохранено"
    await group.say(anna, "/temperature")
    await group.see("Температура: 0,5")
    await world.private(boris).say(boris, f"/start {start}")
    await world.private(boris).see("только администраторы")


@pytest.mark.parametrize(
    "data",
    [
        "0s:1:0:temperature:0.1",
        "nonsense",
        "1s:zz:0:temperature:0.1",
        encode(SetOption(Conversation(-100123), "temperature", "0.1")),
        encode(OpenPage(Conversation(-100123), "main")),
    ],
)
async def test_forged_old_and_foreign_buttons_change_nothing(world: World, data: str) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/settings")
    menu = await chat.see("Настройки")
    forged(chat, data)
    assert (await chat.press(anna, menu, "Закрыть")) != "Сохранено"
    await chat.say(anna, "/temperature")
    await chat.see("Температура: 0,8")


async def test_settings_survive_a_value_of_another_option(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/settings")
    menu = await chat.see("Настройки")
    forged(chat, encode(SetOption(Conversation(chat.id), "temperature", "7")))
    assert (await chat.press(anna, menu, "Закрыть")) == "Это старое меню. Откройте новое: /settings"
    forged(chat, encode(OpenPage(Conversation(chat.id), "nowhere")))
    assert (await chat.press(anna, menu, "Закрыть")) == "Это старое меню. Откройте новое: /settings"


async def test_english_speakers_read_english(world: World) -> None:
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    await chat.say(bob, "/settings")
    menu = await chat.see("Settings")
    await chat.press(bob, menu, "Temperature")
    menu = await chat.see("Temperature: 0.8")
    await chat.say(bob, "/language ru")
    await chat.see("Готово. Язык: русский")
