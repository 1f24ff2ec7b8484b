"""Topics that take nothing of the bot's, nor does General beside them: nothing is paid for there."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Final

from bot.core.clock import Clock
from bot.core.values import Conversation

log = logging.getLogger(__name__)

TRY_EVERY_S: Final = 60.0
LONGEST_TRY_EVERY_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class _Tries:
    """When the next question is let through, how long after that the one after it, and whether one was."""

    next_s: float
    every_s: float = TRY_EVERY_S
    under_way: bool = False


class ClosedTopics:
    """Known from refusals, and forgotten when something is opened again, of which Telegram tells.

    There is no method to ask it of Telegram, and a bot that was away is not told: so a question is let
    through now and then, ever more seldom. A new start knows none.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: dict[Conversation, _Tries] = {}

    def note(self, conversation: Conversation) -> None:
        """Telegram has refused an answer there and in General: a try's, or that of what was asked before."""
        known, now_s = self._tries.get(conversation), self._clock.monotonic()
        if known is None:
            self._tries[conversation] = _Tries(now_s + TRY_EVERY_S)
            place = {"chat_id": conversation.chat_id, "thread_id": conversation.thread_id}
            log.warning(
                "The bot may not write in a topic, nor in General: nothing is asked there", extra=place
            )
        elif known.under_way:
            every_s = min(2 * known.every_s, LONGEST_TRY_EVERY_S)
            self._tries[conversation] = _Tries(now_s + every_s, every_s)

    def wrote(self, conversation: Conversation) -> None:
        """Telegram took an answer."""
        self._tries.pop(conversation, None)

    def reopened(self, chat_id: int) -> None:
        """Something in the chat was, or the bot may write wherever it is now."""
        self._tries = {place: tried for place, tried in self._tries.items() if place.chat_id != chat_id}

    def any_in(self, chat_id: int) -> bool:
        return any(place.chat_id == chat_id for place in self._tries)

    def holds(self, conversation: Conversation) -> bool:
        """Whether nothing is asked there for now."""
        known = self._tries.get(conversation)
        return known is not None and self._clock.monotonic() < known.next_s

    def asked(self, conversation: Conversation) -> None:
        """A question there was let through and accepted: where it is a try, the next one comes later."""
        known = self._tries.get(conversation)
        if known is not None and not self.holds(conversation):
            next_s = self._clock.monotonic() + known.every_s
            self._tries[conversation] = replace(known, next_s=next_s, under_way=True)
