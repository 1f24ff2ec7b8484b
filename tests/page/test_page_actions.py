"""What people can do on the page, and what is refused as Telegram's own clients would not offer it."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.emulator.client import Bot, bot_of
from tests.page.desk import Desk, desk_of


async def _texts(bot: Bot) -> list[str]:
    return [u["message"].get("text", "") for u in await bot.updates() if "message" in u]


async def test_say_and_reply_in_a_private_chat(desk: Desk, bot: Bot) -> None:
    chat = desk.private("member")
    first = await desk.act("say", chat_id=chat.id, text=" Привет ")
    await desk.act("say", chat_id=chat.id, text="Ещё", reply_to=first["message_id"])
    one, two = [update["message"] for update in await bot.updates()]
    assert one["text"] == "Привет"
    assert two["reply_to_message"]["message_id"] == first["message_id"]


async def test_a_long_text_goes_as_telegram_cuts_it(desk: Desk, bot: Bot) -> None:
    text = "а" * 4095 + "😀" + "б"
    await desk.act("say", chat_id=desk.private("member").id, text=text)
    assert await _texts(bot) == ["а" * 4095, "😀б"]


async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(desk: Desk, bot: Bot) -> None:
    group = desk.chat("group")
    await desk.act("say", chat_id=group.id, text="Болтовня")
    await desk.act("say", chat_id=group.id, text="/ask вопрос")
    assert await _texts(bot) == ["/ask вопрос"]
    await desk.act("privacy", on=False)
    await desk.act("say", chat_id=group.id, text="Болтовня")
    assert await _texts(bot) == ["Болтовня"]


async def test_a_reaction_is_one_a_person_and_goes_when_it_is_set_again(desk: Desk) -> None:
    group = desk.chat("group")
    where: dict[str, Any] = {"chat_id": group.id, "message_id": group.messages[0].id}
    member, admin = (desk.personas[who].user.id for who in ("member", "admin"))
    async with desk.events() as events:

        async def shown(emoji: str, who: str) -> list[tuple[str, list[int]]]:
            await desk.act("react", who, emoji=emoji, **where)
            told = await events.until(lambda e: e["type"] == "message")
            return [(one["emoji"], one["by"]) for one in told["reactions"]]

        assert await shown("👍", "member") == [("👍", [member])]
        assert await shown("👍", "admin") == [("👍", [member, admin])]
        assert await shown("🔥", "member") == [("🔥", [member]), ("👍", [admin])]
        assert await shown("🔥", "member") == [("👍", [admin])]
        assert await shown("", "admin") == []
    await desk.refused("not_member", "react", "stranger", emoji="👍", **where)
    status, _ = await desk.post("react", {"as": "member", "emoji": "🧨", **where})
    assert status == 400


async def test_a_reaction_is_told_to_a_bot_that_is_admin_and_asks_for_it(desk: Desk, bot: Bot) -> None:
    group = desk.chat("group")
    where: dict[str, Any] = {"chat_id": group.id, "message_id": group.messages[0].id}
    kinds = ["message", "message_reaction"]
    await desk.act("react", emoji="👍", **where)
    assert await bot.updates(allowed_updates=kinds) == []
    await desk.act("add_bot", "admin", chat_id=group.id, admin=True)
    await desk.act("react", emoji="🔥", **where)
    (update,) = await bot.updates()
    assert [one["emoji"] for one in update["message_reaction"]["new_reaction"]] == ["🔥"]
    await bot.call("getUpdates", offset=update["update_id"] + 1, allowed_updates=["message"])
    await desk.act("react", emoji="👎", **where)
    assert await bot.updates() == []


async def test_a_topic_and_an_anonymous_admin(desk: Desk, bot: Bot) -> None:
    forum = desk.chat("forum")
    ideas = forum.topic("Идеи")
    await desk.act("say", "anonymous", chat_id=forum.id, thread_id=ideas.id, text="/ask тему")
    await desk.act("say", "member", chat_id=forum.id, thread_id=1, text="/ask в общей")
    anonymous, general = [update["message"] for update in await bot.updates()]
    assert anonymous["message_thread_id"] == ideas.id
    assert anonymous["sender_chat"]["id"] == forum.id
    assert "message_thread_id" not in general


async def test_an_anonymous_admin_is_a_person_in_private(desk: Desk, bot: Bot) -> None:
    await desk.act("say", "anonymous", chat_id=desk.private("admin").id, text="Это я")
    (update,) = await bot.updates()
    assert update["message"]["from"]["first_name"] == "Борис"


async def test_a_channel_s_post_comes_to_its_group(desk: Desk, bot: Bot) -> None:
    channel, club = desk.chat("channel"), desk.chat("club")
    await desk.refused("not_admin", "say", "member", chat_id=channel.id, text="Нельзя")
    await desk.refused("not_member", "say", "stranger", chat_id=channel.id, text="Нельзя")
    await desk.act("say", "admin", chat_id=channel.id, text="/ask Пост")
    assert club.messages[-1].json["is_automatic_forward"] is True
    assert club.messages[-1].text == "/ask Пост"
    assert await _texts(bot) == ["/ask Пост"]


async def test_edit_and_delete(desk: Desk, bot: Bot) -> None:
    chat = desk.private("member")
    where: dict[str, Any] = {"chat_id": chat.id}
    where |= await desk.act("say", chat_id=chat.id, text="Раз")
    await desk.act("edit", **where, text="Раз")  # nothing changed: nothing is told
    await desk.act("edit", **where, text="Два")
    assert [next(iter(set(u) - {"update_id"})) for u in await bot.updates()] == ["message", "edited_message"]
    await desk.refused("empty", "edit", **where, text=" ")
    await desk.refused("not_author", "edit", "admin", **where, text="Три")
    await desk.refused("not_author", "delete", "admin", **where)
    await desk.act("delete", **where)
    await desk.refused("no_message", "delete", **where)
    await desk.refused("no_message", "edit", **where, text="Три")


async def test_an_admin_deletes_what_others_wrote(desk: Desk) -> None:
    group = desk.chat("group")
    said = await desk.act("say", "member", chat_id=group.id, text="Лишнее")
    await desk.act("delete", "admin", chat_id=group.id, message_id=said["message_id"])
    assert "Лишнее" not in [message.text for message in group.messages]


async def test_a_button_and_its_toast(desk: Desk, bot: Bot) -> None:
    chat = desk.private("member")
    await desk.act("say", chat_id=chat.id, text="/settings")
    keyboard = {"inline_keyboard": [[{"text": "0,8", "callback_data": "t:0.8"}]]}
    sent = await bot.call("sendMessage", chat_id=chat.id, text="Меню", reply_markup=keyboard)
    await bot.updates()
    where = {"chat_id": chat.id, "message_id": sent["message_id"]}
    press = asyncio.create_task(desk.act("press", **where, data="t:0.8"))
    (update,) = await bot.updates(timeout=5)
    query = update["callback_query"]
    assert query["data"] == "t:0.8"
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Готово", show_alert=True)
    assert await press == {"text": "Готово", "alert": True}
    await desk.refused("no_button", "press", **where, data="other")
    await desk.refused("no_chat", "press", "admin", **where, data="t:0.8")


async def test_a_press_that_nobody_answers_ends() -> None:
    async with desk_of(press_timeout_s=0.01) as desk, bot_of(desk.world) as bot:
        chat = desk.private("member")
        await desk.act("say", chat_id=chat.id, text="/settings")
        keyboard = {"inline_keyboard": [[{"text": "0,8", "callback_data": "t:0.8"}]]}
        sent = await bot.call("sendMessage", chat_id=chat.id, text="Меню", reply_markup=keyboard)
        where = {"chat_id": chat.id, "message_id": sent["message_id"]}
        assert await desk.act("press", **where, data="t:0.8") == {"text": "", "alert": False}


async def test_join_and_leave(desk: Desk) -> None:
    club = desk.chat("club")
    await desk.refused("not_member", "say", "stranger", chat_id=club.id, text="Пустите")
    await desk.act("join", "stranger", chat_id=club.id)
    await desk.refused("member_already", "join", "stranger", chat_id=club.id)
    await desk.act("say", "stranger", chat_id=club.id, text="Спасибо")
    await desk.act("leave", "stranger", chat_id=club.id)
    await desk.refused("not_member", "leave", "stranger", chat_id=club.id)
    await desk.refused("not_member", "leave", "admin", chat_id=club.id)  # its owner stays


async def test_the_bot_is_removed_and_brought_back(desk: Desk, bot: Bot) -> None:
    group = desk.chat("group")
    await desk.refused("not_admin", "remove_bot", "member", chat_id=group.id)
    for action, more, status in [
        ("remove_bot", {}, "kicked"),
        ("add_bot", {}, "member"),
        ("add_bot", {"admin": True}, "administrator"),
        ("add_bot", {"admin": False}, "member"),
    ]:
        await desk.act(action, "admin", chat_id=group.id, **more)
        changed = [u["my_chat_member"] for u in await bot.updates() if "my_chat_member" in u]
        assert [change["new_chat_member"]["status"] for change in changed] == [status]


async def test_roles_are_given_and_taken(desk: Desk) -> None:
    club, member = desk.chat("club"), desk.personas["member"].user
    await desk.act("promote", "admin", chat_id=club.id, user_id=member.id)
    assert club.room.members[member.id].is_admin
    await desk.act("demote", "admin", chat_id=club.id, user_id=member.id)
    assert not club.room.members[member.id].is_admin
    await desk.refused("not_admin", "promote", "member", chat_id=club.id, user_id=member.id)
    await desk.refused("not_member", "promote", "admin", chat_id=club.id, user_id=1)


async def test_a_group_migrates_and_the_old_one_is_gone(desk: Desk, bot: Bot) -> None:
    group = desk.chat("group")
    new = await desk.act("migrate", "admin", chat_id=group.id)
    assert group.room.migrated_to == new["chat_id"]
    assert any("migrate_to_chat_id" in u.get("message", {}) for u in await bot.updates())
    await desk.refused("no_chat", "say", chat_id=group.id, text="Алло")
    await desk.refused("not_group", "migrate", "admin", chat_id=new["chat_id"])


async def test_topics_are_opened_by_admins(desk: Desk) -> None:
    forum = desk.chat("forum")
    opened = await desk.act("topic", "admin", chat_id=forum.id, name="Релиз")
    assert forum.topic("Релиз").id == opened["thread_id"]
    await desk.refused("topic_name", "topic", "admin", chat_id=forum.id, name="Релиз")
    await desk.refused("topic_name", "topic", "admin", chat_id=forum.id, name=" ")
    await desk.refused("not_admin", "topic", "member", chat_id=forum.id, name="Моя")
    await desk.refused("not_forum", "topic", "admin", chat_id=desk.chat("club").id, name="Моя")


async def test_the_bot_is_blocked_and_let_in(desk: Desk, bot: Bot) -> None:
    chat = desk.private("member")
    await desk.act("say", chat_id=chat.id, text="Привет")
    await desk.act("block", on=True)
    await bot.refused(
        403, "Forbidden: bot was blocked by the user", "sendMessage", chat_id=chat.id, text="Эй"
    )
    await desk.act("block", on=False)
    await bot.call("sendMessage", chat_id=chat.id, text="Рад")


async def test_the_language_is_everybody_s(desk: Desk, bot: Bot) -> None:
    await desk.act("language", language="en")
    await desk.act("say", "stranger", chat_id=desk.private("stranger").id, text="Hi")
    (update,) = await bot.updates()
    assert update["message"]["from"]["language_code"] == "en"


async def test_nobody_speaks_in_another_s_private_chat(desk: Desk) -> None:
    await desk.refused("no_chat", "say", "admin", chat_id=desk.private("member").id, text="Я — Аня")
    await desk.refused("no_chat", "say", chat_id=12345, text="Куда?")
    await desk.refused("empty", "say", chat_id=desk.private("member").id, text=" \n")
