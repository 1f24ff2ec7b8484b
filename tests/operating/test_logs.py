"""Logs: both styles, and no secret in any of them at any level."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.core.quiet import QUIET
from bot.operating import logs

SECRET = "123456:a-token-that-must-not-show"


@pytest.fixture(autouse=True)
def _the_root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)


def written(style: str, level: str = "INFO") -> tuple[io.StringIO, logging.Logger]:
    stream = io.StringIO()
    logs.set_up(level, style, [SECRET, ""], stream)
    return stream, logging.getLogger("bot.test")


def test_the_console_shows_a_line_with_its_fields() -> None:
    stream, log = written("console")
    log.info("answered", extra={"turn": 7, "outcome": "completed"})
    log.debug("too fine")
    assert stream.getvalue().endswith(" INFO    bot.test: answered [turn=7 outcome=completed]\n")


def test_json_is_one_object_a_line() -> None:
    stream, log = written("json")
    log.warning("медленно", extra={"turn": 7})
    record = json.loads(stream.getvalue())
    assert record["message"] == "медленно"
    assert record["level"] == "WARNING"
    assert record["logger"] == "bot.test"
    assert record["turn"] == 7
    assert "time" in record


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_a_secret_never_shows(style: str, level: str) -> None:
    stream, log = written(style, level)
    try:
        raise ValueError(f"https://api.example/bot{SECRET}/getMe")
    except ValueError:
        log.exception("failed with %s", SECRET, extra={"url": SECRET})
    assert "failed with ***" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_libraries_that_log_urls_are_quiet_even_at_debug() -> None:
    stream, _ = written("console", "DEBUG")
    logging.getLogger("httpx").info("HTTP Request: POST …")
    logging.getLogger("telegram.ext.Application").debug("…")
    assert stream.getvalue() == ""
