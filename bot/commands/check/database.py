"""Whether the database opens, has its schema and takes writes, and how much room it has."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from bot.commands.check.points import Point, failed, ok, warning
from bot.commands.exits import Exit
from bot.core.values import Conversation
from bot.store import Store, StoreBusy, StoreUnavailable
from bot.store.engine.urls import file_of

if TYPE_CHECKING:
    from pathlib import Path

    from bot.core.clock import Clock

NAME: Final = "database"
LITTLE_ROOM_BYTES: Final = 200 * 2**20
_NOWHERE: Final = Conversation(0)


async def check_database(
    url: str, clock: Clock, *, little_bytes: int = LITTLE_ROOM_BYTES
) -> tuple[Point, bool]:
    """What was found, and whether a bot has this database open now.

    It is opened as the bot opens it: so a new one is made, and an older one gets the newest schema.
    """
    try:
        store = Store.open(url, clock=clock)
        try:
            await store.settings.reset(_NOWHERE, "")  # a write that changes nothing
        finally:
            await store.close()
    except StoreBusy as busy:
        return warning(NAME, f"it is in use, so it is left alone: {busy}"), True
    except StoreUnavailable as unavailable:
        mend = "mend that, or set another DATABASE_URL"
        return failed(NAME, str(unavailable), mend, Exit.DATABASE_UNUSABLE), False
    return _room(store.where, file_of(url), little_bytes), False


def _room(where: str, path: Path | None, little_bytes: int) -> Point:
    if path is None:
        return ok(NAME, f"{where}: writable, schema current")
    free_bytes = shutil.disk_usage(path.parent).free
    found = f"{path}: writable, schema current, {free_bytes / 2**30:.1f} GiB free"
    if free_bytes < little_bytes:
        return warning(NAME, found, "free some space: with a full disk the bot takes no questions")
    return ok(NAME, found)
