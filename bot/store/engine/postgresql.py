"""What is particular to PostgreSQL: one session that has the lock and writes, and the words for trouble."""

from __future__ import annotations

import select
import time
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.core.clock import Clock
from bot.store.engine import addresses
from bot.store.engine.backend import Backend
from bot.store.engine.listening import heard
from bot.store.engine.ownership import Ownership
from bot.store.engine.sessions import Session
from bot.store.engine.unavailable import StoreBusy, StoreLost, StoreUnavailable

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

LOCK = 0x59474254  # "YGBT", one of the database's advisory locks
STANDBY_LOCK = LOCK + 1
"""Shared by those that wait for the other one."""
STANDBY_FIRST_S = 1.0
"""How long a process that lost its session leaves the lock to those that stand by, which ask far oftener."""
ACTIVE_FIRST_S = 3.0
"""How long a process that stands by, and had to make its session anew, leaves the lock to the active one."""
LOOK_EVERY_S = 1.0
STATEMENT_S = 15
"""Much more than any statement of ours takes: what somebody else has locked is not waited for without end."""

_SETTINGS = (
    f"SET statement_timeout = '{STATEMENT_S}s'; SET idle_in_transaction_session_timeout = '10s';"
    f" SET idle_session_timeout = '10s'; SET jit = off;"
    # The server finds out too that a process hangs or is gone without a word, and gives its lock to another.
    " SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3;"
    " SET tcp_user_timeout = 5000"
)

# By SQLSTATE, or its beginning: https://www.postgresql.org/docs/current/errcodes-appendix.html
_CAUSES = {
    "53100": "the server's disk is full: free some space on it",
    "53300": "the server has no connection left: raise its max_connections, or stop other programs",
    "53": "the server is out of resources: give it more memory or disk",
    "57P": "the server is going down or coming up",
    "57014": "the server did not carry a statement out in time: is it overloaded, or a table locked?",
    "25006": "the server takes no writes: give the address of the one that does",
    "42501": "the user may not do that: make it the database's owner",
    "28": "the server refuses the user or the password",
    "3D000": "there is no such database: create it",
    "40": "the server asked to try again",
    "55P03": "another program keeps a table locked: close that program",
    "58": "the server's disk failed: check it",
    "XX00": "the server's data is damaged: restore a backup",
}


