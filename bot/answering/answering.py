"""The use case: a question becomes an answer, in its order, whatever happens in between."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.admission import Admission
from bot.answering.asking import Asking
from bot.answering.circuit import Circuit
from bot.answering.leftovers import Leftovers
from bot.answering.notices import Notices
from bot.answering.ports import NullObserver
from bot.answering.queue import FairQueue
from bot.answering.rates import Rates
from bot.answering.reopening import Reopening
from bot.answering.serving import Serving
from bot.answering.slots import Slots
from bot.answering.stopping import Stopping
from bot.answering.taking import Taking
from bot.answering.work import Work
from bot.core.tasks import Background, Locks
from bot.core.values import TurnState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.answering.circuit import CircuitState
    from bot.answering.outcomes import Accepted, Declined, NothingToStop, NotYours, Stopped
    from bot.answering.ports import AsksModel, Observer, Presenter
    from bot.core.clock import Clock
    from bot.core.values import ChatSettings, Conversation, Question, Turn
    from bot.store import Store


@dataclass(frozen=True, slots=True)
class Limits:
    """The deployment's limits; each is named as its environment variable."""

    model_concurrency: int = 10
    model_timeout_s: float = 60.0
    answer_deadline_s: float = 180.0
    queue_limit: int = 1000
    history_tokens: int = 8000
    user_rate_per_min: int = 20
    expire_after_s: float = 6 * 3600.0
    """A question that is older when the bot comes to it, having been away, gets an apology, no answer."""


