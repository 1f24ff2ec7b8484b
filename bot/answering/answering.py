"""The use case: a question becomes an answer, in its order, whatever happens in between."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import partial

from bot.answering.active import ActiveTurn
from bot.answering.asking.asking import Asking
from bot.answering.asking.circuit import Circuit
from bot.answering.context import Context
from bot.answering.endings import Endings
from bot.answering.gathering import Gathering
from bot.answering.intake.admission import Admission
from bot.answering.intake.held_pastes import HeldPastes
from bot.answering.intake.loose_pieces import Hint
from bot.answering.intake.pieces import ALONE, Relation
from bot.answering.notices import Notices
from bot.answering.outcomes import Accepted, ClosedBefore, Declined, Outcome, Reason
from bot.answering.paying import Paying
from bot.answering.ports import AsksModel, Note, Observer, Prepared, Prepares, Presenter
from bot.answering.prompt import window
from bot.answering.prompt.composing import Composed, Composer
from bot.answering.recovery import Recovery
from bot.answering.regeneration import Regeneration
from bot.answering.runner import Runner
from bot.answering.scheduling.scheduler import Scheduler
from bot.answering.spending import Spending
from bot.answering.stopping import Stopping
from bot.core.clock import Clock
from bot.core.model_request import OnText, ReadText
from bot.core.tasks import shielded
from bot.core.unreachable import TopicGone, Unreachable
from bot.core.values import (
    Answer,
    ChatSettings,
    Conversation,
    Exchange,
    Question,
    Turn,
    TurnState,
)
from bot.money.budgets import Reservation
from bot.store import Store

EXPIRE_AFTER_S = 6 * 3600.0
"""A question that is older when the bot comes to it, having been away, gets an apology, no answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The deployment's limits, as its environment sets them."""

    model_concurrency: int = 10
    model_timeout_s: float = 60.0
    answer_deadline_s: float = 180.0
    queue_limit: int = 1000
    history_tokens: int = 8000
    user_rate_per_min: int = 20
    zone: tzinfo = UTC
    """In which the model is told the day and the hour."""


