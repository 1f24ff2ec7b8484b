"""The demo: the emulator, its chat page and the real bot between them, started and stopped together."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import secrets
import signal
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from aiohttp_socks import ProxyConnector

from bot.emulator import demo_world, saving
from bot.emulator.model import ModelServer
from bot.emulator.model_demo import COMMANDS
from bot.emulator.page_actions import Actions
from bot.emulator.page_api import Page
from bot.emulator.page_feed import Feed
from bot.emulator.process import BotProcess
from bot.emulator.relay import ModelRelay
from bot.emulator.speech import SpeechServer
from bot.emulator.troubles import Troubles
from bot.emulator.world import World

BOT: Final = (sys.executable, "-m", "bot", "run")
YANDEX_URL: Final = "https://ai.api.cloud.yandex.net/v1"
# The demo's own surroundings, whatever the deployment's are.
OVERRIDDEN: Final = (
    *("TELEGRAM_", "WEBHOOK_", "YANDEX_CLOUD_", "YANDEX_SPEECHKIT_", "YANDEX_OPERATIONS_"),
    *("ALLOWED_", "ADMIN_", "DATABASE_", "HTTP_"),
)
REAL_MODEL: Final = (
    "YANDEX_CLOUD_API_KEY",
    "YANDEX_CLOUD_FOLDER",
    "YANDEX_CLOUD_MODEL",
    "YANDEX_CLOUD_LOG_REQUESTS",
    "YANDEX_CLOUD_VISION_MODEL",
    "YANDEX_SPEECHKIT_API_KEY",
    "YANDEX_SPEECHKIT_URL",
    "YANDEX_OPERATIONS_URL",
)
STAND_IN: Final = {
    "YANDEX_CLOUD_API_KEY": "demo-key",
    "YANDEX_CLOUD_FOLDER": "demo-folder",
    "YANDEX_CLOUD_VISION_MODEL": "qwen3.6-35b-a3b",
}
STREAM_GAP_S: Final = 0.03
"""Between two words, about as a model writes."""
SPEECH: Final = ("YANDEX_SPEECHKIT_URL", "YANDEX_OPERATIONS_URL")
SAVE_EVERY_S: Final = 2.0
STOP_GRACE_S: Final = 10.0


async def run(args: argparse.Namespace, *, model: Mapping[str, str], command: Sequence[str] = BOT) -> int:
    """Runs until SIGINT, SIGTERM or SIGHUP, as when the terminal is closed; the exit status.

    `model`: the variables of the real model, none for the stand-in. `command` starts the bot.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.ExitStack() as folders:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stopped.set)
            folders.callback(loop.remove_signal_handler, number)
        folder = args.state or Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="bot-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            await _serve(args, folder.resolve(), stopped, model=model, command=command)
        except (OSError, OverflowError, ValueError) as error:  # a port or a folder that is no use
            sys.stderr.write(f"the demo can't start: {error}\n")
            return 1
    return 0


async def _serve(
    args: argparse.Namespace,
    folder: Path,
    stopped: asyncio.Event,
    *,
    model: Mapping[str, str],
    command: Sequence[str],
) -> None:
    world = World(seed=secrets.randbits(64))
    kept = folder / "world.json"
    if not saving.load(world, kept):
        await demo_world.build(world, language_of(os.environ))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_entered(world))
        feed = Feed(world)
        feed.start()
        relay = await stack.enter_async_context(await _model(stack, feed, model))
        speech = "" if model else (await stack.enter_async_context(SpeechServer(show=feed.row))).url
        process = BotProcess(
            command,
            environment=_environment(
                os.environ, model, world, folder, model_url=relay.url, speech_url=speech
            ),
            folder=folder,
            log=folder / "bot.log",
            tell=lambda state: _tell(feed, state),
        )
        page = Page(
            Actions(world, demo_world.personas(world.state)),
            feed,
            Troubles(world, relay),
            process=process,
            host=args.host,
            port=args.port,
        )
        await stack.enter_async_context(page)
        stack.callback(saving.save, world, kept)
        stack.push_async_callback(process.stop, STOP_GRACE_S)
        await process.start()
        _say(f"Open {page.url}\n{_who_answers(model)}")
        _say(f"Ctrl-C stops everything. The bot's log: {folder / 'bot.log'}")
        if not args.no_open and has_screen(os.environ):
            await asyncio.to_thread(webbrowser.open, page.url)
        while not stopped.is_set():
            saving.save(world, kept)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), SAVE_EVERY_S)


