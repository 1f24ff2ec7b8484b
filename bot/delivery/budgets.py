"""How much may be sent now: Telegram's budgets as arithmetic on times, in seconds of a monotonic clock."""

from __future__ import annotations

from collections import deque

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
CHAT_PER_S = 1.0
CHAT_BURST = 3
GROUP_PER_MIN = 20
MINUTE_S = 60.0


class Window:
    """At most `count` in any `span_s` seconds."""

    def __init__(self, count: int, span_s: float) -> None:
        self._span_s = span_s
        self._taken: deque[float] = deque(maxlen=count)

    def delay_s(self, now_s: float) -> float:
        """Seconds until one more may go; 0 when it may now."""
        if len(self._taken) < (self._taken.maxlen or 0):
            return 0.0
        return max(0.0, self._taken[0] + self._span_s - now_s)

    def take(self, now_s: float) -> None:
        self._taken.append(now_s)

    def idle(self, now_s: float) -> bool:
        """Whether it is as good as new."""
        return not self._taken or self._taken[-1] + self._span_s <= now_s


class Bucket:
    """`burst` at once, refilled at `per_s`."""

    def __init__(self, burst: int, per_s: float) -> None:
        self._interval_s = 1.0 / per_s
        self._slack_s = (burst - 1) * self._interval_s
        self._full_at_s = float("-inf")

    def delay_s(self, now_s: float) -> float:
        """Seconds until one more may go; 0 when it may now."""
        return max(0.0, self._full_at_s - self._slack_s - now_s)

    def take(self, now_s: float) -> None:
        self._full_at_s = max(self._full_at_s, now_s) + self._interval_s

    def idle(self, now_s: float) -> bool:
        """Whether it is as good as new."""
        return self._full_at_s <= now_s


class ChatBudget:
    """One chat's: a burst and then one a second; in groups and channels also twenty a minute."""

    def __init__(self, *, group: bool) -> None:
        self._second = Bucket(CHAT_BURST, CHAT_PER_S)
        self._minute = Window(GROUP_PER_MIN, MINUTE_S) if group else None

    def delay_s(self, now_s: float) -> float:
        delay_s = self._second.delay_s(now_s)
        return delay_s if self._minute is None else max(delay_s, self._minute.delay_s(now_s))

    def take(self, now_s: float) -> None:
        self._second.take(now_s)
        if self._minute is not None:
            self._minute.take(now_s)

    def idle(self, now_s: float) -> bool:
        return self._second.idle(now_s) and (self._minute is None or self._minute.idle(now_s))
