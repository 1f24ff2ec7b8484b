"""Roubles and charts as they are shown, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.answering.outcomes import Declined, Reason
from bot.money.budgets import Account, Exhausted, Scope
from bot.screens.declined import declined
from bot.screens.money import rub
from bot.screens.names import LONGEST, plain_name
from bot.screens.usage import CHART_WIDTH, chart
from bot.texts import Catalogue

CATALOGUE = Catalogue("ru")
RU, EN = CATALOGUE["ru"], CATALOGUE["en"]
DAY = date(2026, 11, 27)
SINCE = datetime(2026, 11, 27, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        ("61", "61", "61"),
        ("61.5", "61,50", "61.50"),
        ("0.004", "0,01", "0.01"),
        ("0", "0", "0"),
        ("1234567.891", "1234567,89", "1234567.89"),
        ("0.995", "1", "1"),
    ],
)
def test_roubles_are_plain_numbers(amount: str, russian: str, english: str) -> None:
    assert (rub(Decimal(amount), RU), rub(Decimal(amount), EN)) == (russian, english)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("since", [SINCE, None])
def test_who_is_declined_is_told_until_when_within_a_toast(scope: Scope, since: datetime | None) -> None:
    exhausted = Exhausted(Account(scope, 7, DAY), Decimal(50), since)
    outcome = Declined(Reason.BUDGET, 60.0, exhausted, SINCE + timedelta(hours=10))
    for texts in (RU, EN):
        line = declined(outcome, texts)
        assert "21:05" in line
        assert ("11:05" in line) is (since is not None)
        assert ("50 ₽" in line) is (since is not None and scope is not Scope.MONTH)
        assert len(line) <= 200


def test_a_chart_fits_a_phone_and_the_dearest_day_has_the_longest_bar() -> None:
    amounts = ("0", "0.01", "61", "30.5", "123456.78")
    days = {DAY + timedelta(days=n): Decimal(amount) for n, amount in enumerate(amounts)}
    lines = chart(days, RU).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["27.11", "28.11", "29.11", "30.11", "01.12"]
    assert [line.split(" ")[-1] for line in lines] == ["0", "0,01", "61", "30,50", "123456,78"]
    assert lines[4].count("█") == CHART_WIDTH
    assert "▏" in lines[1]
    assert max(map(len, lines)) <= 30
    assert chart(dict.fromkeys(days, Decimal(0)), RU).count("█") == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Анна", "Анна"),
        ("\u202eannA\u2069", "annA"),
        ("А\nн\u2028на\t !", "А н на !"),
        ("", ""),
        ("\u200f \u200e", ""),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_a_name_stays_in_its_line(name: str, shown: str) -> None:
    assert plain_name(name) == shown
    assert len(plain_name(name * 200)) <= LONGEST
