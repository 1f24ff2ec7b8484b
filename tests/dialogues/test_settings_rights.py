"""Who may change a group's settings: its administrators of this moment, or everyone once they say so."""

from __future__ import annotations

import pytest

from bot.core.values import Conversation
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.screens.callbacks import (
    AskValue,
    Callback,
    CancelPrompt,
    CloseMenu,
    OpenPage,
    PickModel,
    ResetOption,
    SetOption,
    TakeRole,
    encode,
    encode_start,
)
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.menus import button, forge, now, opened, pressed, redrawn

ADMINS_ONLY = "Менять настройки этой группы могут только администраторы."
NOT_TOLD = "Не удалось узнать у Telegram, администратор ли вы. Попробуйте, пожалуйста, ещё раз."
OLD_MENU = "Это старое меню. Откройте новое: /settings"


def data(group: Chat, value: str = "0.2") -> str:
    return encode(SetOption(Conversation(group.id), "temperature", value))


async def managed(world: World, group: Chat, who: User) -> Chat:
    """The private chat with this person, a group's menu being the last message there if they may have it."""
    private = world.private(who)
    await private.say(who, f"/start {encode_start(Conversation(group.id))}")
    return private


@pytest.mark.usefixtures("bot")
async def test_an_admin_no_more_may_not_from_that_moment_on(world: World) -> None:
    """Where the bot is an admin itself, Telegram tells it of every change."""
    anna, boris, owner = world.user("Анна"), world.user("Борис"), world.user("Вера")
    group = world.supergroup("Группа", members=[anna, boris], admins=[anna], owner=owner)
    world.promote(group, world.me, by=owner)
    menu = await opened(group, anna)
    await pressed(group, anna, menu, button(menu, OpenPage, page="temperature"))
    menu = now(group, menu)
    assert await group.press(anna, menu, data(group)) == "Сохранено"
    await redrawn(group, menu)
    assert await group.press(boris, menu, data(group, "0.8")) == ADMINS_ONLY
    world.demote(group, anna, by=owner)
    world.promote(group, boris, by=owner)
    assert await group.press(anna, menu, data(group, "0.8")) == ADMINS_ONLY
    await group.say(anna, "/temperature 1")
    await group.see(ADMINS_ONLY)
    assert await group.press(boris, menu, data(group, "0.8")) == "Сохранено"
    await redrawn(group, menu)


async def test_what_changes_something_asks_telegram_at_that_moment_and_what_shows_remembers(
    world: World, running: Running
) -> None:
    """The bot is no admin there: nothing tells it of a change."""
    clock = FastClock(4)
    anna, owner = world.user("Анна"), world.user("Вера")
    group = world.group("Группа", members=[anna], admins=[anna], owner=owner)
    asked = world.called

    async with running(clock):
        menu = await opened(group, anna)
        menu = await pressed(group, anna, menu, button(menu, OpenPage, page="temperature"))
        before = len(asked("getChatAdministrators"))
        menu = await pressed(group, anna, menu, button(menu, OpenPage))
        menu = await pressed(group, anna, menu, button(menu, OpenPage, page="temperature"))
        assert len(asked("getChatAdministrators")) == before
        assert await group.press(anna, menu, data(group)) == "Сохранено"
        await redrawn(group, menu)
        world.demote(group, anna, by=owner)
        for value in ("0.5", "0.9"):
            assert await group.press(anna, menu, forge(group, menu, data(group, value))) == ADMINS_ONLY
        await group.say(anna, "/temperature 1")
        await group.see(ADMINS_ONLY)
        await group.say(anna, "/temperature сброс")
        await group.see(ADMINS_ONLY)
        await group.say(anna, "/temperature")
        await group.see("Температура: 0,2")
        # What an admin had said a minute ago is known to be out of date by now.
        assert await group.press(anna, menu, button(menu, OpenPage)) == ADMINS_ONLY


