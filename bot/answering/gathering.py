"""Makes one question of a comment and the messages forwarded with it, and of the pieces of an album.

Nothing ordinary waits for that: a comment is asked at once, and what belongs to it amends its turn.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.answering.intake.held_pastes import HeldPastes
from bot.answering.intake.loose_pieces import LoosePieces
from bot.answering.intake.pieces import WITHIN_S, Relation, is_album, is_lone_forward, together
from bot.answering.outcomes import Accepted, Declined, Reason
from bot.answering.regeneration import Regeneration
from bot.answering.scheduling.scheduler import Scheduler
from bot.core.values import SPOKEN, Question, Turn, TurnState

if TYPE_CHECKING:
    from bot.answering.context import Context

ONE_MORE_S: Final = 1.0
"""After each piece, for the next one."""
_ENDED_EARLY: Final = frozenset({TurnState.STOPPED, TurnState.DROPPED, TurnState.EXPIRED})


@dataclass(slots=True)
class _Open:
    """A turn that is held for more of its pieces."""

    last_sent_at: datetime
    timer: asyncio.Task[None]


class Gathering:
    """Which turn a message belongs to is read from the database, so that a restart changes nothing."""

    def __init__(
        self, context: Context, scheduler: Scheduler, regeneration: Regeneration, pastes: HeldPastes
    ) -> None:
        self._context = context
        self._scheduler = scheduler
        self._regeneration = regeneration
        self._pastes = pastes
        self.loose = LoosePieces(context)
        self._open: dict[int, _Open] = {}

    def hold(self, turn: Turn) -> bool:
        """Whether a turn that begins is to be held for more of it: an album, or what was only forwarded."""
        if turn.state is not TurnState.WAITING or turn.version_of is not None:
            return False
        question = turn.question
        if is_album(question):
            self._wait(turn.id, question.sent_at, ONE_MORE_S)
        elif is_lone_forward(question):
            self._wait(turn.id, question.sent_at, WITHIN_S)
        return turn.id in self._open

    async def join(self, piece: Question, relation: Relation) -> Accepted | Declined | None:
        """What came of adding a message to its turn; None: it belongs to none."""
        if relation.asks or self._pastes.continued_by(piece):
            pasted = await self._pastes.join(piece)
            if pasted is not None:
                return Accepted(pasted)
        if relation.forwarded and self.loose.called_before(piece):
            return None
        if relation.album or relation.forwarded:
            turn = await self._turn_of(piece, relation)
            return None if turn is None else await self._add(turn, piece, ONE_MORE_S)
        held = self._awaiting_comment(piece)
        if held is None:
            return None
        if not self._is_comment(held, piece):
            self._release(held.id)
            return None
        return await self._add(held, piece, 0)

    async def _turn_of(self, piece: Question, relation: Relation) -> Turn | None:
        """Of the person's last questions the one with the same album; or the last one, if just asked."""
        store = self._context.store
        recent = await store.pieces.recent(piece.conversation, piece.asker.id)
        for turn in recent:
            if relation.album and any(each.album == relation.album for each in turn.question.attachments):
                return turn
        if not relation.forwarded or not recent or not self._follows(recent[0], piece):
            return None
        last = recent[0]
        goes_on = last.state not in _ENDED_EARLY and await store.turns.is_last(last, of_branch=True)
        return last if goes_on else None

    def _awaiting_comment(self, piece: Question) -> Turn | None:
        for active in filter(None, map(self._context.turns.get, self._open)):
            question = active.turn.question
            same = (question.conversation, question.asker.id) == (piece.conversation, piece.asker.id)
            if same and is_lone_forward(question):
                return active.turn
        return None

    def _is_comment(self, held: Turn, piece: Question) -> bool:
        words = all(each.kind in SPOKEN and not each.quoted for each in piece.attachments)
        return words and piece.replies_to is None and self._follows(held, piece)

    def _follows(self, turn: Turn, piece: Question) -> bool:
        known = self._open.get(turn.id)
        last_sent_at = turn.question.sent_at if known is None else known.last_sent_at
        return 0 <= (piece.sent_at - last_sent_at).total_seconds() <= WITHIN_S

    async def _add(self, turn: Turn, piece: Question, hold_s: float) -> Accepted | Declined:
        """Of what was ended before its time the piece is kept, and nothing asked."""
        change = partial(together, piece=piece)
        self._pastes.complete(piece.conversation)
        if turn.state in _ENDED_EARLY:
            pieces = self._context.store.pieces
            await pieces.amend(turn.id, change, piece.update_id, reopen=False)
            return Declined(Reason.REPEATED)
        known = self._open.get(turn.id)
        if known is not None:
            known.timer.cancel()
        try:
            return await self._regeneration.amend(turn, piece, change)
        finally:
            if hold_s and self._context.turns.get(turn.id) is not None:
                self._wait(turn.id, piece.sent_at, hold_s)
            else:
                self._release(turn.id)

    def _wait(self, turn_id: int, last_sent_at: datetime, seconds: float) -> None:
        async def wait() -> None:
            await self._context.clock.sleep(seconds)
            self._release(turn_id)

        self._open[turn_id] = _Open(last_sent_at, self._context.background.spawn(wait()))

    def _release(self, turn_id: int) -> None:
        """Nothing more is waited for. A turn that is being interrupted is whoever's who does that."""
        known = self._open.pop(turn_id, None)
        active = self._context.turns.get(turn_id)
        if known is not None and active is not None and active.interruption is None:
            self._scheduler.release(turn_id)
