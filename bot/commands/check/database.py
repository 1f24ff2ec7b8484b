"""Whether the database opens, has its schema and takes writes, and how much room it has."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from bot.commands.check.points import Point, failed, ok, warning
from bot.commands.exits import Exit
from bot.core.clock import Clock
from bot.core.values import Conversation
from bot.store import Store, StoreBusy, StoreUnavailable
from bot.store.beside import chosen_beside
from bot.store.engine.urls import file_of

NAME: Final = "database"
LITTLE_ROOM_BYTES: Final = 200 * 2**20
_NOWHERE: Final = Conversation(0)


class Tried(NamedTuple):
    point: Point
    running: bool
    """Whether a bot has this database open now."""
    models: Sequence[object] | None = None
    """Those that chats and topics have chosen; None: they can't be read."""


async def check_database(url: str, clock: Clock, *, little_bytes: int = LITTLE_ROOM_BYTES) -> Tried:
    """Opens it as the bot opens it: so a new one is made, and an older one gets the newest schema.

    While a bot has it, it is only read: which models chats have chosen.
    """
    try:
        store = Store.open(url, clock=clock)
        try:
            await store.settings.reset(_NOWHERE, "")  # a write that changes nothing
            models = await store.settings.values("model")
        finally:
            await store.close()
    except StoreBusy as busy:
        in_use = warning(NAME, f"it is in use, so it is left alone: {busy}")
        return Tried(in_use, running=True, models=chosen_beside(url, "model"))
    except StoreUnavailable as unavailable:
        mend = "mend that, or set another DATABASE_URL"
        return Tried(failed(NAME, str(unavailable), mend, Exit.DATABASE_UNUSABLE), running=False)
    return Tried(_room(store.database.where, file_of(url), little_bytes), running=False, models=models)


def _room(where: str, path: Path | None, little_bytes: int) -> Point:
    if path is None:
        return ok(NAME, f"{where}: writable, schema current")
    free_bytes = shutil.disk_usage(path.parent).free
    found = f"{path}: writable, schema current, {free_bytes / 2**30:.1f} GiB free"
    if free_bytes < little_bytes:
        return warning(NAME, found, "free some space: with a full disk the bot takes no questions")
    return ok(NAME, found)
