"""Statements of an answer's path, compiled by SQLAlchemy once and run by SQLite's driver from then on.

SQLAlchemy's own execution takes four times what SQLite takes for a statement on a few rows, and reads
on the event loop hold up everybody (docs/performance.md). Other databases' statements go its way.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import sqlalchemy as sa

_ROW: Any = namedtuple  # noqa: PYI024 - its fields are known when it runs


class Outcome(NamedTuple):
    """What a statement gave: its rows, by attribute as by place, and how many it changed."""

    rows: Sequence[Any]
    changed: int

    def first(self) -> Any:
        """The first row, or None."""
        return self.rows[0] if self.rows else None

    def number(self) -> int | None:
        """The first row's first value, which is an id or a count; None: there is no row."""
        return self.rows[0][0] if self.rows else None


@dataclass(slots=True)
class _Compiled:
    sql: str
    names: Sequence[str]
    """Of the parameters, in their order."""
    given: Mapping[str, Any]
    """Those that the statement has of its own; who forgets another meets a KeyError."""
    row: Callable[[Sequence[Any]], Any] | None = None


_compiled: WeakKeyDictionary[sa.Dialect, dict[tuple[object, ...], _Compiled]] = WeakKeyDictionary()
"""By a database's own dialect object, which all its connections share."""


def execute(connection: sa.Connection, statement: sa.Executable, values: Mapping[str, Any]) -> Outcome:
    """Runs one of few statements: what it is compiled to is kept as long as the database is open.

    Its values are such as the driver takes as they are: numbers, text and None.
    """
    if connection.dialect.name != "sqlite":
        result = connection.execute(statement, values)
        return Outcome(result.all() if result.returns_rows else (), result.rowcount)
    known = _compiled.setdefault(connection.dialect, {})
    key = (statement, *values)
    compiled = known.get(key)
    if compiled is None:
        compiled = known[key] = _compile(connection, statement, values)
    given = compiled.given
    driver: Any = connection.connection.driver_connection
    cursor = driver.execute(
        compiled.sql, [values[name] if name in values else given[name] for name in compiled.names]
    )
    if cursor.description is None:
        return Outcome((), cursor.rowcount)
    if compiled.row is None:
        compiled.row = _ROW("Row", [column[0] for column in cursor.description], rename=True)._make
    return Outcome([*map(compiled.row, cursor.fetchall())], cursor.rowcount)


def _compile(connection: sa.Connection, statement: Any, values: Mapping[str, Any]) -> _Compiled:
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(values))
    given = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
    return _Compiled(str(compiled), compiled.positiontup or (), given)
