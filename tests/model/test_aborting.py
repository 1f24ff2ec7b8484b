"""A request can always be ended, whatever the server does, and its thread comes back."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from bot.emulator.model import ModelServer
from bot.model import FailureKind, Model, ModelFailure, ModelReply
from bot.model.abort_handle import AbortHandle
from tests.clocks import ManualClock
from tests.model.conftest import Connect
from tests.model.servers import http_reply, listening, question, read_request

TIMEOUT_S = 60


def model_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("model-")]


async def ask(model: Model, text: str = "Привет", timeout_s: float = TIMEOUT_S) -> ModelReply:
    return await model.ask(question(text), timeout_s=timeout_s)


async def test_a_cancelled_question_closes_its_connection(server: ModelServer, connect: Connect) -> None:
    """The server sees the client go while the clock stands still; the same thread answers the next."""
    model = connect(server.url, clock=ManualClock(), concurrency=1)
    server.hang()
    asked = asyncio.create_task(ask(model))
    await server.wait(received=1)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await server.wait(abandoned=1)
    assert (await ask(model)).answer.text


async def test_the_time_is_up(server: ModelServer, connect: Connect) -> None:
    """The whole request has the time, on the caller's clock; then the connection is closed."""
    clock = ManualClock()
    model = connect(server.url, clock=clock)
    server.hang()
    asked = asyncio.create_task(ask(model))
    await server.wait(received=1)
    await clock.advance(TIMEOUT_S - 0.1)
    assert not asked.done()
    await clock.advance(0.1)
    with pytest.raises(ModelFailure) as caught:
        await asked
    assert (caught.value.kind, caught.value.detail) == (FailureKind.TIMEOUT, "no reply within 60 s")
    assert caught.value.request_id == server.requests[0].headers["x-client-request-id"]
    await server.wait(abandoned=1)


async def test_the_first_byte_takes_too_long(server: ModelServer, connect: Connect) -> None:
    """The read time-out of the socket ends the request too, should the clock not."""
    model = connect(server.url, clock=ManualClock())
    server.hang()
    with pytest.raises(ModelFailure) as caught:
        await ask(model, timeout_s=0.2)
    assert caught.value.kind is FailureKind.TIMEOUT
    assert "ReadTimeout" in caught.value.detail


async def test_fifty_hung_requests_on_four_threads(server: ModelServer, connect: Connect) -> None:
    """Every thread hangs again and again; after each time-out all of them serve again."""
    clock = ManualClock()
    model = connect(server.url, clock=clock, concurrency=3)
    server.hang(times=50)
    for received in (*range(4, 50, 4), 50):
        asked = [asyncio.create_task(ask(model)) for _ in range(received - len(server.requests))]
        await server.wait(received=received)
        await clock.advance(TIMEOUT_S)
        ended = await asyncio.gather(*asked, return_exceptions=True)
        assert [getattr(end, "kind", end) for end in ended] == [FailureKind.TIMEOUT] * len(asked)
    await server.wait(abandoned=50)
    assert all(reply.answer.text for reply in await asyncio.gather(*(ask(model) for _ in range(4))))
    assert len(model_threads()) <= 4


async def test_a_question_behind_hung_ones_is_served_when_they_time_out(
    server: ModelServer, connect: Connect
) -> None:
    clock = ManualClock()
    model = connect(server.url, clock=clock, concurrency=1)
    server.hang(times=2)
    hung = [asyncio.create_task(ask(model)) for _ in range(2)]
    await server.wait(received=2)
    waiting = asyncio.create_task(ask(model, timeout_s=10 * TIMEOUT_S))
    await clock.advance(0)
    assert len(model_threads()) == 2
    await clock.advance(TIMEOUT_S)
    await asyncio.wait(hung)
    assert (await waiting).answer.text


