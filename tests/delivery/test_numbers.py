"""Telegram's limits, and how far from them the bot stays."""

from __future__ import annotations

from inspect import signature

from bot.delivery import (
    budgets,
    flood,
    lanes,
    previews,
    proxy,
    redrawing,
    replies,
    sending,
    standing_in,
    transport,
)
from tests.numbers import numbers


def test_what_a_chat_may_get() -> None:
    names = ("SECONDS_A_MESSAGE", "CHAT_BURST", "GROUP_PER_MIN", "CHAT_SPARE", "GROUP_SPARE", "MINUTE_S")
    assert numbers(budgets, *names) == [1, 3, 20, 1, 5, 60]
    assert numbers(lanes, "SLACK", "LANES_BEFORE_SWEEP", "HOLDS_BEFORE_SWEEP") == [1.05, 256, 256]
    assert numbers(redrawing, "REMEMBERED") == [1024]


def test_how_long_a_send_is_tried() -> None:
    names = ("FIRST_PAUSE_S", "LONGEST_PAUSE_S")
    assert numbers(flood, *names, "FINISH_WITHIN_S", "UNKNOWN_FATES") == [1, 30, 2, 3]
    assert numbers(standing_in, *names) == [5, 300]
    assert numbers(replies, "LONGEST_WAIT_S") == [86_400], "a day"


def test_how_often_an_answer_is_seen_to_grow() -> None:
    names = ("PRIVATE_EVERY_S", "GROUP_EVERY_S", "LONGEST_EVERY_S", "SEEN_FOR_S", "OUTDATED_AFTER_S")
    assert numbers(previews, *names) == [1.5, 3, 30, 4, 0.5]
    assert numbers(sending, "TYPING_EVERY_S", "TYPING_AFTER_S") == [4, 0.02]


def test_what_a_connection_takes() -> None:
    assert numbers(transport, "KEEP_ALIVE_S", "NAMED_ERROR_LENGTH") == [30, 100]
    assert numbers(proxy, "DNS_CACHE_S") == [300]
    assert numbers(transport, "MOST_FILE_BYTES") == [20_971_520], "Telegram hands over no more"


def test_how_long_telegram_is_waited_for_where_nothing_else_is_said() -> None:
    given = {name: each.default for name, each in signature(transport.Transport).parameters.items()}
    assert given["connections"] == 256
    times = ("read", "write", "media_write", "connect", "pool")
    assert [given[f"{each}_timeout_s"] for each in times] == [10, 5, 20, 5, 5]


def test_how_replies_are_counted() -> None:
    named = {200: "ok", 400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found"}
    assert named | {409: "conflict", 413: "too_large", 429: "flood"} == transport.OUTCOMES
