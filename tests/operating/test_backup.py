"""A backup taken under load holds a moment of the database, and can be restored."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import Store, StoreUnavailable
from bot.store.engine.copying import back_up
from tests.clocks import ManualClock


async def test_a_copy_made_under_load_can_be_restored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    store = Store.open(url, clock=ManualClock())
    accepted, warm, stopped = 0, asyncio.Event(), asyncio.Event()

    async def load() -> None:
        nonlocal accepted
        while not stopped.is_set():
            rows = [(accepted + n, '{"text": "' + "я" * 500 + '"}') for n in range(1, 51)]
            await store.inbox.accept(rows)
            accepted += 50
            if accepted >= 500:
                warm.set()

    loading = asyncio.create_task(load())
    await warm.wait()
    at_least = accepted
    size = await asyncio.to_thread(back_up, url, tmp_path / "copy.db")
    at_most = accepted + 50
    stopped.set()
    await loading
    await store.close()

    assert size == (tmp_path / "copy.db").stat().st_size
    restored = Store.open(f"sqlite:///{tmp_path}/copy.db", clock=ManualClock())
    kept = [row.update_id for row in await restored.inbox.pending()]
    await restored.inbox.accept([(10**9, "{}")])
    await restored.close()
    assert kept == list(range(1, len(kept) + 1))
    assert at_least <= len(kept) <= at_most
    assert len(kept) % 50 == 0


def a_database(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE words (word TEXT)")
        connection.executemany("INSERT INTO words VALUES (?)", [("слово" * 100,)] * 100)
    return f"sqlite:///{path}"


def test_a_copy_is_for_its_owner_only(tmp_path: Path) -> None:
    back_up(a_database(tmp_path / "bot.db"), tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    url = a_database(tmp_path / "bot.db")
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(FileExistsError):
        back_up(url, target)
    assert target.read_text() == "precious"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        back_up(a_database(tmp_path / "bot.db"), tmp_path / "nowhere" / "copy.db")


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="there is no such file"):
        back_up(f"sqlite:///{tmp_path}/bot.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_database_leaves_no_copy(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("no SQLite " * 100)
    with pytest.raises(StoreUnavailable, match="not an SQLite database"):
        back_up(f"sqlite:///{tmp_path}/bot.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("at", [0, 100], ids=["a whole page", "the cells of a page"])
def test_a_damaged_database_leaves_no_copy(tmp_path: Path, at: int) -> None:
    """SQLite copies pages as they are; reading the copy through finds what is wrong in it."""
    url = a_database(tmp_path / "bot.db")
    with (tmp_path / "bot.db").open("r+b") as file:
        file.seek(4 * 4096 + at)
        file.write(b"\xff" * (4096 - at))
    with pytest.raises(StoreUnavailable, match="damaged"):
        back_up(url, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_another_kind_of_database_has_its_own_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"postgresql://bot:\*\*\*@db/bot: only an SQLite file"):
        back_up("postgresql://bot:hidden@db/bot", tmp_path / "copy.db")
