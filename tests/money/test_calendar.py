"""Days and months across the changes of the clocks, in zones that do odd things at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.money.calendar import Calendar, month_after, month_of, months_before, week_of

ZONES = (
    "Europe/Moscow",
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(ZONES), MOMENTS)
def test_each_moment_is_in_one_day_and_the_next_one_begins_where_it_ends(zone: str, moment: datetime) -> None:
    calendar = Calendar(ZoneInfo(zone))
    day = calendar.day(moment)
    assert calendar.begins(day) <= moment < calendar.begins(day + timedelta(days=1))
    assert calendar.next_day(moment) == calendar.begins(day + timedelta(days=1))
    assert calendar.day(calendar.next_day(moment)) > day
    assert calendar.day(calendar.next_day(moment) - timedelta(microseconds=1)) == day
    assert calendar.next_month(moment) == calendar.begins(month_after(day))


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("Europe/Moscow", date(2026, 11, 27), datetime(2026, 11, 26, 21, tzinfo=UTC), 24),
        ("Europe/Moscow", date(2014, 10, 26), datetime(2014, 10, 25, 20, tzinfo=UTC), 25),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), datetime(2018, 2, 17, 2, tzinfo=UTC), 25),
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC), 0),
    ],
)
def test_a_day_begins_at_its_own_midnight(zone: str, day: date, begins: datetime, hours: int) -> None:
    calendar = Calendar(ZoneInfo(zone))
    assert calendar.begins(day) == begins
    assert calendar.begins(day + timedelta(days=1)) - begins == timedelta(hours=hours)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    assert week_of(date(2026, 11, 29)) == date(2026, 11, 23)
    assert week_of(date(2026, 11, 30)) == date(2026, 11, 30)
    assert month_of(date(2026, 12, 31)) == date(2026, 12, 1)
    assert month_after(date(2026, 12, 31)) == date(2027, 1, 1)
    assert month_after(date(2027, 1, 31)) == date(2027, 2, 1)
    assert months_before(date(2026, 11, 27), 13) == date(2025, 10, 1)
    assert months_before(date(2027, 1, 5), 1) == date(2026, 12, 1)
