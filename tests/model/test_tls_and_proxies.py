"""Over TLS, and through proxies."""

from __future__ import annotations

import asyncio
import json
import ssl
from pathlib import Path

import pytest

from bot.emulator.model import ModelServer
from bot.model import FailureKind, ModelFailure
from tests.clocks import ManualClock
from tests.model.conftest import Connect
from tests.model.servers import http_reply, listening, question, read_request

TLS = Path(__file__).parent / "tls"
BODY = json.dumps(
    {"output": [{"type": "message", "content": [{"type": "output_text", "text": "да"}]}]}
).encode()


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context; its certificate, made for these tests alone, is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.crt"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    return context


async def answer_for_ever(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await read_request(reader)
        writer.write(http_reply(BODY))


async def test_over_tls(connect: Connect, tls: ssl.SSLContext) -> None:
    async with listening(answer_for_ever, tls) as port:
        model = connect(f"https://localhost:{port}/v1")
        for _ in range(2):
            assert (await model.ask(question(), timeout_s=30)).answer.text == "да"
        await model.close()


async def test_a_certificate_that_nobody_vouches_for(
    connect: Connect, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with listening(answer_for_ever, tls) as port:
        with pytest.raises(ModelFailure) as caught:
            await connect(f"https://localhost:{port}/v1").ask(question(), timeout_s=30)
    assert caught.value.kind is FailureKind.UNAVAILABLE
    assert "CERTIFICATE_VERIFY_FAILED" in caught.value.detail


@pytest.mark.parametrize("before", [0, 1], ids=["new connection", "kept alive"])
async def test_a_tls_connection_is_closed_under_its_reader(
    connect: Connect, tls: ssl.SSLContext, before: int
) -> None:
    """The abort comes from another thread than the one that is blocked in reading; its thread then serves."""
    hung, gone = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not hung.is_set():
            for _ in range(before):
                await read_request(reader)
                writer.write(http_reply(BODY))
            await read_request(reader)
            hung.set()
            assert await reader.read() == b""
            gone.set()
        else:
            await answer_for_ever(reader, writer)

    async with listening(talk, tls) as port:
        model = connect(f"https://localhost:{port}/v1", clock=ManualClock(), concurrency=1)
        for _ in range(before):
            await model.ask(question(), timeout_s=30)
        asked = asyncio.create_task(model.ask(question(), timeout_s=30))
        await hung.wait()
        asked.cancel()
        await gone.wait()
        assert (await model.ask(question(), timeout_s=30)).answer.text == "да"
        await model.close()


async def test_through_an_http_proxy(connect: Connect) -> None:
    """To a plain server the proxy is asked for the whole URL, with the password of the proxy's own URL."""
    heads: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await read_request(reader))[0])
        writer.write(http_reply(BODY))

    async with listening(talk) as port:
        model = connect("http://model.example/v1", proxy_url=f"http://me:pass@127.0.0.1:{port}")
        assert (await model.ask(question(), timeout_s=30)).answer.text == "да"
        await model.close()
    assert heads[0].startswith(b"POST http://model.example/v1/responses HTTP/1.1\r\n")
    assert b"proxy-authorization: basic bwu6cgfzcw==" in heads[0].lower()


async def test_through_a_tunnel(connect: Connect, tls: ssl.SSLContext) -> None:
    """To a TLS server the proxy opens a tunnel and sees neither the key nor the question."""
    seen = bytearray()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            seen.extend(data)
            writer.write(data)
        writer.close()

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, _ = await read_request(reader)
        seen.extend(head)
        port = int(head.split()[1].split(b":")[1])
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(copy(reader, onward_writer), copy(onward_reader, writer))
        finally:
            onward_writer.transport.abort()

    async with listening(answer_for_ever, tls) as port, listening(tunnel) as proxy:
        model = connect(f"https://localhost:{port}/v1", proxy_url=f"http://127.0.0.1:{proxy}")
        assert (await model.ask(question("тайна"), timeout_s=30)).answer.text == "да"
        await model.close()
    assert bytes(seen).startswith(f"CONNECT localhost:{port} HTTP/1.1\r\n".encode())
    assert b"AQVN" not in seen


async def test_a_hung_tunnel_is_ended(connect: Connect) -> None:
    asked_for, gone = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        asked_for.set()
        await reader.read()
        gone.set()

    async with listening(talk) as port:
        model = connect("https://model.example/v1", proxy_url=f"http://127.0.0.1:{port}", clock=ManualClock())
        asked = asyncio.create_task(model.ask(question(), timeout_s=60))
        await asked_for.wait()
        asked.cancel()
        await gone.wait()


async def test_a_proxy_that_refuses(connect: Connect) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_reply(b"", status="407 Proxy Authentication Required"))

    async with listening(talk) as port:
        model = connect("https://model.example/v1", proxy_url=f"http://me:hidden-word@127.0.0.1:{port}")
        with pytest.raises(ModelFailure) as caught:
            await model.ask(question(), timeout_s=30)
    assert caught.value.kind is FailureKind.UNAVAILABLE
    assert "407" in caught.value.detail
    assert "hidden-word" not in caught.value.detail


async def socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """RFC 1928 with RFC 1929's password, then the model's answer, as if from the server asked for."""
    assert await reader.readexactly(1) == b"\x05"
    await reader.readexactly((await reader.readexactly(1))[0])
    writer.write(b"\x05\x02")
    _, name_length = await reader.readexactly(2)
    name = await reader.readexactly(name_length)
    password = await reader.readexactly((await reader.readexactly(1))[0])
    assert (name, password) == (b"me", b"pass")
    writer.write(b"\x01\x00")
    _, _, _, kind, length = await reader.readexactly(5)
    assert kind == 3
    assert await reader.readexactly(length + 2) == b"model.example\x00\x50"
    writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
    await answer_for_ever(reader, writer)


async def test_through_a_socks_proxy(connect: Connect) -> None:
    """The proxy resolves the name, so it works where DNS does not."""
    async with listening(socks5) as port:
        model = connect("http://model.example/v1", proxy_url=f"socks5://me:pass@127.0.0.1:{port}")
        assert (await model.ask(question(), timeout_s=30)).answer.text == "да"
        await model.close()


async def test_a_proxy_for_the_model_only(server: ModelServer, connect: Connect) -> None:
    """Without the bot's own variable there is none, whatever other clients in the process use."""
    await connect(server.url, proxy_url=None).ask(question(), timeout_s=30)
    assert "Proxy-Authorization" not in server.requests[0].headers
