"""Answers arrive whatever Telegram says to them: floods, refusals, lost replies, chats that are gone."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.answering.outcomes import NothingToStop
from bot.core.values import Conversation, TurnState
from bot.emulator.flood import FloodRules
from bot.emulator.model import ModelServer
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.databases import HOLD, LET_GO, Databases
from tests.dialogues.pressure import said, until_waiting


@pytest.fixture
def clock() -> FastClock:
    return FastClock(30)


async def test_retry_after_holds_its_chat_and_no_other(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    chat, other = world.private(anna), world.private(boris)
    wait_s = 20
    model.reply("Ответ.", times=2)
    world.fail(
        "sendMessage",
        retry_after_s=wait_s,
        when=lambda params: params["chat_id"] == chat.id and params["text"] == "Ответ.",
    )
    async with running():
        await chat.say(anna, "Вопрос")
        await other.say(boris, "Вопрос")
        await chat.see("Ответ.")
        await other.see("Ответ.")
    answers = [call for call in world.called("sendMessage") if call.params["text"] == "Ответ."]
    refused, sent = [call for call in answers if call.params["chat_id"] == chat.id]
    (unhindered,) = [call for call in answers if call.params["chat_id"] == other.id]
    assert (sent.at - refused.at).total_seconds() >= wait_s
    assert unhindered.at < sent.at


async def test_a_notice_that_still_waits_when_the_answer_comes_is_not_sent(
    world: World, model: ModelServer, running: Running
) -> None:
    """Anna's chat is held: the notice that she waits is due meanwhile, as Boris sees."""
    anna, boris = world.user("Анна"), world.user("Борис")
    chat, other = world.private(anna), world.private(boris)
    held = world.fail("sendMessage", retry_after_s=60, when=lambda params: params["chat_id"] == chat.id)
    answers = [model.hold("Ответ."), model.hold("Ответ.")]
    async with running():
        await chat.say(anna, "/help")
        await until(lambda: held.met)
        await chat.say(anna, "Вопрос")
        await model.wait(received=1)
        await other.say(boris, "Вопрос")
        await other.see("Отвечаю")
        for answer in answers:
            answer.set()
        await chat.see("Напишите вопрос")
        await chat.see("Ответ.")
        await chat.sees_nothing()
    sent = [call for call in world.called("sendMessage") if call.params["chat_id"] == chat.id and call.ok]
    assert len(sent) == 2


@pytest.mark.parametrize("method", ["sendChatAction", "setMessageReaction", "editMessageReplyMarkup"])
async def test_what_decorates_and_is_refused_for_long_delays_no_answer(
    method: str, world: World, model: ModelServer, running: Running
) -> None:
    """Typing, the reaction on a question, and buttons that leave the answer before."""
    anna = world.user("Анна")
    group, private = world.supergroup("Группа", owner=anna), world.private(anna)
    refused = world.fail(method, retry_after_s=3600, times=float("inf"))

    async def typing_in(chat: Chat) -> None:
        await until(lambda: chat.id in {call.params["chat_id"] for call in world.called("sendChatAction")})

    async with running(FastClock(4)):
        for chat in (group, private) * 2:
            answer = model.hold("Ответ.")
            await chat.say(anna, f"@{world.me.username} Вопрос")
            await typing_in(chat)
            answer.set()
            await chat.see("Ответ.")
        await until(lambda: refused.met)
    chats = [call.params["chat_id"] for call in world.called(method)]
    assert len(chats) == len(set(chats))


