"""Keeps one IAM token for all who need it, and renews it ahead of its end."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from bot.core.clock import Clock
from bot.core.keys import NoKey
from bot.identity.sources import Source

RENEWED_AFTER_S = 3600.0
"""Or after a tenth of the token's life, where that is less: the provider's own advice."""
RETRIED_AFTER_S = 30.0
"""A renewal that failed, while the old token lasts."""
# Who waited while another's attempt failed does not make one of its own.
_SHARED_FAILURE_S = 1.0
# Not used to its last second: it must still be good when the request arrives.
_MARGIN_S = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """By the monotonic clock, which nobody sets."""

    value: str = field(repr=False)
    renewed_at_s: float
    ends_at_s: float


class IamTokens:
    """Gives tokens to threads. Each call may take as long as fetching one does: never on the event loop."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._lock = Lock()
        self._held: _Held | None = None
        self._failure: NoKey | None = None
        self._failed_at_s = float("-inf")

    @property
    def identity(self) -> str:
        """Whose tokens they are, in words."""
        return self._source.identity

    def token(self) -> str:
        """A token that is good now. Raises NoKey.

        One thread at a time renews; the others go on with the old one while it lasts, as all do where the
        renewal fails.
        """
        held = self._good()
        if held is not None and not self._is_due(held):
            return held.value
        # Without a good one there is nothing to do but to wait for who renews.
        if not self._lock.acquire(blocking=held is None):
            return held.value if held is not None else ""
        try:
            held = self._good()
            return held.value if held is not None and not self._is_due(held) else self._renewed(held)
        finally:
            self._lock.release()

    def refused(self, token: str) -> bool:
        """The provider does not take this token: it is held no more, and another is worth trying."""
        with self._lock:
            if self._held is not None and self._held.value == token:
                self._held = None
        return True

    def valid_until(self) -> datetime | None:
        """When the token that is held ends, by this machine's clock."""
        held = self._held
        if held is None:
            return None
        return self._clock.now() + timedelta(seconds=held.ends_at_s - self._clock.monotonic())

    def _good(self) -> _Held | None:
        held = self._held
        return held if held is not None and self._clock.monotonic() < held.ends_at_s else None

    def _is_due(self, held: _Held) -> bool:
        now_s = self._clock.monotonic()
        return now_s >= held.renewed_at_s and now_s >= self._failed_at_s + RETRIED_AFTER_S

    def _renewed(self, held: _Held | None) -> str:
        """Under the lock; `held`: the token to go on with where no other is to be had."""
        began_s = self._clock.monotonic()
        failure = self._failure
        if held is None and failure is not None and began_s < self._failed_at_s + _SHARED_FAILURE_S:
            raise NoKey(failure.detail, temporary=failure.temporary)
        try:
            token = self._source.fetch()
        except NoKey as error:
            self._failure, self._failed_at_s = error, self._clock.monotonic()
            log.warning("no new IAM token: %s", error.detail)
            if held is None:
                raise
            return held.value
        self._failure = None
        self._held = _Held(
            token.value,
            began_s + min(RENEWED_AFTER_S, token.life_s / 10),
            began_s + token.life_s - min(_MARGIN_S, token.life_s / 10),
        )
        return token.value
