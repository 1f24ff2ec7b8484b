"""Limits of what the provider may send, and how long what it said is believed."""

from __future__ import annotations

from bot.model import (
    ModelConfig,
    abortable_transport,
    addresses,
    build_request,
    errors,
    live_text,
    parse_sources,
    refusals,
)
from tests.numbers import numbers


def test_how_much_a_reply_may_hold() -> None:
    assert numbers(abortable_transport, "MAX_REPLY_BYTES", "MAX_STREAM_BYTES") == [4_194_304, 16_777_216]
    assert numbers(parse_sources, "MOST_SOURCES") + numbers(build_request, "MOST_SEARCHES") == [5, 3]


def test_for_how_long_it_is_remembered() -> None:
    assert numbers(refusals, "REMEMBERED_S") + numbers(errors, "LONGEST_WAIT_S") == [3600, 86_400]
    assert numbers(addresses, "STAGGER_S", "REMEMBERED_S") == [0.25, 60]
    assert numbers(live_text, "BATCH_S", "DRAIN_S") == [0.05, 0.3]


def test_for_how_long_and_for_how_many_it_is_waited() -> None:
    config = ModelConfig("f", lambda: "k")
    assert numbers(abortable_transport, "KEEP_ALIVE_S") == [15]
    assert (config.concurrency, config.connect_timeout_s, config.first_event_timeout_s) == (10, 5, 30)
