"""Killed between a file's arrival and its answer, the bot takes it up from its reference: answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.emulator import pictures
from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.speech import SpeechServer
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.conftest import Running
from tests.dialogues.waiting import all_taken

NEVER_S = 10_000
SPOKEN = "какая завтра погода"
WRITTEN = "Завтра снег."
KILLED_AT = [
    *(("voice", point) for point in ("getFile", "download", "short", "model")),
    *(("long voice", point) for point in ("getFile", "download", "start", "operation", "result", "model")),
    *(("document", point) for point in ("getFile", "download", "model")),
    *(("picture", point) for point in ("getFile", "download", "model")),
]


@pytest.fixture
async def speech() -> AsyncIterator[SpeechServer]:
    async with SpeechServer() as server:
        yield server


async def send(chat: Chat, who: User, kind: str) -> None:
    if kind == "document":
        await chat.document(who, "a.txt", WRITTEN.encode(), "О чём это?")
    elif kind == "picture":
        await chat.photo(who, "Что тут?", data=pictures.sample(300, 200))
    else:
        await chat.voice(who, words=SPOKEN, duration_s=45 if kind == "long voice" else 5)


async def reached(point: str, world: World, model: ModelServer, speech: SpeechServer) -> None:
    """Returns when the bot waits there, for ever."""
    if point == "model":
        model.hang()
        await model.wait(received=1)
    elif point in {"getFile", "download"}:
        called = asyncio.Event()
        forget = world.on(f"call:{point}:before", lambda _: called.set())
        world.fail(point, delay_s=NEVER_S)
        await called.wait()
        forget()
    else:
        speech.hang(step=point)
        await speech.wait(received=1, step=point)


@pytest.mark.parametrize(("kind", "point"), KILLED_AT, ids="-".join)
async def test_what_was_sent_is_answered_once_wherever_the_bot_was_killed(
    world: World, model: ModelServer, speech: SpeechServer, running: Running, kind: str, point: str
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    variables: dict[str, Any] = {
        "yandex_speechkit_url": speech.url,
        "yandex_operations_url": speech.url,
        "yandex_cloud_vision_model": "qwen3.6-35b-a3b",
    }
    async with running(**variables):
        waiting = asyncio.create_task(reached(point, world, model, speech))
        await asyncio.sleep(0)
        await send(chat, anna, kind)
        await waiting
    world.mend()
    heard = [request for request in speech.requests if request.step in {"short", "start"}]
    async with running(**variables) as bot:
        await chat.see("Вы спросили")
        await all_taken(bot.store)
    asked = str(model.requests[-1].body["input"])
    expected = {"document": WRITTEN, "picture": "input_image"}.get(kind, SPOKEN)
    assert expected in asked.lower() or expected in asked
    shown = [message.text for message in chat.messages if message.json["from"]["is_bot"]]
    assert [text.startswith("🎤") for text in shown] == ([True, False] if "voice" in kind else [False])
    assert len(model.requests) == (2 if point == "model" else 1)
    if point == "model":
        assert [request for request in speech.requests if request.step in {"short", "start"}] == heard
