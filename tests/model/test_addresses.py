"""A name's address that does not answer keeps nobody waiting, and is not tried again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from bot.emulator.model import ModelServer
from bot.model import FailureKind, ModelFailure
from bot.model.addresses import REMEMBERED_S, Addresses
from tests.clocks import ManualClock
from tests.model.conftest import Connect
from tests.model.servers import http_reply, listening, question, read_request

DEAF, REFUSING = "127.0.0.2", "127.0.0.3"


def info(address: str, port: int) -> tuple[Any, ...]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)


class Resolver:
    """A name server that knows one name."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[str] = []
        self.ports: list[int] = []

    def __call__(self, host: str, port: int, **_options: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        self.ports.append(port)
        if not self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [info(address, port) for address in self.addresses]


@contextmanager
def deaf(port: int) -> Iterator[None]:
    """Swallows what comes to this port of another loopback address: its queue of connections is full."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind((DEAF, port))
        server.listen(0)
        for _ in range(4):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex((DEAF, port))
        yield


@contextmanager
def answering() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(100)
        yield server.getsockname()[1]


def port_of(server: ModelServer) -> int:
    return int(server.url.split(":")[2].split("/")[0])


async def test_a_question_whose_first_address_is_deaf(server: ModelServer, connect: Connect) -> None:
    """It would be waited for a thousand seconds; the second one answers at once, and is remembered."""
    port, resolver = port_of(server), Resolver(DEAF, "127.0.0.1")
    with deaf(port):
        model = connect(f"http://model.example:{port}/v1", connect_timeout_s=1000, resolve=resolver)
        for _ in range(3):
            assert (await model.ask(question(), timeout_s=1000)).answer.text
    assert resolver.asked == ["model.example"]
    assert {request.headers["Host"] for request in server.requests} == {f"model.example:{port}"}


async def test_no_address_answers(connect: Connect) -> None:
    with answering() as port, deaf(port):
        model = connect(
            f"http://model.example:{port}/v1", connect_timeout_s=0.3, resolve=Resolver(DEAF, DEAF)
        )
        with pytest.raises(ModelFailure) as caught:
            await model.ask(question(), timeout_s=30)
    assert caught.value.kind is FailureKind.UNAVAILABLE
    assert "ConnectTimeout" in caught.value.detail


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
async def test_a_name_that_nobody_knows(connect: Connect, scheme: str, port: int) -> None:
    """It is looked up with the port that its scheme stands for."""
    resolver = Resolver()
    model = connect(f"{scheme}://model.example/v1", resolve=resolver)
    with pytest.raises(ModelFailure) as caught:
        await model.ask(question(), timeout_s=30)
    assert caught.value.kind is FailureKind.UNAVAILABLE
    assert "ConnectError" in caught.value.detail
    assert resolver.ports == [port]


async def test_an_address_that_goes_away(server: ModelServer, connect: Connect) -> None:
    """It is forgotten with the first failure: the next question finds the one that answers."""
    port, resolver = port_of(server), Resolver(REFUSING)
    model = connect(f"http://model.example:{port}/v1", resolve=resolver)
    with pytest.raises(ModelFailure):
        await model.ask(question(), timeout_s=30)
    resolver.addresses = ("127.0.0.1",)
    assert (await model.ask(question(), timeout_s=30)).answer.text


async def test_no_connection_is_kept_to_an_address_that_was_left(connect: Connect) -> None:
    gone, clock, resolver = asyncio.Event(), ManualClock(), Resolver("127.0.0.1")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_reply(b'{"output": []}'))
        assert await reader.read() == b""
        gone.set()

    async with listening(talk) as port:
        model = connect(f"http://model.example:{port}/v1", clock=clock, resolve=resolver)
        await model.ask(question(), timeout_s=30)
        resolver.addresses = (REFUSING,)
        clock.skip(REMEMBERED_S)
        with pytest.raises(ModelFailure):
            await model.ask(question(), timeout_s=30)
        await gone.wait()


@pytest.mark.parametrize(
    "addresses",
    [
        (DEAF, "127.0.0.1"),
        ("127.0.0.1", DEAF),
        (REFUSING, DEAF, "127.0.0.1"),
        ("2001:db8::1", "2001:db8::2", "127.0.0.1"),
        ("127.0.0.1",),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_one_that_answers(addresses: tuple[str, ...]) -> None:
    """Wherever it stands, deaf, refusing and unreachable ones around it, families the machine has not."""
    with answering() as port, deaf(port):
        assert (
            Addresses(ManualClock(), Resolver(*addresses)).working("model.example", port, 60) == "127.0.0.1"
        )


@pytest.mark.parametrize("addresses", [(REFUSING, REFUSING), (REFUSING, "255.255.255.255")])
def test_all_refuse(addresses: tuple[str, ...]) -> None:
    with answering() as port, pytest.raises(OSError, match=r"\[Errno \d+\]"):
        Addresses(ManualClock(), Resolver(*addresses)).working("model.example", port, 60)


def test_families_take_turns() -> None:
    """The last one tried is what is told: the first family's second, after a multicast of the other."""
    with answering() as port, pytest.raises(ConnectionRefusedError):
        Addresses(ManualClock(), Resolver(REFUSING, REFUSING, "ff02::1")).working("model.example", port, 60)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "2001:db8::1"])
def test_an_address_is_not_looked_up(host: str) -> None:
    resolver = Resolver()
    assert Addresses(ManualClock(), resolver).working(host, 443, 5) == host
    assert resolver.asked == []


async def test_names_are_looked_up_again() -> None:
    """After a minute; the address stays while it is among the answers, tried or not."""
    clock, resolver = ManualClock(), Resolver(DEAF, "127.0.0.1")
    addresses = Addresses(clock, resolver)
    with answering() as port, deaf(port):
        assert addresses.working("model.example", port, 60) == "127.0.0.1"
        await clock.advance(REMEMBERED_S - 1)
        addresses.working("model.example", port, 60)
        assert len(resolver.asked) == 1
        await clock.advance(1)
        assert addresses.working("model.example", port, 0) == "127.0.0.1"
        assert len(resolver.asked) == 2
        resolver.addresses = (REFUSING,)
        await clock.advance(REMEMBERED_S)
        assert addresses.working("model.example", port, 60) == REFUSING
