"""Keeps messages that are no question yet: one that comes later may say that they are.

They are pieces of an album, or a call: the bot's name, or /ask, with nothing else, before what is forwarded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bot.answering.intake.pieces import WITHIN_S, Relation, together
from bot.core.values import Conversation, Question

if TYPE_CHECKING:
    from bot.answering.context import Context

KEPT_S: Final = 15.0
"""After the last piece: those of an album were seen to come up to eleven seconds apart, and a forward may be
dealt with long after it was sent.
"""

Hint: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
Key: TypeAlias = "tuple[Conversation, int, str]"
"""Whose they are and where, and of which album."""


@dataclass(slots=True)
class _Kept:
    pieces: dict[int, tuple[Question, Relation]] = field(default_factory=dict)
    """By `message_id`."""
    hint: Hint | None = None
    timer: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()


class LoosePieces:
    """Their updates stay in the inbox until they are part of a question, or none has come: a process that
    is killed meanwhile finds them there.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._kept: dict[Key, _Kept] = {}

    def called_before(self, piece: Question) -> bool:
        """Whether who forwards this has just called the bot, and asked nothing."""
        return self._call_before(piece) is not None

    def complete(
        self, piece: Question, relation: Relation, hint: Hint | None
    ) -> tuple[Question, list[Key]] | None:
        """The question that a message makes, and where the pieces are kept that are in it or settled by it:
        they stay there until `using` them has come to something.

        None: it makes none; if it may be part of one, it is kept, and its author told the hint where nothing
        came of it.
        """
        key, calls = (piece.conversation, piece.asker.id, relation.album), _calls(piece)
        call = self._call_before(piece) if relation.forwarded else None
        if call is not None:
            return replace(together(call, piece), update_id=piece.update_id), [calls]
        kept = [*self._kept[key].pieces.values()] if relation.album and key in self._kept else []
        first = next((each for each, its in [(piece, relation), *kept] if its.addressed), None)
        files = piece.attachments or any(each.attachments for each, _ in kept)
        if first is None or not (relation.asks or (kept and files)):
            if relation.album or relation.calls:
                self._keep(key, piece, relation, hint)
            return None
        question = replace(first, update_id=piece.update_id)
        for each in [*(kept_piece for kept_piece, _ in kept), piece]:
            if each.message_id != first.message_id:
                question = together(question, each)
        return question, [*([key] if kept else []), calls]

    @contextmanager
    def using(self, keys: Sequence[Key]) -> Iterator[list[int]]:
        """Their updates, to be dealt with inside; then they are forgotten. After an error they are kept: the
        message that made a question of them comes again.
        """
        used = {key: self._kept[key] for key in keys if key in self._kept}
        for kept in used.values():
            kept.stop()
        try:
            yield [piece.update_id for kept in used.values() for piece, _ in kept.pieces.values()]
        except BaseException:
            for key, kept in used.items():
                self._wait(key, kept)
            raise
        for key in used:
            del self._kept[key]

    def _call_before(self, piece: Question) -> Question | None:
        kept = self._kept.get(_calls(piece))
        for call, _ in reversed([*kept.pieces.values()] if kept is not None else []):
            if 0 <= (piece.sent_at - call.sent_at).total_seconds() <= WITHIN_S:
                return call
        return None

    def _keep(self, key: Key, piece: Question, relation: Relation, hint: Hint | None) -> None:
        """One that is kept may come again out of the inbox: that changes nothing."""
        self._context.store.inbox.leave(piece.update_id)
        kept = self._kept.setdefault(key, _Kept())
        if piece.message_id in kept.pieces:
            return
        kept.pieces[piece.message_id] = (piece, relation)
        kept.hint = hint or kept.hint
        self._wait(key, kept)

    def _wait(self, key: Key, kept: _Kept) -> None:
        kept.stop()
        kept.timer = self._context.background.spawn(self._let_go(key, kept))

    async def _let_go(self, key: Key, kept: _Kept) -> None:
        """They are no question: their updates are done."""
        context = self._context
        await context.clock.sleep(WITHIN_S)
        hint, kept.hint = kept.hint, None
        if hint is not None:
            context.background.spawn(hint())  # whoever stops this one stops no message half sent
        await context.clock.sleep(KEPT_S - WITHIN_S)
        del self._kept[key]
        for piece, _ in kept.pieces.values():
            await context.retry_write(partial(context.store.inbox.finish, piece.update_id))


def _calls(piece: Question) -> Key:
    return (piece.conversation, piece.asker.id, "")
