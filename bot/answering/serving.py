"""The course of one turn: from its slot, through the model and the database, to its chat."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from bot.answering import request, window
from bot.answering.asking import Inquiry, NotAnswered
from bot.answering.outcomes import Failure
from bot.answering.persisting import retry_send, retry_write
from bot.answering.ports import Note, Unreachable
from bot.core.tasks import error_fields, shielded
from bot.core.values import TurnState, Usage
from bot.model import FailureKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.answering.asking import Asking
    from bot.answering.dispatch import Seat
    from bot.answering.notices import Notices
    from bot.answering.ports import Observer, Presenter
    from bot.core.clock import Clock
    from bot.core.values import Answer, ChatSettings, Conversation, Exchange, ModelRequest, Turn
    from bot.model import ModelReply
    from bot.store import Store

ANSWERED = "answered"
CLOSED_BEFORE = "closed before"
"""The outcome of a turn that the database says is over: forgotten, or stopped elsewhere."""
_FOR_THE_OPERATOR = frozenset(
    {
        FailureKind.UNAUTHORIZED,
        FailureKind.FORBIDDEN,
        FailureKind.BAD_REQUEST,
        FailureKind.UNSUPPORTED,
        FailureKind.UNAVAILABLE,
    }
)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Course:
    """A turn on its way, and what the log will say of it. No texts."""

    turn: Turn
    waited_s: float
    began_s: float
    notes: list[Note] = field(default_factory=list)
    outcome: str = "aborted"
    telling: bool = False
    """Whether what came of it is being shown: people may see it before it is written down."""
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def continues(self) -> bool:
        """An answer that is being carried on: until the rest of it comes, the turn has its first half."""
        return self.turn.answer is not None and self.turn.state is TurnState.WAITING


class Serving:
    """Takes each turn from its slot to its end, whatever comes in between."""

    def __init__(
        self,
        *,
        store: Store,
        presenter: Presenter,
        notices: Notices,
        asking: Asking,
        settings_for: Callable[[Conversation], Awaitable[ChatSettings]],
        clock: Clock,
        observer: Observer,
        history_tokens: int,
    ) -> None:
        self._store = store
        self._presenter = presenter
        self._notices = notices
        self._asking = asking
        self._settings_for = settings_for
        self._clock = clock
        self._observer = observer
        self._history_tokens = history_tokens
        self._tokens = window.TokenCount()

    async def serve(self, course: Course, seat: Seat) -> None:
        """Answers and delivers; or shows why not. Raises `Unreachable`, its turn closed."""
        try:
            await self._serve(course, seat)
        except Unreachable:
            await self._close(course, TurnState.DROPPED, "unreachable")
            raise
        finally:
            seat.release()
            self._report(course)

    async def _serve(self, course: Course, seat: Seat) -> None:
        try:
            if course.turn.state is not TurnState.ANSWERED:
                await self._answer(course, seat)
            seat.release()
            await self._notices.drop(course.turn)
            if course.turn.state is TurnState.ANSWERED:
                await self._deliver(course)
        except NotAnswered as failure:
            await self._fail(course, failure)
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: an unexpected fault becomes a failed turn
            course.facts.update(error_fields(error))
            await self._fail(course, NotAnswered(Failure.INTERNAL))

    async def _answer(self, course: Course, seat: Seat) -> None:
        """Leaves the turn ANSWERED, unless it was closed meanwhile."""
        turn = course.turn
        newest_first = await retry_write(
            self._clock, lambda: self._store.turns.history_if_open(turn, limit=window.HISTORY_TURNS + 1)
        )
        if newest_first is None:
            course.outcome = CLOSED_BEFORE
            return
        settings = await retry_write(self._clock, lambda: self._settings_for(turn.question.conversation))
        chosen = self._window(turn, newest_first, settings)
        unfinished = turn.answer.text if turn.answer is not None else ""
        inquiry = Inquiry(
            request.build(turn.question, settings, chosen.history, unfinished_answer=unfinished)
        )
        asked_s = self._clock.monotonic()
        try:
            async with self._presenter.typing(turn):
                reply = await self._asking.ask(inquiry, seat)
        finally:
            course.facts.update(attempts=inquiry.attempts, asked_s=self._since(asked_s))
        course.facts.update(
            request_id=reply.client_request_id,
            provider_request_id=reply.provider_request_id,
            server_trace_id=reply.server_trace_id,
            model_s=round(reply.duration_s, 3),
        )
        if inquiry.trimmed:
            course.notes.append(Note.TRIMMED)
        elif chosen.left_out and await retry_write(
            self._clock, lambda: self._store.conversations.tell_trimmed(turn.question.conversation)
        ):
            course.notes.append(Note.LEFT_OUT)
        await retry_write(self._clock, lambda: shielded(self._save(course, reply.answer)))
        self._learn(inquiry.request, reply)

    def _window(self, turn: Turn, newest_first: Sequence[Exchange], settings: ChatSettings) -> window.Window:
        model = settings.model
        framed = [request.framed(item, turn.question, settings) for item in newest_first]

        def tokens(text: str) -> int:
            return self._tokens.of(model, text)

        unfinished = turn.answer.text if turn.answer is not None else ""
        budget = window.budget_tokens(
            history_tokens=self._history_tokens,
            max_output_tokens=settings.max_output_tokens,
            instructions_tokens=tokens(request.instructions(turn.question, settings)),
            question_tokens=tokens(request.asked(turn.question, settings)) + tokens(unfinished),
        )
        return window.choose(framed, budget, tokens)

    def _learn(self, asked: ModelRequest, reply: ModelReply) -> None:
        texts = [asked.instructions, asked.question, asked.unfinished_answer]
        for exchange in asked.history:
            texts += [exchange.question, exchange.answer]
        sent = sum(map(window.units, texts))
        self._tokens.learn(asked.generation.model, sent, reply.answer.usage.input_tokens)

    async def _save(self, course: Course, answer: Answer) -> None:
        """Keeps the answer before it is shown. `course.turn` always says what the database has."""
        turn = course.turn
        whole, begun = answer, None
        if turn.answer is None:
            saved = await self._store.turns.save_answer(turn.id, answer)
        else:
            begun = len(turn.answer.text)
            whole = replace(answer, text=turn.answer.text + answer.text)
            saved = await self._store.turns.extend_answer(turn.id, answer, begun=begun)
        course.facts["usage"] = answer.usage
        if saved:
            course.turn = replace(turn, state=TurnState.ANSWERED, answer=whole, begun=begun)
        else:
            course.outcome = CLOSED_BEFORE

    async def _deliver(self, course: Course) -> None:
        began_s = self._clock.monotonic()
        course.telling = True
        await retry_send(self._clock, lambda: self._presenter.answer(course.turn, notes=course.notes))
        course.facts["delivered_s"] = self._since(began_s)
        await self._close(course, TurnState.DONE, ANSWERED)

    async def _fail(self, course: Course, failure: NotAnswered) -> None:
        error_id = secrets.token_hex(4)
        course.facts["error_id"] = error_id
        last = failure.last
        if last is not None:
            course.facts.update(
                http_status=last.http_status,
                request_id=last.request_id,
                provider_ids=last.provider_ids,
            )
            if last.kind in _FOR_THE_OPERATOR:
                course.facts["detail"] = last.detail
                self._presenter.alert(kind=last.kind, detail=last.detail)
        elif failure.kind == Failure.INTERNAL:
            self._presenter.alert(kind=failure.kind, detail=error_id)
        await self._notices.drop(course.turn)
        standing = await retry_write(self._clock, lambda: self._standing(course))
        if standing is not None and course.turn.state is TurnState.ANSWERED:
            await retry_write(self._clock, partial(self._store.turns.put_back, course.turn.id, standing))
        await self._show_outcome(course, standing, failure, error_id)
        kept = standing is not None and standing.id == course.turn.id
        await self._close(course, TurnState.DONE if kept else TurnState.FAILED, failure.kind, failure.kind)

    async def _show_outcome(
        self, course: Course, standing: Turn | None, failure: NotAnswered, error_id: str
    ) -> None:
        kind, retry_in_s = failure.kind, failure.retry_in_s

        async def show() -> None:
            tell = self._presenter.failure if standing is None else self._presenter.stays
            await tell(standing or course.turn, kind=kind, error_id=error_id, retry_in_s=retry_in_s)

        course.telling = True
        try:
            await retry_send(self._clock, show)
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: what can't be shown is over all the same
            course.facts.update(error_fields(error))

    async def _standing(self, course: Course) -> Turn | None:
        """The answer that stands where this one failed: its first half, or the version chosen before."""
        return course.turn if course.continues else await self._store.turns.to_be_replaced(course.turn)

    async def _close(self, course: Course, state: TurnState, outcome: str, failure: str = "") -> None:
        turn_id = course.turn.id
        await retry_write(
            self._clock, lambda: self._store.turns.close(turn_id, state, failure, durable=outcome != ANSWERED)
        )
        course.turn = replace(course.turn, state=state)
        course.outcome = outcome
        self._presenter.over(course.turn)

    def _since(self, began_s: float) -> float:
        return round(self._clock.monotonic() - began_s, 3)

    def _report(self, course: Course) -> None:
        usage = course.facts.pop("usage", None)
        counted = usage if isinstance(usage, Usage) else Usage()
        answered_s = self._since(course.began_s)
        level = logging.ERROR if course.outcome == Failure.INTERNAL else logging.INFO
        log.log(
            level,
            "turn ended",
            extra={
                "update_id": course.turn.question.update_id,
                "turn_id": course.turn.id,
                "outcome": course.outcome,
                "waited_s": round(course.waited_s, 3),
                "answered_s": answered_s,
                "input_tokens": counted.input_tokens,
                "output_tokens": counted.output_tokens,
                **course.facts,
            },
        )
        self._observer.closed(
            outcome=course.outcome, waited_s=course.waited_s, answered_s=answered_s, usage=counted
        )
