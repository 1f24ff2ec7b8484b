"""The transport, over real sockets: what is asked for arrives, and each failure has its right name."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import socket
import struct
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp_socks import ProxyError
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.proxy import Proxy
from bot.delivery.transport import (
    MOST_FILE_BYTES,
    FateUnknown,
    FateUnknownInTime,
    FileTooLarge,
    NotSent,
    NotSentInTime,
    NotTelegram,
    ProxyRefused,
    ServerFault,
    Transport,
)

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

TOKEN = "123456:very-secret"
OK_REPLY = b'{"ok":true,"result":true}'


@asynccontextmanager
async def http_server(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    server = TestServer(app)
    await server.start_server()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        await server.close()


@asynccontextmanager
async def raw_server(talk: Talk) -> AsyncIterator[str]:
    """A server that says whatever `talk` says, then closes the connection."""
    talks: set[asyncio.Task[Any]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await talk(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for task in talks:
            task.cancel()
        server.close()


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


async def post(transport: Transport, root: str, **timeouts: float) -> Any:
    async with transport:
        return await transport.post(f"{root}/bot{TOKEN}/getMe", None, **timeouts)


async def failure_of(transport: Transport, root: str, **timeouts: float) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        await post(transport, root, **timeouts)
    return caught.value


async def test_a_call_carries_its_parameters_as_native_json() -> None:
    seen: list[tuple[str, str, Any]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.content_type, await request.json()))
        return web.json_response({"ok": True, "result": True})

    async with http_server(handler) as root:
        bot = Bot(TOKEN, base_url=f"{root}/bot", request=Transport(), get_updates_request=Transport())
        async with bot.request:
            await bot.send_chat_action(7, "typing", message_thread_id=3)
            await bot.set_my_name("Привет 👋 \ud800")

    parameters = {"chat_id": 7, "action": "typing", "message_thread_id": 3}
    assert seen == [
        ("POST", "application/json", parameters),
        ("POST", "application/json", {"name": "Привет 👋 ?"}),
    ]


async def test_a_file_goes_up_as_multipart_with_its_name_and_bytes() -> None:
    seen: dict[str, Any] = {}

    async def handler(request: web.Request) -> web.Response:
        form = await request.post()
        document = form["document"]
        assert isinstance(document, web.FileField)
        seen.update(
            chat_id=form["chat_id"],
            caption=form["caption"],
            filename=document.filename,
            content_type=document.content_type,
            content=document.file.read(),
        )
        message = {"message_id": 5, "date": 0, "chat": {"id": 7, "type": "private"}}
        return web.json_response({"ok": True, "result": message})

    async with http_server(handler) as root:
        bot = Bot(TOKEN, base_url=f"{root}/bot", request=Transport(), get_updates_request=Transport())
        async with bot.request:
            await bot.send_document(7, InputFile(b"\x00\xff code", 'ответ "1".py'), caption="вот")

    assert seen == {
        "chat_id": "7",
        "caption": "вот",
        "filename": 'ответ "1".py',
        "content_type": "text/x-python",
        "content": b"\x00\xff code",
    }


async def test_a_file_is_fetched() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=request.method.encode() + b" \x00\x01")

    async with http_server(handler) as root, Transport() as transport:
        assert await transport.retrieve(f"{root}/file/bot{TOKEN}/a.ogg") == b"GET \x00\x01"


@pytest.mark.parametrize("beyond", [0, 1])
async def test_a_file_is_fetched_up_to_the_last_byte_that_may_be(beyond: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=bytes(MOST_FILE_BYTES + beyond))

    async with http_server(handler) as root, Transport() as transport:
        with pytest.raises(FileTooLarge) if beyond else nullcontext():
            fetched = await transport.retrieve(f"{root}/file/bot{TOKEN}/a.ogg")
            assert len(fetched) == MOST_FILE_BYTES


async def test_of_a_file_that_does_not_end_no_more_is_read_than_may_be_fetched() -> None:
    sent = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            while sent < 10 * MOST_FILE_BYTES:
                await response.write(bytes(1_000_000))
                sent += 1_000_000
        return response

    outcomes: list[str] = []
    async with (
        http_server(handler) as root,
        Transport(count=lambda _, one: outcomes.append(one)) as transport,
    ):
        with pytest.raises(FileTooLarge):
            await transport.retrieve(f"{root}/file/bot{TOKEN}/a.ogg")
    assert MOST_FILE_BYTES < sent < 2 * MOST_FILE_BYTES
    assert outcomes == ["too_large"]


async def test_one_connection_serves_calls_in_turn_and_no_cookie_comes_back() -> None:
    peers: set[Any] = set()
    cookies: list[dict[str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        cookies.append(dict(request.cookies))
        response = web.json_response({"ok": True, "result": True})
        response.set_cookie("a", "b")
        return response

    async with http_server(handler) as root, Transport() as transport:
        for _ in range(3):
            await transport.post(f"{root}/bot{TOKEN}/getMe")
    assert len(peers) == 1
    assert cookies == [{}, {}, {}]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"description": "Bad Request: message is too long"}, BadRequest),
        (401, {"description": "Unauthorized"}, InvalidToken),
        (409, {"description": "Conflict: terminated by other getUpdates request"}, Conflict),
        (429, {"description": "Too Many Requests", "parameters": {"retry_after": 7}}, RetryAfter),
        (429, {"description": "slow down, says a proxy"}, ServerFault),
        (500, {"description": "Internal Server Error"}, ServerFault),
        (502, None, ServerFault),
        (504, None, FateUnknownInTime),
        (599, None, ServerFault),
        (302, None, NotTelegram),
    ],
)
async def test_each_status_has_its_error(status: int, body: Any, kind: type[Exception]) -> None:
    async def handler(_: web.Request) -> web.Response:
        text = "<html>nginx</html>" if body is None else json.dumps({"ok": False} | body)
        return web.Response(status=status, text=text, headers={"Location": "/elsewhere"})

    async with http_server(handler) as root:
        with pytest.raises(kind) as caught:
            await post(Transport(), root)
    assert type(caught.value) is kind


PAGE = b"<html>nginx</html>"


@pytest.mark.parametrize("status", [300, 301, 400, 401, 403, 404, 409, 413, 418, 429])
@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        b"",
        b"[]",
        b'"ok"',
        b"{}",
        b'{"ok": true, "result": true}',
        b'{"ok": false}',
        b'{"ok": 0, "description": "Forbidden"}',
        b'{"ok": false, "description": {"text": "Forbidden"}}',
        b'{"error": "Forbidden"}',
        b'{"ok": false, "description": "Forb',
        b"[" * 100_000,
    ],
)
async def test_a_refusal_that_is_not_in_the_bot_apis_form_is_not_telegrams(status: int, body: bytes) -> None:
    error = await _answered(status, body)
    assert type(error) is NotTelegram
    assert isinstance(error, ServerFault)
    assert "nginx" not in str(error)


@pytest.mark.parametrize(
    "body", [PAGE, b"", b"null", b'{"ok": true}', b'{"ok": false, "description": "no"}', b'{"ok": true, "res']
)
async def test_a_success_that_is_not_in_the_bot_apis_form_leaves_the_fate_unknown(body: bytes) -> None:
    assert type(await _answered(200, body)) is FateUnknown


async def _answered(status: int, body: bytes) -> NetworkError:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, content_type="text/html")

    async with http_server(handler) as root:
        return await failure_of(Transport(), root)


@pytest.mark.parametrize(
    ("told", "wait_s"),
    [
        ("7", 7),
        ("0.2", 1),
        ("86400", 86_400),
        ("1000000000000", 86_400),
        ("1e300", 86_400),
        ("1e999", 86_400),
        ("Infinity", 86_400),
    ],
)
async def test_a_wait_of_absurd_size_is_a_day(told: str, wait_s: int) -> None:
    error = await _flooded(told)
    assert isinstance(error, RetryAfter)
    assert error.retry_after == wait_s


@pytest.mark.parametrize("told", ["-1", "0", "true", '"7"', "null", "[]", "{}", "NaN", "-1e999"])
async def test_a_wait_that_is_none_is_not_telegrams_flood_control(told: str) -> None:
    assert type(await _flooded(told)) is ServerFault


async def _flooded(told: str) -> Exception:
    async def handler(_: web.Request) -> web.Response:
        text = f'{{"ok": false, "description": "Too Many Requests", "parameters": {{"retry_after": {told}}}}}'
        return web.Response(status=429, text=text, content_type="application/json")

    async with http_server(handler) as root:
        with pytest.raises(TelegramError) as caught:
            await post(Transport(), root)
    return caught.value


@pytest.mark.parametrize(
    "parameters", ["[]", '"x"', "7", '{"migrate_to_chat_id": "x"}', '{"migrate_to_chat_id": true}']
)
async def test_parameters_that_make_no_sense_leave_a_plain_refusal(parameters: str) -> None:
    async def handler(_: web.Request) -> web.Response:
        text = f'{{"ok": false, "description": "Bad Request: no", "parameters": {parameters}}}'
        return web.Response(status=400, text=text, content_type="application/json")

    async with http_server(handler) as root:
        with pytest.raises(BadRequest, match=r"^No$"):
            await post(Transport(), root)


async def test_a_group_that_moved_is_told() -> None:
    async def handler(_: web.Request) -> web.Response:
        reply = {"ok": False, "description": "moved", "parameters": {"migrate_to_chat_id": -100123}}
        return web.json_response(reply, status=400)

    async with http_server(handler) as root:
        with pytest.raises(ChatMigrated) as caught:
            await post(Transport(), root)
    assert caught.value.new_chat_id == -100123


SENT = b'{"ok": true, "result": {"message_id": 5, "date": 1790000000}}'
HEADER, MESSAGE = datetime(2026, 9, 21, 14, 13, tzinfo=UTC), datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize(
    ("method", "status", "header", "body", "told"),
    [
        ("getMe", 200, "Mon, 21 Sep 2026 14:13:00 GMT", OK_REPLY, HEADER),
        ("sendMessage", 200, "Mon, 21 Sep 2026 14:13:00 GMT", SENT, HEADER),
        ("sendMessage", 200, "Mon, 21 Sep 2026 14:13:00 -0000", SENT, HEADER),
        ("sendMessage", 400, "Mon, 21 Sep 2026 14:13:00 GMT", b'{"ok": false, "description": "no"}', HEADER),
        ("sendMessage", 200, "", SENT, MESSAGE),
        ("editMessageText", 200, "", SENT, None),
        ("sendChatAction", 200, "", OK_REPLY, None),
        ("sendMessage", 200, "", b'{"ok": true, "result": {"date": 1e30}}', None),
        ("sendMessage", 200, "", b'{"ok": true, "result": {"date": "1790000000"}}', None),
        ("getMe", 200, "yesterday", OK_REPLY, None),
        ("getMe", 200, "Mon, 21 Sep 99999 14:13:00 GMT", OK_REPLY, None),
        ("getMe", 403, "Mon, 21 Sep 2026 14:13:00 GMT", PAGE, None),
        ("getMe", 200, "Mon, 21 Sep 2026 14:13:00 GMT", PAGE, None),
    ],
)
async def test_what_telegrams_clock_says_is_told(
    method: str, status: int, header: str, body: bytes, told: datetime | None
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n"
        writer.write((head + (f"Date: {header}\r\n" if header else "") + "\r\n").encode() + body)
        await writer.drain()

    seen: list[datetime] = []
    async with raw_server(talk) as root, Transport(on_date=seen.append) as transport:
        with suppress(TelegramError):
            await transport.post(f"{root}/bot{TOKEN}/{method}")
    assert seen == ([] if told is None else [told])


async def test_a_files_content_is_no_reply() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=404, body=PAGE)

    async with http_server(handler) as root, Transport() as transport:
        with pytest.raises(NotTelegram):
            await transport.retrieve(f"{root}/file/bot{TOKEN}/a.ogg")


async def test_a_refused_connection_is_not_sent() -> None:
    error = await failure_of(Transport(), f"http://127.0.0.1:{free_port()}")
    assert isinstance(error, NotSent)
    assert not isinstance(error, TimedOut)
    assert "ClientConnectorError: Connect call failed" in str(error)


async def test_an_unknown_host_is_not_sent() -> None:
    error = await failure_of(Transport(), "http://no-such-host.invalid")
    assert isinstance(error, NotSent)


async def test_a_broken_tls_handshake_is_not_sent() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"this is no TLS")
        await writer.drain()

    async with raw_server(talk) as root:
        error = await failure_of(Transport(), root.replace("http:", "https:"))
    assert isinstance(error, NotSent)


async def test_no_free_connection_in_time_is_not_sent_and_a_time_out() -> None:
    arrived = asyncio.Event()
    release = asyncio.Event()

    async def handler(_: web.Request) -> web.Response:
        arrived.set()
        await release.wait()
        return web.Response(body=OK_REPLY)

    async with http_server(handler) as root, Transport(connections=1) as transport:
        url = f"{root}/bot{TOKEN}/getMe"
        first = asyncio.create_task(transport.post(url))
        await arrived.wait()
        with pytest.raises(NotSentInTime) as caught:
            await transport.post(url, pool_timeout=0.05, connect_timeout=0.05)
        release.set()
        assert await first is True
    assert isinstance(caught.value, TimedOut)


async def test_no_reply_in_time_leaves_the_fate_unknown() -> None:
    async def talk(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async with raw_server(talk) as root:
        error = await failure_of(Transport(), root, read_timeout=0.05)
    assert isinstance(error, FateUnknownInTime)
    assert isinstance(error, TimedOut)


async def test_a_reply_that_trickles_past_the_whole_time_leaves_the_fate_unknown() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.02)

    async with raw_server(talk) as root:
        limits = {"read_timeout": 0.1, "write_timeout": 0.05, "connect_timeout": 0.05, "pool_timeout": 0.05}
        assert isinstance(await failure_of(Transport(), root, **limits), FateUnknownInTime)


async def test_a_connection_closed_without_a_reply_leaves_the_fate_unknown() -> None:
    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with raw_server(talk) as root:
        error = await failure_of(Transport(), root)
    assert isinstance(error, FateUnknown)
    assert not isinstance(error, TimedOut)


async def test_a_reset_in_the_middle_of_a_reply_leaves_the_fate_unknown() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async with raw_server(talk) as root:
        assert isinstance(await failure_of(Transport(), root), FateUnknown)


async def test_time_outs_given_as_none_wait() -> None:
    async def handler(_: web.Request) -> web.Response:
        await asyncio.sleep(0.05)
        return web.Response(body=OK_REPLY)

    patient = Transport(
        read_timeout_s=None, write_timeout_s=None, connect_timeout_s=None, pool_timeout_s=None
    )
    async with http_server(handler) as root:
        assert await post(patient, root) is True
    assert patient.read_timeout is None


async def test_an_http_proxy_is_asked_in_place_of_telegram() -> None:
    seen: list[tuple[str, str | None]] = []

    async def proxy(request: web.Request) -> web.Response:
        seen.append((str(request.url), request.headers.get("Proxy-Authorization")))
        return web.Response(body=OK_REPLY)

    async with http_server(proxy) as root:
        with_login = root.replace("http://", "http://me:pw@")
        assert await post(Transport(proxy_url=with_login), "http://telegram.invalid") is True
    assert seen == [(f"http://telegram.invalid/bot{TOKEN}/getMe", "Basic bWU6cHc=")]


@pytest.mark.parametrize("login", ["me@", "me:@"])
def test_an_http_proxy_gets_a_name_without_a_password(login: str) -> None:
    options = Proxy(f"http://{login}proxy.example:3128").options("http://telegram.invalid", {})
    assert options == {"proxy": "http://proxy.example:3128", "headers": {"Proxy-Authorization": "Basic bWU6"}}


@pytest.mark.parametrize("password", ["pw", "Пароль", "é", "a b", "a:b@c/d#e?f", "%", "日本"])
async def test_an_http_proxy_gets_any_password_in_utf_8(password: str) -> None:
    seen: list[str] = []

    async def proxy(request: web.Request) -> web.Response:
        seen.append(base64.b64decode(request.headers["Proxy-Authorization"].removeprefix("Basic ")).decode())
        return web.Response(body=OK_REPLY)

    async with http_server(proxy) as root:
        with_login = root.replace("http://", f"http://{quote('имя', safe='')}:{quote(password, safe='')}@")
        transport = Transport(proxy_url=with_login)
        assert await post(transport, "http://telegram.invalid") is True
    assert seen == [f"имя:{password}"]


async def test_behind_tls_the_password_goes_to_the_proxy_alone() -> None:
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await writer.drain()
        await reader.read(1)

    async with raw_server(talk) as root:
        transport = Transport(proxy_url=root.replace("http://", "http://me:pw@"))
        assert isinstance(await failure_of(transport, "https://telegram.invalid"), NotSent)
    (request,) = seen
    assert request.startswith(b"CONNECT telegram.invalid:443 ")
    assert b"Proxy-Authorization: Basic bWU6cHc=" in request


async def test_a_proxy_that_wants_another_password_is_told_from_others() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=407, body=PAGE)

    async with http_server(handler) as root:
        assert type(await failure_of(Transport(proxy_url=root), "http://telegram.invalid")) is ProxyRefused


async def test_an_http_proxy_that_refuses_means_not_sent() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with raw_server(talk) as root:
        error = await failure_of(Transport(proxy_url=root), "https://telegram.invalid")
    assert isinstance(error, NotSent)
    assert isinstance(error, ProxyRefused)
    assert "407" in str(error)


async def socks5_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, status: int) -> str:
    """Plays a SOCKS5 server (RFC 1928) up to its reply, and gives the host name asked for."""
    assert (await reader.readexactly(2))[0] == 5
    await reader.read(255)
    writer.write(b"\x05\x00")
    version, command, _, kind, length = await reader.readexactly(5)
    assert (version, command, kind) == (5, 1, 3)
    host = (await reader.readexactly(length)).decode()
    await reader.readexactly(2)
    writer.write(bytes([5, status, 0, 1, 0, 0, 0, 0, 0, 0]))
    await writer.drain()
    return host


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_a_socks5_proxy_resolves_the_name_and_carries_the_call(scheme: str) -> None:
    hosts: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hosts.append(await socks5_handshake(reader, writer, status=0))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(OK_REPLY), OK_REPLY))
        await writer.drain()

    async with raw_server(talk) as root:
        transport = Transport(proxy_url=root.replace("http", scheme))
        assert await post(transport, "http://telegram.invalid") is True
    assert hosts == ["telegram.invalid"]


@pytest.mark.parametrize(
    ("error", "wants"),
    [
        (ProxyError("Username and password authentication failure"), True),
        (ProxyError("Connection not allowed by ruleset"), False),
        (OSError("authentication"), False),
    ],
)
def test_a_socks5_proxy_says_in_words_that_it_wants_another_password(error: Exception, wants: bool) -> None:
    assert Proxy.wants_another_password(error) is wants


async def test_a_socks5_proxy_that_refuses_means_not_sent() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await socks5_handshake(reader, writer, status=5)

    async with raw_server(talk) as root:
        transport = Transport(proxy_url=root.replace("http", "socks5"))
        assert isinstance(await failure_of(transport, "http://telegram.invalid"), NotSent)


async def test_no_failure_shows_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def hang(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async def hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async with raw_server(hang) as silent, raw_server(hang_up) as rude:
        tls = silent.replace("http:", "https:")
        errors = [
            await failure_of(Transport(), f"http://127.0.0.1:{free_port()}"),
            await failure_of(Transport(), "ftp://127.0.0.1"),
            await failure_of(Transport(), rude),
            await failure_of(Transport(), silent, read_timeout=0.05),
            await failure_of(Transport(), tls, connect_timeout=0.05, pool_timeout=0.05),
        ]
    told = "".join("".join(traceback.format_exception(error)) for error in errors)
    told += "".join(repr(error) for error in errors) + caplog.text
    assert TOKEN not in told
    assert [error.__context__ for error in errors] == [None] * len(errors)


async def test_a_transport_is_used_between_start_and_end_and_may_start_again() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=OK_REPLY)

    transport = Transport()
    async with http_server(handler) as root:
        url = f"{root}/bot{TOKEN}/getMe"
        with pytest.raises(RuntimeError, match="not initialized"):
            await transport.do_request(url, "POST")
        for _ in range(2):
            await transport.initialize()
            await transport.initialize()
            assert await transport.post(url) is True
            await transport.shutdown()
            await transport.shutdown()