@dataclass(frozen=True, slots=True)
class Status:
    """For the health check."""

    waiting: int
    asking: int
    slots: int
    circuit: CircuitState


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
        observer: Observer | None = None,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        """`draw` gives a number between two, for the jitter of retries."""
        observer = observer or NullObserver()
        self._store = store
        self._presenter = presenter
        self._clock = clock
        self._background = Background()
        self._locks = Locks()
        self._queue = FairQueue()
        self._slots = Slots(limits.model_concurrency)
        self._circuit = Circuit(clock.monotonic)
        self._notices = Notices(
            store=store,
            presenter=presenter,
            clock=clock,
            background=self._background,
            places=self._queue.places,
        )
        asking = Asking(
            model,
            circuit=self._circuit,
            clock=clock,
            observer=observer,
            jitter=lambda: draw(0.0, 1.0),
            timeout_s=limits.model_timeout_s,
            deadline_s=limits.answer_deadline_s,
        )
        serving = Serving(
            store=store,
            presenter=presenter,
            notices=self._notices,
            asking=asking,
            settings_for=settings_for,
            clock=clock,
            observer=observer,
            history_tokens=limits.history_tokens,
        )
        self._work = Work(
            queue=self._queue,
            slots=self._slots,
            serving=serving,
            notices=self._notices,
            clock=clock,
            background=self._background,
            observer=observer,
            gone=self.drop_chat,
        )
        self._stopping = Stopping(
            store=store,
            presenter=presenter,
            notices=self._notices,
            work=self._work,
            clock=clock,
            background=self._background,
            locks=self._locks,
        )
        self._leftovers = Leftovers(
            store=store, presenter=presenter, notices=self._notices, clock=clock, background=self._background
        )
        admission = Admission(
            queue=self._queue,
            slots=self._slots,
            rates=Rates(limits.user_rate_per_min),
            queue_limit=limits.queue_limit,
        )
        self._taking = Taking(
            store=store,
            work=self._work,
            admission=admission,
            settings_for=settings_for,
            clock=clock,
            background=self._background,
            locks=self._locks,
            expire_after_s=limits.expire_after_s,
            expire=self._leftovers.expire,
        )
        self._reopening = Reopening(
            store=store,
            work=self._work,
            stopping=self._stopping,
            admission=admission,
            clock=clock,
            locks=self._locks,
        )

    def status(self) -> Status:
        return Status(len(self._queue), self._slots.in_use, self._slots.limit, self._circuit.state)

    async def start(self) -> None:
        """Takes up what the last run left, and begins."""
        await self.take_up()
        self.begin()

    async def take_up(self) -> None:
        """Puts what the last run left in the queue: answers not delivered, questions not answered."""
        for turn in await self._store.turns.unfinished():
            if turn.state is TurnState.ANSWERED:
                if await self._leftovers.can_be_shown(turn):
                    self._taking.take_up(turn)
                else:
                    self._leftovers.give_up(turn)
            elif self._taking.is_late(turn):
                self._leftovers.expire(turn)
            else:
                self._taking.take_up(turn)

    def begin(self) -> None:
        """Turns are started from now on."""
        self._work.start()

    def pause(self) -> None:
        """Turns are not started any more; questions are still taken, for the next start."""
        self._work.pause()

    async def finish(self, grace_s: float) -> None:
        """Gives the answers in progress `grace_s`, and begins no others."""
        await self._work.finish(grace_s)

    async def close(self, grace_s: float) -> None:
        """`finish`, then ends: what is left stays in the database for the next start."""
        await self._work.finish(grace_s)
        await self._work.end()
        await self._background.close()

    async def submit(self, question: Question) -> Accepted | Declined:
        """Accepts a question into the database and the queue. Raises StoreUnavailable, nothing kept."""
        return await self._taking.submit(question)

    def continues(self, question: Question) -> bool:
        """Whether a message is the next piece of a long paste, and so a question even if not addressed."""
        return self._taking.continues(question)

    def interrupted(self, conversation: Conversation) -> None:
        """Something that is no question came there: a paste before it is complete."""
        self._taking.complete(conversation)

    async def edit(self, question: Question, edited_at: datetime) -> Accepted | Declined:
        """The question with a new text is answered instead, its old answer edited in place.

        Only if it was edited within 10 minutes, whenever that is told; not if the text is the same, and not
        for a paste, of which one piece is edited.
        """
        return await self._reopening.edit(question, edited_at)

    async def retry(self, turn_id: int, *, update_id: int | None = None) -> Accepted | Declined:
        """Asks a failed or stopped question again."""
        return await self._reopening.retry(turn_id, update_id)

    async def again(self, turn_id: int, *, update_id: int | None = None) -> Accepted | Declined:
        """Another version of an answer; it becomes the chosen one when it was shown."""
        return await self._reopening.again(turn_id, update_id)

    async def continue_(self, turn_id: int, *, update_id: int | None = None) -> Accepted | Declined:
        """Carries on an answer that was cut at its limit."""
        return await self._reopening.go_on(turn_id, update_id)

    async def told(self, turn: Turn) -> None:
        """Lets an answer that is just being shown come to its end, so that its buttons work; for a moment."""
        await self._work.told(turn)

    async def stop(
        self, conversation: Conversation, *, by: int, admin: bool, turn_id: int | None = None
    ) -> Stopped | NotYours | NothingToStop:
        """/stop by a person: what is being answered there, if theirs, and their own that wait.

        An admin's ends everybody's. The button's `turn_id` ends that one only.
        """
        self._taking.complete(conversation)
        return await self._stopping.stop(conversation, by=by, admin=admin, turn_id=turn_id)

    async def cancel(self, conversation: Conversation, *, asker_id: int | None = None) -> list[Turn]:
        """/new: ends all that is unfinished there (one person's, if given), quietly."""
        async with self._locks.of(conversation):
            return await self._cancel(conversation, asker_id)

    async def forget(self, conversation: Conversation, *, asker_id: int | None = None) -> int:
        """Cancels, and deletes all that is kept of a conversation, or of one person in it.

        Returns how many questions that were. What is asked meanwhile comes after, and is kept.
        """
        async with self._locks.of(conversation):
            await self._cancel(conversation, asker_id)
            return await self._store.bulk.forget(conversation, asker_id)

    async def drop_chat(self, chat_id: int) -> None:
        """The chat is gone: nothing more is done for it."""
        await self._stopping.drop(lambda turn: turn.question.conversation.chat_id == chat_id)

    def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """The chat has become a supergroup; the database knows already."""
        self._taking.complete_chat(old_chat_id)
        self._work.moved(old_chat_id, new_chat_id)

    async def _cancel(self, conversation: Conversation, asker_id: int | None) -> list[Turn]:
        self._taking.complete(conversation)
        return await self._stopping.drop(
            lambda turn: (
                turn.question.conversation == conversation and asker_id in {None, turn.question.asker.id}
            )
        )
