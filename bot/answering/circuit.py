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
        self._probing = False

    @property
    def state(self) -> CircuitState:
        if self._opened_at_s is None:
            return CircuitState.CLOSED
        return CircuitState.PROBING if self._probing else CircuitState.OPEN

    @property
    def retry_in_s(self) -> float:
        """Seconds until the next probe may go; 0 when it may now."""
        if self._opened_at_s is None:
            return 0.0
        return max(0.0, self._opened_at_s + self._open_s - self._monotonic())

    def admit(self) -> bool:
        """Whether a request may go now; true makes it the probe if the circuit is open."""
        if self._opened_at_s is None:
            return True
        if self._probing or self.retry_in_s > 0:
            return False
        self._probing = True
        return True

    def replied(self) -> None:
        self._failures = 0
        self._opened_at_s = None
        self._probing = False

    def failed(self) -> None:
        self._failures += 1
        if self._probing or self._failures >= self._threshold:
            self._opened_at_s = self._monotonic()
            self._probing = False

    def unsure(self) -> None:
        """The request ended without telling: stopped, or timed out. The next one may probe."""
        self._probing = False
