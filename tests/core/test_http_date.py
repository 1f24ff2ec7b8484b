"""Dates of HTTP headers, also those that a parser takes amiss."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.http_date import http_date


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Fri, 27 Nov 2026 10:00:00 GMT", datetime(2026, 11, 27, 10, tzinfo=UTC)),
        ("Fri, 27 Nov 2026 13:00:00 +0300", datetime(2026, 11, 27, 10, tzinfo=UTC)),
        ("Fri, 27 Nov 2026 10:00:00 -0000", datetime(2026, 11, 27, 10, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        ("Fri, 99 Nov 2026 10:00:00 GMT", None),
    ],
)
def test_a_moment_or_none(told: str, expected: datetime | None) -> None:
    moment = http_date(told)
    assert moment == expected
    assert moment is None or moment.tzinfo is not None
