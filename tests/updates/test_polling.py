"""The poller: what it acknowledges, what it waits out, and when it gives way."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram.ext import ExtBot

from bot.delivery.transport import Transport
from bot.emulator.people import User
from bot.emulator.world import World
from bot.store import StoreUnavailable
from bot.updates.polling import ALLOWED_UPDATES, Poller, TelegramRefused
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.delivery.test_transport import http_server


class Inbox:
    """Takes updates, as often as it is well."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.ill = 0
        self.got = asyncio.Event()

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        if self.ill and updates:
            self.ill -= 1
            raise StoreUnavailable("bot.db", "the disk is full")
        self.taken += [update["update_id"] for update in updates]
        if updates:
            self.got.set()


@asynccontextmanager
async def polling(
    world: World, inbox: Inbox, clock: FastClock
) -> AsyncIterator[tuple[Poller, asyncio.Task[None]]]:
    request = Transport()
    bot: ExtBot[Any] = ExtBot(
        world.token, base_url=f"{world.url}/bot", request=Transport(), get_updates_request=request
    )
    await bot.initialize()
    poller = Poller(bot, request, inbox.accept, clock)
    running = asyncio.create_task(poller.run())
    try:
        yield poller, running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await bot.shutdown()


def someone(world: World) -> User:
    return world.user("Анна")


async def test_what_the_inbox_does_not_take_is_not_acknowledged(world: World) -> None:
    inbox = Inbox()
    inbox.ill = 2
    anna = someone(world)
    async with polling(world, inbox, FastClock(20)) as (poller, _):
        await world.private(anna).say(anna, "раз")
        async with asyncio.timeout(20):
            await inbox.got.wait()
        assert [call.params["offset"] for call in world.called("getUpdates")][:3] == [0, 0, 0]
        assert poller.alive
    assert len(inbox.taken) == 1


async def test_the_one_that_came_last_gives_way(world: World) -> None:
    first_inbox, second_inbox, clock = Inbox(), Inbox(), FastClock(20)
    anna = someone(world)
    async with polling(world, first_inbox, clock) as (_, first):
        await until(lambda: clock.monotonic() > 12)
        async with polling(world, second_inbox, clock) as (_, second):
            async with asyncio.timeout(20):
                with pytest.raises(TelegramRefused, match="another process polls with it"):
                    await second
        await world.private(anna).say(anna, "раз")
        async with asyncio.timeout(20):
            await first_inbox.got.wait()
        assert not first.done()


async def test_a_webhook_that_somebody_set_is_told(world: World) -> None:
    world.fail(
        "getUpdates",
        status=409,
        description="Conflict: can't use getUpdates method while webhook is active",
        times=9,
    )
    async with polling(world, Inbox(), FastClock(20)) as (_, running), asyncio.timeout(20):
        with pytest.raises(TelegramRefused, match="a webhook is set for it"):
            await running


@pytest.mark.parametrize(("status", "said"), [(401, "does not know this token"), (403, "refuses this token")])
async def test_a_token_that_is_no_longer_good(world: World, status: int, said: str) -> None:
    world.fail("getUpdates", status=status, description="Unauthorized")
    async with polling(world, Inbox(), FastClock(20)) as (_, running), asyncio.timeout(20):
        with pytest.raises(TelegramRefused, match=said):
            await running


async def test_trouble_is_waited_out(world: World) -> None:
    world.fail("getUpdates", status=502, description="Bad Gateway", times=2)
    world.fail("getUpdates", retry_after_s=3)
    world.fail("getUpdates", drop="before")
    world.fail("getUpdates", body='{"ok": true, "result": {}}')
    inbox, anna = Inbox(), someone(world)
    async with polling(world, inbox, FastClock(50)):
        await world.private(anna).say(anna, "раз")
        async with asyncio.timeout(20):
            await inbox.got.wait()
    assert len(inbox.taken) == 1


async def test_connections_are_made_anew_when_nothing_succeeds_for_long(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.fail("getUpdates", status=502, description="Bad Gateway", times=float("inf"))
    inbox, clock, anna = Inbox(), FastClock(200), someone(world)
    async with polling(world, inbox, clock) as (poller, _):
        await until(lambda: "made anew" in caplog.text)
        assert not poller.alive
        world.mend()
        await world.private(anna).say(anna, "раз")
        async with asyncio.timeout(20):
            await inbox.got.wait()


async def test_service_resumes_when_the_database_does(world: World, running: Running, tmp_path: Path) -> None:
    """Locked from outside: messages stay with Telegram, and are answered when the lock is gone."""
    anna = someone(world)
    chat = world.private(anna)
    async with running(FastClock(2)) as service:
        with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await chat.say(anna, "Почему снег белый?")
            await until(service.store.database.healthy)
            assert len(world.state.updates.waiting) == 1
        await chat.see(lambda message: message.author == "YandexGPT", timeout_s=30)
        assert not world.state.updates.waiting
        assert service.store.database.healthy() is None


async def test_updates_are_asked_for_by_post_as_everything_is() -> None:
    """Some servers before the Bot API insist on it, and a query stands in their logs."""
    seen: list[tuple[str, str, Any]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.query_string, await request.json()))
        return web.json_response({"ok": True, "result": [{"update_id": 5}]})

    inbox = Inbox()
    async with http_server(handler) as root, Transport() as request:
        bot: ExtBot[Any] = ExtBot("1:a", base_url=f"{root}/bot", get_updates_request=request)
        polling = asyncio.create_task(Poller(bot, request, inbox.accept, FastClock()).run())
        await until(lambda: len(inbox.taken) >= 2)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    wanted = {"timeout": 30, "allowed_updates": list(ALLOWED_UPDATES)}
    assert seen[:2] == [("POST", "", {"offset": offset, **wanted}) for offset in (0, 6)]


@pytest.mark.parametrize("result", [{}, ["a"], [{}], [{"update_id": "5"}]])
async def test_what_is_no_list_of_updates_is_waited_out(world: World, result: Any) -> None:
    world.fail("getUpdates", body=json.dumps({"ok": True, "result": result}))
    inbox, anna = Inbox(), someone(world)
    async with polling(world, inbox, FastClock(50)):
        await world.private(anna).say(anna, "раз")
        async with asyncio.timeout(20):
            await inbox.got.wait()
    assert len(inbox.taken) == 1
