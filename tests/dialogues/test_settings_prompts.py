"""Values that are written as a reply to the menu's prompt."""

from __future__ import annotations

import pytest

from bot.core.values import Conversation
from bot.emulator import content
from bot.emulator.model import ModelServer
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.screens.callbacks import AskValue, CancelPrompt, OpenPage, encode
from bot.service import Service
from tests.dialogues.menus import button, forge, now, opened, pressed
from tests.dialogues.waiting import comes

pytestmark = pytest.mark.usefixtures("bot")

ADMINS_ONLY = "Менять настройки этой группы могут только администраторы."


async def prompted(chat: Chat, who: User, option: str, topic: str = "") -> Message:
    menu = await opened(chat, who, topic)
    await pressed(chat, who, menu, button(menu, OpenPage, page=option))
    menu = now(chat, menu)
    await pressed(chat, who, menu, button(menu, AskValue))
    return now(chat, menu)


async def test_in_a_group_in_privacy_mode_only_an_admins_reply_counts(world: World) -> None:
    """Privacy mode hides what people say, but not replies to the bot."""
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    prompt = await prompted(group, anna, "instructions")
    await group.say(boris, "Отвечай грубо.", reply_to=prompt)
    await group.see(ADMINS_ONLY)
    assert [pressable["text"] for pressable in now(group, prompt).buttons] == ["Отмена"]
    await group.say(anna, "Отвечай стихами.", reply_to=prompt)
    said = await group.see("Готово. Инструкции: Отвечай стихами.")
    assert said.json["reply_to_message"]["text"] == "Отвечай стихами."
    page = await group.see("Задано для этого чата: Анна, ")
    assert page.id == prompt.id
    await group.say(anna, "Мимо.")
    await group.sees_nothing()


async def test_an_anonymous_admins_reply_counts(world: World) -> None:
    anna, owner = world.user("Анна"), world.user("Вера")
    group = world.supergroup("Группа", members=[anna], owner=owner)
    world.promote(group, anna, by=owner, anonymous=True)
    prompt = await prompted(group, anna, "instructions")
    await group.say(anna, "Отвечай стихами.", reply_to=prompt)
    await group.see("Готово. Инструкции: Отвечай стихами.")


async def test_in_a_topic_the_reply_is_the_topics_value(world: World) -> None:
    anna = world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna], admins=[anna])
    prompt = await prompted(forum, anna, "instructions", "Отпуск")
    assert prompt.text.startswith("Для этой темы\n\nИнструкции: пришлите")
    await forum.say(anna, "Отвечай стихами.", reply_to=prompt, topic="Отпуск")
    said = await forum.see("Готово, для этой темы. Инструкции: Отвечай стихами.")
    assert said.thread_id == forum.topic("Отпуск").id
    await forum.say(anna, "/instructions")
    shown = await forum.see("Инструкции: ")
    assert "стихами" not in shown.text.partition("\n")[0]


async def test_a_prompt_can_be_left(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    prompt = await prompted(chat, anna, "max_output_tokens")
    await pressed(chat, anna, prompt, "Отмена")
    assert [pressable["text"] for pressable in now(chat, prompt).buttons][-2:] == ["Назад", "Закрыть"]


async def test_what_replies_to_a_menu_without_a_prompt_is_a_question(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    menu = await prompted(chat, anna, "max_output_tokens")
    await pressed(chat, anna, menu, "Отмена")
    await chat.press(anna, now(chat, menu), "Закрыть")
    await chat.see("Настройки закрыты")
    model.reply("Триста чего?")
    await chat.say(anna, "300", reply_to=now(chat, menu))
    await chat.see("Триста чего?")
    assert model.requests[-1].body["max_output_tokens"] == 1500


async def test_a_wrong_value_leaves_the_prompt_for_another(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    prompt = await prompted(chat, anna, "max_output_tokens")
    await chat.say(anna, "много", reply_to=prompt)
    await chat.see("Длина ответа: нужно целое число от 1 до 8\u00a0000, например /tokens 1500")
    await chat.say(anna, "1 200", reply_to=prompt)
    await chat.see("Готово. Длина ответа: до 1\u00a0200 токенов")
    assert model.requests == []


async def test_a_prompt_deleted_meanwhile_does_not_repeat_the_answer(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    prompt = await prompted(chat, anna, "max_output_tokens")
    world.fail("editMessageText", status=400, description="Bad Request: message to edit not found")
    await chat.say(anna, "1200", reply_to=prompt)
    await chat.see("Готово. Длина ответа: до 1\u00a0200 токенов")
    await chat.say(anna, "/tokens")
    await chat.see("Длина ответа: до 1\u00a0200 токенов\nЗадано")
    assert len([message for message in chat.messages if message.text.startswith("Готово")]) == 1


async def test_another_bots_prompt_is_not_this_ones(world: World, model: ModelServer) -> None:
    """Its buttons may carry anything, even what this bot's own prompts do."""
    anna, robot = world.user("Анна"), world.other_bot("Робот", "robot_bot")
    group = world.group("Группа", members=[anna, robot], admins=[anna])
    world.state.reads_all = True
    cancel = {"text": "Отмена", "callback_data": encode(CancelPrompt(Conversation(group.id), "temperature"))}
    theirs = await group.send(
        robot, content.text("Сколько?") | {"reply_markup": {"inline_keyboard": [[cancel]]}}
    )
    await group.say(anna, "0,2", reply_to=theirs)
    await group.say(anna, "/temperature")
    shown = await group.see()
    assert shown.text.startswith("Температура: 0,8")
    assert model.requests == []


async def test_a_prompt_for_a_setting_that_exists_no_more_is_not_one(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    prompt = await prompted(chat, anna, "instructions")
    for gone in ("colour", "wake_words"):
        forge(chat, prompt, encode(CancelPrompt(Conversation(chat.id), gone)))
        model.reply("Зелёный?")
        await chat.say(anna, "Зелёный", reply_to=now(chat, prompt))
        await chat.see("Зелёный?")
    assert len(model.requests) == 2


async def test_a_menu_kept_open_is_about_the_supergroup_that_the_group_became(
    world: World, bot: Service
) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna], admins=[anna])
    private = world.private(anna)
    menu = await opened(group, anna)
    link = next(pressable["url"] for pressable in menu.buttons if "url" in pressable)
    await private.say(anna, f"/start {link.partition('?start=')[2]}")
    menu = await private.see("Настройки группы «Группа»")
    await pressed(private, anna, menu, button(menu, OpenPage, page="instructions"))
    await pressed(private, anna, now(private, menu), button(now(private, menu), AskValue))
    prompt = now(private, menu)
    supergroup = world.migrate(group, by=anna)

    async def moved() -> bool:
        known = await bot.store.chats.get(group.id)
        return known is not None and known.migrated_to == supergroup.id

    await comes(moved)
    await pressed(private, anna, prompt, "Отмена")
    assert encode(OpenPage(Conversation(supergroup.id), "main")) in str(now(private, menu).buttons)
