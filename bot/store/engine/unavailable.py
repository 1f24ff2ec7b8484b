"""What can be wrong with the database as a whole, in words that name the mend."""

from __future__ import annotations


class StoreUnavailable(Exception):
    """The database can't be used now. `where` is its path or address, without a password."""

    def __init__(self, where: str, cause: str) -> None:
        super().__init__(f"{where}: {cause}")
        self.where = where
        self.cause = cause


class StoreBusy(StoreUnavailable):
    """Another process has this database open."""


class StoreTooNew(StoreUnavailable):
    """A newer version of the bot has written this database: this one must not."""


class StoreLost(StoreUnavailable):
    """Another process has had this database since: what this one knows is old, and it writes no more."""
