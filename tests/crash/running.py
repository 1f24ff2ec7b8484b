"""A run: the bot between people and a model, killed again and again, then left in peace and looked at."""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial
from pathlib import Path

from bot.core.clock import SystemClock
from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.world import World
from bot.store import Store
from tests.crash.counting import Counting, Report, Wire
from tests.crash.killing import GROWING, POINTS, Killer
from tests.crash.talking import Oracle, People
from tests.databases import query

CHATS = 8
PEACE_S = 90.0
STOP_S = 30.0


async def crash(folder: Path, *, kills: int, seed: int, live: bool = False) -> Report:
    """The bot's database and its log stay in `folder`; `live`: answers are shown while they grow."""
    began_s = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - a course of events that can be had again
    async with World(seed=seed) as world, ModelServer(concurrent_generations=1000) as model:
        killer = Killer(folder, environment(world, model, live=live), chance)
        people = People(world, chance)
        oracle = Oracle(people, killer, chance)
        model.script(oracle, times=None)
        wire = Wire(killer, people)
        world.on("call:before", wire.before)
        world.on("call:after", wire.after)
        talks = [asyncio.create_task(people.talk(world.private(who), who)) for who in crowd(world)]
        for point in _course([*(GROWING if live else POINTS)], kills, chance):
            await killer.live_until(point)
        bot = await killer.start()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await people.all_answered(PEACE_S)
        bot.terminate()
        async with asyncio.timeout(STOP_S):
            status = await bot.wait()
        if status:
            raise AssertionError(f"the bot ended with {status}; see {folder}/bot.log")
        counting = Counting(people, oracle, wire, world.calls)
        report = counting.report(seed, time.monotonic() - began_s)
        counting.read_log(folder / "bot.log", report)
        url = f"sqlite:///{folder / 'bot.db'}"
        counting.read_database(partial(query, url), report)
        counting.read_integrity(partial(query, url), report)
        store = Store.open(url, clock=SystemClock())
        await counting.read_ledger(store, partial(query, url), report)
        await store.close()
        return report


def crowd(world: World) -> list[User]:
    return [world.user(f"Житель{n}") for n in range(CHATS)]


def _course(names: list[str], kills: int, chance: random.Random) -> list[str]:
    """Each point as often as any other, in no order."""
    course: list[str] = []
    while len(course) < kills:
        chance.shuffle(names)
        course += names
    return course[:kills]


def environment(world: World, model: ModelServer, *, live: bool = False) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": world.token,
        "TELEGRAM_API_URL": world.url,
        "TELEGRAM_RATE_PER_S": "1000",
        "YANDEX_CLOUD_FOLDER": "b1gfolder",
        "YANDEX_CLOUD_API_KEY": "AQVN-a-made-up-key",
        "YANDEX_CLOUD_BASE_URL": model.url,
        "DATABASE_URL": "sqlite:///bot.db",
        "USER_RATE_PER_MIN": "0",
        "HTTP_LISTEN": "",
        "DEFAULT_LIVE": str(live),
    }
