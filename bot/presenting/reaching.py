"""Shows something in a turn's chat, wherever that is by now, and names what Telegram has against it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telegram.error import BadRequest, TelegramError

from bot.answering import ports as answering
from bot.core.unreachable import Muted, TopicGone, Unreachable
from bot.core.values import ShownPart, Turn
from bot.delivery.posting import Content, Destination
from bot.delivery.refusals import Migrated
from bot.delivery.sending import Sender
from bot.presenting.muting import Muting
from bot.store.chat_moves import Moves

if TYPE_CHECKING:
    Shown = Callable[[], Awaitable[list[ShownPart]]]


class Reach:
    """The way to the chats of turns."""

    def __init__(self, sender: Sender, moves: Moves, muting: Muting) -> None:
        self._sender = sender
        self._moves = moves
        self._muting = muting

    async def show(self, turn: Turn, contents: Sequence[Content], *, shown: Shown, **how: Any) -> None:
        """As `Sender.show`, in a chat that may have become a supergroup, or be gone."""
        to = destination_of(turn)
        try:
            try:
                await self._sender.show(to, contents, shown=await shown(), **how)
            except Migrated as moved:
                await self._moves.moved(to.chat_id, moved.new_chat_id)
                # Some parts may have gone to the old group just now: they stand there.
                behind = [replace(part, message_id=0) for part in await shown()]
                await self._sender.show(Destination(moved.new_chat_id), contents, shown=behind, **how)
        except Muted:
            await self._muting.note(turn.question.conversation.chat_id)
            raise
        except TopicGone:
            self._muting.topics.note(turn.question.conversation)
            raise
        except Migrated as gone:
            raise Unreachable from gone
        except BadRequest as refusal:
            raise answering.Refused(refusal.message) from refusal
        except TelegramError as failure:
            raise answering.NotShown(type(failure).__name__) from failure
        self._muting.topics.wrote(turn.question.conversation)


def destination_of(turn: Turn) -> Destination:
    """In groups every answer replies to its question, unless that stayed behind in a group that moved."""
    where = turn.question.conversation
    reply_to = None if turn.question.private else turn.question.message_id or None
    return Destination(where.chat_id, max(where.thread_id, 0), reply_to)
