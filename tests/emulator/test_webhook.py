"""Updates by webhook: the secret, the order, and what is sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.emulator.world import World
from tests.clocks import FastClock
from tests.emulator.client import bot_of

Json = dict[str, Any]


class Receiver:
    """A bot's webhook that answers as told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        """Statuses of the next answers; 200 when there is none left, 0 for a dropped connection."""
        self.got: list[tuple[str, str]] = []
        """Each text with the secret that came with it."""
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.got.append(
            (
                update.get("message", {}).get("text", ""),
                request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""),
            )
        )
        status = self.answers.pop(0) if self.answers else 200
        if not status:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=status or 500)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def taken(world: World) -> None:
    """Every update has been taken."""
    async with asyncio.timeout(5):
        while world.state.updates.waiting:
            await world.state.updates.consumed.next()


async def failed(world: World) -> None:
    """A delivery has failed."""
    async with asyncio.timeout(5):
        while not world.state.updates.webhook_error:
            await world.state.updates.consumed.next()


async def test_updates_come_with_the_secret_and_in_order() -> None:
    async with World() as world, bot_of(world) as bot, receiving() as receiver:
        anna = world.user("Анна")
        chat = world.private(anna)
        await chat.say(anna, "раз")
        await bot.call("setWebhook", url=receiver.url, secret_token="s3cret", max_connections=1)
        await chat.say(anna, "два")
        await taken(world)
        assert receiver.got == [("раз", "s3cret"), ("два", "s3cret")]
        await chat.sees_nothing(for_s=0)


async def test_what_is_not_taken_is_sent_again_and_the_fault_is_shown() -> None:
    async with World(FastClock(1000)) as world, bot_of(world) as bot, receiving() as receiver:
        receiver.answers = [500, 0, 503]
        anna = world.user("Анна")
        await bot.call("setWebhook", url=receiver.url)
        await world.private(anna).say(anna, "раз")
        await world.private(anna).say(anna, "два")
        await taken(world)
        assert [text for text, _ in receiver.got] == ["раз"] * 4 + ["два"]
        assert "last_error_message" not in await bot.call("getWebhookInfo")


async def test_the_last_fault_stands_in_the_webhooks_info() -> None:
    async with World() as world, bot_of(world) as bot, receiving() as receiver:
        receiver.answers = [500]
        anna = world.user("Анна")
        await world.private(anna).say(anna, "раз")
        await bot.call("setWebhook", url=receiver.url)
        await failed(world)
        info = await bot.call("getWebhookInfo")
        assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
        assert info["pending_update_count"] == 1
        await bot.call("deleteWebhook", drop_pending_updates=True)
        assert await bot.updates() == []


async def test_nobody_listens_at_the_webhook() -> None:
    async with World() as world, bot_of(world) as bot:
        async with receiving() as receiver:
            url = receiver.url
        anna = world.user("Анна")
        await world.private(anna).say(anna, "раз")
        await bot.call("setWebhook", url=url, allowed_updates=["message"])
        await failed(world)
        info = await bot.call("getWebhookInfo")
        assert info["last_error_message"] == "Connection refused"
        assert info["allowed_updates"] == ["message"]


async def test_chats_do_not_wait_for_one_another() -> None:
    async with World() as world, bot_of(world) as bot, receiving() as receiver:
        receiver.answers = [500]
        anna, boris = world.user("Анна"), world.user("Борис")
        await world.private(anna).say(anna, "раз")
        await bot.call("setWebhook", url=receiver.url, max_connections=2)
        await failed(world)
        await world.private(boris).say(boris, "два")
        world.feed({"message": {"text": "без чата"}})
        world.feed({"future_kind": 1})
        async with asyncio.timeout(5):
            while len(world.state.updates.waiting) > 1:
                await world.state.updates.consumed.next()
        assert {text for text, _ in receiver.got} == {"раз", "два", "без чата", ""}


async def test_a_poll_is_ended_by_a_webhook() -> None:
    async with World() as world, bot_of(world) as bot, receiving() as receiver:
        arrived = asyncio.Event()
        world.on("call:getUpdates:before", lambda _: arrived.set())
        ended = "Conflict: terminated by setWebhook request"
        poll = asyncio.create_task(bot.refused(409, ended, "getUpdates", timeout=50))
        await arrived.wait()
        await bot.call("setWebhook", url=receiver.url, drop_pending_updates=True)
        await poll
