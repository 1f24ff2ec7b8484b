"""Groups: what the bot is told, and what happens to membership, topics, channels and ids."""

from __future__ import annotations

from typing import Any

import pytest

from bot.emulator.people import Message
from bot.emulator.world import World
from tests.emulator.client import Bot

Json = dict[str, Any]


async def told(bot: Bot) -> list[tuple[str, Message]]:
    """Kinds of the new updates, each with its message."""
    found = []
    for update in await bot.updates():
        kind = next(name for name in update if name != "update_id")
        found.append((kind, Message(update[kind])))
    return found


async def heard(bot: Bot) -> list[str]:
    """The texts of new messages."""
    return [message.text for _, message in await told(bot)]


async def test_privacy_mode_lets_through_what_is_meant_for_the_bot(world: World, bot: Bot) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris])
    name = world.bot["username"]
    meant = [f"@{name} что?", f"ты где, @{name.upper()}?", "/ask что?", f"и /ask@{name} тоже"]
    for text in ["Привет", *meant, "@other_bot что?", f"x@{name}y", "/ask@other_bot что?", "потом /ask"]:
        await group.say(anna, text)
    assert await heard(bot) == meant

    await bot.call("sendMessage", chat_id=group.id, text="Ответ")
    answer = await group.see("Ответ")
    await group.say(boris, "Спасибо", reply_to=answer)
    question = await group.say(boris, "А мне?")
    await group.say(anna, "Тебе нет", reply_to=question)
    mention = [{"type": "text_mention", "offset": 0, "length": 3, "user": world.bot}]
    await group.say(anna, "Бот, а ты?", entities=mention)
    await group.photo(anna, f"@{name} что тут?")
    assert await heard(bot) == ["Спасибо", "Бот, а ты?", f"@{name} что тут?"]


async def test_an_edit_and_a_service_message_pass_privacy_mode(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna])
    message = await group.say(anna, "ask")
    await group.edit(anna, message, "/ask")
    world.retitle(group, "Клуб", by=anna)
    assert [(kind, message.kind) for kind, message in await told(bot)] == [
        ("edited_message", "text"),
        ("message", "new_chat_title"),
    ]


@pytest.mark.parametrize("way", ["admin", "privacy mode off"])
async def test_the_bot_hears_everyone_but_bots(world: World, bot: Bot, way: str) -> None:
    anna, robot = world.user("Анна"), world.other_bot("Робот", "robot_bot")
    group = world.group("Группа", members=[anna, robot])
    if way == "admin":
        world.promote(group, world.me, by=anna)
    world.state.reads_all = way != "admin"
    assert (await bot.call("getMe"))["can_read_all_group_messages"] == world.state.reads_all
    await bot.updates()
    await group.say(anna, "Привет")
    await group.say(robot, "/ask бип")
    assert await heard(bot) == ["Привет"]


async def test_an_outsider_can_not_speak(world: World) -> None:
    group = world.group("Группа")
    with pytest.raises(AssertionError, match="Анна is not in Группа"):
        await group.say(world.user("Анна"), "Привет")


async def test_joining_promoting_and_being_removed(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna], with_bot=False)
    await group.say(anna, "/ask до бота")
    world.add_bot(group, by=anna)
    world.promote(group, world.me, by=anna, can_delete_messages=False)
    world.remove_bot(group, by=anna)
    await group.say(anna, "/ask после бота")
    updates = await bot.updates()
    changes = [update["my_chat_member"] for update in updates if "my_chat_member" in update]
    assert [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes] == [
        ("left", "member"),
        ("member", "administrator"),
        ("administrator", "kicked"),
    ]
    assert changes[1]["new_chat_member"]["can_delete_messages"] is False
    assert [u["message"]["new_chat_members"][0]["id"] for u in updates if "message" in u] == [world.me.id]


async def test_members_come_and_go(world: World, bot: Bot) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.supergroup("Группа", admins=[anna])
    await bot.call("getUpdates", allowed_updates=["message", "chat_member"])
    world.join(group, boris, by=anna)
    world.promote(group, world.me, by=anna)
    world.leave(group, boris)
    assert [(kind, message.kind) for kind, message in await told(bot)] == [
        ("message", "new_chat_members"),
        ("message", "left_chat_member"),
        ("chat_member", "old_chat_member"),
    ]
    assert await bot.call("getChatMemberCount", chat_id=group.id) == 3
    member = await bot.call("getChatMember", chat_id=group.id, user_id=boris.id)
    assert member["status"] == "left"
    mine = await bot.call("getChatMember", chat_id=group.id, user_id=world.me.id)
    assert mine["status"] == "administrator"
    admins = await bot.call("getChatAdministrators", chat_id=group.id)
    assert {admin["status"] for admin in admins} == {"administrator", "creator"}
    world.demote(group, anna, by=anna)
    world.restrict(group, anna, by=anna, can_send_messages=False)
    restricted = await bot.call("getChatMember", chat_id=group.id, user_id=anna.id)
    assert (restricted["can_send_messages"], restricted["can_send_polls"]) == (False, True)


async def test_the_bot_leaves(world: World, bot: Bot) -> None:
    group = world.group("Группа")
    assert await bot.call("leaveChat", chat_id=group.id)
    (update,) = await bot.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "left"


