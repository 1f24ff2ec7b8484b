"""Roles: read before they are taken, by button and by command, and what the model is told then."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.conftest import Running
from tests.dialogues.menus import now, opened, pressed


async def instructions(chat: Chat, who: User, model: ModelServer) -> str | None:
    """What the model is told with the next question."""
    before = len(model.requests)
    question = await chat.say(who, "/ask Что нового?")
    await chat.see(lambda message: message.id > question.id and not message.text.startswith("/"))
    assert len(model.requests) == before + 1
    told: str | None = model.requests[-1].body.get("instructions")
    return told


async def roles_page(chat: Chat, who: User) -> Message:
    await chat.say(who, "/role")
    return await chat.see("Роль — готовые инструкции")


@pytest.mark.usefixtures("bot")
async def test_a_role_is_read_and_then_taken(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    page = await roles_page(chat, anna)
    await chat.press(anna, page, "Переводчик")
    one = await chat.see("Ты — переводчик.")
    assert "Ты — вежливый" in (await instructions(chat, anna, model) or "")
    assert await chat.press(anna, now(chat, one), "Выбрать эту роль") == "Сохранено"
    await chat.see("Роль: Переводчик")
    assert "Ты — переводчик." in (await instructions(chat, anna, model) or "")
    await chat.say(anna, "/instructions")
    await chat.see(re.compile("Ты — переводчик.*Задано", re.DOTALL | re.IGNORECASE))


@pytest.mark.usefixtures("bot")
async def test_the_menu_leads_to_the_roles_and_back(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    await chat.press(anna, menu, "Роли")
    page = await chat.see("Роль: ")
    await chat.press(anna, page, "Учитель")
    one = await chat.see("Ты — терпеливый учитель.")
    await chat.press(anna, now(chat, one), "Назад")
    await chat.press(anna, await chat.see("Роль: "), "Свои инструкции")
    await pressed(chat, anna, await chat.see("что модель учитывает"), "Назад")
    assert now(chat, menu).text.startswith("Настройки")


@pytest.mark.usefixtures("bot")
async def test_a_role_is_taken_by_its_name_and_none_takes_them_all_away(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/role переводчик")
    await chat.see("Готово. Роль: Переводчик\n\nТы — переводчик.")
    await chat.say(anna, "/role none")
    await chat.see("Готово. Роль: Без инструкций")
    assert "переводчик" not in (await instructions(chat, anna, model) or "")
    await chat.say(anna, "/instructions сброс")
    await chat.see("Сброшено. Инструкции: Ты — вежливый")
    assert "Ты — вежливый" in (await instructions(chat, anna, model) or "")


@pytest.mark.usefixtures("bot")
async def test_a_name_that_no_role_has_changes_nothing(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/role повар")
    await chat.see("Такой роли нет. Выберите из списка.")
    assert "Ты — вежливый" in (await instructions(chat, anna, model) or "")


@pytest.mark.usefixtures("bot")
async def test_in_a_group_only_its_admins_take_roles(world: World, model: ModelServer) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    chat = world.group("Двор", admins=[anna], members=[boris])
    await chat.say(boris, "/role учитель")
    await chat.see("администратор")
    assert "учитель" not in (await instructions(chat, boris, model) or "")
    await chat.say(anna, "/role учитель")
    await chat.see("Роль: Учитель")
    assert "учитель" in (await instructions(chat, boris, model) or "")


async def test_a_deployments_own_role_is_offered(world: World, running: Running, tmp_path: Path) -> None:
    path = tmp_path / "roles.toml"
    path.write_text('[lawyer]\nname = "Юрист"\ninstructions = "Отвечай как юрист."\n')
    async with running(roles_file=str(path)):
        anna = world.user("Анна")
        chat = world.private(anna)
        page = await roles_page(chat, anna)
        await chat.press(anna, page, "Юрист")
        await chat.see("Отвечай как юрист.")
