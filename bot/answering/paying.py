"""What the requests of a turn cost: owed until its answer is kept, or written down by itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.active import ActiveTurn
from bot.answering.context import Context
from bot.core.model_request import ModelRequest
from bot.core.tasks import shielded
from bot.core.values import Question, Turn, Usage
from bot.money.billing import Charge
from bot.store import StoreUnavailable


class Paying:
    """Every request that was billed is in the ledger once, whatever became of it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def owe(self, active: ActiveTurn, request: ModelRequest, usage: Usage, text: str) -> None:
        """For an answer, or what came of one: its charge is written in the transaction that keeps it, or that
        closes the turn.
        """
        active.charges = [*active.charges, *self._charge(active, request, usage, text)]

    async def for_failure(self, active: ActiveTurn, request: ModelRequest, usage: Usage, text: str) -> None:
        """For a request that was billed, or may have been, and gave no answer."""
        await self.pay(active.turn, self._charge(active, request, usage, text))

    async def pay(self, turn: Turn, charges: Sequence[Charge], heard: Question | None = None) -> None:
        """Writes down what goes with no answer, a failed request or speech, before the turn goes on: a kill
        loses none of it, nor does whoever stops the turn meanwhile. While the database can't be used nobody
        waits for that.

        `heard`: the question with the words that were paid for, kept in the same transaction, so that
        nothing is heard and paid for twice; not with what is written later, by when it may have changed.
        """
        context = self._context

        async def write(words: Question | None = None) -> None:
            if words is None:
                await context.store.ledger.add(charges, turn.id)
            else:
                await context.store.turns.set_question(turn.id, words, charges)
            context.meter.written(charges)

        async def write_now_or_later() -> None:
            try:
                await write(heard)
            except StoreUnavailable:
                context.background.spawn(context.retry_write(lambda: shielded(write())))

        if charges:
            await shielded(write_now_or_later())

    def _charge(
        self, active: ActiveTurn, request: ModelRequest, usage: Usage, answer: str
    ) -> Sequence[Charge]:
        charges = self._context.meter.charge(
            active.turn.question, request, usage, answer=answer, first=not active.charged
        )
        active.charged = active.charged or bool(charges)
        return charges
