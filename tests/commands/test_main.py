"""The command line: exit statuses and what is said, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import Running

KEY = "AQVN-a-made-up-key"


BOT = (sys.executable, "-m", "bot")
# Root reads what it likes, unless these two capabilities are taken from it.
AS_AN_ORDINARY_USER = (
    *(("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()),
    *BOT,
)


async def start(folder: Path, *arguments: str, program: Sequence[str] = BOT, **variables: str) -> Process:
    """`python -m bot` in this folder with just these variables."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)} | variables
    return await asyncio.create_subprocess_exec(
        *program, *arguments, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE
    )


async def ended(process: Process) -> tuple[int, str]:
    async with asyncio.timeout(30):
        _, err = await process.communicate()
    return process.returncode or 0, err.decode()


def usable(world: World, **variables: str) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": world.token,
        "TELEGRAM_API_URL": world.url,
        "YANDEX_CLOUD_FOLDER": "b1gfolder",
        "YANDEX_CLOUD_API_KEY": KEY,
        "YANDEX_CLOUD_BASE_URL": "http://127.0.0.1:9/v1",
        "HTTP_LISTEN": "",
    } | variables


async def test_no_settings_at_all_is_said_at_once(tmp_path: Path) -> None:
    status, said = await ended(await start(tmp_path))
    assert status == 2
    for name in ("TELEGRAM_BOT_TOKEN", "YANDEX_CLOUD_FOLDER", "YANDEX_CLOUD_API_KEY"):
        assert f"{name} is not set" in said
    assert "Traceback" not in said


async def test_a_wrong_value_echoes_no_secret(tmp_path: Path) -> None:
    status, said = await ended(
        await start(
            tmp_path, TELEGRAM_BOT_TOKEN="12345:short", YANDEX_CLOUD_API_KEY=KEY, DEFAULT_TEMPERATURE="3"
        )
    )
    assert status == 2
    assert "DEFAULT_TEMPERATURE has a value that can't be used: it takes a number from 0 to 1" in said
    assert "12345:short" not in said
    assert KEY not in said


async def test_a_database_that_cannot_be_made_is_named(tmp_path: Path, world: World) -> None:
    (tmp_path / "file").write_text("not a folder")
    url = f"sqlite:///{tmp_path}/file/bot.db"
    status, said = await ended(await start(tmp_path, **usable(world, DATABASE_URL=url)))
    assert status == 4
    assert f"DATABASE_URL: {tmp_path}/file/bot.db: " in said
    assert "Traceback" not in said


async def test_a_database_url_of_no_database_is_named_once(tmp_path: Path, world: World) -> None:
    status, said = await ended(await start(tmp_path, **usable(world, DATABASE_URL="foo://x")))
    assert status == 4
    assert "DATABASE_URL: not a usable database URL" in said
    assert said.count("DATABASE_URL") == 1


