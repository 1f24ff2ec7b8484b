"""Updates of every kind, made up at random: none may end in an error, and the bot must live on."""

from __future__ import annotations

import logging
import os
import sqlite3
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.clocks import FastClock
from tests.dialogues.waiting import all_taken
from tests.fuzz.aiming import Aimer
from tests.fuzz.inventing import Inventor

if TYPE_CHECKING:
    from pathlib import Path

    from bot.emulator.model import ModelServer
    from bot.emulator.world import World
    from tests.conftest import Running

RUNS = 4
COUNT = int(os.environ.get("FUZZ_UPDATES", "4000")) // RUNS
"""`make fuzz`, which CI runs too, has 20,000."""
SEED = int(os.environ.get("FUZZ_SEED", "7"))
BATCH = 100


@pytest.mark.no_cover
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(SEED, SEED + RUNS))
@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_no_update_is_an_error(
    world: World,
    model: ModelServer,
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
    aimer = Aimer(random, world, inventor, chats)
    model.reply("Ответ.", times=None)
    async with running(FastClock(20), telegram_rate_per_s=1000) as bot:
        for first in range(0, COUNT, BATCH):
            makers = random.choices((inventor, aimer), weights=(4, 1), k=BATCH)
            await bot.receiver.accept([made.update(first + n + 1) for n, made in enumerate(makers)])
            await all_taken(bot.store)
        anna = world.user("Анна")
        await world.private(anna).say(anna, "Ты жив?")
        await world.private(anna).see("Ответ.")

    with sqlite3.connect(tmp_path / "bot.db") as connection:
        states = dict(connection.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())
        answered = connection.execute("SELECT count(*) FROM turns WHERE state = 'done'").fetchone()[0]
    connection.close()
    faults = [vars(record) for record in caplog.records if record.levelno >= logging.ERROR]
    assert [(one["msg"], one.get("error"), one.get("traceback")) for one in faults] == []
    assert states.keys() == {"done"}
    assert states["done"] > COUNT
    assert answered > COUNT / 100
