"""Why a question is not taken, as the person who asked it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.answering.outcomes import Declined, Reason
from bot.screens.money import rub
from bot.texts import Texts

_LINES: Final = {
    Reason.PERSON_RATE: "rate-person",
    Reason.CHAT_RATE: "rate-chat",
    Reason.QUEUE_FULL: "queue-full",
}


def declined(outcome: Declined, texts: Texts) -> str:
    """Empty where there is nothing to say: it was taken before."""
    if outcome.reason is Reason.BUDGET:
        return _budget(outcome, texts)
    if outcome.reason not in _LINES:
        return ""
    return texts(_LINES[outcome.reason], wait=timedelta(seconds=outcome.retry_in_s))


def _budget(outcome: Declined, texts: Texts) -> str:
    """Why a question that may cost too much is not asked: since when, and until when."""
    exhausted, until = outcome.exhausted, outcome.until
    assert exhausted is not None  # noqa: S101 - that is what the reason says
    assert until is not None  # noqa: S101 - likewise
    scope, limit = exhausted.account.scope.value, rub(exhausted.limit, texts)
    if exhausted.since is None:
        return texts("budget-held", scope=scope, until=until)
    return texts("budget-spent", scope=scope, limit=limit, since=exhausted.since, until=until)
