"""Whether one more question is taken now, and if not, why and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from bot.answering.intake.rates import Rates
from bot.answering.outcomes import Declined, Reason
from bot.answering.scheduling.scheduler import Scheduler
from bot.core.values import Question
from bot.money.budgets import Reservation

if TYPE_CHECKING:
    from bot.answering.context import Context

TYPICAL_ANSWER_S = 5.0
"""For a guess at when a full queue has room again."""


class Admission:
    """The queue's limit, then the rates of the person and of the group, then what it may cost."""

    def __init__(
        self, context: Context, scheduler: Scheduler, queue_limit: int, user_rate_per_min: int
    ) -> None:
        self._context = context
        self._scheduler = scheduler
        self._queue_limit = queue_limit
        self._rates = Rates(user_rate_per_min)

    async def admit(self, question: Question, at: datetime) -> Declined | Reservation | None:
        """Unless it is declined, the question is counted in: what follows goes under `refund_on_error`."""
        waiting = self._scheduler.waiting
        if waiting >= self._queue_limit:
            return Declined(Reason.QUEUE_FULL, waiting * TYPICAL_ANSWER_S / self._scheduler.slots.limit)
        refused = self._rates.refuse(
            person_id=question.asker.id, group_id=_group_id(question), at_s=at.timestamp()
        )
        if refused is not None:
            return Declined(Reason.CHAT_RATE if refused.chat else Reason.PERSON_RATE, refused.retry_in_s)
        with self.refund_on_error(question, at):
            settings = await self._context.settings_for(question.conversation)
            return await self._context.meter.admit(question, settings)

    @contextmanager
    def refund_on_error(
        self, question: Question, at: datetime, reservation: Reservation | None = None
    ) -> Iterator[None]:
        """Takes the count of a question back if it can't be written down: it will come again."""
        try:
            yield
        except BaseException:
            self._context.meter.release(reservation)
            self._rates.take_back(
                person_id=question.asker.id, group_id=_group_id(question), at_s=at.timestamp()
            )
            raise


def _group_id(question: Question) -> int | None:
    return None if question.private else question.conversation.chat_id
