"""Why a question is not taken, as the person who asked it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.answering.outcomes import Reason
from bot.screens import money

if TYPE_CHECKING:
    from bot.answering.outcomes import Declined
    from bot.texts import Texts

_LINES: Final = {
    Reason.PERSON_RATE: "rate-person",
    Reason.CHAT_RATE: "rate-chat",
    Reason.QUEUE_FULL: "queue-full",
}


def declined(outcome: Declined, texts: Texts) -> str:
    """Empty where there is nothing to say: it was taken before."""
    if outcome.reason is Reason.BUDGET:
        return money.declined(outcome, texts)
    if outcome.reason not in _LINES:
        return ""
    return texts(_LINES[outcome.reason], wait=timedelta(seconds=outcome.retry_in_s))
