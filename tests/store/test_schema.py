"""Migrations: from an empty file and from every earlier revision with data in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.core.values import TurnState
from bot.store import Store, StoreUnavailable
from bot.store.engine import schema
from bot.store.tables import metadata
from tests.clocks import ManualClock

REVISIONS = [script.revision for script in ScriptDirectory.from_config(schema.config()).walk_revisions()][
    ::-1
]
FOREIGN = {"parent_id", "version_of", "turn_id"}
DROPPED = {"calibration"}
"""Tables whose contents nothing needs any more."""


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _begin(cursor: Any) -> None:
    cursor.execute("BEGIN")


def _fill(connection: sa.Connection) -> dict[str, list[Any]]:
    """Three rows in every table that there is, whatever its columns are; what the tables hold then."""
    reflected = sa.MetaData()
    reflected.reflect(connection)
    for table in reflected.sorted_tables:
        if table.name != "alembic_version":
            connection.execute(table.insert(), [_row(table, number) for number in (1, 2, 3)])
    return _contents(connection)


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    """Foreign keys point at the row 1."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column.name in FOREIGN and not (number == 1 and column.nullable):
            row[column.name] = 1
        elif column.name == "state":
            row[column.name] = "done"
        elif not column.nullable or number == 2:
            row[column.name] = f"{column.name} {number}" if isinstance(column.type, sa.Text) else number
    return row


def _contents(connection: sa.Connection) -> dict[str, list[Any]]:
    reflected = sa.MetaData()
    reflected.reflect(connection)
    return {
        table.name: [
            dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in reflected.sorted_tables
        if table.name != "alembic_version"
    }


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert ScriptDirectory.from_config(schema.config()).get_heads() == [schema.HEAD]


@pytest.mark.usefixtures("store")
async def test_the_migrated_schema_is_the_one_in_use(url: str) -> None:
    with _connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []
        assert schema.current(connection) == schema.HEAD


@pytest.mark.parametrize("revision", REVISIONS)
async def test_data_of_every_revision_is_kept(url: str, clock: ManualClock, revision: str) -> None:
    with _connected(url) as connection:
        schema.bring_to_head(connection, url, begin=_begin, revision=revision)
        before = _fill(connection)

    await Store.open(url, clock=clock).close()

    with _connected(url) as connection:
        after = _contents(connection)
        assert set(after) & DROPPED == set()
        for table, rows in before.items():
            if table in DROPPED | {"terms"}:  # that one counts
                continue
            assert len(after[table]) == len(rows) == 3
            for old, new in zip(rows, after[table], strict=True):
                assert {name: new[name] for name in old if name in new} == {
                    name: value for name, value in old.items() if name in new
                }
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


async def test_a_turn_that_was_being_asked_waits(url: str, clock: ManualClock) -> None:
    with _connected(url) as connection:
        schema.bring_to_head(connection, url, begin=_begin, revision="0004")
        _fill(connection)
        connection.exec_driver_sql("UPDATE turns SET state = 'asked' WHERE id = 2")

    store = Store.open(url, clock=clock)

    assert [(turn.id, turn.state) for turn in await store.turns.unfinished()] == [(2, TurnState.WAITING)]
    await store.close()


async def test_a_database_of_a_newer_version_is_refused_untouched(url: str, clock: ManualClock) -> None:
    await Store.open(url, clock=clock).close()
    with _connected(url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreUnavailable, match=r"a newer version of the bot has written it \(.*9999"):
        Store.open(url, clock=clock)

    with _connected(url) as connection:
        assert schema.current(connection) == "9999"


async def test_a_migration_that_fails_leaves_nothing_behind(url: str, clock: ManualClock) -> None:
    with _connected(url) as connection:
        connection.exec_driver_sql("CREATE TABLE turns (mine TEXT)")  # the first migration meets it half-way

    with pytest.raises(sa.exc.DBAPIError, match="already exists"):
        Store.open(url, clock=clock)

    with _connected(url) as connection:
        assert sa.inspect(connection).get_table_names() == ["turns"]


async def test_alembic_is_not_loaded_when_there_is_nothing_to_migrate(url: str, clock: ManualClock) -> None:
    await Store.open(url, clock=clock).close()
    program = (
        "import sys; from bot.core.clock import SystemClock; from bot.store import Store; "
        f"Store.open({url!r}, clock=SystemClock()); sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: ASYNC221, S603


def test_each_revision_is_a_file_of_its_number() -> None:
    versions = Path(schema.__file__).parent.parent / "migrations" / "versions"

    names = sorted(path.name[:4] for path in versions.glob("[0-9]*.py"))

    assert names == REVISIONS


@pytest.mark.parametrize("version", [None, "0001", schema.HEAD])
def test_what_is_not_newer_is_no_reason_to_stay_away(tmp_path: Path, version: str | None) -> None:
    with _connected(f"sqlite:///{tmp_path}/bot.db") as connection:
        if version is not None:
            schema.bring_to_head(connection, "bot.db", begin=_begin, revision=version)
        schema.check_not_newer(connection, "bot.db")
        assert schema.current(connection) == version
