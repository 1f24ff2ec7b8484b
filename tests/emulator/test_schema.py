"""What bots are given, held against the schema of the Bot API 10.3: nothing unknown, nothing missing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.emulator import pictures
from bot.emulator.people import User
from bot.emulator.schema import fields
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.emulator.client import Bot, RefusedError
from tests.emulator.objects import OBJECTS, TOLD_BY
from tests.emulator.test_typed import everything_happens

Json = dict[str, Any]
PLAIN: dict[str, Any] = {"int": int, "str": str, "bool": bool, "float": (int, float)}
EVERY_KIND = ["message", "edited_message", "channel_post", "edited_channel_post", "callback_query"]
EVERY_KIND += ["my_chat_member", "chat_member", "message_reaction"]


def faults(kind: str, value: Any, where: str = "") -> list[str]:
    """What the schema does not know, or misses, anywhere inside."""
    where = where or kind
    if kind == "any":
        return []
    if kind.startswith("["):
        return [fault for n, item in enumerate(value) for fault in faults(kind[1:-1], item, f"{where}[{n}]")]
    if kind in PLAIN:
        right = isinstance(value, PLAIN[kind]) and (kind == "bool" or not isinstance(value, bool))
        return [] if right else [f"{where}: {value!r} is not {kind}"]
    if kind == "MaybeMessage":
        kind = "Message" if value["date"] else "InaccessibleMessage"
    if kind in TOLD_BY:
        name, kinds = TOLD_BY[kind]
        kind = kinds[value[name]]
    declared = fields(OBJECTS[kind])
    unknown = [f"{where}.{name}: unknown" for name in value.keys() - declared.keys()]
    missing = [f"{where}.{f.name}: missing" for f in declared.values() if f.required and f.name not in value]
    inside = [
        faults(declared[name].kind, inner, f"{where}.{name}")
        for name, inner in value.items()
        if name in declared
    ]
    return unknown + missing + [fault for found in inside for fault in found]


async def test_every_update(world: World, bot: Bot) -> None:
    await bot.call("getUpdates", allowed_updates=EVERY_KIND)
    await everything_happens(world)
    updates = [waiting.json for waiting in world.state.updates.waiting]
    assert [fault for update in updates for fault in faults("Update", update)] == []
    assert {name for update in updates for name in update} == {"update_id", *EVERY_KIND}


async def test_every_result(world: World, bot: Bot, anna: User, chat: Chat) -> None:
    boris = world.user("Борис")
    group = world.supergroup("Клуб", topics=["Общее", "Отпуск"], members=[anna, boris], username="club")
    basic = world.group("Группа", admins=[anna])
    channel = world.channel("Новости", owner=anna, with_bot=True)
    world.promote(group, world.me, by=anna)
    world.restrict(group, boris, by=anna, can_send_messages=False)
    place = {"chat_id": chat.id}
    results = [
        ("User", await bot.call("getMe")),
        ("WebhookInfo", await bot.call("getWebhookInfo")),
        ("Message", await bot.call("sendMessage", **place, text="Да")),
        ("Message", await bot.upload("sendDocument", **place, document=b"1")),
        ("Message", await bot.upload("sendPhoto", **place, photo=pictures.sample())),
        ("Message", await bot.call("sendMessage", chat_id=channel.id, text="Пост")),
        *[("ChatFullInfo", await bot.call("getChat", chat_id=c.id)) for c in (chat, group, basic, channel)],
        ("[ChatMember]", await bot.call("getChatAdministrators", chat_id=group.id)),
        ("[ChatMember]", await bot.call("getChatAdministrators", chat_id=basic.id)),
        ("[ChatMember]", await bot.call("getChatAdministrators", chat_id=channel.id)),
        *[
            ("ChatMember", await bot.call("getChatMember", chat_id=group.id, user_id=u.id))
            for u in (boris, anna)
        ],
        ("[BotCommand]", await bot.call("getMyCommands")),
        ("BotName", await bot.call("getMyName")),
        ("BotDescription", await bot.call("getMyDescription")),
        ("BotShortDescription", await bot.call("getMyShortDescription")),
    ]
    document = results[3][1]["document"]
    results.append(("File", await bot.call("getFile", file_id=document["file_id"])))
    assert [fault for kind, value in results for fault in faults(kind, value)] == []


async def test_what_was_asked_for_is_told_again(bot: Bot, chat: Chat) -> None:
    options = {"is_disabled": True, "url": "", "prefer_large_media": False}
    sent = await bot.call(
        "sendMessage",
        chat_id=chat.id,
        text="Смотри https://ya.ru",
        protect_content=True,
        link_preview_options=options,
        message_effect_id="5104841245755180586",
    )
    assert (sent["has_protected_content"], sent["effect_id"]) == (True, "5104841245755180586")
    assert sent["link_preview_options"] == {"is_disabled": True}
    where = {"chat_id": chat.id, "message_id": sent["message_id"], "text": "Смотри https://ya.ru"}
    edited = await bot.call("editMessageText", **where, link_preview_options={"show_above_text": True})
    assert edited["link_preview_options"] == {"show_above_text": True}
    assert edited["has_protected_content"]
    photo = await bot.upload(
        "sendPhoto",
        chat_id=chat.id,
        photo=pictures.sample(),
        caption="Сон",
        has_spoiler="true",
        show_caption_above_media="true",
    )
    assert (photo["has_media_spoiler"], photo["show_caption_above_media"]) == (True, True)


async def test_photos_and_thumbnails(bot: Bot, chat: Chat) -> None:
    photo = await bot.upload("sendPhoto", chat_id=chat.id, photo=pictures.sample(1000, 1000, "PNG"))
    assert [size["width"] for size in photo["photo"]] == [90, 320, 800, 1000]
    again = await bot.call("sendPhoto", chat_id=chat.id, photo=photo["photo"][-1]["file_id"])
    assert [size["width"] for size in again["photo"]] == [90, 320, 800, 1000]
    given = await bot.upload("sendDocument", chat_id=chat.id, document=b"1", thumbnail=pictures.sample())
    assert (given["document"]["thumbnail"]["width"], given["document"]["file_name"]) == (320, "ответ.py")
    plain = await bot.upload("sendDocument", chat_id=chat.id, document=b"1")
    assert "thumbnail" not in plain["document"]
    for content, reason in [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (pictures.sample(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (pictures.sample(6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
    ]:
        with pytest.raises(RefusedError, match=reason):
            await bot.upload("sendPhoto", chat_id=chat.id, photo=content)
    await bot.refused(
        400,
        "Bad Request: can't use file of type Document as Photo",
        "sendPhoto",
        chat_id=chat.id,
        photo=plain["document"]["file_id"],
    )


async def test_one_reaction_of_a_bot(bot: Bot, chat: Chat, anna: User) -> None:
    album = await chat.album(anna, b"", b"")
    where: Json = {"method": "setMessageReaction", "chat_id": chat.id, "message_id": album[1].id}
    two = [{"type": "emoji", "emoji": emoji} for emoji in "👀👍"]
    await bot.refused(400, "Bad Request: REACTIONS_TOO_MANY", **where, reaction=two)
    await bot.refused(
        400,
        "Bad Request: REACTION_INVALID",
        **where,
        reaction=[{"type": "custom_emoji", "custom_emoji_id": "5"}],
    )
    assert await bot.call(**where, reaction=two[:1])
    assert (chat.reactions(album[0]), chat.reactions(album[1])) == (["👀"], [])


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ([], "message identifiers are not specified"),
        (list(range(1, 102)), "too many message identifiers specified"),
        ([0], "invalid message identifier specified"),
    ],
)
async def test_how_many_are_deleted_at_once(bot: Bot, chat: Chat, ids: list[int], reason: str) -> None:
    await bot.refused(400, f"Bad Request: {reason}", "deleteMessages", chat_id=chat.id, message_ids=ids)
    assert await bot.call("deleteMessages", chat_id=chat.id, message_ids=list(range(1, 101)))


async def test_all_are_deleted_or_none(world: World, bot: Bot, anna: User) -> None:
    group = world.group("Группа", members=[anna])
    said = await group.say(anna, "Моё")
    own = await bot.call("sendMessage", chat_id=group.id, text="Да")
    await bot.refused(
        400,
        "Bad Request: message can't be deleted",
        "deleteMessages",
        chat_id=group.id,
        message_ids=[own["message_id"], said.id],
    )
    assert len(group.messages) == 2


async def test_other_bots_are_no_administrators_unless_asked_for(world: World, bot: Bot, anna: User) -> None:
    other = world.other_bot("Другой", "other_bot")
    group = world.group("Группа", owner=anna, admins=[other])
    world.promote(group, world.me, by=anna)
    listed = await bot.call("getChatAdministrators", chat_id=group.id)
    assert {member["user"]["id"] for member in listed} == {anna.id, world.me.id}
    every = await bot.call("getChatAdministrators", chat_id=group.id, return_bots=True)
    assert len(every) == 3


async def test_who_is_in_a_private_chat(world: World, bot: Bot, chat: Chat, anna: User) -> None:
    for who in (anna, world.me):
        member = await bot.call("getChatMember", chat_id=chat.id, user_id=who.id)
        assert (member["status"], member["user"]["id"]) == ("member", who.id)
    other = world.user("Борис")
    await bot.refused(
        400, "Bad Request: member not found", "getChatMember", chat_id=chat.id, user_id=other.id
    )


async def test_a_post_is_edited(world: World, bot: Bot, anna: User) -> None:
    channel = world.channel("Новости", owner=anna, with_bot=True)
    post = await channel.say(anna, "Пост")
    await channel.edit(anna, post, "Пост, исправлено")
    (_, edited) = await bot.updates()
    assert edited["edited_channel_post"]["text"] == "Пост, исправлено"


@pytest.mark.parametrize(
    ("url", "given", "shown"),
    [
        ("https://192.0.2.7/hook", {}, "192.0.2.7"),
        ("http://localhost/hook", {}, "127.0.0.1"),
        ("https://bot.example.org", {"ip_address": "192.0.2.9"}, "192.0.2.9"),
        ("https://bot.example.org", {}, "203.0.113.1"),
    ],
)
async def test_where_a_webhook_is(bot: Bot, url: str, given: Json, shown: str) -> None:
    await bot.call("setWebhook", url=url, max_connections=1000, **given)
    info = await bot.call("getWebhookInfo")
    assert (info["ip_address"], info["max_connections"]) == (shown, 100)
    await bot.call("deleteWebhook")
    assert "ip_address" not in await bot.call("getWebhookInfo")


async def test_the_bot_quotes(world: World, bot: Bot, chat: Chat, anna: User) -> None:
    said = await chat.say(anna, "Первое. Второе.")
    reply: Json = {"message_id": said.id, "quote": "Второе."}
    sent = await bot.call("sendMessage", chat_id=chat.id, text="Да", reply_parameters=reply)
    assert sent["quote"] == {"text": "Второе.", "position": 8, "is_manual": True}
    await bot.refused(
        400,
        "Bad Request: QUOTE_TEXT_INVALID",
        "sendMessage",
        chat_id=chat.id,
        text="Да",
        reply_parameters=reply | {"quote": "Третье"},
    )
    group = world.supergroup("Клуб", members=[anna])
    theirs = await group.say(anna, "Отсюда")
    elsewhere = {"message_id": theirs.id, "chat_id": group.id}
    sent = await bot.call("sendMessage", chat_id=chat.id, text="Вот", reply_parameters=elsewhere)
    assert (sent["external_reply"]["message_id"], sent["quote"]["text"]) == (theirs.id, "Отсюда")


async def test_buttons_have_a_style_and_something_to_do(bot: Bot, chat: Chat) -> None:
    async def sent(button: Json) -> Any:
        markup = {"inline_keyboard": [[{"text": "А", **button}]]}
        return await bot.call("sendMessage", chat_id=chat.id, text="Меню", reply_markup=markup)

    await sent({"callback_data": "a", "style": "danger"})
    await sent({"disabled": {}})
    with pytest.raises(RefusedError, match="invalid button style specified"):
        await sent({"callback_data": "a", "style": "red"})
    with pytest.raises(RefusedError, match="Text buttons are unallowed"):
        await sent({"style": "danger"})
