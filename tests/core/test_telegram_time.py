"""The machine's clock, put right by Telegram's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.telegram_time import TelegramTime
from tests.clocks import ManualClock

HOUR = timedelta(hours=1)


def told(time: TelegramTime, clock: ManualClock, ahead: timedelta) -> None:
    """The machine's clock is so much ahead of what Telegram says."""
    time.observe(clock.now() - ahead)


def test_until_telegram_tells_its_time_it_is_the_machines() -> None:
    clock = ManualClock()
    time = TelegramTime(clock)
    assert (time.now(), time.known, time.wrong()) == (clock.now(), False, None)


@pytest.mark.parametrize("seconds", [-29, -1, 0, 1, 29])
def test_what_seconds_and_the_network_make_is_no_difference(seconds: int) -> None:
    clock = ManualClock()
    time = TelegramTime(clock)
    told(time, clock, timedelta(seconds=seconds))
    assert (time.now(), time.known) == (clock.now(), True)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=6, minutes=6), "this machine's clock is 6 h 6 min ahead of Telegram's"),
        (timedelta(days=-100), "this machine's clock is 100 days behind Telegram's"),
        (timedelta(minutes=5), "this machine's clock is 5 min ahead of Telegram's"),
    ],
)
def test_a_clock_that_is_wrong_is_put_right_and_told(
    caplog: pytest.LogCaptureFixture, ahead: timedelta, words: str
) -> None:
    clock = ManualClock()
    time = TelegramTime(clock)
    for _ in range(3):
        told(time, clock, ahead)
    assert time.now() == clock.now() - ahead
    assert time.wrong() == words
    assert caplog.messages == [f"{words}: what is late goes by Telegram's"]


def test_a_small_difference_is_put_right_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    time = TelegramTime(clock)
    told(time, clock, timedelta(minutes=4))
    assert (time.now(), time.wrong()) == (clock.now() - timedelta(minutes=4), None)
    assert caplog.messages == []


def test_a_clock_that_is_set_right_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    clock = ManualClock()
    time = TelegramTime(clock)
    told(time, clock, 2 * HOUR)
    told(time, clock, 2 * HOUR + timedelta(seconds=10))
    assert clock.now() - time.now() == 2 * HOUR
    told(time, clock, 3 * HOUR)
    assert clock.now() - time.now() == 3 * HOUR
    told(time, clock, timedelta(seconds=2))
    assert (time.now(), time.wrong()) == (clock.now(), None)
    assert caplog.messages[-1] == "this machine's clock agrees with Telegram's again"


@pytest.mark.parametrize("year", [1, 1970, 2014, 2201, 9999])
def test_a_year_that_can_not_be_meant_is_passed_over(year: int) -> None:
    clock = ManualClock()
    time = TelegramTime(clock)
    time.observe(clock.now().replace(year=year))
    assert (time.now(), time.known) == (clock.now(), False)


def test_how_wrong_is_wrong_is_for_the_caller() -> None:
    clock = ManualClock()
    time = TelegramTime(clock)
    told(time, clock, 23 * HOUR)
    assert time.wrong() is not None
    assert time.wrong(by=24 * HOUR) is None
    told(time, clock, -24 * HOUR)
    assert time.wrong(by=24 * HOUR) is not None
