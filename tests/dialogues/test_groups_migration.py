"""A group becomes a supergroup: by service message, by a refused send, both, in any order."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.values import Conversation
from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.wire import Call
from bot.emulator.world import World
from bot.screens.callbacks import OpenPage, encode, encode_start
from bot.service import Service
from tests.clocks import until
from tests.dialogues.waiting import all_taken, comes, migrate_silently
from tests.store.memory import last_of
from tests.store.questions import overrides_of


async def test_settings_and_turns_move_and_the_greeting_is_not_repeated(
    world: World, model: ModelServer, bot: Service
) -> None:
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna, with_bot=False)
    world.add_bot(group, by=anna)
    await group.see("Здравствуйте")
    await bot.store.settings.set(Conversation(group.id), "temperature", 0.2, "Анна")
    model.reply("Первый ответ.")
    await group.say(anna, "/ask Первый вопрос?")
    await group.see("Первый ответ.")

    supergroup = world.migrate(group)
    model.reply("Второй ответ.")
    await supergroup.say(anna, "/ask Второй вопрос?")
    await supergroup.see("Второй ответ.")

    assert model.requests[-1].body["temperature"] == 0.2
    assert len(await bot.store.bulk.export(Conversation(supergroup.id))) == 2
    assert await bot.store.bulk.export(Conversation(group.id)) == []
    await group.sees_nothing()
    await supergroup.sees_nothing()


async def test_a_question_under_way_is_answered_in_the_supergroup(
    world: World, model: ModelServer, bot: Service
) -> None:
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna)
    model.slow(0.5)
    await group.say(anna, "/ask Вопрос?")
    await model.wait(received=1)
    supergroup = world.migrate(group)
    answer = await supergroup.see("учебная модель")
    assert answer.reply_to_id == 0
    turn = await last_of(bot.store, Conversation(supergroup.id))
    assert turn is not None
    assert turn.question.text == "Вопрос?"
    assert len(model.requests) == 1


async def test_the_refused_send_tells_it_where_no_service_message_came(
    world: World, model: ModelServer, bot: Service
) -> None:
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna)
    await bot.store.settings.set(Conversation(group.id), "temperature", 0.2, "Анна")
    model.reply("Ответ.")
    model_asked = await group.say(anna, "/ask Вопрос?")
    await group.see("Ответ.")
    supergroup = migrate_silently(world, group)
    model.reply("Другой ответ.")
    world.feed({"message": model_asked.json | {"message_id": model_asked.id + 1000, "text": "/ask Другой?"}})
    answer = await supergroup.see("Другой ответ.")
    assert answer.reply_to_id == 0
    chats, _ = await overrides_of(bot.store, Conversation(supergroup.id))
    assert chats["temperature"].value == 0.2

    # The service messages come after that, the wrong one first: nothing is new in them.
    world.feed(_told(supergroup, anna, migrate_from_chat_id=group.id))
    world.feed(_told(group, anna, migrate_to_chat_id=supergroup.id))
    model.reply("Третий ответ.")
    await supergroup.say(anna, "/ask Третий?")
    await supergroup.see("Третий ответ.")
    assert model.requests[-1].body["temperature"] == 0.2
    assert len(await bot.store.bulk.export(Conversation(supergroup.id))) == 3


@pytest.mark.usefixtures("bot")
async def test_parts_that_went_to_the_old_group_are_not_repeated(world: World, model: ModelServer) -> None:
    """The group moves between two parts of an answer: each comes once, the rest in the supergroup."""
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna)
    model.reply("\n\n".join(f"Абзац {n}. " + "слово " * 600 for n in range(3)))
    moved: list[Chat] = []

    def move(call: Call) -> None:
        if not moved and "Абзац 1." in call.params["text"]:
            moved.append(migrate_silently(world, group))

    world.on("call:sendMessage:before", move)
    await group.say(anna, "/ask Вопрос?")
    await group.see("Абзац 0.")
    await until(lambda: moved)
    (supergroup,) = moved
    await supergroup.see("Абзац 1.")
    await supergroup.see("Абзац 2.")
    await supergroup.sees_nothing()
    await group.sees_nothing()


async def test_a_refused_line_of_a_command_tells_it_too(world: World, bot: Service) -> None:
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna)
    await bot.store.settings.set(Conversation(group.id), "temperature", 0.2, "Анна")
    supergroup = migrate_silently(world, group)
    await group.say(anna, "/help")
    await group.sees_nothing()
    await all_taken(bot.store)
    chats, _ = await overrides_of(bot.store, Conversation(supergroup.id))
    assert chats["temperature"].value == 0.2


async def test_a_menu_of_the_group_opened_in_private_is_the_supergroups_now(
    world: World, bot: Service
) -> None:
    anna = world.user("Анна")
    group, private = world.group("Погода", owner=anna), world.private(anna)
    await private.say(anna, f"/start {encode_start(Conversation(group.id))}")
    menu = await private.see("Настройки группы «Погода»")
    supergroup = world.migrate(group)
    await comes(lambda: bot.store.chats.get(supergroup.id))

    await private.press(anna, menu, "Температура")
    page = await private.see("Группа «Погода»")
    assert await private.press(anna, page, "0,5 — взвешенно") == "Сохранено"
    chats, _ = await overrides_of(bot.store, Conversation(supergroup.id))
    assert chats["temperature"].value == 0.5


async def test_what_was_begun_in_private_for_the_group_is_the_supergroups_now(
    world: World, bot: Service
) -> None:
    """The value that its prompt asks for, and the link under its menu."""
    anna = world.user("Анна")
    group, private = world.group("Погода", owner=anna), world.private(anna)
    link = f"/start {encode_start(Conversation(group.id))}"
    await private.say(anna, link)
    menu = await private.see("Настройки группы «Погода»")
    await private.press(anna, menu, "Инструкции")
    await private.press(anna, await private.see("Группа «Погода»"), "Изменить")
    prompt = await private.see("ответом на это сообщение")
    supergroup = world.migrate(group)
    await comes(lambda: bot.store.chats.get(supergroup.id))

    await private.say(anna, "Отвечай стихами.", reply_to=prompt)
    await private.see("Готово. Инструкции: Отвечай стихами.")
    chats, _ = await overrides_of(bot.store, Conversation(supergroup.id))
    assert chats["instructions"].value == "Отвечай стихами."
    assert await overrides_of(bot.store, Conversation(group.id)) == ({}, {})

    await private.say(anna, link)
    menu = await private.see("Настройки группы «Погода»")
    assert encode(OpenPage(Conversation(supergroup.id), "instructions")) in str(menu.buttons)


def _told(chat: Chat, by: User, **content: int) -> dict[str, Any]:
    return {"message": {"message_id": 1, "date": 1, "chat": chat.room.json(), "from": by.json, **content}}
