"""One token for all, renewed ahead of its end by one thread at a time, and used while it lasts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from bot.core.keys import NoKey
from bot.identity import IamTokens
from bot.identity.sources import Token
from bot.identity.tokens import RENEWED_AFTER_S, RETRIED_AFTER_S
from tests.clocks import ManualClock

DAY_S = 12 * 3600.0


class Given:
    """Gives `t1`, `t2`…, or fails."""

    identity = "somebody"

    def __init__(self, life_s: float = DAY_S) -> None:
        self.life_s = life_s
        self.count = 0
        self.failure: NoKey | None = None
        self.asked = Event()
        self.go_on = Event()
        self.go_on.set()

    def fetch(self) -> Token:
        self.asked.set()
        self.go_on.wait()
        self.count += 1
        if self.failure is not None:
            raise self.failure
        return Token(f"t{self.count}", self.life_s)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


async def test_it_is_renewed_ahead_of_its_end() -> None:
    """Hourly, as the provider advises, not for each request."""
    clock, source = ManualClock(), Given()
    tokens = IamTokens(source, clock)
    assert [tokens.token() for _ in range(3)] == ["t1"] * 3
    await clock.advance(RENEWED_AFTER_S - 1)
    assert tokens.token() == "t1"
    await clock.advance(1)
    assert tokens.token() == "t2"


async def test_a_short_life_is_renewed_sooner() -> None:
    clock, source = ManualClock(), Given(life_s=300)
    tokens = IamTokens(source, clock)
    assert tokens.token() == "t1"
    await clock.advance(30)
    assert tokens.token() == "t2"


async def test_an_old_one_is_used_while_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    """A renewal that fails is tried again now and then, and said in the log; then there is none."""
    caplog.set_level(logging.WARNING)
    clock, source = ManualClock(), Given()
    tokens = IamTokens(source, clock)
    tokens.token()
    source.failure = NoKey("IAM answered 503", temporary=True)
    await clock.advance(RENEWED_AFTER_S)
    assert [tokens.token() for _ in range(5)] == ["t1"] * 5
    assert source.count == 2
    await clock.advance(RETRIED_AFTER_S)
    assert tokens.token() == "t1"
    assert source.count == 3
    await clock.advance(DAY_S - RENEWED_AFTER_S - 2 * RETRIED_AFTER_S)
    assert tokens.token() == "t1"
    await clock.advance(RETRIED_AFTER_S)
    with pytest.raises(NoKey, match="503"):
        tokens.token()
    assert "IAM answered 503" in caplog.text
    source.failure = None
    await clock.advance(2)
    assert tokens.token() == f"t{source.count}"


async def test_it_comes_back_by_itself() -> None:
    clock, source = ManualClock(), Given()
    tokens = IamTokens(source, clock)
    source.failure = NoKey("no way", temporary=False)
    for _ in range(2):
        with pytest.raises(NoKey) as caught:
            tokens.token()
        assert not caught.value.temporary
    assert source.count == 1
    source.failure = None
    await clock.advance(2)
    assert tokens.token() == "t2"


async def test_one_thread_renews_and_nobody_waits_for_it(threads: ThreadPoolExecutor) -> None:
    clock, source = ManualClock(), Given()
    tokens = IamTokens(source, clock)
    tokens.token()
    await clock.advance(RENEWED_AFTER_S)
    source.asked.clear()
    source.go_on.clear()
    renewing = threads.submit(tokens.token)
    source.asked.wait()
    assert [tokens.token() for _ in range(3)] == ["t1"] * 3
    source.go_on.set()
    assert renewing.result() == "t2"
    assert (tokens.token(), source.count) == ("t2", 2)


async def test_the_first_one_is_waited_for_and_fetched_once(threads: ThreadPoolExecutor) -> None:
    source = Given()
    source.go_on.clear()
    tokens = IamTokens(source, ManualClock())
    asked = [threads.submit(tokens.token) for _ in range(8)]
    source.asked.wait()
    source.go_on.set()
    assert {future.result() for future in asked} == {"t1"}
    assert source.count == 1


async def test_a_failure_is_shared_by_those_who_waited(threads: ThreadPoolExecutor) -> None:
    """Eight threads do not wait for eight time-outs one after another."""
    source = Given()
    source.go_on.clear()
    source.failure = NoKey("out of reach", temporary=True)
    tokens = IamTokens(source, ManualClock())
    asked = [threads.submit(tokens.token) for _ in range(8)]
    source.asked.wait()
    source.go_on.set()
    assert {str(future.exception()) for future in asked} == {"out of reach"}
    assert source.count == 1


async def test_one_that_is_refused_is_not_used_again() -> None:
    source = Given()
    tokens = IamTokens(source, ManualClock())
    assert tokens.token() == "t1"
    assert tokens.refused("t1")
    assert tokens.token() == "t2"
    assert tokens.refused("t1")
    assert (tokens.token(), source.count) == ("t2", 2)


async def test_until_when() -> None:
    clock = ManualClock()
    tokens = IamTokens(Given(life_s=DAY_S), clock)
    assert tokens.valid_until() is None
    tokens.token()
    until = tokens.valid_until()
    assert until is not None
    assert DAY_S - 60 < (until - clock.now()).total_seconds() <= DAY_S
    assert tokens.identity == "somebody"
