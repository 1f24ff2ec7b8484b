"""Forwards of every origin, replies into other chats, and quotes."""

from __future__ import annotations

import pytest

from bot.emulator import origins
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.emulator.client import Bot


async def test_a_comment_comes_before_what_it_is_about(
    world: World, chat: Chat, anna: User, bot: Bot
) -> None:
    boris = world.user("Борис")
    group = world.group("Работа", members=[boris])
    said = [await group.say(boris, "Раз"), await group.say(boris, "Два")]
    await bot.updates()
    sent = await chat.forwards(anna, *said, comment="Перескажи")
    updates = [update["message"] for update in await bot.updates()]
    assert [update["text"] for update in updates] == ["Перескажи", "Раз", "Два"]
    assert [message.id for message in sent] == [update["message_id"] for update in updates]
    assert "forward_origin" not in updates[0]
    assert updates[1]["from"]["id"] == anna.id
    assert updates[1]["forward_origin"] == origins.person(boris, said[0].json["date"])


async def test_forwards_of_every_origin(world: World, chat: Chat, anna: User) -> None:
    group = world.supergroup("Клуб", members=[anna])
    news = world.channel("Новости", owner=anna)
    post = await news.say(anna, "Пост")
    behind = await group.say(anna, "От имени", as_="anonymous")
    for message, kind in [
        (await chat.forward(anna, post), "channel"),
        (await chat.forward(anna, behind), "chat"),
    ]:
        assert message.json["forward_origin"]["type"] == kind
    again = await chat.forward(anna, await group.forward(anna, post))
    assert again.json["forward_origin"]["message_id"] == post.id
    for origin in [
        origins.hidden("Иван\nБезымянный", 5),
        origins.group(group, 5, signature="Анна"),
        origins.channel(news, 5, 77, signature="Редактор"),
        origins.person(world.user("Вера"), 5),
    ]:
        (made_up,) = await chat.forwards(anna, "Встреча в 11", origin=origin)
        assert (made_up.text, made_up.json["forward_origin"]) == ("Встреча в 11", origin)


async def test_a_forwarded_album_stays_one(world: World, chat: Chat, anna: User) -> None:
    news = world.channel("Новости", owner=anna)
    album = await news.album(anna, b"", b"", caption="Выставка")
    other = await news.photo(anna)
    sent = await chat.forwards(anna, *album, other)
    groups = [message.json.get("media_group_id") for message in sent]
    assert groups[0] == groups[1] != album[0].json["media_group_id"]
    assert groups[2] is None
    assert sent[0].json["photo"][0]["file_id"] == album[0].json["photo"][0]["file_id"]


async def test_a_reply_into_another_chat(world: World, chat: Chat, anna: User) -> None:
    group = world.supergroup("Клуб", members=[anna])
    theirs = await group.photo(anna, "Подпись под снимком")
    reply = await chat.say(anna, "Что это?", reply_to=theirs)
    assert "reply_to_message" not in reply.json
    external = reply.json["external_reply"]
    assert (external["chat"]["title"], external["message_id"]) == ("Клуб", theirs.id)
    assert external["origin"]["sender_user"]["id"] == anna.id
    assert [size["width"] for size in external["photo"]] == [90, 320, 640]
    assert reply.json["quote"] == {"text": "Подпись под снимком", "position": 0}
    marked = await chat.say(anna, "А это?", reply_to=theirs, quote="снимком")
    assert marked.json["quote"] == {"text": "снимком", "position": 12, "is_manual": True}
    private = await group.say(anna, "И тут", reply_to=reply)
    assert "message_id" not in private.json["external_reply"]


async def test_a_part_is_quoted(chat: Chat, anna: User) -> None:
    said = await chat.say(anna, "😀 Первое. Второе.")
    reply = await chat.say(anna, "Почему?", reply_to=said, quote="Второе.")
    assert reply.reply_to_id == said.id
    assert reply.json["quote"] == {"text": "Второе.", "position": 11, "is_manual": True}
    with pytest.raises(AssertionError, match="can't be quoted"):
        await chat.say(anna, "Почему?", reply_to=said, quote="Третье")


async def test_what_is_protected_is_not_forwarded(world: World, chat: Chat, anna: User) -> None:
    said = await world.group("Работа", members=[anna]).say(anna, "Тайна")
    said.json["has_protected_content"] = True
    with pytest.raises(AssertionError, match="is protected"):
        await chat.forward(anna, said)
