"""Whether one more question is taken now, and if not, why and when."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.answering.outcomes import Declined, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.answering.queue import FairQueue
    from bot.answering.rates import Rates
    from bot.answering.slots import Slots
    from bot.core.values import Question

TYPICAL_ANSWER_S = 5.0
"""For a guess at when a full queue has room again."""


class Admission:
    """The queue's limit, then the rates of the person and of the group."""

    def __init__(self, *, queue: FairQueue, slots: Slots, rates: Rates, queue_limit: int) -> None:
        self._queue = queue
        self._slots = slots
        self._rates = rates
        self._queue_limit = queue_limit

    @contextmanager
    def kept(self, question: Question, at: datetime) -> Iterator[None]:
        """Takes the count of a question back if it can't be written down: it will come again."""
        try:
            yield
        except BaseException:
            self._rates.take_back(
                person_id=question.asker.id, group_id=_group_id(question), at_s=at.timestamp()
            )
            raise

    def declined(self, question: Question, at: datetime) -> Declined | None:
        """None counts the question in: what follows goes under `kept`."""
        waiting = len(self._queue)
        if waiting >= self._queue_limit:
            return Declined(Reason.QUEUE_FULL, waiting * TYPICAL_ANSWER_S / self._slots.limit)
        refused = self._rates.refuse(
            person_id=question.asker.id, group_id=_group_id(question), at_s=at.timestamp()
        )
        if refused is None:
            return None
        return Declined(Reason.CHAT_RATE if refused.chat else Reason.PERSON_RATE, refused.retry_in_s)


def _group_id(question: Question) -> int | None:
    return None if question.private else question.conversation.chat_id
