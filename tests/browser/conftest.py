"""Chromium before the chat page: of a world with a scripted bot in it, or of a demo as people start it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from playwright.async_api import async_playwright, expect

from bot.emulator.model import ModelServer
from bot.emulator.page_feed import Feed
from bot.emulator.process import BotProcess
from bot.emulator.relay import ModelRelay
from bot.emulator.world import World
from tests.page.desk import Desk, desk_of

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

BOT = Path(__file__).parent / "scripted_bot.py"
OUTPUT = Path(__file__).parents[2] / "ci-output"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)

expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; without it the tests are skipped."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        await browser.close()


class Opener(Protocol):
    """Opens the page in a window of its own; `complaint`: what the browser is expected to complain of."""

    def __call__(self, *, complaint: str = "", **options: Any) -> AbstractAsyncContextManager[Page]: ...


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """The page's server, with a bot that runs."""

    def process(world: World, feed: Feed, relay: ModelRelay) -> BotProcess:
        def tell(state: dict[str, Any]) -> None:
            feed.show("process", state)
            if not state["up"]:
                feed.connections_lost()

        return BotProcess(
            [sys.executable, str(BOT)],
            environment={
                "TELEGRAM_API_URL": world.url,
                "TELEGRAM_BOT_TOKEN": world.token,
                "YANDEX_CLOUD_BASE_URL": relay.url,
            },
            folder=tmp_path,
            log=tmp_path / "log",
            tell=tell,
        )

    async with ModelServer() as model, desk_of(model_url=model.url, process=process) as desk:
        assert desk.page.process is not None
        await desk.page.process.start()
        try:
            yield desk
        finally:
            await desk.page.process.kill()


@asynccontextmanager
async def _window(browser: Browser, url: str, complaint: str, **options: Any) -> AsyncIterator[Page]:
    """Fails if the page's script failed, or if anything broke the content policy."""
    context = await browser.new_context(
        **{"locale": "ru-RU", "viewport": {"width": 1280, "height": 820}} | options
    )
    complaints: list[str] = []
    page = await context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    await page.goto(url)
    await page.wait_for_selector(".chat-row")
    yield page
    await context.close()
    assert [said for said in complaints if not complaint or complaint not in said] == []


@pytest.fixture
def opened(browser: Browser, desk: Desk) -> Opener:
    """The page with the scripted bot."""

    def open_page(*, complaint: str = "", **options: Any) -> AbstractAsyncContextManager[Page]:
        return _window(browser, desk.url, complaint, **options)

    return open_page


@asynccontextmanager
async def _demo(folder: Path) -> AsyncIterator[str]:
    """The address that `python -m bot demo` prints: the real bot and the stand-in model."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-open"),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().removeprefix("Open ").strip()
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0


@pytest.fixture
def demo(browser: Browser, tmp_path: Path) -> Opener:
    """The page of a demo of its own."""

    @asynccontextmanager
    async def open_page(*, complaint: str = "", **options: Any) -> AsyncIterator[Page]:
        async with _demo(tmp_path) as url, _window(browser, url, complaint, **options) as page:
            yield page

    return open_page


@pytest.fixture
def shot() -> Callable[[Page, str], Any]:
    """Keeps a picture of the page."""

    async def keep(page: Page, name: str) -> None:
        OUTPUT.mkdir(exist_ok=True)
        await page.screenshot(path=OUTPUT / f"page-{name}.png")

    return keep
