"""The machine's clock is wrong: what people get goes by Telegram's, and nothing of theirs is lost by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.values import Conversation
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.operating.test_running import ANY_PORT, health

DIFFERENCES = [
    timedelta(hours=6, minutes=6),
    timedelta(days=100),
    timedelta(hours=-7),
    timedelta(days=-20_000),
]


@pytest.mark.parametrize("ahead", DIFFERENCES, ids=str)
async def test_a_question_is_answered_and_the_clock_told(
    running: Running, world: World, model: ModelServer, caplog: pytest.LogCaptureFixture, ahead: timedelta
) -> None:
    model.reply("Потому что.")
    anna = world.user("Анна")
    async with running(FastClock(4, ahead=ahead), HTTP_LISTEN=ANY_PORT) as service:
        await world.private(anna).say(anna, "Почему снег белый?")
        await world.private(anna).see("Потому что.")
        status, verdict = await health(service, lambda verdict: verdict["status"] == "degraded")
    assert status == 200
    assert "this machine's clock is" in verdict["degraded"]["clock"]
    assert [line for line in caplog.messages if "this machine's clock is" in line] != []
    assert len(model.requests) == 1


async def test_a_question_that_is_late_by_telegrams_clock_gets_the_apology(
    running: Running, world: World, model: ModelServer, clock: FastClock
) -> None:
    """The machine's own clock is behind: by it the question would be from the future."""
    anna = world.user("Анна")
    await world.private(anna).say(anna, "Почему снег белый?")
    clock.skip(7 * 3600)
    clock.ahead = timedelta(days=-1)
    async with running():
        await world.private(anna).see("Простите, я был недоступен")
    assert model.requests == []


@pytest.mark.parametrize("ahead", [timedelta(days=100), timedelta(days=-100)], ids=str)
async def test_nothing_is_purged_while_the_clocks_disagree(
    running: Running,
    world: World,
    model: ModelServer,
    caplog: pytest.LogCaptureFixture,
    ahead: timedelta,
) -> None:
    caplog.set_level("INFO")
    model.reply("Потому что.")
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(HISTORY_RETENTION_DAYS=30):
        await chat.say(anna, "Почему снег белый?")
        await chat.see("Потому что.")
    async with running(FastClock(4, ahead=ahead), HISTORY_RETENTION_DAYS=30) as service:
        await until(lambda: "nothing is purged" in caplog.text)
        assert "are deleted" not in caplog.text.split("nothing is purged")[1]
        assert len(await service.store.bulk.export(Conversation(chat.id))) == 1


async def test_turns_made_while_the_clock_was_wrong_are_kept_as_long_as_others(
    running: Running, world: World, model: ModelServer
) -> None:
    """As on a machine that knows no time before the network: 1970, then today."""
    model.reply("Потому что.", times=None)
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(FastClock(4, ahead=timedelta(days=-20_000)), HISTORY_RETENTION_DAYS=30):
        await chat.say(anna, "Почему снег белый?")
        await chat.see("Потому что.")
    async with running(HISTORY_RETENTION_DAYS=30):
        await chat.say(anna, "А лёд?")
        await chat.see("Потому что.")
    assert "Почему снег белый?" in str(model.requests[-1].body["input"])
