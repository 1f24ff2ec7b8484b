"""Takes questions in, in the order they came: limits, pieces of a paste, the database, the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.joining import WITHIN_S, Pastes
from bot.answering.outcomes import Accepted, Declined, Reason
from bot.core.values import TurnState

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from bot.answering.admission import Admission
    from bot.answering.work import Work
    from bot.core.clock import Clock
    from bot.core.tasks import Background, Locks
    from bot.core.values import ChatSettings, Conversation, Question, Turn
    from bot.store import Store


class Taking:
    """A message that may be the first piece of a paste is held back until it is known to be complete."""

    def __init__(
        self,
        *,
        store: Store,
        work: Work,
        admission: Admission,
        settings_for: Callable[[Conversation], Awaitable[ChatSettings]],
        clock: Clock,
        background: Background,
        locks: Locks,
        expire_after_s: float,
        expire: Callable[[Turn], None],
    ) -> None:
        """`expire` is given each turn that comes too late to be answered."""
        self._expire_after_s = expire_after_s
        self._expire = expire
        self._store = store
        self._work = work
        self._admission = admission
        self._settings_for = settings_for
        self._clock = clock
        self._background = background
        self._locks = locks
        self._pastes = Pastes()
        self._holds: dict[Conversation, asyncio.Task[None]] = {}

    async def submit(self, question: Question) -> Accepted | Declined:
        async with self._locks.of(question.conversation):
            joined = await self._join(question)
            if joined is not None:
                return Accepted(joined)
            declined = self._admission.declined(question, question.sent_at)
            if declined is not None:
                return declined
            with self._admission.kept(question, question.sent_at):
                settings = await self._settings_for(question.conversation)
                memory = settings.memory_for(private=question.private)
                turn = await self._store.turns.add(question, memory=memory)
            if turn is None:
                return Declined(Reason.REPEATED)
            if self.is_late(turn):
                self._expire(turn)
                return Accepted(turn)
            self._queue(turn)
            return Accepted(turn)

    def take_up(self, turn: Turn) -> None:
        """A turn of the last run: what it was to be joined with may come right after the start."""
        self.complete(turn.question.conversation)
        self._queue(turn)

    def is_late(self, turn: Turn) -> bool:
        """Whether its question has waited so long, here or at Telegram, that an answer would surprise."""
        return (self._clock.now() - turn.question.sent_at).total_seconds() > self._expire_after_s

    def continues(self, question: Question) -> bool:
        return self._pastes.continued_by(question) is not None

    def complete(self, conversation: Conversation) -> None:
        """Nothing more will be added to the paste there, if there is one."""
        hold = self._holds.pop(conversation, None)
        if hold is not None:
            hold.cancel()
        turn_id = self._pastes.shut(conversation)
        if turn_id is not None:
            self._work.release(turn_id)

    def complete_chat(self, chat_id: int) -> None:
        for conversation in [held for held in self._holds if held.chat_id == chat_id]:
            self.complete(conversation)

    def _queue(self, turn: Turn) -> None:
        held = turn.state is TurnState.WAITING and self._pastes.opens(turn.id, turn.question)
        self._work.add(turn, held=held)
        if held:
            self._hold(turn.question.conversation)

    async def _join(self, question: Question) -> Turn | None:
        """The turn that the message was added to; None: it is no piece of a paste, and ends any."""
        conversation = question.conversation
        turn_id = self._pastes.continued_by(question)
        if turn_id is None or not self._work.waits(turn_id):  # an edit may have sent its beginning off
            self.complete(conversation)
            return None
        self._holds.pop(conversation).cancel()
        text = self._pastes.glue(question) + question.text
        joined: Turn | None = None
        try:
            joined = await self._store.turns.append(turn_id, text, question.update_id)
        finally:
            if joined is not None:
                self._work.renew(joined)
            if joined is not None and self._pastes.opens(turn_id, question):
                self._hold(conversation)
            else:
                self.complete(conversation)
        return joined

    def _hold(self, conversation: Conversation) -> None:
        async def wait() -> None:
            await self._clock.sleep(WITHIN_S)
            del self._holds[conversation]
            self.complete(conversation)

        self._holds[conversation] = self._background.spawn(wait())
