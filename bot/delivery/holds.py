"""For how long Telegram takes no more of one kind of thing in a chat, by what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.clock import Clock
    from bot.delivery.lanes import ChatId

HOLDS_BEFORE_SWEEP = 256


class Holds:
    """Of what decorates: each kind in each chat by itself. Those that are over are forgotten now and then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[tuple[ChatId, str], float] = {}

    def __len__(self) -> int:
        return len(self._until_s)

    def hold(self, chat_id: ChatId, kind: str, seconds: float) -> None:
        now_s = self._clock.monotonic()
        if len(self._until_s) >= HOLDS_BEFORE_SWEEP:
            self._until_s = {key: until for key, until in self._until_s.items() if until > now_s}
        self._until_s[chat_id, kind] = now_s + seconds

    def held_s(self, chat_id: ChatId, kind: str) -> float:
        """At most 0 where nothing is held."""
        return self._until_s.get((chat_id, kind), float("-inf")) - self._clock.monotonic()
