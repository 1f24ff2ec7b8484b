"""Flood limits by chat and overall, answered with 429 and how long to wait.

Telegram's own are adaptive and not published; these are the figures of
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this with a short burst, and for
edits what bots report: a burst is free, the debt accrues, and then the wait is half a minute and more.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from bot.emulator.refusals import too_many_requests


@dataclass(frozen=True)
class FloodRules:
    """How many sends and edits are let through."""

    private_burst: int = 3
    """So many at once to one person, and then one a second."""
    private_interval_s: float = 1.0
    group_per_min: int = 20
    overall_per_s: int = 30
    edit_burst: int = 10
    """So many edits in one chat may come faster than the intervals below."""
    private_edit_interval_s: float = 1.0
    group_edit_interval_s: float = 3.0
    edit_wait_s: int = 30
    """How long no edit is taken in a chat after one too many."""


class Flood:
    """Counts sends and edits by the world's clock."""

    def __init__(self, rules: FloodRules) -> None:
        self.rules = rules
        self._sent: dict[int, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque()
        self._debt: dict[int, tuple[float, float]] = {}
        """By chat: how many edits ahead of their interval, and when that was so."""
        self._no_edit_until_s: dict[int, float] = {}

    def take(self, chat_id: int, *, private: bool, now_s: float) -> None:
        """Counts one send to the chat; refuses it where it comes too early. A refused one is not counted."""
        rules = self.rules
        window_s = rules.private_burst * rules.private_interval_s if private else 60.0
        allowed = rules.private_burst if private else rules.group_per_min
        chat = self._sent[chat_id]
        wait_s = max(_wait(chat, allowed, window_s, now_s), _wait(self._all, rules.overall_per_s, 1.0, now_s))
        _refuse_for(wait_s)
        chat.append(now_s)
        self._all.append(now_s)

    def take_edit(self, chat_id: int, *, private: bool, now_s: float) -> None:
        """Likewise one edit, which counts as a send too."""
        rules = self.rules
        _refuse_for(self._no_edit_until_s.get(chat_id, now_s) - now_s)
        interval_s = rules.private_edit_interval_s if private else rules.group_edit_interval_s
        debt, since_s = self._debt.get(chat_id, (0.0, now_s))
        debt = max(0.0, debt - (now_s - since_s) / interval_s)
        if debt + 1 > rules.edit_burst:
            self._no_edit_until_s[chat_id] = now_s + rules.edit_wait_s
            _refuse_for(rules.edit_wait_s)
        self.take(chat_id, private=private, now_s=now_s)
        self._debt[chat_id] = debt + 1, now_s


def _refuse_for(wait_s: float) -> None:
    if wait_s > 0:
        raise too_many_requests(max(1, math.ceil(wait_s)))


def _wait(sent: deque[float], allowed: int, window_s: float, now_s: float) -> float:
    """Seconds until one more fits into the window; 0 now."""
    while sent and sent[0] <= now_s - window_s:
        sent.popleft()
    return sent[-allowed] + window_s - now_s if len(sent) >= allowed else 0.0
