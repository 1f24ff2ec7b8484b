"""What comes back over HTTP, sorted."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from typing import Any

import pytest

from bot.core.values import Ending, Usage
from bot.emulator.model import ModelServer
from bot.model import FailureKind, Model, ModelFailure
from bot.model.abortable_transport import MAX_REPLY_BYTES
from tests.model.conftest import Connect
from tests.model.servers import http_reply, listening, question, read_request


async def failure_of(client: Model, **changes: Any) -> ModelFailure:
    with pytest.raises(ModelFailure) as caught:
        await client.ask(question(**changes), timeout_s=30)
    return caught.value


async def test_an_answer(server: ModelServer, model: Model) -> None:
    server.reply("**Здравствуйте!**")
    reply = await model.ask(question(), timeout_s=30)
    assert (reply.answer.text, reply.answer.ending) == ("**Здравствуйте!**", Ending.COMPLETED)
    assert reply.answer.usage.output_tokens > 0
    assert reply.answer.model == "gpt://b1gfolder/yandexgpt-lite"
    assert reply.duration_s > 0


@pytest.mark.parametrize(
    ("word", "ending"),
    [("refuse", Ending.REFUSED), ("empty", Ending.EMPTY), ("cut", Ending.CUT), ("code", Ending.COMPLETED)],
)
async def test_endings(model: Model, word: str, ending: Ending) -> None:
    assert (await model.ask(question(word), timeout_s=30)).answer.ending is ending


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, FailureKind.BROKEN_REPLY),
        (400, FailureKind.BAD_REQUEST),
        (401, FailureKind.UNAUTHORIZED),
        (403, FailureKind.FORBIDDEN),
        (404, FailureKind.BAD_REQUEST),
        (408, FailureKind.TIMEOUT),
        (413, FailureKind.TOO_LONG),
        (422, FailureKind.BAD_REQUEST),
        (429, FailureKind.QUOTA),
        (500, FailureKind.SERVER_ERROR),
        (501, FailureKind.UNSUPPORTED),
        (502, FailureKind.UNAVAILABLE),
        (503, FailureKind.UNAVAILABLE),
        (504, FailureKind.UNAVAILABLE),
        (599, FailureKind.SERVER_ERROR),
    ],
)
async def test_by_status(server: ModelServer, model: Model, status: int, kind: FailureKind) -> None:
    """The status decides, and each request is sent once: retries are not the client's."""
    server.fail(status, times=None, headers={"Location": "/v1/elsewhere"})
    told = await failure_of(model)
    assert (told.kind, told.http_status) == (kind, status)
    assert len(server.requests) == 1
    assert told.request_id == server.requests[0].headers["x-client-request-id"]


async def test_the_ids_for_support(server: ModelServer, model: Model) -> None:
    server.fail(500, headers={"x-request-id": "req-1", "x-server-trace-id": "trace-2"})
    assert (await failure_of(model)).provider_ids == "x-request-id=req-1 x-server-trace-id=trace-2"


async def test_no_more_of_an_id_than_an_id_has(server: ModelServer, model: Model) -> None:
    server.fail(500, headers={"x-request-id": "r" * 101, "x-server-trace-id": "t" * 100})
    ids = f"x-request-id={'r' * 100} x-server-trace-id={'t' * 100}"
    assert (await failure_of(model)).provider_ids == ids


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "gauge quota limit exceed", "code": "quota"}},
        {"error": {"grpcCode": 8, "httpCode": 429, "message": "gauge quota limit exceed", "details": []}},
        {"error": "gauge quota limit exceed"},
        "<html>gauge quota limit exceed</html>",
    ],
)
async def test_error_bodies_vary(server: ModelServer, model: Model, body: Any) -> None:
    server.fail(429, retry_after=2, body=body)
    told = await failure_of(model)
    assert (told.kind, told.retry_after_s) == (FailureKind.QUOTA, 2.0)
    assert "gauge quota limit exceed" in told.detail


@pytest.mark.parametrize("body", ["", "[]", {"error": None}, {"error": {"message": None, "code": 7}}])
async def test_error_bodies_may_say_nothing(server: ModelServer, model: Model, body: Any) -> None:
    server.fail(500, body=body)
    assert (await failure_of(model)).kind is FailureKind.SERVER_ERROR


async def test_a_long_detail_is_bounded(server: ModelServer, model: Model) -> None:
    server.fail(400, body={"error": {"message": "x" * 100_000}})
    assert len((await failure_of(model)).detail) <= 500


async def test_too_long(server: ModelServer, model: Model) -> None:
    """The one 400 that its words tell apart; the same words with another status change nothing."""
    assert (await failure_of(model, text="слово " * 20_000)).kind is FailureKind.TOO_LONG
    server.fail(500, body={"error": {"message": "prompt is too long"}})
    assert (await failure_of(model)).kind is FailureKind.SERVER_ERROR


@pytest.mark.parametrize(
    "changes",
    [{"model": "no such/model"}, {"temperature": 1.5}, {"max_output_tokens": 0}, {"model": "gpt://other/m"}],
)
async def test_bad_requests(model: Model, changes: dict[str, Any]) -> None:
    assert (await failure_of(model, **changes)).kind is FailureKind.BAD_REQUEST


