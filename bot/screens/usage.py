"""What was used and what it cost: sums in words, and the days as a chart that a phone can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from bot.screens.money import rub
from bot.screens.names import plain_name
from bot.texts import Texts

if TYPE_CHECKING:
    from bot.store import Spent

CHART_WIDTH: Final = 12
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_FULL: Final = "█"


@dataclass(frozen=True, slots=True)
class Period:
    """What was used in a period, by its name, and how much may be; None: as much as is wished."""

    name: str
    spent: Spent
    limit: Decimal | None = None


def summary(heading: str, periods: Sequence[Period], texts: Texts) -> str:
    return "\n".join((texts(heading), *(_line(period, texts) for period in periods)))


def chart(days: Mapping[date, Decimal], texts: Texts) -> str:
    """A line a day, to be shown in a font of one width; a day without a rouble has no bar."""
    most = max(days.values(), default=None)
    lines = []
    for day, amount in days.items():
        bar = _bar(amount, most) if most else ""
        lines.append(f"{day:%d.%m} {bar:<{CHART_WIDTH}} {rub(amount, texts)}".rstrip())
    return "\n".join(lines)


def shares(spent: Spent, texts: Texts) -> str:
    """What part of the roubles was for searches, and what for speech."""
    whole = spent.rub

    def percent(part: Decimal) -> int:
        return round(part * 100 / whole) if whole else 0

    return texts("usage-shares", search=percent(spent.search_rub), speech=percent(spent.speech_rub))


def dearest(heading: str, rows: Sequence[tuple[int, str, Decimal]], texts: Texts) -> str:
    """Who cost most; names are data."""
    lines = [
        texts("usage-who", place=place, name=plain_name(name) or str(id_), rub=rub(amount, texts))
        for place, (id_, name, amount) in enumerate(rows, start=1)
    ]
    return "\n".join((texts(heading), *lines))


def _line(period: Period, texts: Texts) -> str:
    spent = period.spent
    return texts(
        "usage-line",
        period=period.name,
        questions=spent.questions,
        tokens=spent.input_tokens + spent.output_tokens,
        rub=rub(spent.rub, texts),
        limited="no" if period.limit is None else "yes",
        limit="" if period.limit is None else rub(period.limit, texts),
    )


def _bar(amount: Decimal, most: Decimal) -> str:
    eighths = round(amount * CHART_WIDTH * 8 / most)
    if amount and not eighths:
        eighths = 1
    return (_FULL * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()
