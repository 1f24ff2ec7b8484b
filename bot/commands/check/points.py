"""What a check found, for a person or for a machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Final

from bot.commands.exits import Exit


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """The bot will run, though perhaps not as is wished."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing tried: what was found, how to mend it, and the exit status that it stands for."""

    name: str
    state: State
    found: str
    mend: str = ""
    status: Exit = Exit.STOPPED


def ok(name: str, found: str) -> Point:
    return Point(name, State.OK, found)


def warning(name: str, found: str, mend: str = "") -> Point:
    return Point(name, State.WARNING, found, mend)


def failed(name: str, found: str, mend: str, status: Exit) -> Point:
    return Point(name, State.FAILED, found, mend, status)


def redacted(point: Point, redact: Callable[[str], str]) -> Point:
    """Fit to be printed, whatever words of others are in it."""
    return replace(point, found=redact(point.found), mend=redact(point.mend))


def exit_status(points: Sequence[Point]) -> Exit:
    """That of the first point that failed."""
    return next((point.status for point in points if point.state is State.FAILED), Exit.STOPPED)


_SIGNS: Final = {State.OK: ("✓", "32"), State.WARNING: ("!", "33"), State.FAILED: ("✗", "31")}


def as_line(point: Point, *, coloured: bool) -> str:
    """One line, and under it the mend."""
    sign, colour = _SIGNS[point.state]
    if coloured:
        sign = f"\x1b[{colour}m{sign}\x1b[0m"
    line = f"{sign} {point.name:<9} {point.found}"
    return f"{line}\n            → {point.mend}" if point.mend else line


def as_json(points: Sequence[Point]) -> str:
    status = exit_status(points)
    listed = [asdict(point) | {"status": int(point.status)} for point in points]
    return json.dumps(
        {"ok": not status, "status": int(status), "points": listed}, ensure_ascii=False, indent=2
    )
