"""Health: reasons by name, and the probe that a container asks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from bot.operating.health import Health, Verdict, address, lasting, main, probe
from bot.operating.metrics import Metrics
from bot.operating.redacting import Redactor
from bot.operating.web import WebServer
from tests.clocks import ManualClock


@pytest.fixture
def reasons() -> dict[str, str | None]:
    """What the probes will say."""
    return {"database": None, "circuit": None}


@pytest.fixture
def health(reasons: dict[str, str | None]) -> Health:
    return Health(
        required={"database": lambda: reasons["database"]}, watched={"circuit": lambda: reasons["circuit"]}
    )


@pytest.fixture
async def server(health: Health) -> AsyncIterator[WebServer]:
    server = WebServer("127.0.0.1:0", health=health, metrics=Metrics())
    await server.start()
    yield server
    await server.stop()


def test_nothing_to_say_is_ok(health: Health) -> None:
    assert health.verdict() == Verdict()
    assert health.verdict().status == "ok"


def test_each_reason_stands_under_its_name(health: Health, reasons: dict[str, str | None]) -> None:
    reasons["circuit"] = "the model is down"
    assert health.verdict() == Verdict(degraded={"circuit": "the model is down"})
    assert health.verdict().status == "degraded"

    reasons["database"] = "the disk is full"
    assert health.verdict().failing == {"database": "the disk is full"}
    assert health.verdict().status == "failing"


def test_a_reason_in_others_words_is_told_without_secrets() -> None:
    health = Health(
        Redactor(["a-password"]),
        required={"database": lambda: "no connection to me:A-Password@host"},
        watched={"model": lambda: "a-password is wrong"},
    )
    assert health.verdict() == Verdict(
        {"database": "no connection to me:***@host"}, {"model": "*** is wrong"}
    )


async def test_a_reason_that_passes_is_not_told() -> None:
    clock = ManualClock()
    reasons: list[str | None] = ["slow"]
    probe = lasting(lambda: reasons[-1], seconds=30, monotonic=clock.monotonic)

    assert probe() is None
    await clock.advance(29)
    assert probe() is None
    reasons.append(None)
    assert probe() is None
    reasons.append("slow")
    await clock.advance(1)
    assert probe() is None
    await clock.advance(30)
    assert probe() == "slow"


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        (":80", ("", 80)),
        ("[::]:9000", ("::", 9000)),
        ("bot.internal:1", ("bot.internal", 1)),
    ],
)
def test_an_address_is_host_and_port(listen: str, expected: tuple[str, int]) -> None:
    assert address(listen) == expected


async def test_the_probe_passes_on_what_the_bot_says(
    server: WebServer, reasons: dict[str, str | None]
) -> None:
    async def ask() -> tuple[int, str]:
        return await asyncio.to_thread(probe, f"0.0.0.0:{server.port}")

    assert await ask() == (0, '{"status": "ok", "failing": {}, "degraded": {}}')

    reasons["circuit"] = "open"
    assert await ask() == (0, '{"status": "degraded", "failing": {}, "degraded": {"circuit": "open"}}')

    reasons["database"] = "full"
    status, said = await ask()
    assert status == 1
    assert '"failing": {"database": "full"}' in said


async def test_the_probe_fails_where_nobody_answers(server: WebServer) -> None:
    await server.stop()
    status, said = await asyncio.to_thread(probe, f"127.0.0.1:{server.port}")
    assert status == 1
    assert said.startswith(f"no answer from 127.0.0.1:{server.port}: ")


async def test_the_probe_fails_on_what_is_not_http() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0\r\n")
        writer.close()

    other = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with other:
        port = other.sockets[0].getsockname()[1]
        status, said = await asyncio.to_thread(probe, f"127.0.0.1:{port}")
    assert status == 1
    assert said.startswith("no answer from ")


async def test_the_command_is_the_probe_and_needs_only_the_standard_library(server: WebServer) -> None:
    """`-S` hides every installed package."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-S",
        "-m",
        "bot.health",
        env={"HTTP_LISTEN": f"127.0.0.1:{server.port}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert (process.returncode, out, err) == (0, b'{"status": "ok", "failing": {}, "degraded": {}}\n', b"")


def test_with_the_server_off_there_is_nothing_to_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTP_LISTEN", "")
    assert main() == 0
    assert capsys.readouterr().out == "HTTP_LISTEN is empty: there is no server to ask\n"
