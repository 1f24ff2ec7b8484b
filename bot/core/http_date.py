"""Moments as HTTP headers tell them: `Date`, `Retry-After`."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(told: str) -> datetime | None:
    """The moment; None where it is no date."""
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    # "-0000" is UTC of an unknown zone, which the parser gives naive.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
