"""`python -m bot demo`: one command, one address, everything stopped together."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from bot.commands.demo import add_arguments, run
from bot.emulator import demo
from tests.page.desk import Events, logged

SCRIPTED = (sys.executable, str(Path(__file__).parents[1] / "browser" / "scripted_bot.py"))
ENVIRONMENT = (
    "print('\\n'.join(f'{k}={v}' for k, v in __import__('os').environ.items()), flush=True);"
    "__import__('time').sleep(60)"
)
NO_FILE = Path("no such file")


@pytest.fixture(autouse=True)
def _no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer's own environment has is not the tests' to spend."""
    for name in [name for name in os.environ if name.startswith("YANDEX_")]:
        monkeypatch.delenv(name)


class Demo:
    """A demo under way."""

    def __init__(self, task: asyncio.Task[int], capsys: pytest.CaptureFixture[str]) -> None:
        self.task = task
        self.printed = ""
        self._capsys = capsys

    async def says(self, pattern: str) -> str:
        async with asyncio.timeout(20):
            while True:
                self.printed += self._capsys.readouterr().out
                found = re.search(pattern, self.printed)
                if found:
                    return found[0]
                assert not self.task.done(), self.printed
                await asyncio.sleep(0.01)

    async def stop(self) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        return await asyncio.wait_for(self.task, 20)


def _arguments(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(["--no-open", *given])


@asynccontextmanager
async def running(
    capsys: pytest.CaptureFixture[str],
    *given: str,
    command: tuple[str, ...] = SCRIPTED,
    env_file: Path = NO_FILE,
) -> AsyncIterator[tuple[Demo, str]]:
    under_way = Demo(asyncio.create_task(run(_arguments(*given), env_file=env_file, command=command)), capsys)
    url = await under_way.says(r"http://\S+/")
    yield under_way, url
    assert await under_way.stop() == 0


async def _act(url: str, action: str, **params: Any) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}api/{action}", json={"as": "member", **params}) as response,
    ):
        assert response.status == 200, await response.text()


@asynccontextmanager
async def _events(url: str) -> AsyncIterator[Events]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}events") as response:
        yield Events(response)


def _member(snapshot: dict[str, Any]) -> int:
    return int(snapshot["extra"]["personas"]["list"][0]["user"]["id"])


async def test_a_question_goes_through_to_the_model_and_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async with running(capsys, "--state", str(tmp_path)) as (under_way, url), _events(url) as events:
        snapshot = await events.next()
        assert snapshot["extra"]["model"]["words"][0]["word"] == "slow"
        await _act(url, "say", chat_id=_member(snapshot), text="Привет")
        asked = await events.row("responses", "ok")
        assert (asked["request"]["input"], asked["status"]) == ("Привет", 200)
        answer = await events.until(lambda e: e["type"] == "message" and e["message"]["from"]["is_bot"])
        assert answer["message"]["text"] == "Вы сказали: Привет"
        pid = snapshot["extra"]["process"]["pid"]
    assert under_way.printed.count("http://") == 1
    assert not psutil.pid_exists(pid)
    async with running(capsys, "--state", str(tmp_path)) as (_, url), _events(url) as events:
        rooms = (await events.next())["rooms"]
        texts = [m["message"].get("text") for room in rooms for m in room["messages"]]
    assert "Вы сказали: Привет" in texts


async def test_the_real_bot_between_the_two(capsys: pytest.CaptureFixture[str]) -> None:
    async with running(capsys, command=demo.BOT) as (_, url), _events(url) as events:
        snapshot = await events.next()
        await _act(url, "say", chat_id=_member(snapshot), text="Куда поехать?")
        asked = await events.row("responses", "ok")
        assert (asked["request"]["temperature"], asked["request"]["store"]) == (0.8, False)
        await events.until(
            lambda e: e["type"] == "message" and "учебная модель" in e["message"].get("text", "")
        )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