@pytest.mark.parametrize("press", ["reset", "pick", "prompt", "role"])
@pytest.mark.usefixtures("bot")
async def test_a_former_admin_changes_nothing_from_that_moment_on(world: World, press: str) -> None:
    anna, owner = world.user("Анна"), world.user("Вера")
    group = world.group("Группа", members=[anna], admins=[anna], owner=owner)
    place = Conversation(group.id)
    await group.say(anna, "/instructions Отвечай стихами.")
    await group.see("Готово")
    menu = await opened(group, anna)
    menu = await pressed(group, anna, menu, button(menu, OpenPage, page="instructions"))
    menu = await pressed(group, anna, menu, button(menu, AskValue))
    world.demote(group, anna, by=owner)
    if press == "prompt":
        await group.say(anna, "Отвечай прозой.", reply_to=menu)
        await group.see(ADMINS_ONLY)
    else:
        forged: dict[str, Callback] = {
            "reset": ResetOption(place, "instructions"),
            "pick": PickModel(place, "00000000"),
            "role": TakeRole(place, "translator"),
        }
        assert await group.press(anna, menu, forge(group, menu, encode(forged[press]))) == ADMINS_ONLY
    await group.say(owner, "/instructions")
    await group.see("Отвечай стихами.")


@pytest.mark.usefixtures("bot")
async def test_a_new_admin_may_at_once(world: World) -> None:
    anna, owner = world.user("Анна"), world.user("Вера")
    group = world.group("Группа", members=[anna], owner=owner)
    await group.say(anna, "/temperature 0,2")
    await group.see(ADMINS_ONLY)
    world.promote(group, anna, by=owner)
    await group.say(anna, "/temperature 0,2")
    await group.see("Готово")


@pytest.mark.usefixtures("bot")
async def test_what_telegram_does_not_tell_is_not_allowed(world: World) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna], admins=[anna])
    menu = await opened(group, anna)
    world.fail("getChatAdministrators", status=400, description="Bad Request: chat not found", times=2)
    assert await group.press(anna, menu, button(menu, OpenPage, page="temperature")) == NOT_TOLD
    assert now(group, menu).text.startswith("Настройки группы")
    await group.say(anna, "/temperature 0,2")
    await group.see(NOT_TOLD)
    await group.say(anna, "/temperature 0,2")
    await group.see("Готово")


@pytest.mark.usefixtures("bot")
async def test_a_channels_name_is_nobodys_right(world: World) -> None:
    anna = world.user("Анна")
    channel = world.channel("Канал", owner=anna)
    group = world.supergroup("Группа", members=[anna], admins=[anna])
    await group.say(anna, "/temperature 0,2", as_=channel)
    await group.see(ADMINS_ONLY)


async def test_everyone_presses_once_an_admin_says_so_but_that_stays_with_admins(
    world: World, running: Running
) -> None:
    clock = FastClock(4)
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    async with running(clock):
        await group.say(anna, "/rights все")
        await group.see("Готово. Доступ к настройкам: все участники")
        menu = await opened(group, boris)
        await pressed(group, boris, menu, button(menu, OpenPage, page="temperature"))
        menu = now(group, menu)
        assert await group.press(boris, menu, data(group)) == "Сохранено"
        await redrawn(group, menu)
        assert "Задано для этого чата: Борис, " in now(group, menu).text
        clock.skip(60)
        world.fail("getChatAdministrators", status=400, description="Bad Request: chat not found")
        assert await group.press(boris, menu, data(group, "0.8")) == "Сохранено"
        await redrawn(group, menu)
        # Telegram did not tell whether he is an anonymous admin, so he is not named.
        assert "Задано для этого чата.\n" in now(group, menu).text
        only_admins = encode(SetOption(Conversation(group.id), "who_may_change", "admins"))
        forge(group, menu, only_admins)
        menu = now(group, menu)
        assert await group.press(boris, menu, only_admins) == ADMINS_ONLY
        assert await group.press(anna, menu, only_admins) == "Сохранено"
        await redrawn(group, menu)
        menu = now(group, menu)
        assert await group.press(boris, menu, button(menu, OpenPage)) == ADMINS_ONLY


@pytest.mark.usefixtures("bot")
async def test_an_anonymous_admin_is_shown_under_the_groups_name_wherever_they_change_it(
    world: World,
) -> None:
    anna, owner = world.user("Анна"), world.user("Вера")
    group = world.supergroup("Рыбалка", members=[anna], owner=owner)
    world.promote(group, anna, by=owner, anonymous=True)
    signed = "Задано для этого чата: Рыбалка, "
    await group.say(anna, "/temperature 0.4")
    await group.see("Готово. Температура: 0,4")
    menu = await opened(group, anna)
    await pressed(group, anna, menu, button(menu, OpenPage, page="temperature"))
    assert signed in now(group, menu).text
    assert await group.press(anna, now(group, menu), data(group)) == "Сохранено"
    await redrawn(group, menu)
    assert signed in now(group, menu).text

    private = await managed(world, group, anna)
    menu = await private.see("Настройки группы «Рыбалка»")
    await pressed(private, anna, menu, button(menu, OpenPage, page="instructions"))
    await pressed(private, anna, now(private, menu), button(now(private, menu), AskValue))
    await private.say(anna, "Отвечай стихами.", reply_to=now(private, menu))
    await private.see("Готово. Инструкции: Отвечай стихами.")
    await private.see(signed)
    await group.say(anna, "/instructions")
    shown = await group.see("Отвечай стихами.")
    assert signed in shown.text
    assert [message for message in group.messages if "Анна" in message.text] == []


