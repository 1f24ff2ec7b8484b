"""How updates are kept, fetched and confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.clocks import ManualClock
from tests.emulator.client import Bot, bot_of

T = TypeVar("T")

SECOND_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


async def say(world: World, *texts: str) -> Chat:
    anna = world.user("Анна")
    chat = world.private(anna)
    for text in texts:
        await chat.say(anna, text)
    return chat


async def begun(world: World, poll: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """The poll, once it waits at the server."""
    arrived = asyncio.Event()
    forget = world.on("call:getUpdates:before", lambda _: arrived.set())
    task = asyncio.create_task(poll)
    await arrived.wait()
    forget()
    return task


async def test_updates_are_given_again_until_confirmed(world: World, bot: Bot) -> None:
    await say(world, "раз", "два")
    first = await bot.call("getUpdates", limit=1)
    assert [u["message"]["text"] for u in first] == ["раз"]
    assert len(await bot.call("getUpdates")) == 2
    rest = await bot.call("getUpdates", offset=first[0]["update_id"] + 1)
    assert [u["message"]["text"] for u in rest] == ["два"]
    assert len(await bot.call("getUpdates")) == 1


async def test_a_negative_offset_counts_from_the_end(world: World, bot: Bot) -> None:
    await say(world, "раз", "два", "три")
    assert [u["message"]["text"] for u in await bot.call("getUpdates", offset=-1)] == ["три"]
    assert len(await bot.call("getUpdates")) == 1


async def test_a_poll_wakes_up_when_something_is_said(world: World, bot: Bot) -> None:
    poll = await begun(world, bot.updates(timeout=50))
    await say(world, "Привет")
    assert [u["message"]["text"] for u in await poll] == ["Привет"]


async def test_a_poll_ends_empty_at_its_time_out() -> None:
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        poll = await begun(world, bot.updates(timeout=30))
        await clock.advance(31)
        assert await poll == []


async def test_a_second_poll_ends_the_first_with_409(world: World, bot: Bot) -> None:
    first = await begun(world, bot.refused(409, SECOND_POLLER, "getUpdates", timeout=50))
    second = await begun(world, bot.call("getUpdates", timeout=50))
    await first
    await say(world, "Привет")
    assert len(await second) == 1


async def test_a_webhook_that_is_set_refuses_polling(bot: Bot) -> None:
    await bot.call("setWebhook", url="https://bot.example.org/hook")
    await bot.refused(
        409,
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
        "getUpdates",
    )
    assert (await bot.call("getWebhookInfo"))["url"] == "https://bot.example.org/hook"
    await bot.call("deleteWebhook", drop_pending_updates=True)
    assert await bot.updates() == []


async def test_allowed_updates_stay_until_given_anew(world: World, bot: Bot) -> None:
    await bot.call("getUpdates", allowed_updates=["callback_query"])
    await say(world, "не услышат")
    assert await bot.call("getUpdates") == []
    await bot.call("getUpdates", allowed_updates=[])
    await say(world, "услышат")
    assert len(await bot.call("getUpdates")) == 1


async def test_updates_are_kept_for_a_day() -> None:
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        await say(world, "вчера")
        await clock.advance(24 * 3600 - 1)
        await say(world, "сегодня")
        await clock.advance(2)
        assert [u["message"]["text"] for u in await bot.call("getUpdates")] == ["сегодня"]
