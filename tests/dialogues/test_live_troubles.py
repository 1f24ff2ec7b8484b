"""Answers that grow, and what comes between: closed topics, thoughts, servers that are stuck, a clock that
stands still.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.model_replies import response_body, with_reasoning
from bot.emulator.world import World
from bot.service import Service
from tests.clocks import FastClock, until
from tests.conftest import FOLDER, Running
from tests.dialogues.pressure import said
from tests.dialogues.remembering import buttons
from tests.dialogues.test_live import WORDS, grows, shows, whole

ASKED = {"model": f"gpt://{FOLDER}/yandexgpt-lite", "input": "Вопрос"}


class Halting(FastClock):
    """It stands still from `halt` on, and so does who sleeps; when it goes on, all that time has passed."""

    def __init__(self) -> None:
        super().__init__(10)
        self._going = asyncio.Event()
        self._going.set()
        self._stands_at_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() if self._going.is_set() else self._stands_at_s

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        await self._going.wait()

    def halt(self) -> None:
        self._stands_at_s = self.monotonic()
        self._going.clear()

    def go_on(self) -> None:
        self._going.set()


@pytest.fixture
def clock() -> Halting:
    return Halting()


@pytest.fixture
async def live(running: Running) -> AsyncIterator[Service]:
    async with running(default_live=True) as service:
        yield service


@pytest.mark.usefixtures("live")
async def test_a_topic_closed_meanwhile_keeps_the_message_that_grew(world: World, model: ModelServer) -> None:
    """Nothing new can be sent there: what does not fit goes on beside the topic."""
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код"], owner=owner)
    go_on = model.hold_stream(f"{WORDS}\n\n{'И дальше. ' * 500}")
    await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
    growing = await grows(forum)
    world.close_topic(forum, "Код", by=owner)
    go_on.set()
    rest = await forum.see(lambda message: "И дальше." in message.text and message.thread_id == 0)
    first = await forum.see(lambda message: message.id == growing.id and not buttons(message))
    assert first.text.startswith(WORDS)
    assert [each.id for each in said(forum)] == [growing.id, rest.id]


@pytest.mark.usefixtures("live")
async def test_where_a_closed_topic_takes_no_edits_the_whole_answer_comes_beside_it_once(
    world: World, model: ModelServer
) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код"], owner=owner)
    go_on = model.hold_stream(WORDS)
    await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
    growing = await grows(forum)
    world.close_topic(forum, "Код", by=owner)
    closed = "Bad Request: TOPIC_CLOSED"
    world.fail("editMessageText", status=400, description=closed, times=float("inf"))
    go_on.set()
    answer = await forum.see(lambda message: message.text == WORDS and message.id != growing.id)
    assert answer.thread_id == 0
    assert [each.text for each in said(forum)].count(WORDS) == 1


@pytest.mark.usefixtures("live")
async def test_of_thoughts_nothing_is_shown_and_the_bot_types_while_nothing_grows(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    thought = "мысль " * 40
    model.stream(with_reasoning(response_body(ASKED, WORDS), thought), gap_s=0.03)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat, "слово")
    thinking = [call.method for call in world.calls]
    assert thinking.count("sendChatAction") >= 2
    answer = await whole(chat)
    assert answer.id == growing.id
    assert [call.method for call in world.calls[len(thinking) :]].count("sendChatAction") == 0
    assert not [call for call in world.calls if "мысль" in call.params.get("text", "")]


@pytest.mark.usefixtures("live")
async def test_a_server_that_is_stuck_is_asked_again_before_the_whole_time_is_over(
    world: World, model: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    model.stream(WORDS, gap_s=0.01)
    await chat.say(anna, "Вопрос")
    await model.wait(received=2, abandoned=1)
    await whole(chat)
    await until(lambda: "turn ended" in caplog.messages)
    (ended,) = [record for record in caplog.records if record.message == "turn ended"]
    assert vars(ended)["attempts"] == 2
    assert 30 <= vars(ended)["asked_s"] < 60


@pytest.mark.usefixtures("live")
async def test_what_looks_the_same_is_not_sent_again(world: World, model: ModelServer) -> None:
    """Marks at the very end wait for what comes after them."""
    anna = world.user("Анна")
    chat = world.private(anna)
    text = "Начало ответа, которого хватит на первый показ."
    model.stream(text + " **" * 80, gap_s=0.02)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat, text)
    stood = shows(world)
    answer = await chat.see(lambda message: "**" in message.text)
    assert answer.id == growing.id
    assert shows(world) == [*stood, "editMessageText"]


@pytest.mark.usefixtures("live")
async def test_that_a_model_can_not_stream_is_remembered(world: World, model: ModelServer) -> None:
    model.rules = replace(model.rules, streams=False)
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Целиком.", times=None)
    for _ in range(2):
        await chat.say(anna, "Вопрос")
        await chat.see("Целиком.")
    assert [bool(request.body.get("stream")) for request in model.requests] == [True, False, False]


async def test_stopped_it_ends_while_the_clock_stands_still(
    world: World, model: ModelServer, running: Running, clock: Halting
) -> None:
    """Neither the request nor the mark in the answer's message waits for anything."""
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_live=True):
        model.hold_stream(WORDS)
        await chat.say(anna, "Вопрос")
        growing = await grows(chat)
        clock.halt()
        await chat.say(anna, "/stop")
        await model.wait(abandoned=1)
        stopped = await chat.see("(ответ остановлен)")
        assert stopped.id == growing.id
        clock.go_on()