class Answering:
    """Questions in, answers shown. All that is accepted is in the database first."""

    def __init__(
        self,
        *,
        store: Store,
        model: AsksModel,
        presenter: Presenter,
        settings_for: Callable[[Conversation], Awaitable[ChatSettings]],
        clock: Clock,
        limits: Limits,
        observer: Observer,
        meter: Spending,
        preparers: Sequence[Prepares] = (),
        draw: Callable[[float, float], float] = random.uniform,
        time_is_known: Callable[[], bool] = lambda: True,
    ) -> None:
        """`draw` gives a number between two, for the jitter of retries; `time_is_known`, whether the clock
        goes by Telegram's time.
        """
        self._context = context = Context(store, presenter, observer, clock, settings_for, meter)
        self._preparers = preparers
        self._time_is_known = time_is_known
        self.scheduler = Scheduler(most=limits.model_concurrency, observer=observer)
        self._notices = Notices(context, places=self.scheduler.places)
        self._endings = Endings(context, self._notices)
        self.paying = Paying(context)
        self._composer = Composer(
            history_tokens=limits.history_tokens, now=lambda: clock.now().astimezone(limits.zone)
        )
        self.circuit = Circuit(clock.monotonic)
        self._asking = Asking(
            model,
            self.paying,
            circuit=self.circuit,
            clock=clock,
            observer=observer,
            jitter=lambda: draw(0.0, 1.0),
            timeout_s=limits.model_timeout_s,
            deadline_s=limits.answer_deadline_s,
        )
        self._admission = Admission(context, self.scheduler, limits.queue_limit, limits.user_rate_per_min)
        self.pastes = HeldPastes(context, self.scheduler)
        self.runner = Runner(context, self.scheduler, self._notices, answer=self._answer)
        self.stopping = Stopping(context, self.runner, self._endings, self._notices, self.pastes)
        self.regeneration = Regeneration(context, self.runner, self.stopping, self._admission)
        self._gathering = Gathering(context, self.scheduler, self.regeneration, self.pastes)
        self.recovery = Recovery(context, self.runner, self._endings, begin=self._begin)

    async def submit(
        self, question: Question, relation: Relation = ALONE, hint: Hint | None = None
    ) -> Accepted | Declined:
        """Accepts a question into the database and the queue, or adds it to the one that it belongs to.

        `hint` is told later, where the message asks nothing and nothing comes that makes it part of one.
        Raises StoreUnavailable, nothing kept.
        """
        context = self._context
        async with context.locks.of(question.conversation):
            joined = await self._gathering.join(question, relation)
            if joined is not None:
                return joined
            whole = self._gathering.loose.complete(question, relation, hint)
            if whole is None:
                waited_with = hint is not None and (relation.album or relation.calls)
                return Declined(Reason.INCOMPLETE if waited_with else Reason.NO_QUESTION)
            question, keys = whole
            with self._gathering.loose.using(keys) as also:
                return await self._take(question, also)

    async def _take(self, question: Question, also: Sequence[int]) -> Accepted | Declined:
        """A whole question, with what other updates are in it: they are dealt with, whatever comes of it."""
        context = self._context
        admitted = await self._admission.admit(question, question.sent_at)
        if isinstance(admitted, Declined):
            for update_id in also:
                await context.store.inbox.finish(update_id)
            return admitted
        with self._admission.refund_on_error(question, question.sent_at, admitted):
            settings = await context.settings_for(question.conversation)
            memory = settings.memory_for(private=question.private)
            turn = await context.store.turns.add(question, memory=memory, also=also)
        if turn is None:
            context.meter.release(admitted)
            return Declined(Reason.REPEATED)
        self._begin(turn, admitted)
        return Accepted(turn)

    def _begin(self, turn: Turn, reservation: Reservation | None) -> None:
        """A turn becomes a task, new or found in the database: the runner takes it along `_answer`, unless it
        comes too late for that.
        """
        if turn.state is TurnState.WAITING and self._is_late(turn.question):
            self._context.meter.release(reservation)
            self.runner.tell(turn, self._endings.expire)
        else:  # held, it waits in its lane for more of its question
            held = self.pastes.hold(turn) or self._gathering.hold(turn)
            self.runner.start(turn, reservation, held=held)

    def _is_late(self, question: Question) -> bool:
        """Whether it has waited so long, here or at Telegram, that an answer would surprise.

        Never by the machine's clock alone: a Bot API server of one's own does not tell the time.
        """
        age_s = (self._context.clock.now() - question.sent_at).total_seconds()
        return self._time_is_known() and age_s > EXPIRE_AFTER_S

    async def _answer(self, active: ActiveTurn) -> None:
        """The whole way of one turn, from its place in the queue to its end in the chat."""
        try:
            async with self._endings.guard(active):
                async with active.slot.first():  # not held while files are fetched, nor between attempts
                    active.began_s = self._context.clock.monotonic()
                    if active.turn.state is not TurnState.ANSWERED:  # else only its delivery is left to do
                        settings, newest_first = await self._open(active)
                        async with self._context.presenter.typing(active.turn):
                            prepared = await self._prepare(active, settings, newest_first)
                            composed = await self._compose(prepared, settings, newest_first)
                            answer = await self._ask(active, settings, composed)
                        await self._save(active, composed, answer)
                await self._notices.remove_and_wait(active)
                await self._show(active)
        except Unreachable as gone:
            await self._endings.close(active, TurnState.DROPPED, Outcome.UNREACHABLE)
            if not isinstance(gone, TopicGone):
                chat_id = active.turn.question.conversation.chat_id
                self._context.background.spawn(self.stopping.drop_chat(chat_id))

    async def _open(self, active: ActiveTurn) -> tuple[ChatSettings, list[Exchange]]:
        """The chat's settings and the conversation so far, newest first; a recap is of the talk alone. Raises
        `ClosedBefore`.
        """
        context, turn = self._context, active.turn
        newest_first = await context.retry_write(
            lambda: context.store.turns.history_if_open(turn, limit=window.HISTORY_TURNS + 1)
        )
        if newest_first is None:
            raise ClosedBefore
        settings = await context.retry_write(lambda: context.settings_for(turn.question.conversation))
        return settings, newest_first if turn.question.talk_after is None else []

    async def _prepare(
        self, active: ActiveTurn, settings: ChatSettings, newest_first: Sequence[Exchange]
    ) -> Prepared:
        """What is made of the question and its attachments, each preparer going on from the one before."""
        prepared = Prepared(active.turn)
        attached = active.turn.question.attachments or any(each.attachments for each in newest_first)
        if self._preparers and attached:
            active.slot.release()
        for preparer in self._preparers:
            prepared = prepared.followed_by(await preparer.prepare(prepared.turn, settings, newest_first))
        turn, turns = prepared.turn, self._context.store.turns
        if turn.question != active.turn.question:
            await self._context.retry_write(lambda: shielded(turns.set_question(turn.id, turn.question)))
            known = active.turn.question  # the chat may have another id by now
            moved = replace(turn.question, conversation=known.conversation, message_id=known.message_id)
            active.turn = replace(active.turn, question=moved)
        return prepared

    async def _compose(
        self, prepared: Prepared, settings: ChatSettings, newest_first: Sequence[Exchange]
    ) -> Composed:
        first_half: Answer | None = None
        continued_id = prepared.turn.continues
        if continued_id is not None:
            turns = self._context.store.turns
            continued = await self._context.retry_write(lambda: turns.get(continued_id))
            first_half = None if continued is None else continued.answer
        return self._composer.compose(prepared, settings, newest_first, first_half=first_half)

    async def _ask(self, active: ActiveTurn, settings: ChatSettings, composed: Composed) -> Answer:
        """The model's words, and for the log what was told of them. Raises `NotAnswered`."""
        active.reservation = self._context.meter.revise(active.reservation, composed.request)
        async with self._context.presenter.preview(active.turn, settings) as show:
            on_text = None if show is None else partial(self._grow, active, composed, show)
            asked = await self._asking.ask(active, composed.request, on_text=on_text)
            reply = asked.reply
            active.usage = reply.answer.usage
            self.paying.owe(active, asked.request, reply.answer.usage, reply.answer.text)
        active.fields.update(
            request_id=reply.client_request_id,
            provider_request_id=reply.provider_request_id,
            server_trace_id=reply.server_trace_id,
            model_s=round(reply.duration_s, 3),
        )
        self._composer.learn(asked.request, reply.answer.usage)
        if reply.search_refused:
            self._endings.note_search_refused(active, composed.request.generation.model)
        return reply.answer

    def _grow(self, active: ActiveTurn, composed: Composed, show: OnText, read: ReadText) -> None:
        """There is something to read: no notice is needed any more."""
        if active.notice is not None:
            self._context.background.spawn(self._notices.remove_in_background(active))
        show(lambda: composed.so_far(read()))

    async def _save(self, active: ActiveTurn, composed: Composed, answer: Answer) -> None:
        """Keeps the answer before it is shown. Raises `ClosedBefore`."""
        context = self._context
        if composed.left_out and Note.TRIMMED not in active.notes:
            conversation = active.turn.question.conversation
            if await context.retry_write(lambda: context.store.conversations.tell_trimmed(conversation)):
                active.notes.append(Note.LEFT_OUT)
        whole = composed.whole(answer)

        async def save() -> None:  # whoever stops the turn meanwhile finds it as the database has it
            saved = await context.store.turns.save_answer(active.turn.id, whole, active.charges)
            context.meter.written(active.charges)
            context.meter.release(active.reservation)
            active.charges = ()
            if not saved:
                raise ClosedBefore
            active.turn = replace(active.turn, state=TurnState.ANSWERED, answer=whole)

        await context.retry_write(lambda: shielded(save()))

    async def _show(self, active: ActiveTurn) -> None:
        context = self._context
        began_s = context.clock.monotonic()
        active.delivering = True
        await context.retry_send(lambda: context.presenter.answer(active.turn, notes=active.notes))
        active.fields["delivered_s"] = round(context.clock.monotonic() - began_s, 3)
        await self._endings.close(active, TurnState.DONE, Outcome.ANSWERED)

    def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """The chat has become a supergroup; the database knows already."""
        self.pastes.complete_chat(old_chat_id)
        self._context.turns.moved(old_chat_id, new_chat_id)

    def begin(self) -> None:
        """Turns are started from now on."""
        self.scheduler.resume()

    def pause(self) -> None:
        """Turns are not started any more; questions are still taken, for the next start."""
        self.scheduler.pause()

    async def close(self, grace_s: float) -> None:
        """Gives the answers in progress `grace_s`; what is left stays in the database for the next start."""
        self.pause()
        await self.runner.finish(grace_s)
        await self.runner.end()
        await self._context.background.close()
