"""The web server: who may post updates, when they are taken, and what health and metrics show."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest

from bot.operating.health import Health
from bot.operating.metrics import Metrics
from bot.operating.web import MAX_UPDATE_BYTES, SECRET_HEADER, ListenRefused, Webhook, WebServer
from bot.store import StoreUnavailable

SECRET = "a-secret_0123456789"


class Inbox:
    """What was written down, and whether it can be."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.away = False

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        if self.away:
            raise StoreUnavailable("data/bot.db", "the disk is full")
        self.taken.extend(updates)


class Telegram:
    """Posts as Telegram does."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self._session = session
        self.root = root

    async def post(self, body: bytes, headers: dict[str, str] | None = None, path: str = "/telegram") -> int:
        given = {SECRET_HEADER: SECRET} if headers is None else headers
        async with self._session.post(f"{self.root}{path}", data=io.BytesIO(body), headers=given) as response:
            return response.status

    async def get(self, path: str) -> tuple[int, str, str]:
        async with self._session.get(f"{self.root}{path}") as response:
            return response.status, response.content_type, await response.text()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def telegram(inbox: Inbox, metrics: Metrics) -> AsyncIterator[Telegram]:
    webhook = Webhook("/telegram", SECRET)
    server = WebServer("127.0.0.1:0", health=Health(), metrics=metrics, webhook=webhook)
    await server.start()
    server.take_updates(inbox.accept)
    async with aiohttp.ClientSession() as session:
        yield Telegram(session, f"http://127.0.0.1:{server.port}")
    await server.stop()


async def test_an_update_with_the_secret_is_taken(telegram: Telegram, inbox: Inbox) -> None:
    update = {"update_id": 7, "message": {"text": "Привет"}}
    assert await telegram.post(json.dumps(update).encode()) == 200
    assert inbox.taken == [update]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SECRET_HEADER: ""},
        {SECRET_HEADER: SECRET[:-1]},
        {SECRET_HEADER: SECRET + "x"},
        {SECRET_HEADER: SECRET.upper()},
        {SECRET_HEADER: "пароль"},
    ],
)
async def test_without_the_secret_nothing_is_even_read(
    telegram: Telegram, inbox: Inbox, headers: dict[str, str]
) -> None:
    """A body that would be refused with 400 or 413, were it looked at."""
    assert await telegram.post(b"{not json", headers) == 403
    assert await telegram.post(b" " * (MAX_UPDATE_BYTES + 1), headers) == 403
    assert await telegram.post(b'{"update_id": 7}', headers) == 403
    assert inbox.taken == []


async def test_a_body_over_the_limit_is_refused(telegram: Telegram, inbox: Inbox) -> None:
    padding = MAX_UPDATE_BYTES - len(b'{"update_id": 7, "x": ""}')
    at_limit = b'{"update_id": 7, "x": "' + b"x" * padding + b'"}'
    assert await telegram.post(at_limit) == 200
    assert await telegram.post(at_limit + b" ") == 413
    assert [update["update_id"] for update in inbox.taken] == [7]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"message": {}}',
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b"\xff",
        b"[" * 99_999,
    ],
)
async def test_what_is_no_update_is_refused(telegram: Telegram, inbox: Inbox, body: bytes) -> None:
    assert await telegram.post(body) == 400
    assert inbox.taken == []


async def test_an_update_that_could_not_be_kept_is_left_with_telegram(
    telegram: Telegram, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.away = True
    with caplog.at_level(logging.ERROR, "bot.operating.web"):
        assert await telegram.post(b'{"update_id": 7, "message": {"text": "private words"}}') == 503
    assert "the disk is full" in caplog.text
    assert "private words" not in caplog.text

    inbox.away = False
    assert await telegram.post(b'{"update_id": 7}') == 200


async def test_until_the_bot_is_ready_updates_are_left_with_telegram(inbox: Inbox, metrics: Metrics) -> None:
    webhook = Webhook("/telegram", SECRET)
    server = WebServer("127.0.0.1:0", health=Health(), metrics=metrics, webhook=webhook)
    await server.start()
    async with aiohttp.ClientSession() as session:
        telegram = Telegram(session, f"http://127.0.0.1:{server.port}")
        assert await telegram.post(b'{"update_id": 7}') == 503
        server.take_updates(inbox.accept)
        assert await telegram.post(b'{"update_id": 7}') == 200
    await server.stop()
    assert inbox.taken == [{"update_id": 7}]


async def test_there_is_nothing_else_to_find(telegram: Telegram) -> None:
    assert (await telegram.get("/"))[0] == 404
    assert (await telegram.get("/telegram"))[0] == 405
    assert await telegram.post(b"{}", path="/telegram/") == 404


async def test_metrics_are_in_prometheus_own_format(telegram: Telegram, metrics: Metrics) -> None:
    metrics.queued(waiting=7, asking=0, slots=10)
    status, content_type, page = await telegram.get("/metrics")
    assert (status, content_type) == (200, "text/plain")
    assert "\nbot_questions_waiting 7.0\n" in page


async def test_an_address_in_use_is_refused_with_its_name(telegram: Telegram) -> None:
    listen = telegram.root.removeprefix("http://")
    second = WebServer(listen, health=Health(), metrics=Metrics())
    with pytest.raises(ListenRefused, match=f"HTTP_LISTEN={listen}: "):
        await second.start()
    await second.stop()


async def test_when_polling_no_update_is_taken_here(metrics: Metrics) -> None:
    server = WebServer("127.0.0.1:0", health=Health(), metrics=metrics)
    await server.start()
    async with aiohttp.ClientSession() as session:
        telegram = Telegram(session, f"http://127.0.0.1:{server.port}")
        assert await telegram.post(b'{"update_id": 7}') == 404
        assert (await telegram.get("/healthz"))[0] == 200
    await server.stop()


def test_the_secret_is_not_in_a_repr() -> None:
    assert SECRET not in repr(Webhook("/telegram", SECRET))
