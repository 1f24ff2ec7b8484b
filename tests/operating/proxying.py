"""A real proxy (pproxy) that speaks HTTP and SOCKS5 on one port and wants a password."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pproxy

from tests.delivery.test_transport import free_port

USER, PASSWORD = "somebody", "a-hidden-password"


@dataclass
class Proxy:
    """Where it listens, and the addresses that it has made connections to."""

    port: int
    passed: list[str] = field(default_factory=list)

    def log(self, line: str) -> None:
        """It tells of a connection as `http client -> target`."""
        _, arrow, target = line.partition(" -> ")
        if arrow:
            self.passed.append(target)

    def url(self, scheme: str, *, password: str = PASSWORD) -> str:
        return f"{scheme}://{USER}:{password}@127.0.0.1:{self.port}"


@asynccontextmanager
async def proxy(password: str = PASSWORD) -> AsyncIterator[Proxy]:
    running = Proxy(free_port())
    server = pproxy.Server(f"http+socks5://127.0.0.1:{running.port}#{USER}:{password}")
    # authtime: a client that gave the password once would otherwise be let in by its address for a month.
    options: dict[str, Any] = {
        "rserver": [pproxy.Connection("direct://")],
        "authtime": -1,
        "verbose": running.log,
    }
    listening = await server.start_server(options)
    try:
        yield running
    finally:
        listening.close()
        await asyncio.sleep(0)
