"""PostgreSQL's URLs as its own library reads them, and nothing of a password in what is told of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.store.engine.unavailable import StoreUnavailable

_MISSING = (
    "PostgreSQL's driver psycopg is not installed: install the bot with its extra postgres"
    " (pip install '.[postgres]')"
)
_UNUSABLE = (
    "not a usable database URL: postgresql://user:password@host:5432/name, where @ : / ? # % and spaces in"
    " the password are percent-encoded"
)

DEFAULTS: Mapping[str, Any] = {
    "application_name": "yandexgpt-telegram-bot",
    "connect_timeout": 5,
    "target_session_attrs": "read-write",  # of several hosts, the one that takes writes
    # A server that is gone without a word is found out in some five seconds.
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}
"""What the URL does not say: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS."""


def is_postgresql(url: str) -> bool:
    return re.match(r"postgres(ql)?(\+psycopg)?://", url) is not None


def check_driver() -> None:
    """Raises `StoreUnavailable` where PostgreSQL's driver is not installed."""
    try:
        import psycopg  # noqa: F401, PLC0415
    except ImportError:
        raise StoreUnavailable("DATABASE_URL", _MISSING) from None


def parsed(url: str) -> dict[str, Any]:
    """The parameters of a connection. Raises `StoreUnavailable`, which repeats nothing of the URL.

    Libpq would take what follows a bare @ or / in a password for the host or the name, and would quote it.
    """
    import psycopg  # noqa: PLC0415 - with SQLite nobody needs it
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        given = conninfo_to_dict(re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql://", url))
    except psycopg.Error:
        raise StoreUnavailable("DATABASE_URL", _UNUSABLE) from None
    told = "".join(str(given.get(name, "")) for name in ("host", "dbname", "port"))
    if "@" in told or not re.fullmatch(r"[\d,]*", str(given.get("port", ""))):
        raise StoreUnavailable("DATABASE_URL", _UNUSABLE)
    return {**DEFAULTS, **given}


def told(parameters: Mapping[str, Any]) -> str:
    """A connection's address, with three stars for the password."""
    user = parameters.get("user", "") + (":***" if "password" in parameters else "")
    port = f":{parameters['port']}" if "port" in parameters else ""
    host, name = parameters.get("host", ""), parameters.get("dbname", "")
    return f"postgresql://{user}{'@' if user else ''}{host}{port}/{name}"
