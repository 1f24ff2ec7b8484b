"""The real bot between a local Telegram and a local model, for dialogues."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import openai  # noqa: F401 - once, before the first test: the bot imports it in a thread, which takes a second
import pytest

from bot.config.settings import Settings
from bot.core.clock import Clock
from bot.emulator.model import ModelServer
from bot.emulator.model_rules import Rules
from bot.emulator.world import World
from bot.operating.process import Process
from bot.service import Service
from bot.store import Store, StoreBusy
from tests.clocks import FastClock
from tests.databases import Databases
from tests.nothing_skipped import pytest_make_collect_report, pytest_runtest_makereport
from tests.postgres import Server, programs

Running = Callable[..., AbstractAsyncContextManager[Service]]

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]

FOLDER = "b1gfolder"
API_KEY = "AQVN-a-made-up-key"
HASTE = 4.0
"""Times as fast as real time all live: the bot keeps Telegram's rates, and a dialogue comes near them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="what the bots of dialogues have; the store's own tests are on both",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that none is left alone at the end.

    Coverage looks away where one thing is done hundreds of times, or in another process: it would take
    half of the time, and other tests reach the same lines.
    """
    for item in items:
        property_based = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if property_based or item.path.parent.name == "crash":
            item.add_marker("no_cover")
    items.sort(key=lambda item: item.path.parent.name not in {"crash", "fuzz"})


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server a session, started by the first test that needs it."""
    server = Server(programs())
    yield server
    server.remove()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where the bots of dialogues keep what they know."""
    on_server = request.config.getoption("--database") == "postgresql"
    return Databases(request.getfixturevalue("postgres") if on_server else None)


@pytest.fixture
def clock() -> FastClock:
    """Telegram's and the bot's. Dialogues in which much is waited have a faster one."""
    return FastClock(HASTE)


@pytest.fixture
async def world(clock: FastClock) -> AsyncIterator[World]:
    async with World(clock) as world:
        yield world


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with ModelServer(rules=Rules(api_key=API_KEY, folder=FOLDER)) as server:
        yield server


async def _opened(settings: Settings, clock: Clock) -> Store:
    """PostgreSQL ends a session, and gives its lock away, a moment after its client is gone."""
    url = settings.database_url.get_secret_value()
    for _ in range(40):
        with suppress(StoreBusy):
            return Store.open(url, clock=clock)
        await asyncio.sleep(0.05)
    return Store.open(url, clock=clock)


@asynccontextmanager
async def alive(
    world: World, model: ModelServer, clock: FastClock, database_url: str, **variables: Any
) -> AsyncIterator[Service]:
    """The real bot with this database and these variables."""
    values: dict[str, Any] = {
        "telegram_bot_token": world.token,
        "telegram_api_url": world.url,
        "yandex_cloud_folder": FOLDER,
        "yandex_cloud_api_key": API_KEY,
        "yandex_cloud_base_url": model.url,
        "database_url": database_url,
        "yandex_speechkit_url": "http://127.0.0.1:9",
        "yandex_operations_url": "http://127.0.0.1:9",
        "http_listen": "",
    }
    values |= {name.lower(): value for name, value in variables.items()}
    settings = Settings(_env_file=None, **values)
    process = Process(settings, clock)
    store = await _opened(settings, process.clock)
    service = Service(settings, process, store)
    await process.start()
    await service.start()
    polling = asyncio.create_task(service.run())
    try:
        yield service
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        await asyncio.gather(process.close_web(), service.stop(0))
        await process.close()


@pytest.fixture
def running(
    world: World, model: ModelServer, clock: FastClock, tmp_path: Path, databases: Databases
) -> Iterator[Running]:
    """A way to start the real bot with these variables; entered again, it is restarted.

    Telegram goes by the bot's clock, but for what that is ahead.
    """

    def run(own_clock: FastClock | None = None, **variables: Any) -> AbstractAsyncContextManager[Service]:
        world.api.date = (own_clock or clock).at_telegram
        return alive(world, model, own_clock or clock, databases.url(tmp_path), **variables)

    yield run
    databases.drop(tmp_path)


@pytest.fixture
async def bot(running: Running) -> AsyncIterator[Service]:
    """The bot with the settings that an operator starts with."""
    async with running() as service:
        yield service