@pytest.mark.usefixtures("bot")
async def test_a_groups_settings_are_managed_in_private_by_its_admins_only(world: World) -> None:
    anna, boris, owner = world.user("Анна"), world.user("Борис"), world.user("Вера")
    group = world.group("Рыбалка", members=[anna, boris], admins=[anna], owner=owner)
    await group.say(anna, "/rights everyone")
    await group.see("Готово")
    private = await managed(world, group, anna)
    menu = await private.see("Настройки группы «Рыбалка»")
    assert "Настроить в личном чате" not in [pressable["text"] for pressable in menu.buttons]
    await pressed(private, anna, menu, button(menu, OpenPage, page="temperature"))
    assert now(private, menu).text.startswith("Группа «Рыбалка»\n\nТемпература: 0,8")
    assert await private.press(anna, now(private, menu), data(group)) == "Сохранено"
    await redrawn(private, menu)
    await group.say(boris, "/temperature")
    await group.see("Задано для этого чата: Анна, ")

    # What is open to everyone in the group is not open from elsewhere.
    his = await managed(world, group, boris)
    await his.see(ADMINS_ONLY)
    await his.say(boris, "/settings")
    menu = await his.see("Настройки")
    assert await his.press(boris, menu, forge(his, menu, data(group, "1"))) == ADMINS_ONLY
    await group.say(boris, "/temperature")
    await group.see("Температура: 0,2")


@pytest.mark.usefixtures("bot")
async def test_a_group_that_telegram_does_not_name_is_called_by_its_number(world: World) -> None:
    anna = world.user("Анна")
    group = world.group("Рыбалка", members=[anna], admins=[anna])
    world.fail("getChat", status=400, description="Bad Request: chat not found")
    private = await managed(world, group, anna)
    await private.see(f"Настройки группы «{group.id}»")


@pytest.mark.usefixtures("bot")
async def test_a_link_to_someones_private_settings_is_an_ordinary_start(world: World) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    hers = await managed(world, world.private(boris), anna)
    await hers.see("Здравствуйте! Я отвечаю на вопросы")
    assert world.called("getChatAdministrators") == []


@pytest.mark.usefixtures("bot")
async def test_a_button_about_another_chat_changes_nothing_there(world: World) -> None:
    """Not even pressed by someone who administers both groups."""
    anna, boris = world.user("Анна"), world.user("Борис")
    here = world.group("Здесь", members=[anna], admins=[anna])
    there = world.group("Там", members=[anna], admins=[anna])
    menu = await opened(here, anna)
    assert await here.press(anna, menu, forge(here, menu, data(there))) == OLD_MENU
    await there.say(anna, "/temperature")
    await there.see("Температура: 0,8")
    private = world.private(anna)
    menu = await opened(private, anna)
    his = encode(SetOption(Conversation(boris.id), "temperature", "0.2"))
    assert await private.press(anna, menu, forge(private, menu, his)) == OLD_MENU
    await world.private(boris).say(boris, "/temperature")
    await world.private(boris).see("Температура: 0,8")


@pytest.mark.usefixtures("bot")
async def test_no_button_of_the_menu_does_anything_for_a_member(world: World) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    place = Conversation(group.id)
    menu = await opened(group, anna)
    for callback in (
        OpenPage(place, "main"),
        SetOption(place, "reactions", "off"),
        PickModel(place, "00000000"),
        ResetOption(place, "reactions"),
        AskValue(place, "instructions"),
        CancelPrompt(place, "instructions"),
        CloseMenu(place),
    ):
        forged = forge(group, menu, encode(callback))
        assert await group.press(boris, now(group, menu), forged) == ADMINS_ONLY
    assert now(group, menu).text == menu.text
