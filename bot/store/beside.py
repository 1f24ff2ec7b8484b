"""Reads the SQLite file that a running bot has, beside it: nothing is locked and nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import sqlalchemy as sa

from bot.store.engine.urls import backend_of, file_of
from bot.store.overrides import values_of


def chosen_beside(url: str, name: str) -> Sequence[object] | None:
    """What chats and topics have set this setting to; None: it can't be told, as of a server's database."""
    if file_of(url) is None:
        return None
    backend = backend_of(url)
    try:
        with closing(backend.connect()) as connection:
            return values_of(connection, name)
    except sa.exc.DBAPIError:
        return None
    finally:
        backend.release()
