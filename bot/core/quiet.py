"""Silences the loggers of the libraries, in one place for whoever uses them."""

from __future__ import annotations

import logging
from typing import Final

QUIET: Final = (
    "aiohttp",
    "alembic",
    "asyncio",
    "httpcore",
    "httpcore2",
    "httpx",
    "httpx2",
    "markdown_it",
    "openai",
    "psycopg",
    "sqlalchemy",
    "telegram",
)
"""They log requests and connections at INFO or DEBUG: URLs hold a token or a password, and so do headers,
bodies what people say.
"""


def quiet_loggers() -> None:
    """Lets only warnings of theirs through, and fewer where the root's level is higher."""
    level = max(logging.WARNING, logging.getLogger().level)
    for name in QUIET:
        logging.getLogger(name).setLevel(level)
