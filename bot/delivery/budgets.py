"""How much may be sent now: Telegram's budgets as arithmetic on times, in seconds of a monotonic clock."""

from __future__ import annotations

from collections import deque

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
SECONDS_A_MESSAGE = 1.0
CHAT_BURST = 3
"""Telegram allows "short bursts" without a figure."""
GROUP_PER_MIN = 20
CHAT_SPARE = 1
GROUP_SPARE = 5
MINUTE_S = 60.0


class Window:
    """At most `count` in any `span_s` seconds."""

    def __init__(self, count: int, span_s: float) -> None:
        self._count = count
        self._span_s = span_s
        self._taken: deque[float] = deque(maxlen=count)

    def delay_s(self, now_s: float, *, spare: int = 0) -> float:
        """Seconds until one more may go, with so many left for others; 0 when it may now."""
        count = self._count - spare
        if len(self._taken) < count:
            return 0.0
        return max(0.0, self._taken[-count] + self._span_s - now_s)

    def take(self, now_s: float) -> None:
        self._taken.append(now_s)

    def idle(self, now_s: float) -> bool:
        """Whether it is as good as new."""
        return not self._taken or self._taken[-1] + self._span_s <= now_s


class ChatBudget:
    """One chat's: one a second, up to three at once; in groups and channels also twenty a minute.

    What is interim leaves some of it, so that no answer has to wait for what was shown of it before.
    """

    def __init__(self, *, group: bool) -> None:
        burst = Window(CHAT_BURST, CHAT_BURST * SECONDS_A_MESSAGE)
        self._windows = (burst, Window(GROUP_PER_MIN, MINUTE_S)) if group else (burst,)
        self._spare = (CHAT_SPARE, GROUP_SPARE) if group else (CHAT_SPARE,)

    def delay_s(self, now_s: float, *, interim: bool = False) -> float:
        delays = (
            window.delay_s(now_s, spare=spare if interim else 0)
            for window, spare in zip(self._windows, self._spare, strict=True)
        )
        return max(delays)

    def take(self, now_s: float) -> None:
        for window in self._windows:
            window.take(now_s)

    def idle(self, now_s: float) -> bool:
        return all(window.idle(now_s) for window in self._windows)
