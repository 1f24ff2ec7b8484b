"""Runs all points in their order and says what they found."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TextIO

from bot.commands.check.database import check_database
from bot.commands.check.identity import check_identity
from bot.commands.check.model import check_model
from bot.commands.check.points import Point, as_json, as_line, exit_status, failed, ok, redacted, warning
from bot.commands.check.prices import check_prices
from bot.commands.check.proxies import check_proxies
from bot.commands.check.speech import check_speech
from bot.commands.check.telegram import check_telegram
from bot.commands.exits import Exit
from bot.config.loading import BadSettings, load
from bot.config.provider import iam_tokens
from bot.config.settings import Settings
from bot.core.clock import Clock
from bot.operating.redacting import Redactor


async def check(out: TextIO, *, env_file: Path, clock: Clock, machine: bool = False) -> Exit:
    """Writes a line a point as it is found, or (`machine`) one JSON document; the exit status."""
    coloured = out.isatty() and "NO_COLOR" not in os.environ
    points = []
    async for point in _points(env_file, clock):
        points.append(point)
        if not machine:
            print(as_line(point, coloured=coloured), file=out, flush=True)
    if machine:
        print(as_json(points), file=out)
    return exit_status(points)


async def _points(env_file: Path, clock: Clock) -> AsyncIterator[Point]:
    try:
        settings, warnings = load(env_file)
    except BadSettings as bad:
        for fault in bad.faults:
            yield failed("settings", fault, "", Exit.BAD_CONFIGURATION)
        return
    redact = Redactor(settings.secrets())
    async for point in _tried(settings, warnings, clock):
        yield redacted(point, redact)


async def _tried(settings: Settings, warnings: Sequence[str], clock: Clock) -> AsyncIterator[Point]:
    yield ok("settings", "all variables can be used")
    for words in warnings:
        yield warning("settings", words)
    database, running, chosen = await check_database(settings.database_url.get_secret_value(), clock)
    yield database
    async for point in check_proxies(settings):
        yield point
    async for point in check_telegram(settings, clock, running=running):
        yield point
    yield check_prices(settings, chosen)
    tokens = iam_tokens(settings, clock)
    if tokens is not None:
        yield await check_identity(settings, tokens)
    speech = await check_speech(settings, tokens, clock)
    if speech is not None:
        yield speech
    yield await check_model(settings, tokens, clock)
