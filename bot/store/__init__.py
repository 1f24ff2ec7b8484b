"""The database: everything that must outlive the process, behind one object."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.clock import Clock
from bot.store.access import AccessList, AccessState, Knock, Stranger, Visitor
from bot.store.bulk import Bulk
from bot.store.chats import Chats, KnownChat
from bot.store.conversations import Conversations
from bot.store.engine.database import Database
from bot.store.engine.unavailable import StoreBusy, StoreLost, StoreUnavailable
from bot.store.fence import Fence
from bot.store.inbox import Inbox, PendingUpdate
from bot.store.ledger import Ledger, Spent, Whose
from bot.store.limits import Limits
from bot.store.overrides import StoredOverrides
from bot.store.parts import Parts
from bot.store.pieces import Pieces
from bot.store.talk import Missed, Talk
from bot.store.topics import Topics
from bot.store.turns import Turns

__all__ = [
    "AccessState",
    "Knock",
    "KnownChat",
    "Missed",
    "PendingUpdate",
    "Spent",
    "Store",
    "StoreBusy",
    "StoreLost",
    "StoreUnavailable",
    "Stranger",
    "Visitor",
    "Whose",
]


class Store:
    """The rooms of the database. Each method is one job, committed when it returns.

    By then it is on the disk too, but for what may be done once more without harm: a turn made of its update,
    talk that was heard, a delivered answer closed, buttons taken away.

    All raise `StoreUnavailable` while the database can't be used (disk full, locked…); then nothing of
    the call is kept, and the next call may succeed.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.fence = Fence(database, clock)
        self.inbox = Inbox(database, clock)
        self.ledger = Ledger(database)
        self.limits = Limits(database, clock)
        self.access = AccessList(database, clock)
        self.turns = Turns(database, clock, self.inbox, self.ledger)
        self.pieces = Pieces(database)
        self.conversations = Conversations(database)
        self.parts = Parts(database)
        self.settings = StoredOverrides(database, clock)
        self.chats = Chats(database)
        self.topics = Topics(database)
        self.talk = Talk(database, clock, self.inbox)
        self.bulk = Bulk(database, clock, [self.settings.cache, self.chats.cache])

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock,
        pragmas: Mapping[str, int | str] | None = None,
    ) -> Store:
        """The store in the database of a URL, as `Database.open` opens it."""
        return cls(Database.open(url, pragmas=pragmas), clock)

    async def close(self) -> None:
        """Finishes what was asked before it, and lets go of the database."""
        await self.database.close()