async def test_the_command_line(tmp_path: Path, number: signal.Signals) -> None:
    """As a person starts it and ends it: one address, Ctrl-C or the terminal closed, exit status 0."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-open"),
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        first = (await process.stdout.readline()).decode()
        url = first.removeprefix("Open ").strip()
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            assert response.status == 200
        children = psutil.Process(process.pid).children()
        process.send_signal(number)
        rest = (await process.stdout.read()).decode()
        assert await process.wait() == 0
    assert "http" not in rest
    assert children
    assert not [child for child in children if child.is_running()]


async def test_killed_the_bot_answers_after_its_start(capsys: pytest.CaptureFixture[str]) -> None:
    async with running(capsys) as (under_way, url), _events(url) as events:
        snapshot = await events.next()
        await _act(url, "process", do="kill")
        await _act(url, "say", chat_id=_member(snapshot), text="Пока тебя не было")
        await _act(url, "process", do="start")
        await events.until(lambda e: e.get("message", {}).get("text") == "Вы сказали: Пока тебя не было")
    assert "started again" not in under_way.printed


async def test_a_bot_that_dies_is_started_again_and_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    async with running(capsys) as (under_way, url), _events(url) as events:
        snapshot = await events.next()
        os.kill(snapshot["extra"]["process"]["pid"], signal.SIGKILL)
        await under_way.says("The bot ended with status -9; it is started again")


async def test_what_the_bot_is_started_with(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "the real one's")
    monkeypatch.setenv("ALLOWED_USERS", "1")
    monkeypatch.setenv("DEFAULT_TEMPERATURE", "0.1")
    started, said = await _environment(capsys, tmp_path)
    assert "The stand-in model answers" in said
    assert started["TELEGRAM_BOT_TOKEN"] != "the real one's"
    assert started["TELEGRAM_API_URL"].startswith("http://127.0.0.1:")
    assert started["YANDEX_CLOUD_BASE_URL"].endswith("/v1")
    assert started["YANDEX_CLOUD_FOLDER"] == "demo-folder"
    assert started["DATABASE_URL"] == f"sqlite:///{tmp_path}/bot.db"
    assert started["HTTP_LISTEN"] == ""
    assert started["DEFAULT_TEMPERATURE"] == "0.1"
    assert started["ADMIN_USERS"].isdigit()
    assert "ALLOWED_USERS" not in started


async def test_with_a_key_the_real_model_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key from the environment, the rest from the `.env` that `run` reads too."""
    monkeypatch.setenv("YANDEX_CLOUD_API_KEY", "real-key")
    (tmp_path / ".env").write_text(
        "YANDEX_CLOUD_API_KEY=an-older-key\nYANDEX_CLOUD_FOLDER=real-folder\n"
        "YANDEX_CLOUD_MODEL=aliceai-llm\nYANDEX_CLOUD_PROXY_URL=socks5h://127.0.0.1:9\nDEFAULT_TEMPERATURE=0.1"
    )
    started, said = await _environment(capsys, tmp_path)
    assert "The real model answers, and is paid for" in said
    assert "DEFAULT_TEMPERATURE" not in started
    assert started["YANDEX_CLOUD_API_KEY"] == "real-key"
    assert started["YANDEX_CLOUD_FOLDER"] == "real-folder"
    assert started["YANDEX_CLOUD_MODEL"] == "aliceai-llm"
    assert started["YANDEX_CLOUD_BASE_URL"].startswith("http://127.0.0.1:")
    assert "YANDEX_CLOUD_PROXY_URL" not in started
    assert "YANDEX_SPEECHKIT_URL" not in started


async def test_speech_has_a_key_of_its_own_in_the_demo_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        "YANDEX_CLOUD_API_KEY=real-key\nYANDEX_CLOUD_FOLDER=real-folder\nYANDEX_SPEECHKIT_API_KEY=another-key"
    )
    started, _ = await _environment(capsys, tmp_path)
    assert started["YANDEX_SPEECHKIT_API_KEY"] == "another-key"
    assert "YANDEX_SPEECHKIT_URL" not in started