async def test_a_notice_that_telegram_will_not_have_removed_yet_delays_no_answer(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    answer = model.hold("Ответ.")
    refused = world.fail("deleteMessage", retry_after_s=90)
    async with running():
        await chat.say(anna, "Вопрос")
        notice = await chat.see("Отвечаю")
        answer.set()
        await chat.see("Ответ.")
        assert refused.met == 1
        assert notice.id in {message.id for message in chat.messages}
        await chat.say(anna, "/help")
        await chat.see("Напишите вопрос")
        await chat.sees_gone(notice)
    first, second = world.called("deleteMessage")
    assert (second.at - first.at).total_seconds() >= 90


async def test_a_reaction_that_is_to_go_goes_when_telegram_takes_that(
    world: World, model: ModelServer, running: Running
) -> None:
    owner = world.user("Ольга")
    group = world.supergroup("Группа", owner=owner)
    answer = model.hold("Ответ.")
    async with running():
        question = await group.say(owner, f"@{world.me.username} Вопрос")
        await group.sees_reaction(question, "👀")
        world.fail("setMessageReaction", retry_after_s=40)
        answer.set()
        await group.see("Ответ.")
        await group.sees_no_reaction(question)
    _, refused, taken = world.called("setMessageReaction")
    assert (taken.at - refused.at).total_seconds() >= 40


async def test_within_telegrams_limits_every_part_arrives_in_order(
    world: World, model: ModelServer, running: Running
) -> None:
    """Eight people, each with an answer of several messages, and a bot that may send five a second."""
    world.flood = FloodRules(overall_per_s=5)
    paragraphs = [f"Абзац {n}. " + "слово " * 600 for n in range(5)]
    model.reply("\n\n".join(paragraphs), times=None)
    people = [world.user(f"Человек {n}") for n in range(8)]
    async with running(telegram_rate_per_s=5):
        for person in people:
            await world.private(person).say(person, "Подробно")
        for person in people:
            await world.private(person).see("Абзац 4.")
    for person in people:
        told = [message.text for message in said(world.private(person))]
        assert [text.strip() for text in told] == [paragraph.strip() for paragraph in paragraphs]


async def test_a_part_that_is_refused_goes_out_as_plain_text_once(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("**Жирно** и `код`.")
    world.fail("sendMessage", status=400, description="Bad Request: can't parse entities")
    async with running():
        await chat.say(anna, "Вопрос")
        answer = await chat.see("Жирно и код.")
    assert answer.entities == []
    assert len(world.called("sendMessage")) == 2


async def test_a_question_deleted_meanwhile_is_answered_without_a_reply(
    world: World, model: ModelServer, running: Running
) -> None:
    owner = world.user("Ольга")
    group = world.supergroup("Группа", owner=owner)
    world.fail(
        "sendMessage",
        status=400,
        description="Bad Request: message to be replied not found",
        when=lambda sent: sent["text"] == "Ответ.",  # not of a notice that the question waits
    )
    async with running():
        question = await group.say(owner, f"@{world.me.username} Вопрос")
        model.reply("Ответ.")
        answer = await group.see("Ответ.")
        assert answer.reply_to_id == 0
        model.reply(lambda _: group.room.messages.pop(question.id) and "Ещё ответ.")
        question = await group.say(owner, f"@{world.me.username} Ещё вопрос")
        assert (await group.see("Ещё ответ.")).reply_to_id == 0


async def test_where_the_topic_is_gone_the_answer_comes_beside_it(
    world: World, model: ModelServer, running: Running
) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код", "Отпуск"], owner=owner)

    def deleted(_body: dict[str, Any]) -> str:
        world.delete_topic(forum, "Код")
        return "Раз.\n\n" + "слово " * 1000

    async with running():
        model.reply(deleted)
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        await forum.see("Раз.")
        await forum.see("слово")
        assert [message.thread_id for message in said(forum)] == [0, 0]


async def test_where_general_is_closed_too_only_that_answer_is_given_up(
    world: World, model: ModelServer, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код", "Отпуск"], owner=owner)
    model.reply("Пропал.")
    model.reply("Дошёл.")
    world.fail(
        "sendMessage",
        status=400,
        description="Bad Request: TOPIC_CLOSED",
        times=2,
        when=lambda params: params["text"] == "Пропал.",
    )
    async with running(model_concurrency=1):
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        await model.wait(received=1)
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Отпуск")
        answer = await forum.see("Дошёл.")
    assert answer.thread_id == forum.topic("Отпуск").id
    assert "Пропал." not in [message.text for message in said(forum)]
    assert [record.message for record in caplog.records].count("The topic is gone") == 2


async def test_one_who_blocks_the_bot_is_left_quietly(
    world: World, model: ModelServer, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """What that person still waited for is not even asked."""
    anna, boris = world.user("Анна"), world.user("Борис")
    chat, other = world.private(anna), world.private(boris)
    go_on = asyncio.Event()

    async def hold(_call: object) -> None:
        await go_on.wait()

    world.on("call:sendMessage:before", hold)
    async with running() as service:
        await chat.say(anna, "Раз")
        await chat.say(anna, "Два")
        await model.wait(received=1)
        await until_waiting(service, 1)
        world.block(anna)
        go_on.set()
        await chat.sees_nothing()
        await other.say(boris, "Три")
        await other.see()
    assert [request.body["input"] for request in model.requests] == ["Раз", "Три"]
    assert said(chat) == []
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_trouble_on_the_way_delays_an_answer_and_repeats_it_at_most_once(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running():
        world.fail("sendMessage", status=502, body="<html>Bad Gateway</html>", times=2)
        world.fail("sendMessage", drop="before")
        model.reply("Раз.")
        await chat.say(anna, "Вопрос")
        await chat.see("Раз.")
        await chat.sees_nothing()
        world.fail("sendMessage", drop="after")
        model.reply("Два.")
        await chat.say(anna, "Вопрос")
        await chat.see("Два.")
        await chat.see("Два.")
        await chat.sees_nothing()
    assert [message.text for message in said(chat)] == ["Раз.", "Два.", "Два."]


async def test_an_answer_that_is_all_there_is_not_stopped_while_that_is_being_written_down(
    world: World, model: ModelServer, running: Running, tmp_path: Path, databases: Databases
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Ответ.")
    databases.url(tmp_path)
    with databases.beside(tmp_path) as other:

        def hold_the_database(_call: object) -> None:
            other(HOLD)

        world.on("call:sendMessage:after", hold_the_database)
        async with running(FastClock(1)) as service:
            await chat.say(anna, "Вопрос")
            await chat.see("Ответ.")
            stopping = asyncio.create_task(
                service.answering.stopping.stop(Conversation(chat.id), by=anna.id, admin=False)
            )
            await asyncio.sleep(0.1)
            other(LET_GO)
            assert await stopping == NothingToStop()
            (turn,) = await service.store.bulk.export(Conversation(chat.id))
    assert turn.answer is not None
    assert (turn.state, turn.answer.text) == (TurnState.DONE, "Ответ.")