class PostgreSQL(Backend):
    """A session whose advisory lock makes this process the active one; all that is written goes through it.

    So nothing is written when the lock is gone. After that the lock may be had again, but only to go on where
    nobody else has had it since: each process that becomes active counts `terms` up.
    """

    idle_check_s: float | None = 0.2
    shared = True
    commits_alone = True

    def __init__(self, url: str) -> None:
        """Opens nothing yet. Raises `StoreUnavailable` for a URL that is of no use."""
        super().__init__()
        self._parameters = addresses.parsed(url)
        self.where = addresses.told(self._parameters)
        self._engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=self._session,
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
            hide_parameters=True,  # what people write stands in no error
        )
        self._locked: sa.Connection | None = None
        """The session that waits for the lock, then has it; the thread's from its first `connect` on."""
        self._term: int | None = None
        self._lost = False
        self._lost_at_s = 0.0
        self._asks_from_s: float | None = None
        self._looked_at_s = 0.0

    def acquire(self) -> None:
        """May be called again and again: the session is kept while another process has the lock.

        One that had to be made anew waits a little: the active process may have lost its own too, as when the
        server was started anew, and knows best how to go on.
        """
        try:
            if self._locked is None:
                self._locked = self._engine.connect()
                self._locked.exec_driver_sql(f"SELECT pg_advisory_lock_shared({STANDBY_LOCK})")
                anew = self._asks_from_s is not None
                self._asks_from_s = time.monotonic() + (ACTIVE_FIRST_S if anew else 0)
            locked = time.monotonic() >= (self._asks_from_s or 0) and _lock(self._locked)
        except (sa.exc.DBAPIError, psycopg.Error) as error:
            self._forget_session()
            original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
            raise StoreUnavailable(self.where, self.cause_of(original) or str(original)) from error
        if not locked:
            raise StoreBusy(self.where, "another process is active on it: stop that one to use it here")

    def connect(self) -> sa.Connection:
        """The first time, the session that `acquire` has; then another one, if nobody was active since."""
        if self._lost:
            raise StoreLost(self.where, "another process is active on it")
        if self._term is None and self._locked is not None:
            session, self._locked = self._locked, None
            session.exec_driver_sql(f"SELECT pg_advisory_unlock_shared({STANDBY_LOCK})")
            return session
        return self._connect_again()

    def heard(self, channel: str, clock: Clock) -> AsyncGenerator[None, None]:
        return heard(self._parameters, channel, clock)

    def others_wait(self, connection: sa.Connection) -> bool:
        if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({STANDBY_LOCK})").scalar():
            return True
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({STANDBY_LOCK})")
        return False

    def _connect_again(self) -> sa.Connection:
        if time.monotonic() - self._lost_at_s < STANDBY_FIRST_S:
            raise StoreUnavailable(self.where, "the session is gone")
        session = self._engine.connect()
        try:
            found = _lock(session) and session.exec_driver_sql("SELECT number FROM terms").scalar()
        except BaseException:
            session.close()
            raise
        if found != self._term:
            session.close()
            self._lost = True
            self.watchers.tell(Ownership.LOST)
            raise StoreLost(self.where, "another process is active on it, or has been since")
        self.watchers.tell(Ownership.HELD)
        return session

    def opened(self, connection: sa.Connection) -> None:
        """Counts the term that begins."""
        self._term = connection.exec_driver_sql(
            "INSERT INTO terms (id, number) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET number = terms.number + 1 RETURNING number"
        ).scalar_one()

    def disconnected(self) -> None:
        self._lost_at_s = time.monotonic()
        self.watchers.tell(Ownership.SUSPENDED)

    def survives(self, connection: sa.Connection, error: BaseException | None) -> bool:
        """A full disk is no reason to give up the lock."""
        if connection.invalidated:
            return False
        driver: Any = connection.connection.driver_connection
        state = getattr(error, "sqlstate", None) or ""
        return not driver.closed and not state.startswith(("57P", "25006"))

    def check_idle(self, connection: sa.Connection) -> None:
        """Whether the session stands: what the server has to say while nothing was asked is its end."""
        driver: Any = connection.connection.driver_connection
        now_s = time.monotonic()
        socket = select.poll()
        socket.register(driver.fileno(), select.POLLIN)
        if socket.poll(0) or now_s - self._looked_at_s > LOOK_EVERY_S:
            self._looked_at_s = now_s
            connection.exec_driver_sql("SELECT 1")

    def begin(self, cursor: Any, *, durable: bool = True) -> None:
        """All is durable: what a crash of the server takes back is known here, and would be gone there."""
        del durable
        cursor.connection.begins = True

    def begin_migration(self, cursor: Any) -> None:
        cursor.execute("BEGIN; SET LOCAL statement_timeout = 0")

    def touch(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("UPDATE terms SET number = number")

    def insert(self, table: sa.Table) -> Insert:
        return cast("Insert", postgresql.insert(table))  # the methods used are the same in both

    def cause_of(self, error: BaseException | None) -> str | None:
        if not isinstance(error, psycopg.Error):
            return None
        state = error.sqlstate or ""
        for start, cause in _CAUSES.items():
            if state.startswith(start):
                return cause
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return f"the server does not answer ({' '.join(str(error).split())})"
        return None

    def release(self) -> None:
        self._forget_session()
        self._engine.dispose()

    def _forget_session(self) -> None:
        if self._locked is not None:
            session, self._locked = self._locked, None
            session.invalidate()
            session.close()

    def _session(self) -> Session:
        session = Session.connect(**self._parameters, autocommit=True)
        try:
            session.execute(_SETTINGS)
        except BaseException:
            session.close()
            raise
        return session


class SharedPostgreSQL(PostgreSQL):
    """The same database for a process that is not the active one: its sessions have no lock."""

    idle_check_s = None

    def acquire(self) -> None:
        """It is another's."""

    def connect(self) -> sa.Connection:
        return self._engine.connect()

    def opened(self, connection: sa.Connection) -> None:
        """The term is another's."""

    def disconnected(self) -> None:
        """The next session is as good."""

    def touch(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("SELECT 1")

    def cause_of(self, error: BaseException | None) -> str | None:
        if isinstance(error, psycopg.errors.UndefinedTable):
            return "no process has been active on it yet: its tables are made then"
        return super().cause_of(error)


def _lock(session: sa.Connection) -> bool:
    return bool(session.exec_driver_sql(f"SELECT pg_try_advisory_lock({LOCK})").scalar())
