"""Chats that are closed to the bot, in Telegram's words, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bot.emulator.world import World
from tests.emulator.client import Bot

Json = dict[str, Any]


async def test_chats_that_are_closed_to_the_bot(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    say: Json = {"method": "sendMessage", "text": "Привет"}
    await bot.refused(400, "Bad Request: chat not found", **say, chat_id=1)
    await bot.refused(400, "Bad Request: chat not found", **say, chat_id="@nobody")
    chat = world.private(anna)
    await bot.refused(403, "Forbidden: bot can't initiate conversation with a user", **say, chat_id=chat.id)
    await chat.say(anna, "Привет")
    world.block(anna)
    await bot.refused(403, "Forbidden: bot was blocked by the user", **say, chat_id=chat.id)
    await chat.say(anna, "Я передумала")
    await bot.call("sendMessage", chat_id=chat.id, text="Хорошо")
    robot = world.private(world.other_bot("Робот", "robot_bot"))
    await bot.refused(403, "Forbidden: bot can't send messages to bots", **say, chat_id=robot.id)


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_groups_that_the_bot_is_not_in(world: World, bot: Bot, kind: str) -> None:
    anna = world.user("Анна")
    make = world.group if kind == "group" else world.supergroup
    group = make("Группа", members=[anna], with_bot=False)
    say: Json = {"method": "sendMessage", "text": "Привет", "chat_id": group.id}
    await bot.refused(403, f"Forbidden: bot is not a member of the {kind} chat", **say)
    world.add_bot(group, by=anna)
    await bot.call("sendMessage", chat_id=group.id, text="Привет")
    world.remove_bot(group, by=anna)
    await bot.refused(403, f"Forbidden: bot was kicked from the {kind} chat", **say)


async def test_a_public_supergroup_may_be_looked_at_from_outside(world: World, bot: Bot) -> None:
    world.supergroup("Клуб", username="klub", with_bot=False)
    assert (await bot.call("getChat", chat_id="@Klub"))["title"] == "Клуб"
    await bot.refused(
        403,
        "Forbidden: bot is not a member of the supergroup chat",
        "sendMessage",
        chat_id="@klub",
        text="Привет",
    )


async def test_rights_to_write(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Группа", admins=[anna])
    carried = await group.document(anna, "план.txt")
    document_id = carried.json["document"]["file_id"]
    say: Json = {"method": "sendMessage", "text": "Привет", "chat_id": group.id}
    no_rights = "Bad Request: not enough rights to send text messages to the chat"
    world.restrict(group, world.me, by=anna, can_send_messages=False)
    await bot.refused(400, no_rights, **say)
    world.restrict(group, world.me, by=anna, can_send_documents=False)
    await bot.call("sendMessage", chat_id=group.id, text="Привет")
    await bot.refused(
        400,
        "Bad Request: not enough rights to send documents to the chat",
        "sendDocument",
        chat_id=group.id,
        document=document_id,
    )
    world.join(group, world.me, by=anna)
    await bot.call("sendDocument", chat_id=group.id, document=document_id)
    group.room.muted = True
    await bot.refused(400, no_rights, **say)
    world.promote(group, world.me, by=anna)
    await bot.call("sendMessage", chat_id=group.id, text="Привет")
    channel = world.channel("Новости", with_bot=True)
    await bot.call("sendMessage", chat_id=channel.id, text="Пост")
    world.demote(channel, world.me, by=anna)
    await bot.refused(
        400,
        "Bad Request: need administrator rights in the channel chat",
        **say | {"chat_id": channel.id},
    )


async def test_topics(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], admins=[anna])
    topic = forum.topic("Отпуск")
    not_found = "Bad Request: message thread not found"
    say: Json = {"method": "sendMessage", "text": "Привет", "chat_id": forum.id}
    await bot.refused(400, not_found, **say, message_thread_id=1)
    await bot.refused(400, not_found, **say, message_thread_id=10**6)
    for thread_id in (1, topic.id):
        await bot.call("sendChatAction", chat_id=forum.id, action="typing", message_thread_id=thread_id)
    sent = await bot.call("sendMessage", chat_id=forum.id, text="Да", message_thread_id=topic.id)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic.id, True)
    world.close_topic(forum, "Отпуск", by=anna)
    await bot.refused(400, "Bad Request: TOPIC_CLOSED", **say, message_thread_id=topic.id)
    world.close_topic(forum, "Отпуск", by=anna, closed=False)
    world.delete_topic(forum, "Отпуск")
    await bot.refused(400, not_found, **say, message_thread_id=topic.id)


async def test_an_upgraded_group_says_where_it_went(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna])
    sent = await bot.call("sendMessage", chat_id=group.id, text="Привет")
    new = world.migrate(group, by=anna)
    upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
    parameters = await bot.refused(400, upgraded, "sendMessage", chat_id=group.id, text="Привет")
    assert parameters == {"migrate_to_chat_id": new.id}
    assert (await bot.call("getChat", chat_id=group.id))["id"] == group.id
    await bot.refused(
        400,
        "Bad Request: message can't be edited",
        "editMessageText",
        chat_id=group.id,
        message_id=sent["message_id"],
        text="-",
    )
    await bot.call("sendMessage", chat_id=new.id, text="Привет")
