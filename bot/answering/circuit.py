"""Answers at once while the model is down, instead of making everybody wait for the same failure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class CircuitState(StrEnum):
    CLOSED = "closed"
    """Requests go through."""
    OPEN = "open"
    """Requests are refused without being made."""
    PROBING = "probing"
    """One request is on its way to find out; the others are refused."""


class Circuit:
    """Opens after `threshold` failures in a row, lets one probe through every `open_s`, closes on a reply.

    Only 5xx and failed connections are failures; any other reply shows that the provider lives. A request
    that hangs says nothing either way: it may be the request's own fault.
    """

    def __init__(self, monotonic: Callable[[], float], *, threshold: int = 5, open_s: float = 15.0) -> None:
        self._monotonic = monotonic
        self._threshold = threshold
        self._open_s = open_s
        self._failures = 0
        self._opened_at_s: float | None = None
        self._requests = 0
        self._probe = 0

    @property
    def state(self) -> CircuitState:
        if self._opened_at_s is None:
            return CircuitState.CLOSED
        return CircuitState.PROBING if self._probe else CircuitState.OPEN

    @property
    def retry_in_s(self) -> float:
        """Seconds until the next probe may go; 0 when it may now."""
        if self._opened_at_s is None:
            return 0.0
        return max(0.0, self._opened_at_s + self._open_s - self._monotonic())

    def admit(self) -> int:
        """The number of a request that may go now, 0 where none may. While open, it is the probe."""
        if self._opened_at_s is not None and (self._probe or self.retry_in_s > 0):
            return 0
        self._requests += 1
        if self._opened_at_s is not None:
            self._probe = self._requests
        return self._requests

    def replied(self) -> None:
        """Whichever request it was."""
        self._failures = 0
        self._opened_at_s = None
        self._probe = 0

    def failed(self, request: int) -> None:
        """While open, only the probe's failure counts: the others began before."""
        self._failures += 1
        if request == self._probe or (self._opened_at_s is None and self._failures >= self._threshold):
            self._opened_at_s = self._monotonic()
            self._probe = 0

    def unsure(self, request: int) -> None:
        """It ended without telling: stopped, or timed out. If it was the probe, the next one may be."""
        if request == self._probe:
            self._probe = 0
