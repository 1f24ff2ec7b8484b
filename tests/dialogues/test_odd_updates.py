"""Updates as other Bot API servers send them, and as none should: answered as far as they can be read."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.values import Conversation
from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.service import Service
from tests.clocks import until
from tests.conftest import Running
from tests.dialogues.waiting import all_taken

Json = dict[str, Any]

UNREADABLE = "Не получилось разобрать это сообщение."
_ids = itertools.count(900_000)


def written(chat: Chat, who: User, text: Any, **more: Any) -> Json:
    """A message as an update has it, past every rule of the emulator."""
    return {
        "message_id": next(_ids),
        "date": int(datetime.now(UTC).timestamp()),
        "chat": chat.room.json(),
        "from": who.json,
        "text": text,
        **more,
    }


@pytest.mark.parametrize("lacking", ["allows_revoting", "members_only", "both", "options"])
async def test_a_question_in_reply_to_a_poll_of_an_older_server_is_answered(
    world: World, model: ModelServer, bot: Service, lacking: str, caplog: pytest.LogCaptureFixture
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    poll = await chat.poll(anna, "Куда едем?", "В горы", "К морю")
    await chat.see("")
    for field in {"both": ["allows_revoting", "members_only"], "options": []}.get(lacking, [lacking]):
        del poll.json["poll"][field]
    for option in poll.json["poll"]["options"] if lacking == "options" else ():
        del option["persistent_id"]
    model.reply("К морю.")
    await chat.say(anna, "Что выбрать?", reply_to=poll)
    await chat.see("К морю.")
    await all_taken(bot.store)
    assert "Что выбрать?" in model.requests[-1].body["input"]
    assert "set aside" not in caplog.text


async def test_what_cannot_be_read_gets_one_line_and_only_where_it_is_meant_for_the_bot(
    world: World, bot: Service
) -> None:
    anna = world.user("Анна")
    chat, group = world.private(anna), world.group("Группа", members=[anna])
    chat.room.started = True
    nobody = {"from": {"first_name": "Кто-то"}}
    world.feed({"message": written(chat, anna, "Вопрос") | {"date": "odd"}})
    await chat.see(UNREADABLE)
    world.feed({"message": written(group, anna, f"@{world.me.username} Вопрос") | nobody})
    line = await group.see(UNREADABLE)
    assert line.reply_to_id == 0  # the emulator knows no such message
    world.feed({"message": written(group, anna, "О своём") | nobody})
    world.feed({"message": written(group, anna, f"/ask@{world.me.username} Вопрос") | nobody})
    await group.see(UNREADABLE)
    world.feed({"message": written(group, anna, "/ask Вопрос") | nobody})
    await group.see(UNREADABLE)
    world.feed({"message": written(group, anna, "/ask@other_bot Вопрос") | nobody})
    world.feed({"message": written(group, anna, "/asking Вопрос") | nobody})
    world.feed({"edited_message": written(chat, anna, "Вопрос") | {"date": "odd"}})
    world.feed({"message": {"text": "Без чата"}})
    world.feed({"message": "odd"})
    await all_taken(bot.store)
    await chat.sees_nothing()
    await group.sees_nothing()


ODD: Json = {
    "no author": {"from": {"first_name": "Кто-то"}},
    "an author of another form": {"from": "Анна"},
    "a reply of another form": {"reply_to_message": 7, "date": "odd"},
    "a number of another form": {"message_id": "7", "date": "odd"},
}


@pytest.mark.parametrize("odd", ODD)
async def test_who_addressed_the_bot_by_a_wake_word_is_told(
    world: World, model: ModelServer, bot: Service, odd: str
) -> None:
    """In the topic where they said it; not who says it amid a sentence, who forwards it, nor a bot."""
    anna = world.user("Анна")
    world.state.reads_all = True
    group = world.supergroup("Клуб", topics=["Общее", "Погода"], owner=anna)
    await group.say(anna, "/wake робот", topic="Погода")
    await group.see("Готово")
    topic = {"message_thread_id": group.topic("Погода").id, "is_topic_message": True}
    there = {**topic, **ODD[odd]}
    for text in ("Поговори, робот", "Роботы правы", "О своём"):
        world.feed({"message": written(group, anna, text, **there)})
    world.feed({"message": written(group, anna, "Робот, час?", **there, forward_origin={"type": "odd"})})
    if "from" not in ODD[odd]:
        bots = {**there, "from": {"id": 5, "is_bot": True, "first_name": "Бот"}}
        world.feed({"message": written(group, anna, "Робот, час?", **bots)})
    await all_taken(bot.store)
    await group.sees_nothing()
    for text in ("Робот, который час?", " РОБОТ который час", "робот"):
        world.feed({"message": written(group, anna, text, **there)})
        assert (await group.see(UNREADABLE)).thread_id == topic["message_thread_id"]
    world.feed({"message": written(group, anna, None, caption="Робот, что здесь?", **there)})
    await group.see(UNREADABLE)
    assert model.requests == []


@pytest.mark.parametrize(
    "field", ["entities", "photo", "link_preview_options", "reply_to_message", "via_bot"]
)
async def test_a_field_that_cannot_be_read_costs_no_question_asked_by_a_wake_word(
    world: World, model: ModelServer, bot: Service, field: str
) -> None:
    anna = world.user("Анна")
    world.state.reads_all = True
    group = world.group("Погода", owner=anna)
    await group.say(anna, "/wake робот")
    await group.see("Готово")
    model.reply("Полдень.")
    world.feed({"message": written(group, anna, "Робот, который час?", **{field: [{"odd": 1}]})})
    await group.see("Полдень.")
    assert "который час?" in str(model.requests[-1].body["input"])
    await all_taken(bot.store)


@pytest.mark.parametrize("stored", [7, "робот", ["робот", 7], [["робот"]], ["р"], None, {}])
async def test_wake_words_that_cannot_be_read_cost_nothing(
    world: World, model: ModelServer, bot: Service, stored: object
) -> None:
    anna = world.user("Анна")
    world.state.reads_all = True
    group = world.group("Погода", owner=anna)
    await bot.store.settings.set(Conversation(group.room.id), "wake_words", stored, "Анна")
    await group.say(anna, "робот, который час?")
    world.feed({"message": written(group, anna, "робот, который час?") | {"from": {"first_name": "Кто-то"}}})
    mention = f"@{world.me.username}, который час?"
    world.feed({"message": written(group, anna, mention) | {"from": {"first_name": "Кто-то"}}})
    await group.see(UNREADABLE)
    model.reply("Полдень.")
    await group.say(anna, mention)
    await group.see("Полдень.")
    await group.sees_nothing()
    assert len(model.requests) == 1


async def test_whom_no_handler_can_answer_is_told_after_three_tries(
    world: World, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    chat.room.started = True
    async with running():
        world.feed({"message": written(chat, bob, ["no", "text"])})
        await chat.see("I could not make out this message.")
        await chat.sees_nothing()
    assert [record.levelname for record in caplog.records if "set aside" in record.message] == ["ERROR"]


async def test_strangers_are_not_told(world: World, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    chat.room.started = True
    async with running(allowed_users=str(anna.id + 1)) as bot:
        world.feed({"message": written(chat, anna, "Вопрос") | {"date": "odd"}})
        await all_taken(bot.store)
        await chat.sees_nothing()


@pytest.mark.usefixtures("bot")
async def test_a_press_that_cannot_be_read_is_answered(world: World) -> None:
    anna = world.user("Анна")
    nobody = {name: value for name, value in anna.json.items() if name != "id"}
    world.feed({"callback_query": {"id": "77", "from": nobody, "chat_instance": "1", "data": "1"}})
    await until(lambda: world.called("answerCallbackQuery"))
    (call,) = world.called("answerCallbackQuery")
    assert call.params["callback_query_id"] == "77"
    assert call.params["text"].startswith(UNREADABLE)


KINDS = (
    "guest_message",
    "business_message",
    "edited_business_message",
    "channel_post",
    "edited_channel_post",
)


@pytest.mark.parametrize("kind", KINDS)
async def test_only_what_is_written_to_the_bot_itself_is_answered(
    world: World, model: ModelServer, bot: Service, kind: str
) -> None:
    """Not guests' mentions, nor an account's own letters, nor posts: commands and questions alike."""
    anna = world.user("Анна")
    chat = world.private(anna)
    group = world.supergroup("Группа", members=[anna], admins=[anna])
    chat.room.started = True
    more = {"guest_query_id": "1"} if kind == "guest_message" else {"business_connection_id": "1"}
    for place in (chat, group):
        for text in ("Вопрос", f"@{world.me.username} Вопрос", "/start", "/help", "/settings", "/ask Вопрос"):
            entities = [{"type": "bot_command", "offset": 0, "length": 4}] if text.startswith("/") else []
            world.feed({kind: written(place, anna, text, entities=entities, **more)})
        for text in ("/temperature 0,1", "/new", "/stop", "/forget", "/export", "/language en"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
            world.feed({kind: written(place, anna, text, entities=entities, **more)})
        world.feed({kind: written(place, anna, None, new_chat_title="Другое", **more)})
    await all_taken(bot.store)
    await chat.sees_nothing()
    await group.sees_nothing()
    assert model.requests == []
    assert [call for call in world.calls if call.method.startswith(("send", "edit", "answer", "set"))] == [
        call for call in world.calls if call.method == "setMyCommands"
    ]
