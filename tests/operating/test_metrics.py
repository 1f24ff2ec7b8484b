"""Metrics: each event moves its own series, and no label can hold what people write or are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import Bot
from telegram.error import NetworkError, TelegramError

from bot.core.values import Usage
from bot.delivery.transport import Transport
from bot.money.billing import Billing
from bot.money.calendar import Calendar
from bot.money.prices import BUILT_IN, Prices
from bot.operating.health import Health
from bot.operating.metrics import Metrics
from tests.operating.series import names_of
from tests.store.questions import question

TOKEN = "123456789:a-token-that-is-a-secret"


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_a_request_to_the_model_is_timed_by_outcome_and_not_by_model() -> None:
    metrics = Metrics()
    metrics.requested(model="gpt://b1g-folder/some-model", outcome="answer", duration_s=1.5)
    metrics.requested(model="other", outcome="quota", duration_s=0.1)

    assert value(metrics, "bot_model_request_seconds_count", outcome="answer") == 1
    assert value(metrics, "bot_model_request_seconds_sum", outcome="answer") == 1.5
    assert value(metrics, "bot_model_request_seconds_bucket", outcome="quota", le="0.25") == 1
    assert b"some-model" not in metrics.page()
    assert b"b1g-folder" not in metrics.page()


def test_a_turn_that_ends_is_counted_with_its_times_and_tokens() -> None:
    metrics = Metrics()
    metrics.closed(outcome="answered", waited_s=0.2, answered_s=4.0, usage=Usage(100, 20))
    metrics.closed(outcome="stopped", waited_s=0.0, answered_s=0.0, usage=Usage())

    assert value(metrics, "bot_questions_total", outcome="answered") == 1
    assert value(metrics, "bot_questions_total", outcome="stopped") == 1
    assert value(metrics, "bot_question_wait_seconds_sum") == 0.2
    assert value(metrics, "bot_answer_seconds_sum") == 4.0


def test_what_is_paid_for_is_counted_by_kind() -> None:
    metrics = Metrics()
    billing = Billing(
        Prices(BUILT_IN, search=Decimal("0.915"), speech=Decimal("0.1626")), Calendar(ZoneInfo("UTC"))
    )
    usage = Usage(input_tokens=100, output_tokens=20, cached_tokens=64, reasoning_tokens=5, searches=2)
    now = datetime(2026, 11, 27, tzinfo=UTC)
    metrics.charged(billing.request(question(), now, model="yandexgpt-lite", usage=usage))
    metrics.charged(billing.speech(question(), now, seconds=31))

    roubles = {
        kind: value(metrics, "bot_roubles_total", kind=kind) for kind in ("tokens", "search", "speech")
    }
    assert roubles == pytest.approx({"tokens": 0.024, "search": 1.83, "speech": 0.4878})
    tokens = {kind: value(metrics, "bot_tokens_total", kind=kind) for kind in ("input", "output", "cached")}
    assert tokens == {"input": 100, "output": 20, "cached": 64}
    assert value(metrics, "bot_tokens_total", kind="reasoning") == 5


def test_the_queue_is_shown_as_it_stands() -> None:
    metrics = Metrics()
    metrics.queued(waiting=7, asking=4, slots=5)
    metrics.queued(waiting=6, asking=5, slots=5)

    names = ("bot_questions_waiting", "bot_model_requests_active", "bot_model_slots")
    assert [value(metrics, name) for name in names] == [6, 5, 5]


def test_updates_are_counted_by_kind_and_unknown_kinds_together() -> None:
    metrics = Metrics()
    metrics.received(
        [{"update_id": 1, "message": {"text": "private words"}}, {"update_id": 2, "message": {}}]
    )
    metrics.received([{"update_id": 3, "callback_query": {}}, {"update_id": 4, "made_up_by_someone": {}}])

    assert value(metrics, "bot_updates_total", kind="message") == 2
    assert value(metrics, "bot_updates_total", kind="callback_query") == 1
    assert value(metrics, "bot_updates_total", kind="other") == 1
    assert b"private words" not in metrics.page()
    assert b"made_up_by_someone" not in metrics.page()


def test_health_and_commits_are_read_when_they_are_asked_for() -> None:
    metrics = Metrics()
    state: dict[str, str | None] = {"database": None, "circuit": "open"}
    commits = [41]
    metrics.watch_health(
        Health(
            required={"database": lambda: state["database"]}, watched={"circuit": lambda: state["circuit"]}
        )
    )
    metrics.watch_commits(lambda: commits[0])

    assert value(metrics, "bot_failing", probe="database") == 0
    assert value(metrics, "bot_degraded", probe="circuit") == 1
    state["database"] = "the disk is full"
    commits[0] += 1
    assert value(metrics, "bot_failing", probe="database") == 1
    assert value(metrics, "bot_database_commits_total") == 42


def test_two_bots_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.telegram("sendMessage", "ok")
    assert value(one, "bot_telegram_requests_total", method="sendMessage", outcome="ok") == 1
    assert value(other, "bot_telegram_requests_total", method="sendMessage", outcome="ok") is None


def test_names_are_those_of_the_page() -> None:
    metrics = Metrics()
    metrics.telegram("sendMessage", "ok")
    metrics.queued(waiting=0, asking=0, slots=1)
    page = metrics.page().decode()
    assert {"bot_questions_total", "bot_model_request_seconds_bucket", "bot_model_slots"} <= names_of(metrics)
    assert "bot_telegram_requests_total{" in page
    assert "process_resident_memory_bytes" in names_of(metrics)


async def asked(handler: Callable[[web.Request], Awaitable[web.StreamResponse]], metrics: Metrics) -> None:
    """One getMe and one download from a server that answers like `handler`."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    server = TestServer(app)
    await server.start_server()
    root = f"http://127.0.0.1:{server.port}"
    transport = Transport(count=metrics.telegram)
    bot = Bot(
        TOKEN,
        base_url=f"{root}/bot",
        request=transport,
        get_updates_request=Transport(count=metrics.telegram),
    )
    try:
        async with transport:
            with pytest.raises(TelegramError):
                await bot.send_message(7, "private words")
            with pytest.raises(TelegramError):
                await transport.retrieve(f"{root}/file/bot{TOKEN}/voice/file_7.oga")
    finally:
        await server.close()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, "bad_request"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (409, "conflict"),
        (418, "other"),
        (500, "server_fault"),
    ],
)
async def test_what_telegram_refuses_is_counted_by_kind(status: int, outcome: str) -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response({"ok": False, "description": "private reason"}, status=status)

    metrics = Metrics()
    await asked(handler, metrics)

    for method in ("sendMessage", "file"):
        assert value(metrics, "bot_telegram_requests_total", method=method, outcome=outcome) == 1
    for secret in (b"private", b"file_7", TOKEN.encode()):
        assert secret not in metrics.page()


async def test_a_flood_is_counted_and_so_is_a_connection_that_broke() -> None:
    async def flood(_request: web.Request) -> web.Response:
        return web.json_response({"ok": False, "parameters": {"retry_after": 3}}, status=429)

    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    metrics = Metrics()
    await asked(flood, metrics)
    await asked(hang_up, metrics)

    assert value(metrics, "bot_telegram_requests_total", method="sendMessage", outcome="flood") == 1
    assert value(metrics, "bot_telegram_requests_total", method="sendMessage", outcome="fate_unknown") == 1


async def test_success_and_a_refused_connection_are_counted() -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    metrics = Metrics()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    server = TestServer(app)
    await server.start_server()
    url = f"http://127.0.0.1:{server.port}/bot{TOKEN}/sendChatAction?chat_id=7"
    async with Transport(count=metrics.telegram) as transport:
        await transport.post(url)
    await server.close()
    async with Transport(count=metrics.telegram) as transport:
        with pytest.raises(NetworkError):
            await transport.post(url)

    outcomes = [
        value(metrics, "bot_telegram_requests_total", method="sendChatAction", outcome=outcome)
        for outcome in ("ok", "not_sent")
    ]
    assert outcomes == [1, 1]
