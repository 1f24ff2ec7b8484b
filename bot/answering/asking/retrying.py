"""Which failed requests are made again, and after how long."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import FailureKind

ATTEMPTS: Mapping[FailureKind, int] = {
    FailureKind.QUOTA: 10,
    FailureKind.SERVER_ERROR: 5,
    FailureKind.UNAVAILABLE: 5,
    # The request may have been done and billed all the same.
    FailureKind.TIMEOUT: 2,
    FailureKind.BROKEN_REPLY: 2,
}
"""Requests for one question by what went wrong last; any other failure would only repeat itself."""
FIRST_WAIT_S = 1.0
GROWTH = 1.5
LONGEST_WAIT_S = 10.0
LEAST_TIME_S = 1.0
"""A request given less than this is not worth making."""


def wait_s(
    kind: FailureKind, *, attempts: int, retry_after_s: float | None, left_s: float, jitter: float
) -> float | None:
    """Seconds to wait after `attempts` requests, the last failed so; None if there is to be no other.

    Full jitter: anything from 0 to 1 s, 1.5 s, 2.25 s ... 10 s; `jitter` is the share, from 0 to 1, drawn
    anew for each wait. `Retry-After` is waited out in full, and up to 1 s on top of it.
    """
    if attempts >= ATTEMPTS.get(kind, 1):
        return None
    wait = jitter * min(LONGEST_WAIT_S, FIRST_WAIT_S * GROWTH ** (attempts - 1))
    if retry_after_s is not None:
        wait = retry_after_s + min(wait, FIRST_WAIT_S)
    return wait if wait + LEAST_TIME_S <= left_s else None
