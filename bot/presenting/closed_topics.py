"""Topics that take nothing of the bot's, nor does General beside them: nothing is paid for there."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.core.clock import Clock
    from bot.core.values import Conversation

log = logging.getLogger(__name__)

TRY_EVERY_S: Final = 60.0
LONGEST_TRY_EVERY_S: Final = 3600.0


class ClosedTopics:
    """Known from refusals, and forgotten when something is opened again, of which Telegram tells.

    There is no method to ask it of Telegram, and a bot that was away is not told: so a question is let
    through now and then, ever more seldom. A new start knows none.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: dict[Conversation, tuple[float, float]] = {}
        """When the next question is let through, and how long after that the one after it."""

    def note(self, conversation: Conversation) -> None:
        """Telegram has refused an answer there and in General."""
        known = self._tries.get(conversation)
        every_s = TRY_EVERY_S if known is None else min(2 * known[1], LONGEST_TRY_EVERY_S)
        self._tries[conversation] = self._clock.monotonic() + every_s, every_s
        if known is None:
            place = {"chat_id": conversation.chat_id, "thread_id": conversation.thread_id}
            log.warning(
                "The bot may not write in a topic, nor in General: nothing is asked there", extra=place
            )

    def wrote(self, conversation: Conversation) -> None:
        """Telegram took an answer."""
        self._tries.pop(conversation, None)

    def reopened(self, chat_id: int) -> None:
        """Something in the chat was, or the bot may write wherever it is now."""
        self._tries = {place: tried for place, tried in self._tries.items() if place.chat_id != chat_id}

    def any_in(self, chat_id: int) -> bool:
        return any(place.chat_id == chat_id for place in self._tries)

    def holds(self, conversation: Conversation) -> bool:
        """Whether nothing is asked there for now; the first one that may try again is let through."""
        next_s, every_s = self._tries.get(conversation, (0.0, TRY_EVERY_S))
        now_s = self._clock.monotonic()
        if conversation not in self._tries or now_s < next_s:
            return conversation in self._tries
        self._tries[conversation] = now_s + every_s, every_s
        return False
