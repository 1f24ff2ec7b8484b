"""The server dies, and its replica takes its place: what was acknowledged is there, and is done once."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.dialogues.pressure import said
from tests.postgres import Server, programs
from tests.running.pair import Pair

QUESTIONS = 6


async def test_a_failover_of_the_server_loses_and_repeats_nothing(world: World, model: ModelServer) -> None:
    """The URL names both servers; who takes writes is found out at each connection."""
    people = [world.user(f"Анна {number}") for number in range(6)]
    model.reply(lambda body: f"Ответ на {_last(body['input'])}", times=None)
    server = await asyncio.to_thread(Server, programs())
    name = server.create()
    replica = await asyncio.to_thread(lambda: Server(programs(), of=server))
    there, here = f"127.0.0.1:{server.port}", f"127.0.0.1:{replica.port}"
    pair = Pair(server.url(name).replace(there, f"{there},{here}"), world, model, FastClock(3))
    await pair.start("ok")
    await pair.start("standby")

    async def ask(number: int) -> None:
        for question in range(QUESTIONS):
            await world.private(people[number]).say(people[number], f"{number}-{question}")
            await world.private(people[number]).see(f"Ответ на {number}-{question}", timeout_s=40)

    asking = [asyncio.create_task(ask(number)) for number in range(len(people))]
    await until(lambda: len(model.requests) >= len(people))
    await asyncio.to_thread(server.stop, signal.SIGQUIT)
    await asyncio.to_thread(replica.promote)
    await asyncio.gather(*asking)

    for number, person in enumerate(people):
        told = [message.text for message in said(world.private(person))]
        assert told == [f"Ответ на {number}-{question}" for question in range(QUESTIONS)]
    await pair.close()
    for each in (server, replica):
        await asyncio.to_thread(each.remove)


def _last(given: Any) -> str:
    """The question of a request with or without history."""
    return str(given if isinstance(given, str) else given[-1]["content"][0]["text"])
