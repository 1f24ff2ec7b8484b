"""From a request to a reply: the deadline, the retries, the circuit, less history where it is too long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.outcomes import Failure
from bot.answering.retrying import wait_s
from bot.core.tasks import within
from bot.model import FailureKind, ModelFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answering.circuit import Circuit
    from bot.answering.dispatch import Seat
    from bot.answering.ports import AsksModel, Observer
    from bot.core.clock import Clock
    from bot.core.values import ModelRequest
    from bot.model import ModelReply

_DOWN = frozenset({FailureKind.SERVER_ERROR, FailureKind.UNAVAILABLE})
_SAYS_NOTHING = frozenset({FailureKind.TIMEOUT, FailureKind.BROKEN_REPLY})


@dataclass(slots=True)
class Inquiry:
    """One question's way to the model: what is asked, and what has come of it."""

    request: ModelRequest
    attempts: int = 0
    trimmed: bool = False
    last: ModelFailure | None = None


class NotAnswered(Exception):
    """The question has no answer; `last` is the model's last failure, if it was asked at all."""

    def __init__(
        self, kind: str, *, last: ModelFailure | None = None, retry_in_s: float | None = None
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.last = last
        self.retry_in_s = retry_in_s


class Asking:
    """Asks until there is an answer, or no sense in asking again."""

    def __init__(
        self,
        model: AsksModel,
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
        self._circuit = circuit
        self._clock = clock
        self._observer = observer
        self._jitter = jitter
        self._timeout_s = timeout_s
        self._deadline_s = deadline_s

    async def ask(self, inquiry: Inquiry, seat: Seat) -> ModelReply:
        """The reply; its seat holds a slot only while a request is under way. Raises NotAnswered."""
        until_s = self._clock.monotonic() + self._deadline_s
        try:
            async with within(self._clock, self._deadline_s):
                while True:
                    try:
                        return await self._request(inquiry, seat, until_s)
                    except ModelFailure as failure:
                        pause_s = self._pause_s(inquiry, failure, until_s)
                    if pause_s > 0:
                        seat.release()
                        await self._clock.sleep(pause_s)
        except TimeoutError:
            kind = FailureKind.TIMEOUT if inquiry.last is None else inquiry.last.kind
            raise NotAnswered(kind, last=inquiry.last) from None
        finally:
            seat.release()

    async def _request(self, inquiry: Inquiry, seat: Seat, until_s: float) -> ModelReply:
        await seat.take()
        if self._clock.monotonic() >= until_s:
            raise TimeoutError  # the deadline's timer is a moment behind the clock
        number = self._circuit.admit()
        if not number:
            raise NotAnswered(FailureKind.UNAVAILABLE, last=inquiry.last, retry_in_s=self._circuit.retry_in_s)
        began_s = self._clock.monotonic()
        inquiry.attempts += 1
        outcome = "aborted"
        told = False
        try:
            reply = await self._model.ask(inquiry.request, timeout_s=min(self._timeout_s, until_s - began_s))
            outcome, told = "answer", True
        except ModelFailure as failure:
            inquiry.last = failure
            outcome, told = failure.kind, failure.kind not in _DOWN | _SAYS_NOTHING
            if failure.kind is FailureKind.QUOTA:
                seat.overloaded()
            if failure.kind in _DOWN:
                self._circuit.failed(number)
            raise
        finally:
            if told:
                self._circuit.replied()
            else:
                self._circuit.unsure(number)
            self._observer.requested(
                model=inquiry.request.generation.model,
                outcome=outcome,
                duration_s=self._clock.monotonic() - began_s,
            )
        seat.succeeded()
        return reply

    def _pause_s(self, inquiry: Inquiry, failure: ModelFailure, until_s: float) -> float:
        """Seconds until the next request, 0 for at once. Raises NotAnswered where none is to be made."""
        if failure.kind is FailureKind.TOO_LONG:
            if not inquiry.request.history:
                raise NotAnswered(Failure.QUESTION_TOO_LONG, last=failure)
            # All of it: the question is asked once more only, and how much would fit is not told.
            inquiry.request = replace(inquiry.request, history=())
            inquiry.trimmed = True
            return 0.0
        pause_s = wait_s(
            failure.kind,
            attempts=inquiry.attempts,
            retry_after_s=failure.retry_after_s,
            left_s=until_s - self._clock.monotonic(),
            jitter=self._jitter(),
        )
        if pause_s is None:
            raise NotAnswered(failure.kind, last=failure, retry_in_s=failure.retry_after_s)
        return pause_s
