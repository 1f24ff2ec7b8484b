"""Brings a database to the newest schema, in one transaction; knows how far it is without loading Alembic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.store.engine.unavailable import StoreTooNew

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0016"
"""The newest revision in `migrations/versions`."""


def bring_to_head(
    connection: sa.Connection, where: str, *, begin: Callable[[Any], None], revision: str = HEAD
) -> None:
    """Migrates up to `revision`, in a transaction that `begin` begins on the driver's cursor.

    Raises `StoreTooNew` where a newer version has written the database.
    """
    if current(connection) == revision:
        return
    # Loaded only when there is something to migrate: it takes longer than all the rest of opening.
    from alembic import command  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    # Rebuilding a table drops the old one, and its rows would take the rows that refer to them along.
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    driver: Any = connection.connection
    begin(driver.cursor())
    try:
        command.upgrade(config(connection), revision)
    except CommandError as error:
        connection.exec_driver_sql("ROLLBACK")
        cause = (
            f"a newer version of the bot has written it ({error}): install that version, or restore a backup"
        )
        raise StoreTooNew(where, cause) from error
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def check_not_newer(connection: sa.Connection, where: str) -> None:
    """Raises `StoreTooNew` where a newer version has written the database."""
    version = current(connection)
    if version is not None and version > HEAD:
        cause = f"a newer version of the bot has written it ({version}): install that version"
        raise StoreTooNew(where, cause)


def current(connection: sa.Connection) -> str | None:
    """The revision that the database is at; None: it is empty."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return version


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration for the migrations that lie in this package."""
    from alembic.config import Config  # noqa: PLC0415

    configuration = Config(attributes={"connection": connection})
    location = str(Path(__file__).parent.parent / "migrations")
    configuration.set_main_option("script_location", location.replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration
