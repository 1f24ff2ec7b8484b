"""Keeps the pieces of an album that are no question yet: one that comes later may say that they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.answering.intake.pieces import together

if TYPE_CHECKING:
    import asyncio

    from bot.answering.context import Context
    from bot.answering.intake.pieces import Part
    from bot.core.values import Conversation, Question

KEPT_S: Final = 15.0
"""After the last of them: pieces of one album were seen to come up to eleven seconds apart."""

_Key: TypeAlias = "tuple[Conversation, int, str]"


@dataclass(slots=True)
class _Album:
    pieces: dict[int, tuple[Question, Part]] = field(default_factory=dict)
    """By `message_id`."""
    timer: asyncio.Task[None] | None = None


class LoosePieces:
    """Their updates stay in the inbox until they are part of a question, or none has come: a process that
    is killed meanwhile finds them there.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._albums: dict[_Key, _Album] = {}

    def complete(self, piece: Question, part: Part) -> tuple[Question, list[int]] | None:
        """The question that a message makes, and the updates of the kept pieces that are in it.

        None: it makes none; if it is of an album, it is kept.
        """
        key = (piece.conversation, piece.asker.id, part.album)
        kept = [*self._albums[key].pieces.values()] if key in self._albums else []
        first = next((each for each, its in [(piece, part), *kept] if its.addressed), None)
        files = piece.attachments or any(each.attachments for each, _ in kept)
        if first is None or not (part.asks or (kept and files)):
            if part.album:
                self._keep(key, piece, part)
            return None
        self._forget(key)
        question = replace(first, update_id=piece.update_id)
        for each in [*(kept_piece for kept_piece, _ in kept), piece]:
            if each.message_id != first.message_id:
                question = together(question, each)
        return question, [each.update_id for each, _ in kept]

    def _keep(self, key: _Key, piece: Question, part: Part) -> None:
        album = self._albums.setdefault(key, _Album())
        album.pieces[piece.message_id] = (piece, part)
        self._context.store.inbox.leave(piece.update_id)
        if album.timer is not None:
            album.timer.cancel()
        album.timer = self._context.background.spawn(self._let_go(key))

    async def _let_go(self, key: _Key) -> None:
        """They are no question: their updates are done."""
        context = self._context
        await context.clock.sleep(KEPT_S)
        album = self._albums.pop(key)
        for piece, _ in album.pieces.values():
            await context.retry_write(partial(context.store.inbox.finish, piece.update_id))

    def _forget(self, key: _Key) -> None:
        album = self._albums.pop(key, None)
        if album is not None and album.timer is not None:
            album.timer.cancel()
