"""Buttons that are old, forged, oversized, pressed twice or too late: a polite answer, no change."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.values import Conversation
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.screens.callbacks import AskValue, Callback, OpenPage, PickModel, ResetOption, SetOption, encode
from tests.dialogues.menus import button, forge, now, opened, pressed, redrawn
from tests.dialogues.waiting import comes

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
    await pressed(chat, anna, menu, button(menu, OpenPage, page="temperature"))
    menu = now(chat, menu)
    presses = [chat.begin_press(anna, menu, "+ 0,9") for _ in range(3)]
    await comes(lambda: _true(all(press.answer is not None for press in presses)))
    toasts = [(press.answer or {})["text"] for press in presses]
    assert toasts == ["Сохранено", "Уже выбрано", "Уже выбрано"]
    await chat.see("Температура: 0,9\nЗадано")
    resets = [chat.begin_press(anna, now(chat, menu), "Сбросить") for _ in range(2)]
    await comes(lambda: _true(all(press.answer is not None for press in resets)))
    await chat.see("Температура: 0,8\nЭто значение по умолчанию")
    closes = [chat.begin_press(anna, now(chat, menu), "Закрыть") for _ in range(2)]
    await comes(lambda: _true(all(press.answer is not None for press in closes)))
    await chat.see("Настройки закрыты")
    await chat.sees_nothing()


TEN = [f"0.{n}" for n in range(1, 10)] + ["1"]


async def test_of_ten_fast_presses_only_the_newest_look_is_drawn_and_every_value_counts(
    world: World,
) -> None:
    """Telegram holds the chat's edits meanwhile, as with whoever is that fast: the first waits too."""
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    menu = await pressed(chat, anna, menu, button(menu, OpenPage, page="temperature"))
    held = world.fail("editMessageText", retry_after_s=8)
    before = len(world.called("editMessageText"))
    presses = []
    for value in TEN:
        data = forge(chat, menu, encode(SetOption(Conversation(chat.id), "temperature", value)))
        presses.append(chat.begin_press(anna, menu, data))
    await comes(lambda: _true(all(press.answer is not None for press in presses)))
    assert [(press.answer or {})["text"] for press in presses] == ["Сохранено"] * 10
    assert held.met == 1
    await chat.see("Температура: 1\n")
    await chat.sees_nothing()
    assert len(world.called("editMessageText")) - before == 2  # the one that was refused, and the newest


async def test_the_same_button_pressed_ten_times_is_drawn_once(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    menu = await pressed(chat, anna, menu, button(menu, OpenPage, page="temperature"))
    before = len(world.called("editMessageText"))
    presses = [chat.begin_press(anna, menu, "+ 0,9") for _ in range(10)]
    await comes(lambda: _true(all(press.answer is not None for press in presses)))
    await chat.see("Температура: 0,9\n")
    await chat.sees_nothing()
    assert len(world.called("editMessageText")) - before == 1


async def test_every_press_is_answered_before_what_it_shows(world: World, model: ModelServer) -> None:
    """Telegram takes no edits for an hour: no spinner stands for that, under no button."""
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Раз.")
    await chat.say(anna, "Вопрос")
    answer = await chat.see("Раз.")
    model.reply("Два.")
    await chat.press(anna, answer, "Другой ответ")
    answer = await chat.see("Два.")
    await chat.say(anna, "/forget")
    asked = await chat.see("Удалить весь")
    menus = [await opened(chat, anna) for _ in range(2)]
    refused = world.fail("editMessageText", retry_after_s=3600, times=float("inf"))
    assert await chat.press(anna, menus[0], "Температура") == ""
    assert await chat.press(anna, menus[1], "Закрыть") == ""
    assert await chat.press(anna, answer, "‹") == ""
    assert await chat.press(anna, asked, "Не удалять") == ""
    assert await chat.press(anna, answer, "Другой ответ") == "Спрашиваю ещё раз"
    assert refused.met >= 1


@pytest.mark.parametrize("trouble", [{"retry_after_s": 3600}, {"drop": "before"}, {"status": 502}])
async def test_an_answer_to_a_press_that_is_lost_costs_nothing_else(
    world: World, trouble: dict[str, Any]
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await opened(chat, anna)
    world.fail("answerCallbackQuery", **trouble)
    chat.begin_press(anna, menu, "Температура")
    await chat.see("Температура: 0,8")
    await chat.sees_nothing()
    assert len(world.called("answerCallbackQuery")) == 1


async def _true(what: bool) -> bool:
    return what


async def test_a_value_that_is_inherited_can_be_made_ones_own(world: World) -> None:
    """It then stays when the inherited one changes."""
    anna = world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna], admins=[anna])
    await forum.say(anna, "/temperature 0,2")
    await forum.see("Готово.")
    menu = await opened(forum, anna, "Отпуск")
    await pressed(forum, anna, menu, button(menu, OpenPage, page="temperature"))
    assert await forum.press(anna, now(forum, menu), "✓ 0,2 — точно") == "Сохранено"
    await redrawn(forum, menu)
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
    menu = await pressed(chat, anna, menu, "Температура")
    assert menu.text.startswith("Температура: 0,8")


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
    await pressed(chat, bob, menu, "Language")
    assert await chat.press(bob, now(chat, menu), "Russian (русский)") == "Сохранено"
    await redrawn(chat, menu)
    await pressed(chat, bob, now(chat, menu), "Назад")
    data = forge(chat, menu, "1")
    assert await chat.press(bob, now(chat, menu), data) == OLD_BUTTON


async def test_in_a_group_menu_and_toasts_are_in_the_groups_language(world: World) -> None:
    bob = world.user("Bob", language="en")
    group = world.group("Группа", members=[bob], admins=[bob])
    menu = await opened(group, bob)
    await pressed(group, bob, menu, "Язык")
    menu = now(group, menu)
    assert menu.text.startswith("Язык: русский\nЭто значение по умолчанию.")
    assert await group.press(bob, menu, "Английский (English)") == "Saved"
    await redrawn(group, menu)
    assert now(group, menu).text.startswith("Language: English\nSet for this chat: Bob, ")
    await pressed(group, bob, now(group, menu), "Reset")
    assert now(group, menu).text.startswith("Язык: русский\nЭто значение по умолчанию.")
