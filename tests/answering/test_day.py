"""The model is told the day, in the deployment's zone and the chat's language, alike within an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.answering.prompt.day import day_line

MOSCOW = ZoneInfo("Europe/Moscow")
EVENING = datetime(2026, 11, 27, 21, 30, tzinfo=UTC)


def test_in_russian() -> None:
    assert day_line(EVENING.astimezone(MOSCOW), "ru") == (
        "Сейчас суббота, 28 ноября 2026 года (2026-11-28), 0 ч с минутами, "
        "часовой пояс Europe/Moscow (UTC+0300)."
    )


def test_in_english() -> None:
    assert day_line(EVENING, "en") == (
        "It is Friday, 27 November 2026 (2026-11-27), some minutes past 21:00, time zone UTC (UTC+0000)."
    )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_changes_with_the_hour_and_not_within_it(language: str) -> None:
    hour = EVENING.replace(minute=0)
    within = {day_line(hour + timedelta(minutes=minute), language) for minute in range(60)}
    assert len(within) == 1
    assert day_line(hour + timedelta(hours=1), language) not in within


@pytest.mark.parametrize(
    ("language", "weekday", "month"), [("ru", "четверг", "декабря"), ("en", "Thursday", "December")]
)
def test_the_last_month_and_each_weekday_have_their_words(language: str, weekday: str, month: str) -> None:
    line = day_line(datetime(2026, 12, 31, 5, tzinfo=UTC), language)
    assert weekday in line
    assert f"31 {month} 2026" in line
    week = {day_line(EVENING + timedelta(days=day), language).split(",")[0] for day in range(7)}
    assert len(week) == 7
