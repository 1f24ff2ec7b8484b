"""From a request to a reply: the deadline, the retries, the circuit, less history where it is too long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from bot.answering.active import ActiveTurn
from bot.answering.asking.circuit import Circuit
from bot.answering.asking.retrying import wait_s
from bot.answering.outcomes import Failure, NotAnswered
from bot.answering.ports import AsksModel, Note, Observer
from bot.core.clock import Clock
from bot.core.model_request import ModelRequest, OnText, Progress
from bot.core.tasks import within
from bot.core.values import Usage
from bot.model import FailureKind, ModelFailure, ModelReply

if TYPE_CHECKING:
    from bot.answering.paying import Paying

_DOWN = frozenset({FailureKind.SERVER_ERROR, FailureKind.UNAVAILABLE})
_SAYS_NOTHING = frozenset({FailureKind.TIMEOUT, FailureKind.BROKEN_REPLY})
_MAY_COST = _DOWN | _SAYS_NOTHING
"""Any other failure is a refusal, before a word is written."""


class Asked(NamedTuple):
    """The request as it was made at last, and what came back."""

    request: ModelRequest
    reply: ModelReply


@dataclass(slots=True)
class RetryState:
    """One question's way to the model: what is asked, and what has come of it so far."""

    active: ActiveTurn
    request: ModelRequest
    until_s: float
    on_text: OnText | None
    attempts: int = 0
    last: ModelFailure | None = None

    @property
    def person_id(self) -> int:
        return self.active.turn.question.asker.id


class Asking:
    """Asks until there is an answer, or no sense in asking again."""

    def __init__(
        self,
        model: AsksModel,
        paying: Paying,
        *,
        circuit: Circuit,
        clock: Clock,
        observer: Observer,
        jitter: Callable[[], float],
        timeout_s: float,
        deadline_s: float,
    ) -> None:
        """`jitter` draws a number from 0 to 1."""
        self._model = model
        self._paying = paying
        self._circuit = circuit
        self._clock = clock
        self._observer = observer
        self._jitter = jitter
        self._timeout_s = timeout_s
        self._deadline_s = deadline_s

    async def ask(
        self,
        active: ActiveTurn,
        request: ModelRequest,
        *,
        on_text: OnText | None = None,
    ) -> Asked:
        """The reply; the turn's lease holds a slot only while a request is under way. Raises NotAnswered.

        `on_text` is told while the answer grows, from its beginning at each new attempt.
        """
        began_s = self._clock.monotonic()
        state = RetryState(active, request, began_s + self._deadline_s, on_text)
        try:
            async with within(self._clock, self._deadline_s):
                while True:
                    try:
                        return Asked(state.request, await self._attempt(state))
                    except ModelFailure as failure:
                        pause_s = self._pause_s(state, failure)
                    if pause_s > 0:
                        active.slot.release()
                        await self._clock.sleep(pause_s)
        except TimeoutError:
            kind = FailureKind.TIMEOUT if state.last is None else state.last.kind
            raise NotAnswered(kind, last=state.last) from None
        finally:
            active.slot.release()
            asked_s = round(self._clock.monotonic() - began_s, 3)
            active.fields.update(attempts=state.attempts, asked_s=asked_s)

    async def _attempt(self, state: RetryState) -> ModelReply:
        await state.active.slot.take()
        if self._clock.monotonic() >= state.until_s:
            raise TimeoutError  # the deadline's timer is a moment behind the clock
        if not self._circuit.admit(state.person_id):
            retry_in_s = self._circuit.retry_in_s(state.person_id)
            raise NotAnswered(FailureKind.UNAVAILABLE, last=state.last, retry_in_s=retry_in_s)
        began_s = self._clock.monotonic()
        state.attempts += 1
        outcome = "aborted"
        progress = Progress()
        try:
            reply = await self._model.ask(
                state.request,
                timeout_s=min(self._timeout_s, state.until_s - began_s),
                on_text=state.on_text,
                progress=progress,
            )
        except ModelFailure as failure:
            state.last = failure
            outcome = failure.kind
            if failure.kind is FailureKind.QUOTA:
                state.active.slot.overloaded()
            self._note_failure(state, failure)
            may_cost = progress.may_cost and failure.kind in _MAY_COST
            usage = failure.usage or (Usage(reported=False) if may_cost else None)
            if usage is not None:
                await self._paying.for_failure(state.active, state.request, usage, "".join(progress.said))
            raise
        except BaseException:
            self._circuit.unsure(state.person_id)
            if progress.may_cost:
                self._paying.owe(state.active, state.request, Usage(reported=False), "".join(progress.said))
            raise
        else:
            outcome = "answer"
            self._circuit.replied()
        finally:
            self._observer.requested(
                model=state.request.generation.model,
                outcome=outcome,
                duration_s=self._clock.monotonic() - began_s,
            )
        state.active.slot.succeeded()
        return reply

    def _note_failure(self, state: RetryState, failure: ModelFailure) -> None:
        """Of the provider, or of this request only: a 200 that says that it failed shows that it lives."""
        if failure.kind in _SAYS_NOTHING:
            self._circuit.unsure(state.person_id)
        elif failure.kind in _DOWN and failure.http_status != 200:
            self._circuit.failed(state.active.turn.first_id, state.person_id)
        else:
            self._circuit.replied()

    def _pause_s(self, state: RetryState, failure: ModelFailure) -> float:
        """Seconds until the next request, 0 for at once. Raises NotAnswered where none is to be made."""
        if failure.kind is FailureKind.TOO_LONG:
            if not state.request.history and not state.request.talk:
                raise NotAnswered(Failure.QUESTION_TOO_LONG, last=failure)
            # All of it: the question is asked once more only, and how much would fit is not told.
            state.request = replace(state.request, history=(), talk="")
            state.active.notes.append(Note.TRIMMED)
            return 0.0
        pause_s = wait_s(
            failure.kind,
            attempts=state.attempts,
            retry_after_s=failure.retry_after_s,
            left_s=state.until_s - self._clock.monotonic(),
            jitter=self._jitter(),
        )
        if pause_s is None:
            raise NotAnswered(failure.kind, last=failure, retry_in_s=failure.retry_after_s)
        return pause_s
