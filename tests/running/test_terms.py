"""One process is active and the others stand by: who answers, who polls, and what is done once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.store import StoreUnavailable
from tests.clocks import FastClock, until
from tests.delivery.test_transport import free_port
from tests.dialogues.pressure import said
from tests.postgres import Server
from tests.running.pair import PATH, SECRET, Pair, balanced


@pytest.fixture
def name(postgres: Server) -> Iterator[str]:
    created = postgres.create()
    yield created
    postgres.drop(created)


@pytest.fixture
def clock() -> FastClock:
    return FastClock(3)


@pytest.fixture
async def pair(
    postgres: Server, name: str, world: World, model: ModelServer, clock: FastClock
) -> AsyncIterator[Pair]:
    processes = Pair(postgres.url(name), world, model, clock)
    yield processes
    await processes.close()


def answers(chat: Chat) -> list[str]:
    """All that the bot said there."""
    return [message.text for message in said(chat)]


async def test_the_one_that_stands_by_takes_over_when_the_active_one_is_asked_to_stop(
    world: World, model: ModelServer, pair: Pair
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    first = await pair.start("ok")
    second = await pair.start("standby")
    assert await second.health() == (200, {"status": "standby", "failing": {}, "degraded": {}})
    model.reply("Ответ 1.")
    await chat.say(anna, "Раз")
    await chat.see("Ответ 1.")
    model.hang()
    await chat.say(anna, "Два")
    await model.wait(received=2)

    model.reply("Ответ 2.")
    await asyncio.gather(first.stop(), second.is_("ok"))
    await chat.see("Ответ 2.")

    assert answers(chat) == ["Ответ 1.", "Ответ 2."]
    assert not [call for call in world.called("getUpdates") if call.refusal]


async def test_an_active_one_that_loses_its_session_stands_by_from_then_on(
    postgres: Server, name: str, world: World, model: ModelServer, pair: Pair
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    first = await pair.start("ok")
    second = await pair.start("standby")

    postgres.end_sessions(name, but_waiting=True)
    await second.is_("ok")
    await first.is_("standby")
    model.reply("Ответ 1.")
    await chat.say(anna, "Раз")
    await chat.see("Ответ 1.")
    await second.stop()
    await first.is_("ok")
    model.reply("Ответ 2.")
    await chat.say(anna, "Два")
    await chat.see("Ответ 2.")

    assert answers(chat) == ["Ответ 1.", "Ответ 2."]


async def test_a_process_that_is_asked_to_stop_hands_over_before_its_grace_is_over(
    postgres: Server, name: str, world: World, model: ModelServer, clock: FastClock
) -> None:
    """With a grace of minutes: the other one has the question that is under way before they are over."""
    pair = Pair(postgres.url(name), world, model, clock, shutdown_grace_s=600)
    anna = world.user("Анна")
    chat = world.private(anna)
    first = await pair.start("ok")
    second = await pair.start("standby")
    model.hang()
    model.reply("Ответ.")
    await chat.say(anna, "Вопрос")
    await model.wait(received=1)

    stopping = asyncio.create_task(first.stop())
    await second.is_("ok")
    await stopping
    await chat.see("Ответ.")
    await pair.close()

    assert answers(chat) == ["Ответ."]


@pytest.mark.parametrize("processes", [1, 2])
async def test_a_server_that_restarts_under_load_loses_and_repeats_nothing(
    postgres: Server, world: World, model: ModelServer, pair: Pair, processes: int
) -> None:
    people = [world.user(f"Анна {number}") for number in range(8)]
    for number in range(processes):
        await pair.start("standby" if number else "ok")
    model.reply(lambda body: f"Ответ на {_last(body['input'])}", times=None)

    async def ask(number: int) -> None:
        for question in range(6):
            await world.private(people[number]).say(people[number], f"{number}-{question}")
            await world.private(people[number]).see(f"Ответ на {number}-{question}", timeout_s=30)

    asking = [asyncio.create_task(ask(number)) for number in range(len(people))]
    for answered in (6, 20):
        await until(lambda: len(model.requests) >= answered)  # noqa: B023 - it is looked at before the next
        await asyncio.to_thread(postgres.restart)
    await asyncio.gather(*asking)

    for number, person in enumerate(people):
        assert answers(world.private(person)) == [f"Ответ на {number}-{question}" for question in range(6)]
    assert not any(process.serving.done() for process in pair.processes)


async def test_behind_a_webhook_every_process_takes_updates_and_their_order_holds(
    postgres: Server, name: str, world: World, model: ModelServer, clock: FastClock
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    port = free_port()
    variables = {"webhook_url": f"http://127.0.0.1:{port}{PATH}", "webhook_secret": SECRET}
    pair = Pair(postgres.url(name), world, model, clock, **variables)
    model.reply(lambda body: f"Ответ на {_last(body['input'])}", times=None)
    async with balanced(port, lambda: [process.port for process in pair.processes]):
        active = await pair.start("ok")
        for _ in range(2):
            await pair.start("standby")
        for number in range(9):
            await chat.say(anna, f"{number}")
        await chat.see("Ответ на 8", timeout_s=30)
        assert answers(chat) == [f"Ответ на {number}" for number in range(9)]
        await active.stop()
        for number in range(9, 12):
            await chat.say(anna, f"{number}")
        await chat.see("Ответ на 11", timeout_s=30)
        await pair.close()

    assert answers(chat) == [f"Ответ на {number}" for number in range(12)]
    assert world.called("getUpdates") == []


def _last(given: Any) -> str:
    """The question of a request with or without history."""
    return str(given if isinstance(given, str) else given[-1]["content"][0]["text"])


async def test_a_database_that_is_away_at_the_start_ends_the_process(
    postgres: Server, world: World, model: ModelServer, clock: FastClock
) -> None:
    pair = Pair(postgres.url("nowhere"), world, model, clock)
    with pytest.raises(StoreUnavailable, match='database "nowhere" does not exist'):
        await pair.begin().serving
