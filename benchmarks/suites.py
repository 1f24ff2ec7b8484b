"""What is measured of the whole bot, beside the tutorial's bot or beside itself in the same run."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.loads import CHATS, OWN_TURNS, Outcome, steady
from benchmarks.store import fill
from benchmarks.subject import BOTS, staged
from bot.core.clock import SystemClock
from bot.store import Store
from tests.crash.running import crash as crashed

Figures = dict[str, Any]

MODEL_S = 2.0
RATES_PER_S = (5, 30, 100)
SLOTS = (10, 64, 256)
GROWN = (100_000, 1_000_000)
GROWN_CHATS = 10_000
WARM_UP_S = 3.0
OURS_SETTLES_S = 180.0
FLOOD = 50
KILLS = 200
CAPABILITIES: Mapping[str, Figures] = {
    "off": {"voice_input": False},
    "on": {"voice_input": True, "yandex_cloud_vision_model": "qwen3.6-35b-a3b"},
}
CAPABILITIES_STARTS = 7


async def load(
    name: str, rate_per_s: float, seconds: float, *, folder: Path | None = None, **settings: object
) -> Outcome:
    """A steady load after a short one that makes threads, connections and caches.

    Ours is given the time to answer all; nobody waits for what the tutorial's has not answered by then.
    """
    settle_s = OURS_SETTLES_S if name == "ours" else 5.0
    async with staged(name, folder=folder, **settings) as (subject, counterpart):
        await asyncio.sleep(1)
        await steady(subject, counterpart, rate_per_s=rate_per_s, seconds=WARM_UP_S, settle_s=settle_s)
        return await steady(subject, counterpart, rate_per_s=rate_per_s, seconds=seconds, settle_s=settle_s)


async def latency(seconds: float) -> Figures:
    """Ours at each rate; the tutorial's at what one of them can hold, and at the middle rate."""
    figures: Figures = {}
    for rate in RATES_PER_S:
        figures[f"ours at {rate}/s"] = (await load("ours", rate, seconds)).figures()
    for name in BOTS:
        if name != "ours":
            for rate in (2, RATES_PER_S[1]):
                figures[f"{name} at {rate}/s"] = (await load(name, rate, seconds)).figures()
    return figures


async def capacity(seconds: float) -> Figures:
    """Offered what the slots can do, and twice that; the bound is slots ÷ the model's delay."""
    figures: Figures = {}
    for slots in SLOTS:
        bound = slots / MODEL_S
        for times in (1, 2):
            outcome = await load("ours", bound * times, seconds, model_concurrency=slots)
            figures[f"{slots} slots, {times}x the bound"] = {"bound_per_s": bound, **outcome.figures()}
    outcome = await load("ours", 40.0, seconds, telegram_rate_per_s=30)
    figures["Telegram's 30/s, 40/s offered"] = outcome.figures()
    return figures


async def start(rounds: int) -> Figures:
    """From spawn to the first getUpdates, and what an idle bot takes; the bots in turn: noise meets all.

    The first start makes the database, the others find it.
    """
    starts: dict[str, list[float]] = {name: [] for name in BOTS}
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(1 + rounds):
            for name in BOTS:
                async with staged(name, folder=Path(folder), model_concurrency=10) as (subject, _):
                    starts[name].append(subject.start_s)
        for name, (first, *others) in starts.items():
            others.sort()
            figures[name] = {
                "first_s": round(first, 3),
                "median_s": round(others[len(others) // 2], 3),
                "least_s": round(others[0], 3),
                **await _idle(name, Path(folder)),
            }
    return figures


async def _idle(name: str, folder: Path, **settings: object) -> Figures:
    """After five seconds, in which what is loaded late is loaded."""
    async with staged(name, folder=folder, model_concurrency=10, **settings) as (subject, _):
        await asyncio.sleep(5)
        cpu_s, began_s = subject.cpu_s(), time.monotonic()
        await asyncio.sleep(20)
        share = (subject.cpu_s() - cpu_s) / (time.monotonic() - began_s)
        return {"idle_mb": round(subject.memory_mb(), 1), "idle_cpu_percent": round(share * 100, 2)}


async def capabilities(seconds: float) -> Figures:
    """Questions in words alone, where voices and pictures may come and where they may not, in turn."""
    starts: dict[str, list[float]] = {name: [] for name in CAPABILITIES}
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await Store.open(f"sqlite:///{folder}/bot.db", clock=SystemClock()).close()
        for _ in range(CAPABILITIES_STARTS):
            for kind, settings in CAPABILITIES.items():
                async with staged("ours", folder=folder, model_concurrency=10, **settings) as (subject, _):
                    starts[kind].append(subject.start_s)
        for kind, settings in CAPABILITIES.items():
            idle = await _idle("ours", folder, **settings)
            figures[f"{kind}, idle"] = {"median_s": round(median(starts[kind]), 3), **idle}
    for turn in (1, 2):
        for kind, settings in CAPABILITIES.items():
            figures[f"{kind} at 30/s, {turn}"] = (await load("ours", 30.0, seconds, **settings)).figures()
    return figures


async def growth(seconds: float) -> Figures:
    """The start, and the load at 30/s, with turns of many other chats in the database; last, with turns of
    those who ask, which go along with what they ask.
    """
    figures: Figures = {}
    for turns in (0, *GROWN):
        figures[f"{turns} turns"] = await _grown(seconds, turns, GROWN_CHATS, first_chat=CHATS + 1)
    own = OWN_TURNS * CHATS
    figures[f"{own} turns of those who ask"] = await _grown(seconds, own, CHATS, first_chat=1)
    return figures


async def _grown(seconds: float, turns: int, chats: int, *, first_chat: int) -> Figures:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if turns:
            await fill(f"sqlite:///{folder}/bot.db", turns, chats, first_chat)
        async with staged("ours", folder=folder) as (subject, _):
            start_s = round(subject.start_s, 3)
        outcome = await load("ours", 30.0, seconds, folder=folder)
        size_mb = round((folder / "bot.db").stat().st_size / 2**20)
    return {"size_mb": size_mb, "start_s": start_s, **outcome.figures()}


async def fairness() -> Figures:
    """A stranger writes while one person's fifty messages wait for one slot."""
    figures: Figures = {"generation_s": MODEL_S}
    for flood in (0, FLOOD):
        async with staged("ours", model_concurrency=1) as (_, counterpart):
            await asyncio.sleep(1)
            for _n in range(flood):
                counterpart.ask(1)
            await asyncio.sleep(MODEL_S / 2)
            stranger = counterpart.asked[counterpart.ask(1000)]
            async with asyncio.timeout(60):
                while not stranger.answered_s:
                    await counterpart.settled(within_s=0.1)
            figures[f"after {flood} messages of another, s"] = round(stranger.answered_s - stranger.left_s, 3)
    return figures


async def crash() -> Figures:
    """What `make crash-test` does, with a course of events of its own."""
    with tempfile.TemporaryDirectory() as folder:
        seed = random.randrange(10**6)  # noqa: S311 - any will do
        report = await crashed(Path(folder), kills=KILLS, seed=seed)
    return {**asdict(report), "faults": report.faults()}
