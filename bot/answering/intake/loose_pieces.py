"""Keeps messages that are no question yet: one that comes later may say that they are.

They are pieces of an album, or a call: the bot's name, or /ask, with nothing else, before what is forwarded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.answering.intake.pieces import WITHIN_S, together

if TYPE_CHECKING:
    import asyncio

    from bot.answering.context import Context
    from bot.answering.intake.pieces import Part
    from bot.core.values import Conversation, Question

KEPT_S: Final = 15.0
"""After the last piece: those of an album were seen to come up to eleven seconds apart, and a forward may be
dealt with long after it was sent.
"""

Hint: TypeAlias = Callable[[], Awaitable[None]]
_Key: TypeAlias = "tuple[Conversation, int, str]"


@dataclass(slots=True)
class _Kept:
    pieces: dict[int, tuple[Question, Part]] = field(default_factory=dict)
    """By `message_id`."""
    hint: Hint | None = None
    timer: asyncio.Task[None] | None = None


class LoosePieces:
    """Their updates stay in the inbox until they are part of a question, or none has come: a process that
    is killed meanwhile finds them there.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._kept: dict[_Key, _Kept] = {}

    def called_before(self, piece: Question) -> bool:
        """Whether who forwards this has just called the bot, and asked nothing."""
        return self._call_before(piece) is not None

    def complete(self, piece: Question, part: Part, hint: Hint | None) -> tuple[Question, list[int]] | None:
        """The question that a message makes, and the updates of the kept pieces that are in it.

        None: it makes none; if it may be part of one, it is kept, and its author told the hint where nothing
        came of it.
        """
        key, calls = (piece.conversation, piece.asker.id, part.album), _calls(piece)
        call = self._call_before(piece) if part.forwarded else None
        if call is not None:
            return replace(together(call, piece), update_id=piece.update_id), self._forget(calls)
        kept = [*self._kept[key].pieces.values()] if part.album and key in self._kept else []
        first = next((each for each, its in [(piece, part), *kept] if its.addressed), None)
        files = piece.attachments or any(each.attachments for each, _ in kept)
        if first is None or not (part.asks or (kept and files)):
            if part.album or part.calls:
                self._keep(key, piece, part, hint)
            return None
        question = replace(first, update_id=piece.update_id)
        for each in [*(kept_piece for kept_piece, _ in kept), piece]:
            if each.message_id != first.message_id:
                question = together(question, each)
        return question, [*(self._forget(key) if kept else []), *self._forget(calls)]

    def _call_before(self, piece: Question) -> Question | None:
        kept = self._kept.get(_calls(piece))
        for call, _ in reversed([*kept.pieces.values()] if kept is not None else []):
            if 0 <= (piece.sent_at - call.sent_at).total_seconds() <= WITHIN_S:
                return call
        return None

    def _keep(self, key: _Key, piece: Question, part: Part, hint: Hint | None) -> None:
        kept = self._kept.setdefault(key, _Kept())
        kept.pieces[piece.message_id] = (piece, part)
        kept.hint = hint or kept.hint
        self._context.store.inbox.leave(piece.update_id)
        if kept.timer is not None:
            kept.timer.cancel()
        kept.timer = self._context.background.spawn(self._let_go(key, kept))

    async def _let_go(self, key: _Key, kept: _Kept) -> None:
        """They are no question: their updates are done."""
        context = self._context
        await context.clock.sleep(WITHIN_S)
        if kept.hint is not None:
            await kept.hint()
            kept.hint = None
        await context.clock.sleep(KEPT_S - WITHIN_S)
        del self._kept[key]
        for piece, _ in kept.pieces.values():
            await context.retry_write(partial(context.store.inbox.finish, piece.update_id))

    def _forget(self, key: _Key) -> list[int]:
        """They are waited for no longer. Their updates."""
        kept = self._kept.pop(key, _Kept())
        if kept.timer is not None:
            kept.timer.cancel()
        return [piece.update_id for piece, _ in kept.pieces.values()]


def _calls(piece: Question) -> _Key:
    return (piece.conversation, piece.asker.id, "")
