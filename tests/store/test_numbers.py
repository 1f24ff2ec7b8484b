"""How long things are kept, and how many: as the documents of privacy and of operating say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.store import access, bulk, ledger, moving, parts, pieces, talk, tree
from bot.store.engine import database, read_cache
from bot.store.tables import from_us, to_us
from tests.numbers import numbers


def test_what_is_kept() -> None:
    days, hours = (timedelta(days=30), timedelta(hours=48))
    assert numbers(bulk, "INBOX_KEPT", "REMOVED_CHAT_KEPT") == [hours, days]
    assert numbers(talk, "KEPT", "KEPT_FOR", "BEFORE_LAST_ANSWER") == [50, hours, 5]
    assert numbers(talk, "TEXT_CHARACTERS") == [4096], "Telegram's"
    assert numbers(ledger, "KEPT_MONTHS") == [13], "a year and the month under way"
    assert numbers(access, "QUESTION_KEPT", "WAITING_KEPT") == [timedelta(days=7), days]


def test_what_strangers_and_operators_are_told() -> None:
    assert numbers(access, "EVERY", "MOST_REQUESTS", "MOST_LINES") == [timedelta(days=1), 10, 2]


def test_how_far_is_looked() -> None:
    assert numbers(tree, "FARTHEST") + numbers(parts, "NEWEST") + numbers(pieces, "LOOKED_AT") == [
        1000,
        20,
        20,
    ]
    assert numbers(bulk, "BATCH", "PAUSE_S") + numbers(moving, "BATCH") == [100, 0.05, 1000]
    assert numbers(database, "RECHECK_S") == [5.0]
    assert numbers(read_cache, "KEPT") == [4096]


def test_moments_are_microseconds_since_the_epoch() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    assert to_us(moment) == 1_767_323_045_678_901
    assert from_us(1_767_323_045_678_901) == moment