async def test_what_a_failed_response_used(server: ModelServer, model: Model) -> None:
    server.reply({"status": "failed", "output": [], "usage": {"input_tokens": 3, "output_tokens": 4}})
    assert (await failure_of(model)).usage == Usage(3, 4)


async def test_a_page_instead_of_a_response(server: ModelServer, model: Model) -> None:
    server.html()
    told = await failure_of(model)
    assert (told.kind, told.http_status) == (FailureKind.BROKEN_REPLY, 200)


@pytest.mark.parametrize("text", ['{"output": [', "", "null", "42", '"ok"', '{"id": 1}'])
async def test_broken_json(server: ModelServer, model: Model, text: str) -> None:
    server.say_broken_json(text)
    assert (await failure_of(model)).kind is FailureKind.BROKEN_REPLY


@pytest.mark.parametrize("in_body", [False, True])
async def test_a_dropped_connection(server: ModelServer, model: Model, in_body: bool) -> None:
    """The connection's end is a failure of its own, and the next request makes another connection."""
    server.drop(in_body=in_body)
    assert (await failure_of(model)).kind is FailureKind.UNAVAILABLE
    assert (await model.ask(question(), timeout_s=30)).answer.text


async def test_nothing_listens(connect: Connect) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        told = await failure_of(connect(f"http://127.0.0.1:{unused.getsockname()[1]}/v1"))
    assert (told.kind, told.http_status) == (FailureKind.UNAVAILABLE, None)
    assert "ConnectError" in told.detail


@pytest.mark.parametrize("base_url", ["ftp://127.0.0.1/v1", "http://no-such-host.invalid/v1"])
async def test_nowhere_to_connect(connect: Connect, base_url: str) -> None:
    assert (await failure_of(connect(base_url))).kind is FailureKind.UNAVAILABLE


async def test_it_does_not_speak_http(connect: Connect) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"220 mail.example ESMTP\r\n\r\n")

    async with listening(talk) as port:
        assert (await failure_of(connect(f"http://127.0.0.1:{port}/v1"))).kind is FailureKind.UNAVAILABLE


async def test_a_flood_is_not_read_to_its_end(connect: Connect) -> None:
    sent = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        try:
            while True:
                writer.write(b" " * 65536)
                await writer.drain()
        except ConnectionError:
            sent.set()

    async with listening(talk) as port:
        told = await failure_of(connect(f"http://127.0.0.1:{port}/v1"))
        await sent.wait()
    assert told.kind is FailureKind.BROKEN_REPLY


async def test_an_answer_within_the_bound_is_read(server: ModelServer, model: Model) -> None:
    text = "д" * (MAX_REPLY_BYTES // 8)
    server.reply(text)
    assert (await model.ask(question(), timeout_s=30)).answer.text == text


@pytest.mark.parametrize("more", [0, 1], ids=["the bound", "a byte more"])
async def test_a_reply_is_read_up_to_its_bound(connect: Connect, more: int) -> None:
    body = b'{"output": []}'.ljust(MAX_REPLY_BYTES + more)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_reply(body))

    async with listening(talk) as port:
        model = connect(f"http://127.0.0.1:{port}/v1")
        if more:
            assert (await failure_of(model)).kind is FailureKind.BROKEN_REPLY
        else:
            assert (await model.ask(question(), timeout_s=30)).answer.ending is Ending.EMPTY


@pytest.mark.parametrize("packed", [gzip.compress(b"{}"), b"no gzip"], ids=["packed", "not even packed"])
async def test_packed_though_not_asked_for(connect: Connect, packed: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, _ = await read_request(reader)
        assert b"accept-encoding: identity" in head.lower()
        writer.write(http_reply(packed, headers="Content-Encoding: gzip\r\n"))

    async with listening(talk) as port:
        assert (await failure_of(connect(f"http://127.0.0.1:{port}/v1"))).kind is FailureKind.BROKEN_REPLY


async def test_a_connection_closed_between_questions_is_not_noticed(connect: Connect) -> None:
    """The server closes an idle connection: the next question goes over a new one."""
    connections = 0
    body = json.dumps({"output": [{"type": "message", "content": [{"type": "output_text", "text": "да"}]}]})

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(http_reply(body.encode()))
        await writer.drain()
        writer.close()

    async with listening(talk) as port:
        model = connect(f"http://127.0.0.1:{port}/v1")
        for _ in range(3):
            assert (await model.ask(question(), timeout_s=30)).answer.text == "да"
    assert connections == 3


async def test_one_connection_serves_question_after_question(connect: Connect) -> None:
    connections = 0
    body = json.dumps({"output": []}).encode()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            await read_request(reader)
            writer.write(http_reply(body))

    async with listening(talk) as port:
        model = connect(f"http://127.0.0.1:{port}/v1")
        for _ in range(3):
            await model.ask(question(), timeout_s=30)
        await model.close()
    assert connections == 1