async def test_a_question_can_be_cancelled_before_it_has_a_thread(
    server: ModelServer, connect: Connect
) -> None:
    model = connect(server.url, clock=ManualClock(), concurrency=1)
    server.hang(times=2)
    hung = [asyncio.create_task(ask(model)) for _ in range(2)]
    await server.wait(received=2)
    waiting = asyncio.create_task(ask(model, "never sent"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    for task in hung:
        task.cancel()
    await asyncio.wait(hung)
    assert (await ask(model)).answer.text
    assert "never sent" not in [request.body["input"] for request in server.requests]


async def test_a_trickle_is_ended(server: ModelServer, connect: Connect) -> None:
    """A byte now and then keeps a read time-out from ever coming: the clock ends it all the same."""
    clock = ManualClock()
    model = connect(server.url, clock=clock, concurrency=1)
    server.trickle(gap_s=0.01)
    asked = asyncio.create_task(ask(model))
    await server.wait(received=1)
    await clock.advance(TIMEOUT_S)
    with pytest.raises(ModelFailure) as caught:
        await asked
    assert caught.value.kind is FailureKind.TIMEOUT
    await server.wait(abandoned=1)
    assert (await ask(model)).answer.text


async def test_a_connection_that_was_kept_alive_is_closed_too(connect: Connect) -> None:
    """No connecting is seen for the second question: the connection is the first one's."""
    second, gone = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_reply(b'{"output": []}'))
        await read_request(reader)
        second.set()
        assert await reader.read() == b""
        gone.set()

    async with listening(talk) as port:
        model = connect(f"http://127.0.0.1:{port}/v1", clock=ManualClock(), concurrency=1)
        await ask(model)
        asked = asyncio.create_task(ask(model))
        await second.wait()
        asked.cancel()
        await gone.wait()


async def test_a_hung_tls_handshake_is_ended(connect: Connect) -> None:
    begun, gone = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        begun.set()
        await reader.read()
        gone.set()

    async with listening(talk) as port:
        model = connect(
            f"https://127.0.0.1:{port}/v1", clock=ManualClock(), concurrency=1, connect_timeout_s=1000
        )
        asked = asyncio.create_task(ask(model))
        await begun.wait()
        asked.cancel()
        await gone.wait()


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port where connecting never ends: the queue of connections not yet accepted is full."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        clients = [socket.socket() for _ in range(8)]
        for client in clients:
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield server.getsockname()[1]
        for client in clients:
            client.close()


async def test_connecting_has_a_time_of_its_own(connect: Connect, deaf_port: int) -> None:
    """Nothing was sent, so it is no TIMEOUT, which may be billed, but UNAVAILABLE."""
    model = connect(f"http://127.0.0.1:{deaf_port}/v1", clock=ManualClock(), connect_timeout_s=0.2)
    with pytest.raises(ModelFailure) as caught:
        await ask(model)
    assert caught.value.kind is FailureKind.UNAVAILABLE
    assert "ConnectTimeout" in caught.value.detail


async def test_a_hung_connect_keeps_no_thread(connect: Connect, deaf_port: int) -> None:
    """Cancelled while connecting: the question ends at once, the thread when connecting times out."""
    model = connect(f"http://127.0.0.1:{deaf_port}/v1", clock=ManualClock(), connect_timeout_s=0.3)
    asked = [asyncio.create_task(ask(model)) for _ in range(4)]
    await asyncio.sleep(0.1)
    for task in asked:
        task.cancel()
    assert {type(end) for end in await asyncio.gather(*asked, return_exceptions=True)} == {
        asyncio.CancelledError
    }
    await model.close()
    assert model_threads() == []


async def test_closing_ends_what_runs(server: ModelServer, connect: Connect) -> None:
    model = connect(server.url, clock=ManualClock(), concurrency=2)
    server.hang(times=None)
    asked = [asyncio.create_task(ask(model)) for _ in range(5)]
    await server.wait(received=3)
    await model.close()
    await server.wait(abandoned=3)
    ended = await asyncio.gather(*asked, return_exceptions=True)
    assert [getattr(end, "kind", end) for end in ended] == [FailureKind.UNAVAILABLE] * 5
    assert len(server.requests) == 3
    assert model_threads() == []


async def test_threads_are_made_when_needed(server: ModelServer, connect: Connect) -> None:
    model = connect(server.url, concurrency=64)
    assert model_threads() == []
    for _ in range(3):
        await ask(model)
    assert 1 <= len(model_threads()) <= 3


def test_a_call_can_be_aborted_at_any_moment() -> None:
    """Before it has a connection, twice, and after its end; what it is given later is closed at once."""
    here, there = socket.socketpair()
    with here, there:
        call = AbortHandle()
        call.abort()
        call.abort()
        call.watch(here)
        assert there.recv(1) == b""
        call.end()
        call.abort()


def test_an_abort_after_the_end_touches_nothing() -> None:
    here, there = socket.socketpair()
    with here, there:
        call = AbortHandle()
        call.watch(here)
        call.end()
        call.abort()
        assert not call.aborted
        here.sendall(b"x")
        assert there.recv(1) == b"x"


def test_a_connection_that_the_other_side_has_reset() -> None:
    here, there = socket.socketpair()
    with here:
        there.close()
        call = AbortHandle()
        call.watch(here)
        call.abort()
        assert call.aborted
        call.end()
