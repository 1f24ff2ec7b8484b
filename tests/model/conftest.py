"""A model server, and clients of it with the clock that a test needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest

from bot.core.clock import Clock, SystemClock
from bot.emulator.model import ModelServer
from bot.model import Model, ModelConfig

FOLDER = "b1gfolder"
KEY = "AQVNsecret-key_0123456789"


class Connect(Protocol):
    """Gives a client that is closed when the test ends."""

    def __call__(self, url: str, *, clock: Clock | None = None, **config: Any) -> Model: ...


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(concurrent_generations=100) as server:
        yield server


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    async with AsyncExitStack() as stack:

        def connect(url: str, *, clock: Clock | None = None, **config: Any) -> Model:
            model = Model(
                ModelConfig(**{"folder": FOLDER, "api_key": lambda: KEY, "base_url": url, **config}),
                clock=clock or SystemClock(),
            )
            stack.push_async_callback(model.close)
            return model

        yield connect


@pytest.fixture
def model(server: ModelServer, connect: Connect) -> Model:
    return connect(server.url)
