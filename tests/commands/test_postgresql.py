"""The command line on PostgreSQL: what is said when it can't be used, and the way there from SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.emulator.world import World
from bot.store import Store
from tests.clocks import ManualClock
from tests.commands.test_main import ended, start, usable
from tests.databases import query
from tests.postgres import PASSWORD, USER, Server

SECRETS = (PASSWORD, quote(PASSWORD, safe=""), "geheim")


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"postgresql://{USER}:geheim@127.0.0.1:{{port}}/postgres", "password authentication failed"),
        ("postgresql://{user}@127.0.0.1:{port}/nowhere", 'database "nowhere" does not exist'),
        ("postgresql://{user}@127.0.0.1:1/bot", "Connection refused"),
        (
            "postgresql://{user}@127.0.0.1:{port}/bot?sslmode=verify-full",
            "server does not support SSL, but SSL was required",
        ),
        ("postgresql://bot:ge@heim/geheim@127.0.0.1/bot", "percent-encoded"),
        ("postgresql://bot:geheim@127.0.0.1/bot?nonsense=1", "not a usable database URL"),
    ],
)
async def test_a_database_that_cannot_be_used_ends_it_with_4_and_no_secret(
    tmp_path: Path, world: World, postgres: Server, address: str, words: str
) -> None:
    user = f"{USER}:{quote(PASSWORD, safe='')}"
    url = address.format(port=postgres.port, user=user)
    status, said = await ended(await start(tmp_path, **usable(world, DATABASE_URL=url)))
    assert status == 4, said
    assert words in said
    assert "DATABASE_URL" in said
    assert "Traceback" not in said
    assert not any(secret in said for secret in SECRETS)


async def test_check_says_what_is_wrong_with_it_and_no_secret(
    tmp_path: Path, world: World, postgres: Server
) -> None:
    url = f"postgresql://{USER}:geheim@127.0.0.1:{postgres.port}/postgres"
    process = await start(tmp_path, "check", **usable(world, DATABASE_URL=url))
    out, err = await process.communicate()
    assert process.returncode == 4
    assert "password authentication failed" in out.decode()
    assert not any(secret in out.decode() + err.decode() for secret in SECRETS)


async def test_a_backup_says_what_makes_one(tmp_path: Path, url: str) -> None:
    status, said = await ended(await start(tmp_path, "backup", "copy.db", DATABASE_URL=url))
    assert status == 4
    assert "pg_dump" in said
    assert not any(secret in said for secret in SECRETS)


async def test_what_sqlite_holds_is_moved_once(tmp_path: Path, url: str) -> None:
    await Store.open(f"sqlite:///{tmp_path}/bot.db", clock=ManualClock()).close()
    query(f"sqlite:///{tmp_path}/bot.db", "INSERT INTO topics VALUES (-1, 2, 'Тема')")

    status, said = await ended(await start(tmp_path, "move", "bot.db", DATABASE_URL=url))
    assert (status, said.startswith("moved, and counted there: ")) == (0, True)
    assert "topics 1" in said
    assert query(url, "SELECT name FROM topics") == [("Тема",)]

    status, said = await ended(await start(tmp_path, "move", "bot.db", DATABASE_URL=url))
    assert status == 4
    assert "it is not empty: there is something in topics" in said
    status, said = await ended(await start(tmp_path, "move", "nowhere.db", DATABASE_URL=url))
    assert (status, said) == (4, f"{tmp_path}/nowhere.db: there is no such file\n")
    assert not any(secret in said for secret in SECRETS)
