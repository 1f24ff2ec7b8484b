"""The ends of turns, in the database and in the chat: closed, failed, declined, put back."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.answering.active import ActiveTurn
from bot.answering.outcomes import ClosedBefore, Failure, NotAnswered, Outcome
from bot.answering.ports import Note, NotPrepared, Refused
from bot.core.tasks import error_fields, shielded
from bot.core.unreachable import Unreachable
from bot.core.values import Conversation, TurnState
from bot.model import FailureKind

if TYPE_CHECKING:
    from bot.answering.context import Context
    from bot.answering.notices import Notices

_FOR_THE_OPERATOR = frozenset(
    {
        FailureKind.UNAUTHORIZED,
        FailureKind.FORBIDDEN,
        FailureKind.BAD_REQUEST,
        FailureKind.UNSUPPORTED,
        FailureKind.UNAVAILABLE,
    }
)

_REMEMBERED = 1000
"""Conversations that were told; the one that was told first may hear it once more then."""


class Endings:
    """Whoever closes a turn first in the database has the last word; what stands in the chat follows."""

    def __init__(self, context: Context, notices: Notices) -> None:
        self._context = context
        self._notices = notices
        self._told_no_search: deque[Conversation] = deque(maxlen=_REMEMBERED)

    @asynccontextmanager
    async def guard(self, active: ActiveTurn) -> AsyncIterator[None]:
        """Makes what goes wrong inside the turn's end, with a word in its chat; but for `Unreachable`."""
        try:
            yield
        except ClosedBefore:
            await self._notices.remove_and_wait(active)
            active.outcome = Outcome.CLOSED_BEFORE
        except NotPrepared as why:
            await self._decline(active, why)
        except NotAnswered as failure:
            await self.fail(active, failure)
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: an unexpected fault becomes a failed turn
            active.fields.update(error_fields(error))
            await self.fail(active, NotAnswered(Failure.INTERNAL))

    async def close(
        self, active: ActiveTurn, state: TurnState, outcome: Outcome | str, *, failure: str = ""
    ) -> None:
        """Writes the end down, with what is not paid yet: a reply that came when the turn was ended.

        Nothing is lost where a delivered answer's is not on the disk at once.
        """
        context = self._context
        durable = outcome != Outcome.ANSWERED

        async def close() -> None:
            await context.store.turns.close(active.turn.id, state, failure, active.charges, durable=durable)
            context.meter.written(active.charges)
            active.charges = ()

        await context.retry_write(lambda: shielded(close()))
        active.turn = replace(active.turn, state=state)
        active.outcome = outcome

    async def fail(
        self, active: ActiveTurn, failure: NotAnswered, outcome: Outcome | str | None = None
    ) -> None:
        """One line with Retry; or the answer that stood before, and below it why there is no other."""
        error_id = secrets.token_hex(4)
        active.fields["error_id"] = error_id
        self._tell_operator(active, failure, error_id)
        presenter = self._context.presenter
        told = {"kind": failure.kind, "error_id": error_id, "retry_in_s": failure.retry_in_s}
        await self._show(active, presenter.failure, presenter.keep_previous_answer, told)
        await self.close(active, TurnState.FAILED, outcome or failure.kind, failure=failure.kind)

    async def expire(self, active: ActiveTurn) -> None:
        """Too late for an answer: an apology; one that was to be had again, or continued, keeps its first."""
        turn, context = active.turn, self._context
        state = TurnState.EXPIRED if turn.version_of is None else TurnState.DROPPED
        async with self.guard(active):
            if state is TurnState.EXPIRED:
                try:
                    await context.retry_send(lambda: context.presenter.apology(turn))
                except (Refused, Unreachable) as failure:
                    active.fields["refused"] = type(failure).__name__
                    state = TurnState.DROPPED
            await self._notices.remove_and_wait(active)
            await self.close(active, state, Outcome.EXPIRED)

    def note_search_refused(self, active: ActiveTurn, model: str) -> None:
        """Says that the answer was given without searching: to the operators, and once to a conversation."""
        self._context.presenter.alert(kind="search_refused", detail=model)
        conversation = active.turn.question.conversation
        if conversation not in self._told_no_search:
            self._told_no_search.append(conversation)
            active.notes.append(Note.NOT_SEARCHED)

    async def _decline(self, active: ActiveTurn, why: NotPrepared) -> None:
        presenter = self._context.presenter
        told = {"text_id": why.text_id, "variables": why.variables, "retry": why.passing}
        await self._show(active, presenter.declined, presenter.declined, told)
        await self.close(active, TurnState.FAILED, Outcome.DECLINED, failure=Outcome.DECLINED)

    async def _show(
        self,
        active: ActiveTurn,
        tell: Callable[..., Awaitable[None]],
        keep_previous: Callable[..., Awaitable[None]],
        told: dict[str, Any],
    ) -> None:
        """By `tell`; or, where another answer stands that this one was to replace, of that by the other."""
        await self._notices.remove_and_wait(active)
        turns, turn = self._context.store.turns, active.turn
        before = await self._context.retry_write(lambda: turns.to_be_replaced(turn))
        if before is not None and turn.state is TurnState.ANSWERED:
            await self.close(active, TurnState.DROPPED, "")

        async def show() -> None:
            await (tell(turn, **told) if before is None else keep_previous(before, **told))

        active.delivering = True
        try:
            await self._context.retry_send(show)
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: what can't be shown is over all the same
            active.fields.update(error_fields(error))

    def _tell_operator(self, active: ActiveTurn, failure: NotAnswered, error_id: str) -> None:
        last, alert = failure.last, self._context.presenter.alert
        if last is None:
            if failure.kind == Failure.INTERNAL:
                alert(kind=failure.kind, detail=error_id)
            return
        active.fields.update(
            http_status=last.http_status, request_id=last.request_id, provider_ids=last.provider_ids
        )
        if last.kind in _FOR_THE_OPERATOR:
            active.fields["detail"] = last.detail
            alert(kind=last.kind, detail=last.detail)
