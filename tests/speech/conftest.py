from __future__ import annotations

import socket

import pytest


@pytest.fixture
def aiohttp_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