async def test_a_block_and_its_end_are_told(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "Привет")
    world.block(anna)
    await chat.say(anna, "Я вернулась")
    updates = await bot.updates()
    statuses = [u["my_chat_member"]["new_chat_member"]["status"] for u in updates if "my_chat_member" in u]
    assert statuses == ["kicked", "member"]


async def test_an_anonymous_admin_and_a_channel_speak_as_chats(world: World, bot: Bot) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.supergroup("Группа", members=[anna, boris])
    world.promote(group, anna, by=boris, anonymous=True)
    channel = world.channel("Новости", owner=boris)
    await group.say(anna, "/ask от имени группы")
    await group.say(boris, "/ask тоже", as_="anonymous")
    await group.say(boris, "/ask от имени канала", as_=channel)
    messages = [message.json for kind, message in await told(bot) if kind == "message"]
    assert [(m["from"]["id"], m["sender_chat"]["id"]) for m in messages] == [
        (1087968824, group.id),
        (1087968824, group.id),
        (136817688, channel.id),
    ]


async def test_a_button_is_pressed_under_the_real_name(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Группа")
    world.promote(group, anna, by=anna, anonymous=True)
    keyboard = {"inline_keyboard": [[{"text": "А", "callback_data": "a"}]]}
    await bot.call("sendMessage", chat_id=group.id, text="Меню", reply_markup=keyboard)
    menu = await group.see("Меню")
    with pytest.raises(AssertionError, match="no button 'Б'"):
        group.begin_press(anna, menu, "Б")
    group.begin_press(anna, menu, "a")
    await group.delete(menu)
    group.begin_press(anna, menu, "А")
    presses = [u["callback_query"] for u in await bot.updates() if "callback_query" in u]
    assert [press["from"]["id"] for press in presses] == [anna.id, anna.id]
    assert presses[1]["message"] == {"chat": group.room.json(), "message_id": menu.id, "date": 0}


async def test_topics_thread_their_messages(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna])
    topic = forum.topic("Отпуск").id
    await forum.say(anna, "/ask в отпуске", topic="Отпуск")
    question = await forum.say(anna, "/ask в общем", topic="Общее")
    await forum.say(anna, "/ask", reply_to=question)
    inside, general, reply = [message.json for _, message in await told(bot)]
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (topic, True)
    assert inside["reply_to_message"]["forum_topic_created"]["name"] == "Отпуск"
    assert "message_thread_id" not in general
    assert reply["reply_to_message"]["message_id"] == question.id
    sent = await bot.call(
        "sendMessage", chat_id=forum.id, text="Ответ", reply_parameters={"message_id": inside["message_id"]}
    )
    assert sent["message_thread_id"] == topic
    await forum.say(anna, "Спасибо", reply_to=await forum.see("Ответ"))
    assert [message.thread_id for _, message in await told(bot)] == [topic]


async def test_topics_open_close_and_change_their_names(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее"], members=[anna])
    thread_id = world.topic(forum, "Отпуск", by=anna)
    world.rename_topic(forum, "Отпуск", "Каникулы", by=anna)
    world.close_topic(forum, "Каникулы", by=anna)
    world.close_topic(forum, "Каникулы", by=anna, closed=False)
    events = [message for _, message in await told(bot)]
    assert {message.thread_id for message in events} == {thread_id}
    assert [message.kind for message in events] == [
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
    ]


async def test_outside_forums_a_reply_has_its_thread_but_no_topic(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Группа", members=[anna])
    first = await group.say(anna, "/раз")
    await group.say(anna, "/ask", reply_to=first)
    (message,) = [message for _, message in await told(bot)]
    assert message.json["message_thread_id"] == first.id
    assert message.thread_id == 0


async def test_a_channel_post_becomes_a_comment_thread(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Обсуждение", members=[anna])
    channel = world.channel("Новости", owner=anna, discussion=group, with_bot=True)
    world.promote(group, world.me, by=anna)
    await bot.updates()
    world.join(channel, world.user("Борис"))  # announced to nobody
    await channel.say(anna, "Пост")
    (_, post), (_, forwarded) = await told(bot)
    assert "from" not in post.json
    assert forwarded.json["from"]["id"] == 777000
    assert forwarded.json["is_automatic_forward"] is True
    assert forwarded.json["forward_origin"]["message_id"] == post.id
    alone = world.channel("Без обсуждения", owner=anna)
    await alone.say(anna, "Пост")
    await alone.react(anna, alone.messages[0], "👍")
    await group.say(anna, "Комментарий", reply_to=forwarded)
    ((_, comment),) = await told(bot)
    assert comment.json["message_thread_id"] == forwarded.id
    chat = await bot.call("getChat", chat_id=group.id)
    assert chat["linked_chat_id"] == channel.id


async def test_migration_moves_members_and_tells_both_ids(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna])
    new = world.migrate(group)
    (_, leaving), (_, arriving) = await told(bot)
    assert (leaving.json["chat"]["id"], leaving.json["migrate_to_chat_id"]) == (group.id, new.id)
    assert (arriving.json["chat"]["id"], arriving.json["migrate_from_chat_id"]) == (new.id, group.id)
    await new.say(anna, "/ask")
    assert await heard(bot) == ["/ask"]