@asynccontextmanager
async def _entered(world: World) -> AsyncIterator[World]:
    """The world, served; what the bot sent against the Bot API's schema is said, and is no crash."""
    async with world:
        try:
            yield world
        finally:
            for fault in world.faults:
                _say(f"not in the Bot API: {fault}")
            world.faults.clear()


async def _model(stack: AsyncExitStack, feed: Feed, model: Mapping[str, str]) -> ModelRelay:
    """The way to the real model, or to the stand-in."""
    if model:
        proxy = model.get("YANDEX_CLOUD_PROXY_URL")
        # The proxy resolves names: `socks5h` is curl's word for what is the rule here.
        proxy = proxy and proxy.replace("socks5h://", "socks5://", 1)
        connector = ProxyConnector.from_url(proxy) if proxy else None
        return ModelRelay(model.get("YANDEX_CLOUD_BASE_URL", YANDEX_URL), feed.row, connector=connector)
    server = await stack.enter_async_context(ModelServer(stream_gap_s=STREAM_GAP_S))
    feed.show("model", {"words": [asdict(command) for command in COMMANDS]})
    return ModelRelay(server.url, feed.row)


def _who_answers(model: Mapping[str, str]) -> str:
    if model:
        return "The real model answers, and is paid for; with YANDEX_CLOUD_API_KEY= the stand-in answers."
    return "The stand-in model answers; with YANDEX_CLOUD_API_KEY and YANDEX_CLOUD_FOLDER the real one does."


def _environment(
    given: Mapping[str, str],
    model: Mapping[str, str],
    world: World,
    folder: Path,
    *,
    model_url: str,
    speech_url: str,
) -> dict[str, str]:
    """What the bot is started with: the caller's environment, less what says where and who it is.

    `speech_url`: the stand-in for speech, none where the real model answers.
    """
    kept = {name: value for name, value in given.items() if not name.startswith(OVERRIDDEN)}
    cloud = {name: value for name, value in model.items() if name in REAL_MODEL}
    if not model:
        cloud = STAND_IN | dict.fromkeys(SPEECH, speech_url)
    admins = {persona.user.id for persona in demo_world.personas(world.state) if persona.key == "admin"}
    root = str(Path(__file__).parents[2])  # the bot runs in another folder, away from any .env
    return {
        **kept,
        **cloud,
        "YANDEX_CLOUD_BASE_URL": model_url,
        "TELEGRAM_API_URL": world.url,
        "TELEGRAM_BOT_TOKEN": world.token,
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "ADMIN_USERS": ",".join(map(str, admins)),
        "HTTP_LISTEN": "",
        "PYTHONPATH": os.pathsep.join(filter(None, [root, given.get("PYTHONPATH", "")])),
        "PYTHONUNBUFFERED": "1",
    }


def language_of(environment: Mapping[str, str]) -> str:
    """Of the demo's people and chats: Russian, unless this machine speaks English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    spoken = next((environment[name] for name in names if environment.get(name)), "")
    return "en" if spoken.startswith("en") else "ru"


def has_screen(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Without one, a text browser would take the terminal over."""
    return platform in {"darwin", "win32"} or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )


def _tell(feed: Feed, state: dict[str, Any]) -> None:
    feed.show("process", state)
    if not state["up"]:
        feed.connections_lost()
        if state["wanted"]:
            _say(f"The bot ended with status {state['exit']}; it is started again.")


def _say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal has been closed
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
