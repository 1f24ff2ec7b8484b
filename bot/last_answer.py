"""The buttons under the last answer of a conversation: which they are, and when they leave."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.answering.background import Background, Locks
from bot.callbacks import Again, Continue, Flip, encode
from bot.chat import Ending
from bot.delivery.posting import Place, has_keyboard
from bot.delivery.refusals import Migrated, TopicGone, Unreachable
from bot.store import StoreUnavailable
from bot.views import Button

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bot.chat import Answer, Conversation, ShownPart, Turn
    from bot.delivery.sending import Sender
    from bot.keyboards import Keyboard
    from bot.preferences import Preferences
    from bot.store import Store
    from bot.texts import Texts

log = logging.getLogger("bot.last_answer")


@dataclass(frozen=True, slots=True)
class Standing:
    """A message with buttons under an answer."""

    turn_id: int
    place: Place
    part: ShownPart


class LastAnswer:
    """Whoever accepts a question looks at the answer before it, and whoever has shown an answer looks whether
    another question came: each after its own write, so that one of them sees the other's.
    """

    def __init__(self, sender: Sender, store: Store, preferences: Preferences) -> None:
        self._sender = sender
        self._store = store
        self._preferences = preferences
        self._locks = Locks()
        self._background = Background()

    def alone(self, turn: Turn) -> AbstractAsyncContextManager[None]:
        """While it is entered, nobody else changes the messages that show this answer."""
        return self._locks.of(turn.version_of or turn.id)

    async def rows(self, turn: Turn, answer: Answer, texts: Texts) -> Keyboard:
        """Continue under one that was cut, versions to flip, Again. A group has them if it wants them."""
        versions = await self._store.turns.versions_of_last(turn) if await self._wanted(turn) else []
        if not versions:
            return []
        rows: Keyboard = []
        if answer.ending is Ending.CUT:
            rows.append([Button(texts("button-continue"), encode(Continue(turn.id)))])
        if len(versions) > 1 and turn.id in versions:
            at = versions.index(turn.id)
            rows.append(
                [
                    Button("‹", encode(Flip(versions[at - 1]))),
                    Button(f"{at + 1}/{len(versions)}", encode(Flip(turn.id))),
                    Button("›", encode(Flip(versions[(at + 1) % len(versions)]))),
                ]
            )
        rows.append([Button(texts("button-again"), encode(Again(turn.id)))])
        return rows

    async def _wanted(self, turn: Turn) -> bool:
        if turn.question.private:
            return True
        return (await self._preferences.settings(turn.question.conversation)).buttons

    async def shown(self, turn: Turn) -> None:
        """An answer was shown, with buttons: it may not be the last any more."""
        if not await self._store.turns.is_last(turn):
            await self._leave(turn)

    def accepted(self, turn: Turn) -> None:
        """A question came: the buttons of what it follows leave, without anybody waiting for that."""
        self._background.spawn(self._accepted(turn))

    async def of(self, conversation: Conversation) -> Standing | None:
        """The buttons that stand there now, if any."""
        last = await self._store.turns.previous(conversation)
        return None if last is None else await self._standing(last)

    async def leave(self, standing: Standing | None) -> None:
        """Takes buttons away, once. What Telegram has against it is nobody's trouble."""
        if standing is None:
            return

        async def record(part: ShownPart) -> None:
            await self._store.parts.record(standing.turn_id, part)

        try:
            await self._sender.take_keyboard(standing.place, standing.part, record=record)
        except (TelegramError, Migrated, TopicGone, Unreachable) as error:
            log.info("the buttons of turn %d stay: %s", standing.turn_id, type(error).__name__)

    async def close(self) -> None:
        await self._background.close()

    async def _accepted(self, turn: Turn) -> None:
        try:
            await self._leave_before(turn)
        except StoreUnavailable as error:
            log.info("the buttons before turn %d stay: %s", turn.id, error)

    async def _leave_before(self, turn: Turn) -> None:
        if turn.question.private:
            before = await self._store.turns.previous(turn.question.conversation, before_id=turn.id)
        else:
            before = await self._store.turns.get(turn.parent_id) if turn.parent_id is not None else None
        if before is not None:
            await self._leave(before)

    async def _leave(self, turn: Turn) -> None:
        async with self.alone(turn):
            await self.leave(await self._standing(turn))

    async def _standing(self, turn: Turn) -> Standing | None:
        """A failure's Retry is not meant: that one is still to be had an answer for."""
        parts = await self._store.parts.shown(turn.id)
        if (
            turn.answer is None
            or not parts
            or not parts[-1].message_id
            or not has_keyboard(parts[-1].fingerprint)
        ):
            return None
        where = turn.question.conversation
        return Standing(turn.version_of or turn.id, Place(where.chat_id), parts[-1])
