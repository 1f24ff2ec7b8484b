"""PostgreSQL's sessions: a transaction begins in the same round trip as its first statement."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.types.string import StrDumperUnknown


class Cursor(psycopg.Cursor[Any]):
    """Sends the BEGIN that its session owes ahead of what it executes, and waits for both at once.

    A wait costs more than the way to the server: the event loop has the interpreter meanwhile, and must give
    it back.
    """

    def execute(self, *arguments: Any, **options: Any) -> Any:
        session = self.connection
        if not (isinstance(session, Session) and session.begins):
            return super().execute(*arguments, **options)
        session.begins = False
        with session.pipeline():
            session.cursor().execute("BEGIN")
            return super().execute(*arguments, **options)

    def executemany(self, *arguments: Any, **options: Any) -> None:
        if isinstance(self.connection, Session) and self.connection.begins:
            self.connection.begins = False
            self.connection.cursor().execute("BEGIN")
        super().executemany(*arguments, **options)


class Session(psycopg.Connection[Any]):
    """A connection that takes text as PostgreSQL can have it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cursor_factory = Cursor
        self.begins = False
        """Whether a transaction is to begin with the next statement."""
        self.adapters.register_dumper(str, _Text)


class _Text(StrDumperUnknown):
    """All but the character 0."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))
