"""The exit statuses: what a supervisor, or a person, can tell from them."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Stable: scripts depend on them."""

    STOPPED = 0
    """On request; or all is well."""
    FAILED = 1
    """Anything that the others do not name."""
    BAD_CONFIGURATION = 2
    TELEGRAM_REFUSED = 3
    """A wrong token, or another process polls with it."""
    DATABASE_UNUSABLE = 4