async def test_a_token_that_telegram_does_not_know(tmp_path: Path, world: World) -> None:
    variables = usable(world, TELEGRAM_BOT_TOKEN="1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    status, said = await ended(await start(tmp_path, **variables))
    assert status == 3
    assert "check TELEGRAM_BOT_TOKEN" in said
    assert "AAAAAAAA" not in said


async def test_sigterm_ends_it_with_zero(tmp_path: Path, world: World) -> None:
    process = await start(tmp_path, **usable(world))
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/start")
    await chat.see("Здравствуйте", timeout_s=20)
    process.send_signal(signal.SIGTERM)
    status, said = await ended(process)
    assert status == 0, said
    assert world.token not in said


async def test_a_second_process_on_one_database_is_refused(tmp_path: Path, world: World) -> None:
    first = await start(tmp_path, **usable(world))
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/start")
    await chat.see("Здравствуйте", timeout_s=20)
    status, said = await ended(await start(tmp_path, **usable(world)))
    assert status == 4
    assert "DATABASE_URL" in said
    first.terminate()
    assert (await ended(first))[0] == 0


async def test_an_address_in_use_is_named(tmp_path: Path, world: World) -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with taken:
        listen = f"127.0.0.1:{taken.sockets[0].getsockname()[1]}"
        status, said = await ended(await start(tmp_path, **usable(world, HTTP_LISTEN=listen)))
    assert status == 2
    assert f"HTTP_LISTEN={listen}: " in said
    assert "Traceback" not in said


async def test_check_says_what_is_missing_and_exits_with_it(tmp_path: Path) -> None:
    process = await start(tmp_path, "check", "--json", TELEGRAM_BOT_TOKEN=f"1:{'A' * 35}")
    out, err = await process.communicate()
    report = json.loads(out)
    assert (process.returncode, report["status"], err) == (2, 2, b"")
    assert [point["found"].split()[0] for point in report["points"]] == [
        "YANDEX_CLOUD_FOLDER",
        "YANDEX_CLOUD_API_KEY",
    ]


async def test_check_tries_the_services_and_logs_nothing_beside(tmp_path: Path, world: World) -> None:
    token = f"1:{'A' * 35}"
    process = await start(tmp_path, "check", **usable(world, TELEGRAM_BOT_TOKEN=token))
    out, err = await process.communicate()
    assert (process.returncode, err) == (3, b"")
    lines = out.decode().splitlines()
    assert "✗ telegram  TELEGRAM_BOT_TOKEN is not known" in lines
    assert any(line.startswith("✗ model     yandexgpt-lite: unavailable") for line in lines)


async def test_a_backup_while_the_bot_runs(tmp_path: Path, world: World) -> None:
    running = await start(tmp_path, **usable(world))
    anna = world.user("Анна")
    await world.private(anna).say(anna, "/start")
    await world.private(anna).see("Здравствуйте", timeout_s=20)

    status, said = await ended(await start(tmp_path, "backup", "copy.db", **usable(world)))
    assert (status, said.splitlines()[-1]) == (0, f"copy.db: {(tmp_path / 'copy.db').stat().st_size} bytes")
    status, said = await ended(await start(tmp_path, "backup", "copy.db", **usable(world)))
    assert (status, said.splitlines()[-1]) == (1, "copy.db: there is such a file already")
    running.terminate()
    assert (await ended(running))[0] == 0


async def test_there_is_no_backup_of_a_database_that_is_not_there(tmp_path: Path, world: World) -> None:
    status, said = await ended(await start(tmp_path, "backup", "copy.db", **usable(world)))
    assert status == 4
    assert "bot.db: there is no such file" in said


def out_of_reach(folder: Path) -> Path:
    """A database in a folder that only its owner may enter."""
    (folder / "closed").mkdir()
    sqlite3.connect(folder / "closed" / "bot.db").close()
    (folder / "closed").chmod(0)
    return folder / "closed" / "bot.db"


async def test_a_database_in_a_folder_of_another_user_is_named_and_not_its_copy(tmp_path: Path) -> None:
    source = out_of_reach(tmp_path)
    url = f"sqlite:///{source}"
    process = await start(tmp_path, "backup", "copy.db", program=AS_AN_ORDINARY_USER, DATABASE_URL=url)
    status, said = await ended(process)
    assert (status, said) == (4, f"DATABASE_URL: {source}: it can't be reached: Permission denied\n")
    assert not (tmp_path / "copy.db").exists()


async def test_a_copy_in_a_folder_of_another_user_is_named(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "bot.db").close()
    target = out_of_reach(tmp_path).with_name("copy.db")
    url = f"sqlite:///{tmp_path}/bot.db"
    process = await start(tmp_path, "backup", str(target), program=AS_AN_ORDINARY_USER, DATABASE_URL=url)
    assert await ended(process) == (1, f"{target}: Permission denied\n")


async def test_a_database_that_is_a_link_to_itself_is_named(tmp_path: Path, world: World) -> None:
    loop = tmp_path / "bot.db"
    loop.symlink_to(loop)
    cause = f"{loop}: it can't be reached: Too many levels of symbolic links\n"
    variables = usable(world, DATABASE_URL=f"sqlite:///{loop}")
    assert await ended(await start(tmp_path, "backup", "copy.db", **variables)) == (
        4,
        f"DATABASE_URL: {cause}",
    )
    variables = usable(world, DATABASE_URL="postgresql://bot:hidden@127.0.0.1:9/bot")
    assert await ended(await start(tmp_path, "move", "bot.db", **variables)) == (4, cause)


async def test_a_file_to_be_moved_out_of_a_folder_of_another_user_is_named(tmp_path: Path) -> None:
    source = out_of_reach(tmp_path)
    url = "postgresql://bot:hidden@127.0.0.1:9/bot"
    process = await start(tmp_path, "move", str(source), program=AS_AN_ORDINARY_USER, DATABASE_URL=url)
    assert await ended(process) == (4, f"{source}: it can't be reached: Permission denied\n")


@pytest.mark.parametrize("where", ["environment", ".env"])
async def test_a_backup_needs_the_address_of_the_database_alone(tmp_path: Path, where: str) -> None:
    with closing(sqlite3.connect(tmp_path / "of-the-bot.db")) as database:
        database.execute("CREATE TABLE said (words TEXT)")
    variables = {"DATABASE_URL": f"sqlite:///{tmp_path}/of-the-bot.db"}
    if where == ".env":
        (tmp_path / ".env").write_text(f"DATABASE_URL={variables.pop('DATABASE_URL')}\n")
    status, said = await ended(await start(tmp_path, "backup", "copy.db", **variables))
    assert (status, said) == (0, f"copy.db: {(tmp_path / 'copy.db').stat().st_size} bytes\n")


@pytest.mark.parametrize("command", [(), ("check",), ("backup", "copy.db")])
async def test_an_env_file_of_another_user_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    unreadable(tmp_path)
    process = await start(tmp_path, *command, program=AS_AN_ORDINARY_USER)
    out, err = await process.communicate()
    said = (out + err).decode()
    assert process.returncode == 2, said
    assert ".env can't be read: Permission denied; mend or remove it" in said
    assert "Traceback" not in said
    assert "copy.db" not in said


async def test_an_env_file_of_another_user_is_not_needed_where_the_environment_has_everything(
    tmp_path: Path, world: World
) -> None:
    unreadable(tmp_path)
    process = await start(tmp_path, program=AS_AN_ORDINARY_USER, **usable(world))
    anna = world.user("Анна")
    await world.private(anna).say(anna, "/start")
    await world.private(anna).see("Здравствуйте", timeout_s=20)
    process.terminate()
    status, said = await ended(process)
    assert status == 0
    assert ".env can't be read: Permission denied" in said


async def test_a_backup_takes_the_address_from_the_environment_where_the_file_is_another_users(
    tmp_path: Path,
) -> None:
    unreadable(tmp_path)
    with closing(sqlite3.connect(tmp_path / "of-the-bot.db")) as database:
        database.execute("CREATE TABLE said (words TEXT)")
    url = f"sqlite:///{tmp_path}/of-the-bot.db"
    process = await start(tmp_path, "backup", "copy.db", program=AS_AN_ORDINARY_USER, DATABASE_URL=url)
    status, said = await ended(process)
    assert (status, said) == (0, f"copy.db: {(tmp_path / 'copy.db').stat().st_size} bytes\n")


def unreadable(folder: Path) -> None:
    (folder / ".env").write_text("DATABASE_URL=sqlite:///other.db\n")
    (folder / ".env").chmod(0)


async def test_a_backup_from_no_url_is_refused_and_the_value_not_told(tmp_path: Path) -> None:
    status, said = await ended(await start(tmp_path, "backup", "copy.db", DATABASE_URL="word:hidden@host"))
    assert status == 2
    assert said.startswith("DATABASE_URL has a value that can't be used")
    assert "hidden" not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_while_telegram_is_out_of_reach(
    tmp_path: Path, world: World, number: signal.Signals
) -> None:
    world.fail("getMe", drop="before", times=float("inf"))
    process = await start(tmp_path, **usable(world))
    await until(lambda: world.called("getMe"))
    process.send_signal(number)
    status, said = await ended(process)
    assert status == 0, said
    assert "Traceback" not in said
    assert "Unclosed" not in said


async def test_a_signal_at_any_moment_of_the_start_ends_it_with_zero(tmp_path: Path, world: World) -> None:
    """From the first one on at which the process takes signals at all, the imports not yet done."""
    for delay_s in (0.0, 0.3, 0.6):
        process = await start(tmp_path, **usable(world))
        await until(partial(takes_sigterm, process.pid))
        await asyncio.sleep(delay_s)
        process.send_signal(signal.SIGINT)
        status, said = await ended(process)
        assert (status, "Traceback" in said) == (0, False), said


def takes_sigterm(pid: int) -> bool:
    """Whether the process has a handler of its own: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt:"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


async def test_a_second_signal_ends_it_at_once_and_nothing_is_lost(
    tmp_path: Path, world: World, model: ModelServer
) -> None:
    """The grace would last minutes; the question is answered by the next process, once."""
    model.hang()
    model.reply("Потому что.", times=None)
    variables = usable(world, YANDEX_CLOUD_BASE_URL=model.url, SHUTDOWN_GRACE_S="600")
    anna = world.user("Анна")
    chat = world.private(anna)
    first = await start(tmp_path, **variables)
    await chat.say(anna, "Почему снег белый?")
    await model.wait(received=1)
    polls = len(world.called("getUpdates"))
    first.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.5)
    await chat.say(anna, "А лёд?")
    first.send_signal(signal.SIGTERM)
    status, said = await ended(first)
    assert status == 0, said
    assert len(world.called("getUpdates")) == polls
    second = await start(tmp_path, **variables)
    await chat.see("Потому что.", timeout_s=20)
    await chat.see("Потому что.", timeout_s=20)
    second.terminate()
    assert (await ended(second))[0] == 0
    assert [len(chat.messages), len(model.requests)] == [4, 3]


HANGING = """
import threading
from bot.commands.signals import Signals
signals = Signals()
signals.install()
signals.on_first_signal(lambda: None, end_within_s=0.2)
threading.Thread(target=threading.Event().wait).start()
print("ready", flush=True)
"""


async def test_a_thread_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HANGING,
        cwd=tmp_path,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        assert await process.wait() == 0


async def test_what_can_not_finish_is_not_waited_for(
    tmp_path: Path, world: World, model: ModelServer
) -> None:
    """A model that hangs, and an answer that Telegram holds for an hour; both come after the next start."""
    model.reply("Потому что.")
    model.hang()
    model.reply("Так и есть.", times=None)
    variables = usable(world, YANDEX_CLOUD_BASE_URL=model.url, SHUTDOWN_GRACE_S="0.5")
    anna, boris = world.user("Анна"), world.user("Борис")
    first = await start(tmp_path, **variables)
    world.fail("sendMessage", retry_after_s=3600)
    await world.private(anna).say(anna, "Почему снег белый?")
    await until(lambda: world.called("sendMessage"))
    await world.private(boris).say(boris, "А лёд?")
    await model.wait(received=2)
    first.send_signal(signal.SIGTERM)
    status, said = await ended(first)
    assert (status, "Traceback" in said) == (0, False), said
    second = await start(tmp_path, **variables)
    await world.private(anna).see("Потому что.", timeout_s=20)
    await world.private(boris).see("Так и есть.", timeout_s=20)
    second.terminate()
    assert (await ended(second))[0] == 0
    assert len(model.requests) == 3


async def test_an_answer_that_is_held_for_longer_than_the_grace_is_not_waited_for(
    tmp_path: Path, world: World, model: ModelServer
) -> None:
    """The grace would last ten minutes."""
    model.reply("Потому что.")
    variables = usable(world, YANDEX_CLOUD_BASE_URL=model.url, SHUTDOWN_GRACE_S="600")
    anna = world.user("Анна")
    first = await start(tmp_path, **variables)
    world.fail("sendMessage", retry_after_s=3600)
    await world.private(anna).say(anna, "Почему снег белый?")
    await until(lambda: [call.done for call in world.called("sendMessage")])
    first.send_signal(signal.SIGTERM)
    status, said = await ended(first)
    assert (status, "Traceback" in said) == (0, False), said
    second = await start(tmp_path, **variables)
    await world.private(anna).see("Потому что.", timeout_s=20)
    second.terminate()
    assert (await ended(second))[0] == 0
    assert len(model.requests) == 1


async def test_a_second_process_on_one_token_is_refused_and_the_first_goes_on(
    tmp_path: Path, world: World, model: ModelServer, running: Running
) -> None:
    model.reply("Потому что.", times=None)
    clock = FastClock(20)
    async with running(clock):
        await until(lambda: clock.monotonic() > 15)
        url = f"sqlite:///{tmp_path}/other.db"
        status, said = await ended(await start(tmp_path, **usable(world, DATABASE_URL=url)))
        assert status == 3
        assert "TELEGRAM_BOT_TOKEN is in use: another process polls with it" in said
        anna = world.user("Анна")
        chat = world.private(anna)
        await chat.say(anna, "Почему снег белый?")
        await chat.see("Потому что.")


async def test_a_database_locked_by_another_program_is_said_at_start(tmp_path: Path, world: World) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        variables = usable(world, DATABASE_URL=f"sqlite:///{path}")
        status, said = await ended(await start(tmp_path, **variables))
    assert status == 4
    assert f"DATABASE_URL: {path}: another program keeps the database locked" in said


async def test_a_file_that_is_no_database_is_said_at_start(tmp_path: Path, world: World) -> None:
    path = tmp_path / "bot.db"
    path.write_text("Это не база данных. " * 100)
    status, said = await ended(await start(tmp_path, **usable(world, DATABASE_URL=f"sqlite:///{path}")))
    assert status == 4
    assert f"DATABASE_URL: {path}: the file is not an SQLite database" in said