async def test_a_key_that_is_not_filled_in_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text((Path(__file__).parents[2] / ".env.example").read_text())
    _, said = await _environment(capsys, tmp_path)
    assert "The stand-in model answers" in said


async def test_an_empty_key_is_for_the_stand_in(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("YANDEX_CLOUD_API_KEY=a-real-key\nYANDEX_CLOUD_FOLDER=real-folder\n")
    monkeypatch.setenv("YANDEX_CLOUD_API_KEY", "")
    started, said = await _environment(capsys, tmp_path)
    assert "The stand-in model answers" in said
    assert started["YANDEX_CLOUD_API_KEY"] == "demo-key"
    assert started["YANDEX_CLOUD_VISION_MODEL"] == "qwen3.6-35b-a3b"
    assert started["YANDEX_SPEECHKIT_URL"] == started["YANDEX_OPERATIONS_URL"] != ""


async def test_an_env_file_that_can_not_be_read_is_said_and_not_needed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".env").mkdir()
    _, said = await _environment(capsys, tmp_path)
    assert "The stand-in model answers" in said


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("YANDEX_CLOUD_API_KEY=a-real-key", "YANDEX_CLOUD_FOLDER is not set"),
        ("YANDEX_CLOUD_API_KEY=short\nYANDEX_CLOUD_FOLDER=f", "YANDEX_CLOUD_API_KEY has a value that can't"),
    ],
)
async def test_a_key_that_can_not_be_used_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, lines: str, fault: str
) -> None:
    (tmp_path / ".env").write_text(lines)
    assert await run(_arguments(), env_file=tmp_path / ".env", command=SCRIPTED) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 2)
    assert told.err.startswith(f"The settings can't be used:\n{fault}")


async def _environment(capsys: pytest.CaptureFixture[str], folder: Path) -> tuple[dict[str, str], str]:
    """What a bot finds in its environment, and what the demo said."""
    command = (sys.executable, "-c", ENVIRONMENT)
    async with (
        running(capsys, "--state", str(folder), command=command, env_file=folder / ".env") as (
            under_way,
            url,
        ),
        _events(url) as events,
    ):
        said = await under_way.says(r"\n.* model answers.*\n")
        assert ("model" in (await events.next())["extra"]) is ("stand-in model" in said)
        await logged(folder / "bot.log", "PYTHONUNBUFFERED")
    lines = (folder / "bot.log").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line), said


async def test_what_is_not_in_the_bot_api_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    odd = (
        "import os, time, urllib.request as r, urllib.error\n"
        "root, token = os.environ['TELEGRAM_API_URL'], os.environ['TELEGRAM_BOT_TOKEN']\n"
        "try: r.urlopen(f'{root}/bot{token}/noSuch')\n"
        "except urllib.error.HTTPError: print('refused', flush=True)\n"
        "time.sleep(60)"
    )
    command = (sys.executable, "-c", odd)
    under_way = Demo(asyncio.create_task(demo.run(_arguments(), model={}, command=command)), capsys)
    log = Path((await under_way.says(r"log: \S+"))[5:])
    await logged(log, "refused")
    assert await under_way.stop() == 0
    assert "not in the Bot API: noSuch" in capsys.readouterr().out


async def test_a_port_in_use_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await run(_arguments("--port", str(port)), env_file=NO_FILE, command=SCRIPTED) == 1
    assert re.fullmatch(r"the demo can't start: .*address already in use.*\n", capsys.readouterr().err)
    server.close()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "ru"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "C.UTF-8"}, "ru"),
    ],
)
def test_the_language_of_the_demo_s_people(environment: dict[str, str], language: str) -> None:
    assert demo.language_of(environment) == language


def test_without_a_screen_no_browser_takes_the_terminal_over() -> None:
    assert demo.has_screen({}, "linux") is False
    assert demo.has_screen({"DISPLAY": ":0"}, "linux") is True
    assert demo.has_screen({"WAYLAND_DISPLAY": "wayland-0"}, "linux") is True
    assert demo.has_screen({}, "darwin") is True
