"""The running bot as its operator sees it: health with reasons, metrics that move, the webhook."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from bot.config.settings import Settings
from bot.delivery.transport import Transport
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.operating.process import Process
from bot.service import Service
from bot.store import Store
from bot.updates.webhook import WebhookRefused
from tests.clocks import FastClock
from tests.conftest import API_KEY, FOLDER, Running
from tests.delivery.test_transport import free_port

ANY_PORT = "127.0.0.1:0"


async def get(service: Service, path: str) -> tuple[int, str]:
    assert service.web is not None
    url = f"http://127.0.0.1:{service.web.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def health(service: Service, wanted: Callable[[dict[str, Any]], bool]) -> tuple[int, dict[str, Any]]:
    """What /healthz says once it says what is wanted."""
    async with asyncio.timeout(20):
        while True:
            status, text = await get(service, "/healthz")
            verdict: dict[str, Any] = json.loads(text)
            if wanted(verdict):
                return status, verdict
            await asyncio.sleep(0.02)


def sample(service: Service, name: str, **labels: str) -> float:
    return service.metrics.registry.get_sample_value(name, labels) or 0


async def closed(service: Service, outcome: str = "answered") -> None:
    """Returns once a turn has ended so; an answer is shown a moment before that."""
    async with asyncio.timeout(20):
        while not sample(service, "bot_questions_total", outcome=outcome):  # noqa: ASYNC110 - a counter
            await asyncio.sleep(0.01)


async def test_a_question_and_its_answer_move_the_metrics(
    running: Running, world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    model.reply("Небо голубое из-за рассеяния света.")
    async with running(HTTP_LISTEN=ANY_PORT) as service:
        await world.private(anna).say(anna, "Почему небо голубое?")
        await world.private(anna).see("Небо голубое")
        await closed(service)
        status, verdict = await health(service, lambda verdict: verdict["status"] == "ok")
        _, page = await get(service, "/metrics")

    assert (status, verdict) == (200, {"status": "ok", "failing": {}, "degraded": {}})
    assert sample(service, "bot_updates_total", kind="message") == 1
    assert sample(service, "bot_questions_total", outcome="answered") == 1
    assert sample(service, "bot_model_request_seconds_count", outcome="answer") == 1
    assert sample(service, "bot_tokens_total", kind="output") > 0
    assert sample(service, "bot_telegram_requests_total", method="sendMessage", outcome="ok") >= 1
    assert sample(service, "bot_telegram_requests_total", method="getUpdates", outcome="ok") >= 1
    assert sample(service, "bot_database_commits_total") > 0
    assert 'bot_failing{probe="polling"} 0.0' in page
    for private in ("небо", "Анна", str(anna.id), world.token, API_KEY):
        assert private not in page


async def test_health_is_red_while_the_database_takes_no_writes(
    running: Running, world: World, tmp_path: Path
) -> None:
    anna = world.user("Анна")
    async with running(HTTP_LISTEN=ANY_PORT) as service:
        with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await world.private(anna).say(anna, "Вы тут?")
            status, verdict = await health(service, lambda verdict: verdict["status"] != "ok")
            assert status == 503
            assert "another program keeps the database locked" in verdict["failing"]["database"]
            other.execute("ROLLBACK")
        await world.private(anna).see("Вы тут", timeout_s=30)


async def test_a_model_that_is_down_is_told_and_is_no_reason_to_restart(
    running: Running, world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    model.fail(503, times=None)
    async with running(FastClock(50), HTTP_LISTEN=ANY_PORT) as service:
        for _ in range(3):
            await world.private(anna).say(anna, "Почему небо голубое?")
        status, verdict = await health(service, lambda verdict: verdict["status"] == "degraded")
        assert status == 200
        assert verdict["failing"] == {}
        assert "failed many times in a row" in verdict["degraded"]["model"]


async def test_until_telegram_is_reached_health_says_so(model: ModelServer, tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None,
        telegram_bot_token=f"1:{'A' * 35}",
        telegram_api_url=f"http://127.0.0.1:{free_port()}",
        yandex_cloud_folder=FOLDER,
        yandex_cloud_api_key=API_KEY,
        yandex_cloud_base_url=model.url,
        database_url=f"sqlite:///{tmp_path}/bot.db",
        http_listen=ANY_PORT,
    )
    process = Process(settings, FastClock())
    service = Service(settings, process, Store.open(f"sqlite:///{tmp_path}/bot.db", clock=process.clock))
    await process.start()
    starting = asyncio.create_task(service.start())
    status, verdict = await health(service, lambda _: True)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    await process.close_web()
    await service.stop(0)
    await process.close()
    assert (status, verdict["failing"]) == (503, {"start": "Telegram has not been reached yet"})


# The webhook


def webhook(port: int) -> dict[str, str]:
    return {
        "HTTP_LISTEN": f"127.0.0.1:{port}",
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "WEBHOOK_SECRET": "a-secret_0123456789",
    }


async def test_a_dialogue_over_the_webhook(running: Running, world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    model.reply("Рассеяние света.")
    async with running(**webhook(free_port())) as service:
        await world.private(anna).say(anna, "Почему небо голубое?")
        await world.private(anna).see("Рассеяние света.")
        _, verdict = await health(service, lambda verdict: verdict["status"] == "ok")
    assert verdict["failing"] == {}
    assert world.called("getUpdates") == []
    (call,) = world.called("setWebhook")
    assert call.params["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat_member",
    ]


async def test_what_was_written_while_the_bot_was_away_comes_by_the_webhook(
    running: Running, world: World
) -> None:
    anna = world.user("Анна")
    await world.private(anna).say(anna, "Есть кто?")
    async with running(**webhook(free_port())):
        await world.private(anna).see("Есть кто")


async def test_back_to_polling_removes_the_webhook_and_loses_nothing(running: Running, world: World) -> None:
    anna = world.user("Анна")
    async with running(**webhook(free_port())):
        await world.private(anna).say(anna, "Первый вопрос")
        await world.private(anna).see("Первый вопрос")
    await world.private(anna).say(anna, "Второй вопрос")
    async with running():
        await world.private(anna).see("Второй вопрос")
    assert len(world.called("deleteWebhook")) == 1


async def test_a_telegram_that_stumbles_is_asked_again_to_set_the_webhook(
    running: Running, world: World
) -> None:
    anna = world.user("Анна")
    world.fail("setWebhook", status=500, times=2)
    async with running(FastClock(50), **webhook(free_port())):
        await world.private(anna).say(anna, "Есть кто?")
        await world.private(anna).see("Есть кто")
    assert len(world.called("setWebhook")) == 3


async def test_a_webhook_that_telegram_refuses_ends_the_bot_with_the_reason(
    running: Running, world: World
) -> None:
    """Plain HTTP to another machine."""
    del world
    async with running(**webhook(free_port()) | {"WEBHOOK_URL": "http://bot.example/telegram"}) as service:
        with pytest.raises(ExceptionGroup) as caught:
            await service.run()
    refused = caught.value.exceptions[0]
    assert isinstance(refused, WebhookRefused)
    assert str(refused).startswith("WEBHOOK_URL: Telegram refuses it: ")
    assert "an https url must be provided" in str(refused).lower()


async def test_a_webhook_left_by_another_deployment_does_not_silence_polling(
    running: Running, world: World
) -> None:
    bot = Bot(world.token, f"{world.url}/bot", request=Transport())
    async with bot.request:
        await bot.set_webhook(f"http://127.0.0.1:{free_port()}/")
    anna = world.user("Анна")
    async with running():
        await world.private(anna).say(anna, "Есть кто?")
        await world.private(anna).see("Есть кто")
