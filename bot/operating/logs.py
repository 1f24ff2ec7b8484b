"""Logs for a person or for a machine, with nothing in them that must not leave."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Final, TextIO

from pythonjsonlogger.json import JsonFormatter

from bot.core.quiet import quiet_loggers
from bot.operating.redacting import Redactor

_OWN_FIELDS: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Redacting(logging.Formatter):
    """Formats with another formatter, then blots out each secret, tracebacks included."""

    def __init__(self, formatter: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._formatter = formatter
        self._redact = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._formatter.format(record))


class Console(logging.Formatter):
    """One line with the record's extra fields behind the message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        extra = " ".join(f"{name}={value}" for name, value in vars(record).items() if name not in _OWN_FIELDS)
        line = super().formatMessage(record)
        return f"{line} [{extra}]" if extra else line


def set_up(level: str, style: str, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Everything logged goes to `stream` (stderr), as `console` or `json`, from `level` on."""
    formatter: logging.Formatter = (
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
        )
        if style == "json"
        else Console()
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Redacting(formatter, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    quiet_loggers()
