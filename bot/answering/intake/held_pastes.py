"""Holds a message back that may be the first piece of a paste, until it is known to be complete."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.answering.intake.pastes import WITHIN_S, Pastes
from bot.answering.scheduling.scheduler import Scheduler
from bot.core.values import Conversation, Question, Turn, TurnState

if TYPE_CHECKING:
    from bot.answering.context import Context


class HeldPastes:
    """The turns that may still grow: at most one a conversation, for two seconds after its last piece."""

    def __init__(self, context: Context, scheduler: Scheduler) -> None:
        self._context = context
        self._scheduler = scheduler
        self._pastes = Pastes()
        self._timers: dict[Conversation, asyncio.Task[None]] = {}

    def hold(self, turn: Turn) -> bool:
        """Whether a turn that begins is to be held; ends the paste that was held there before it."""
        self.complete(turn.question.conversation)
        held = turn.state is TurnState.WAITING and self._pastes.opens(turn.id, turn.question)
        if held:
            self._wait(turn.question.conversation)
        return held

    def continued_by(self, question: Question) -> bool:
        """Whether a message is the next piece of a paste, and so a question even if not addressed."""
        return self._pastes.continued_by(question) is not None

    async def join(self, question: Question) -> Turn | None:
        """The turn that the message was added to; None: it is no piece of a paste, and ends any."""
        conversation = question.conversation
        turn_id = self._pastes.continued_by(question)
        active = None if turn_id is None else self._context.turns.get(turn_id)
        if turn_id is None or active is None or not active.waits:  # an edit may have sent its beginning off
            self.complete(conversation)
            return None
        self._timers.pop(conversation).cancel()
        text = self._pastes.glue(question) + question.text
        joined: Turn | None = None
        try:
            joined = await self._context.store.turns.append(turn_id, text, question.update_id)
        finally:
            if joined is not None:
                active.turn = joined
            if joined is not None and self._pastes.opens(turn_id, question):
                self._wait(conversation)
            else:
                self.complete(conversation)
        return joined

    def complete(self, conversation: Conversation) -> None:
        """Nothing more will be added to the paste there, if there is one: something else came, or the end."""
        timer = self._timers.pop(conversation, None)
        if timer is not None:
            timer.cancel()
        turn_id = self._pastes.shut(conversation)
        active = None if turn_id is None else self._context.turns.get(turn_id)
        if active is not None and active.interruption is None:  # whoever interrupts it decides
            self._scheduler.release(active.turn.id)

    def complete_chat(self, chat_id: int) -> None:
        for conversation in [held for held in self._timers if held.chat_id == chat_id]:
            self.complete(conversation)

    def _wait(self, conversation: Conversation) -> None:
        async def wait() -> None:
            await self._context.clock.sleep(WITHIN_S)
            del self._timers[conversation]
            self.complete(conversation)

        self._timers[conversation] = self._context.background.spawn(wait())
