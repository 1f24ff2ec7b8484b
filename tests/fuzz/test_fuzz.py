"""Updates of every kind, made up at random: none may end in an error, and the bot must live on."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.speech import SpeechServer
from bot.emulator.world import World
from bot.service import Service
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.waiting import all_taken, comes
from tests.fuzz.aiming import Aimer
from tests.fuzz.inventing import Inventor
from tests.fuzz.sending import Sending, origins_of

RUNS = 4
COUNT = int(os.environ.get("FUZZ_UPDATES", "4000")) // RUNS
"""`make fuzz`, which CI runs too, has 20,000."""
SEED = int(os.environ.get("FUZZ_SEED", "7"))
BATCH = 100
REFUSALS = {
    "Bad Request: file is too big",
    "Bad Request: wrong file_id or the file is temporarily unavailable",
}


async def ended(bot: Service) -> bool:
    return not await bot.store.turns.unfinished()


@pytest.fixture
async def speech() -> AsyncIterator[SpeechServer]:
    async with SpeechServer() as server:
        yield server


@pytest.mark.no_cover
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(SEED, SEED + RUNS))
@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_no_update_is_an_error(
    world: World,
    model: ModelServer,
    speech: SpeechServer,
    running: Running,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    seed: int,
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable
    people = [world.user(f"Человек {n}") for n in range(60)]
    rooms = [world.private(one) for one in people]
    for room in rooms:
        room.room.started = True
    rooms += [world.supergroup(f"Группа {n}", members=people) for n in range(30)]
    rooms += [world.supergroup(f"Форум {n}", topics=["Общее", "Тема"], members=people) for n in range(10)]
    chats = [room.room.json() for room in rooms]
    inventor = Inventor(random, [one.json for one in people], chats)
    comes_from = origins_of(people, rooms[60], world.channel("Вестник", owner=people[0]), 1)
    aimer = Aimer(random, world, inventor, chats, Sending(random, world.state, comes_from))
    model.reply("Ответ.", times=None)
    hears = {"yandex_speechkit_url": speech.url, "yandex_operations_url": speech.url}
    sees = {"yandex_cloud_vision_model": "qwen3.6-35b-a3b"}
    async with running(FastClock(20), **hears, **sees, telegram_rate_per_s=1000) as bot:
        for first in range(0, COUNT, BATCH):
            makers = random.choices((inventor, aimer), weights=(4, 1), k=BATCH)
            await bot.receiver.accept([made.update(first + n + 1) for n, made in enumerate(makers)])
            await all_taken(bot.store)
        files = aimer.all_files(world.private(people[0]).room.json(), COUNT + BATCH)
        await bot.receiver.accept(files)
        await all_taken(bot.store)
        anna = world.user("Анна")
        await world.private(anna).say(anna, "Ты жив?")
        await world.private(anna).see("Ответ.")
        await comes(lambda: ended(bot), within_s=300)

    with sqlite3.connect(tmp_path / "bot.db") as connection:
        states = dict(connection.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())
        answered = connection.execute("SELECT count(*) FROM turns WHERE state = 'done'").fetchone()[0]
        internal = connection.execute("SELECT count(*) FROM turns WHERE failure = 'internal'").fetchone()[0]
    connection.close()
    faults = [vars(record) for record in caplog.records if record.levelno >= logging.ERROR]
    assert [(one["msg"], one.get("error"), one.get("traceback")) for one in faults] == []
    assert states.keys() == {"done"}
    assert internal == 0
    assert states["done"] > COUNT
    assert answered > COUNT / 100
    fetched = [call for call in world.calls if call.method in {"getFile", "download"}]
    assert {call.refusal.description for call in fetched if call.refusal} <= REFUSALS
    assert sum(call.method == "download" and call.ok for call in fetched) > COUNT / 250
    assert {request.step for request in speech.requests} == {"short", "start", "operation", "result"}
    assert any("input_image" in str(request.body) for request in model.requests)
