"""Webhook registration, as the Bot API server then has it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot

from bot.delivery.transport import Transport
from bot.emulator.world import World
from bot.updates.webhook import path_of, register, unregister

URL = "https://bot.example:8443/telegram"
SECRET = "a-secret_0123456789"


@asynccontextmanager
async def bot_of(world: World) -> AsyncIterator[Bot]:
    bot = Bot(world.token, f"{world.url}/bot", request=Transport(), get_updates_request=Transport())
    async with bot:
        yield bot


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


async def test_telegram_is_told_url_secret_and_kinds(world: World) -> None:
    async with bot_of(world) as bot:
        await register(bot, url=URL, secret=SECRET, allowed_updates=("message", "chat_member"))
        info = await bot.get_webhook_info()

    assert info.url == URL
    assert info.allowed_updates is not None
    assert sorted(info.allowed_updates) == ["chat_member", "message"]
    assert [call.params["secret_token"] for call in world.called("setWebhook")] == [SECRET]


async def test_updates_that_wait_survive_both_ways(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.feed({"message": {}})
    async with bot_of(world) as bot:
        await register(bot, url=URL, secret=SECRET, allowed_updates=("message",))
        with caplog.at_level(logging.WARNING, "bot.updates.webhook"):
            await unregister(bot)
        info = await bot.get_webhook_info()

    assert (info.url, info.pending_update_count) == ("", 1)
    assert caplog.messages == ["WEBHOOK_URL is empty: the webhook at bot.example is removed"]


async def test_where_none_is_set_none_is_removed(world: World) -> None:
    async with bot_of(world) as bot:
        await unregister(bot)
    assert world.called("deleteWebhook") == []


@pytest.mark.parametrize(
    ("url", "path"), [(URL, "/telegram"), ("https://bot.example", "/"), ("https://bot.example/a/b", "/a/b")]
)
def test_the_server_waits_at_the_path_of_the_url(url: str, path: str) -> None:
    assert path_of(url) == path
