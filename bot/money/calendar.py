"""Days, weeks and months as people there live them, across the changes of their clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a time zone. Moments are aware UTC."""

    zone: ZoneInfo

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def begins(self, day: date) -> datetime:
        """The day's first moment: midnight, or where the clocks skip it the moment when they do."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def next_day(self, moment: datetime) -> datetime:
        """When the day of a moment is over."""
        return self.begins(self.day(moment) + timedelta(days=1))

    def next_month(self, moment: datetime) -> datetime:
        """When the month of a moment is over."""
        return self.begins(month_after(self.day(moment)))


def week_of(day: date) -> date:
    """Its Monday."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """Its first day."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after."""
    return month_of(month_of(day) + timedelta(days=31))


def months_before(day: date, months: int) -> date:
    """The first day of the month that was so many months before."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
