"""Answers at once while the model is down, instead of making everybody wait for the same failure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

_IN_A_ROW_S = 60.0
_PROBES = 10


class CircuitState(StrEnum):
    CLOSED = "closed"
    """Requests go through."""
    OPEN = "open"
    """Requests are refused without being made."""
    PROBING = "probing"
    """Requests are on their way to find out; the others are refused."""


class Circuit:
    """Opens when `threshold` questions failed in a row within a minute, lets each person probe once every
    `open_s`, and ten of them in that time, closes on a reply.

    Only 5xx and failed connections are failures; any other reply shows that the provider lives. A request
    that hangs says nothing either way: it may be the request's own fault. Neither opens it a question that
    fails again and again, nor does one person's probe keep the others out: they have their own.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        threshold: int = 3,
        open_s: float = 15.0,
    ) -> None:
        self._monotonic = monotonic
        self._threshold = threshold
        self._open_s = open_s
        self._failed_s: dict[int, float] = {}
        """By question, when it failed last, since the last reply."""
        self._opened_s: float | None = None
        self._probed_s: dict[int, float] = {}
        """By person, when they probed last, if that counts still."""
        self._probing: set[int] = set()

    @property
    def state(self) -> CircuitState:
        if self._opened_s is None:
            return CircuitState.CLOSED
        return CircuitState.PROBING if self._probing else CircuitState.OPEN

    def retry_in_s(self, person_id: int) -> float:
        """Seconds until this person's next request may go; 0 when it may now."""
        if self._opened_s is None:
            return 0.0
        since_s = self._probed_s.get(person_id, self._opened_s)
        newest_s = sorted(self._probed_s.values())[-_PROBES:]
        if len(newest_s) == _PROBES:  # a thousand who wait are no thousand requests to what is down
            since_s = max(since_s, newest_s[0])
        return max(0.0, since_s + self._open_s - self._monotonic())

    def admit(self, person_id: int) -> bool:
        """Whether a request of this person's may go now; while it is open, that is their probe."""
        if self.retry_in_s(person_id) > 0:
            return False
        if self._opened_s is not None:
            now_s = self._monotonic()
            self._probed_s = {id_: s for id_, s in self._probed_s.items() if now_s - s < self._open_s}
            self._probed_s[person_id] = now_s
            self._probing.add(person_id)
        return True

    def replied(self) -> None:
        """Whichever request it was."""
        self._opened_s = None
        self._failed_s.clear()
        self._probed_s.clear()
        self._probing.clear()

    def failed(self, question_id: int, person_id: int) -> None:
        self._probing.discard(person_id)
        if self._opened_s is not None:
            return
        now_s = self._monotonic()
        self._failed_s[question_id] = now_s
        self._failed_s = {id_: s for id_, s in self._failed_s.items() if now_s - s <= _IN_A_ROW_S}
        if len(self._failed_s) >= self._threshold:
            self._opened_s = now_s

    def unsure(self, person_id: int) -> None:
        """A request ended without telling: stopped, or timed out. If it was a probe, there may be another."""
        if person_id in self._probing:
            self._probing.discard(person_id)
            self._probed_s.pop(person_id, None)
