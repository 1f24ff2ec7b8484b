"""Buttons that are old, forged, oversized, pressed twice or too late: a polite answer, no change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.values import Conversation
from bot.screens.callbacks import AskValue, OpenPage, PickModel, ResetOption, SetOption, encode
from tests.dialogues.menus import button, forge, now, opened
from tests.dialogues.waiting import comes

if TYPE_CHECKING:
    from bot.emulator.world import World
    from bot.screens.callbacks import Callback

pytestmark = pytest.mark.usefixtures("bot")

OLD_BUTTON = "Эта кнопка устарела."
OLD_MENU = "Это старое меню. Откройте новое: /settings"
TOO_LATE = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.mark.parametrize(
    "data",
    [
        "0s:{chat}:0:temperature:0.1",
        "2s:{chat}:0:temperature:0.1",
        "1s:{chat}:0:temperature:0.1:",
        "1s:{chat}:0:temperature:" + "0" * 64,
        "1s:zz:0:temperature:0.1",
        "1",
        "🙂" * 16,
        '{{"set": "temperature"}}',
    ],
)
async def test_what_is_no_button_of_this_version(world: World, data: str) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    forged = forge(chat, menu, data.format(chat=f"{chat.id:x}"))
    assert await chat.press(anna, now(chat, menu), forged) == OLD_BUTTON
    await chat.say(anna, "/temperature")
    await chat.see("Температура: 0,8\nЭто значение по умолчанию.")


def _forgeries(place: Conversation) -> list[Callback]:
    return [
        SetOption(place, "temperature", "7"),
        SetOption(place, "colour", "red"),
        SetOption(place, "reactions", "off"),
        SetOption(place, "model", "no-such-model"),
        ResetOption(place, "colour"),
        AskValue(place, "colour"),
        AskValue(place, "wake_words"),
        OpenPage(place, "colour"),
        OpenPage(place, "group"),
    ]


async def test_what_no_menu_of_a_private_chat_offers(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    for callback in _forgeries(Conversation(chat.id)):
        data = forge(chat, menu, encode(callback))
        assert await chat.press(anna, now(chat, menu), data) == OLD_MENU
    assert now(chat, menu).text == menu.text
    data = forge(chat, menu, encode(PickModel(Conversation(chat.id), "00000000")))
    assert await chat.press(anna, now(chat, menu), data) == "Этой модели больше нет в списке."


async def test_a_button_pressed_twice_does_once(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    await chat.press(anna, menu, button(menu, OpenPage, page="temperature"))
    menu = now(chat, menu)
    presses = [chat.begin_press(anna, menu, "+ 0,9") for _ in range(3)]
    await comes(lambda: _true(all(press.answer is not None for press in presses)))
    toasts = [(press.answer or {})["text"] for press in presses]
    assert toasts == ["Сохранено", "Уже выбрано", "Уже выбрано"]
    assert now(chat, menu).text.startswith("Температура: 0,9\nЗадано")
    resets = [chat.begin_press(anna, now(chat, menu), "Сбросить") for _ in range(2)]
    await comes(lambda: _true(all(press.answer is not None for press in resets)))
    assert now(chat, menu).text.startswith("Температура: 0,8\nЭто значение по умолчанию")
    closes = [chat.begin_press(anna, now(chat, menu), "Закрыть") for _ in range(2)]
    await comes(lambda: _true(all(press.answer is not None for press in closes)))
    assert now(chat, menu).text.startswith("Настройки закрыты")


async def _true(what: bool) -> bool:
    return what


async def test_a_value_that_is_inherited_can_be_made_ones_own(world: World) -> None:
    """It then stays when the inherited one changes."""
    anna = world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna], admins=[anna])
    await forum.say(anna, "/temperature 0,2")
    await forum.see("Готово.")
    menu = await opened(forum, anna, "Отпуск")
    await forum.press(anna, menu, button(menu, OpenPage, page="temperature"))
    assert await forum.press(anna, now(forum, menu), "✓ 0,2 — точно") == "Сохранено"
    assert await forum.press(anna, now(forum, menu), "✓ 0,2 — точно") == "Уже выбрано"
    await forum.say(anna, "/temperature 0,9")
    await forum.see("Готово.")
    await forum.say(anna, "/temperature", topic="Отпуск")
    await forum.see("Температура: 0,2\nЗадано для этой темы")


async def test_a_menu_deleted_under_the_finger(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    await chat.delete(menu)
    assert await chat.press(anna, menu, "Температура") == OLD_MENU
    menu = await opened(chat, anna)
    world.fail("editMessageText", status=400, description="Bad Request: message to edit not found")
    assert await chat.press(anna, menu, "Температура") == ""


async def test_an_edit_that_telegram_refuses_for_a_while_comes_later(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    world.fail("editMessageText", status=400, description="Bad Request: strange")
    world.fail("answerCallbackQuery", status=400, description="Bad Request: strange")
    await chat.press(anna, menu, "Температура")
    assert now(chat, menu).text.startswith("Температура: 0,8")


async def test_a_press_that_is_answered_too_late_is_no_error(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    world.fail("answerCallbackQuery", status=400, description=TOO_LATE)
    chat.begin_press(anna, menu, "Температура")
    await chat.see("Температура: 0,8")
    await chat.sees_nothing()
    assert len(world.called("answerCallbackQuery")) == 1


async def test_a_button_under_a_message_of_inline_mode_is_answered(world: World) -> None:
    bob = world.user("Bob", language="en")
    data = encode(OpenPage(Conversation(bob.id), "main"))
    press = {"id": "7", "from": bob.json, "inline_message_id": "x", "chat_instance": "1", "data": data}
    world.feed({"callback_query": press})
    (call,) = await comes(lambda: _called(world))
    assert call == {"callback_query_id": "7", "text": "This button is out of date."}


async def _called(world: World) -> list[object]:
    return [call.params for call in world.called("answerCallbackQuery")]


async def test_in_private_toasts_are_in_the_persons_language_or_the_one_they_chose(world: World) -> None:
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    menu = await opened(chat, bob)
    await chat.press(bob, menu, "Language")
    assert await chat.press(bob, now(chat, menu), "Russian (русский)") == "Сохранено"
    await chat.press(bob, now(chat, menu), "Назад")
    data = forge(chat, menu, "1")
    assert await chat.press(bob, now(chat, menu), data) == OLD_BUTTON


async def test_in_a_group_menu_and_toasts_are_in_the_groups_language(world: World) -> None:
    bob = world.user("Bob", language="en")
    group = world.group("Группа", members=[bob], admins=[bob])
    menu = await opened(group, bob)
    await group.press(bob, menu, "Язык")
    menu = now(group, menu)
    assert menu.text.startswith("Язык: русский\nЭто значение по умолчанию.")
    assert await group.press(bob, menu, "Английский (English)") == "Saved"
    assert now(group, menu).text.startswith("Language: English\nSet for this chat: Bob, ")
    await group.press(bob, now(group, menu), "Reset")
    assert now(group, menu).text.startswith("Язык: русский\nЭто значение по умолчанию.")
