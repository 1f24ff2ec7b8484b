"""The buttons under the last answer of a conversation: which they are, and when they leave."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from telegram.error import TelegramError

from bot.core.tasks import Background, Locks
from bot.core.unreachable import Unreachable
from bot.core.values import Answer, Conversation, Memory, ShownPart, Turn, TurnState
from bot.delivery.fingerprints import has_keyboard
from bot.delivery.posting import Destination
from bot.delivery.refusals import Migrated
from bot.delivery.sending import Sender
from bot.options.preferences import Preferences
from bot.screens.callbacks import Again, Continue, Flip, encode
from bot.screens.keyboards import Keyboard
from bot.screens.views import Button
from bot.store import Store, StoreUnavailable
from bot.texts import Texts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """A message with buttons under an answer."""

    turn_id: int
    where: Destination
    part: ShownPart


class AnswerButtons:
    """Gives a last answer its buttons, and takes them away when it is the last no more. In a group with
    branches each answer that nobody went on from is one; elsewhere a conversation has one.

    Whoever accepts a question looks at the answer before it, and whoever has shown an answer looks whether
    another question came: each after its own write, so that one of them sees the other's. What is left
    all the same leaves when it is pressed.
    """

    def __init__(self, sender: Sender, store: Store, preferences: Preferences) -> None:
        self._sender = sender
        self._store = store
        self._preferences = preferences
        self._locks = Locks()
        self._background = Background()

    def lock(self, turn: Turn) -> AbstractAsyncContextManager[None]:
        """While it is entered, nobody else changes the messages that show this answer."""
        return self._locks.of(turn.first_id)

    async def rows(self, turn: Turn, answer: Answer, texts: Texts) -> Keyboard:
        """Continue under one that was cut, versions to flip, Again. A group has them if it wants them."""
        versions = await self.versions(turn) if await self._wanted(turn) else []
        if not versions:
            return []
        rows: Keyboard = []
        if answer.can_go_on:
            text_id = "button-think-longer" if answer.only_thought else "button-continue"
            rows.append([Button(texts(text_id), encode(Continue(turn.id)))])
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

    async def is_last(self, turn: Turn) -> bool:
        return await self._store.turns.is_last(turn, of_branch=await self._branches(turn))

    async def versions(self, turn: Turn) -> list[int]:
        """The ids of an answer's versions, oldest first; none where it is not the last."""
        return await self._store.turns.versions_of_last(turn, of_branch=await self._branches(turn))

    async def _branches(self, turn: Turn) -> bool:
        if turn.question.private:
            return False
        settings = await self._preferences.settings(turn.question.conversation)
        return settings.memory_for(private=False) is Memory.BRANCHES

    def shown(self, turn: Turn) -> None:
        """An answer was shown, with buttons: it may not be the last any more. Nobody waits for that."""
        self._soon(lambda: self._remove_unless_last(turn))

    def accepted(self, turn: Turn) -> None:
        """A question came: the buttons of what it follows leave, without anybody waiting for that."""
        self._soon(lambda: self._remove_before(turn))

    def on_stale_press(self, chat_id: int, message_id: int) -> None:
        """The buttons of that message leave, unless another press of them would not be in vain."""
        self._soon(lambda: self._remove_outdated(chat_id, message_id))

    async def standing(
        self, conversation: Conversation, *, asker_id: int | None = None, failures: bool = False
    ) -> list[Standing]:
        """The buttons that stand there now (under one person's answers), as far back as is worth looking.

        A failure's Retry only if `failures`: that one is still to be had an answer for.
        """
        last = await self._store.parts.last(conversation, asker_id=asker_id, failures=failures)
        where = Destination(conversation.chat_id)
        return [Standing(turn_id, where, part) for turn_id, part in last.items() if _has_buttons(part)]

    def remove(self, standing: Sequence[Standing]) -> None:
        """Takes buttons away, the newest first, without anybody waiting for that."""
        self._soon(lambda: self._remove_all(standing))

    async def close(self) -> None:
        await self._background.close()

    def _soon(self, remove: Callable[[], Awaitable[None]]) -> None:
        async def quietly() -> None:
            try:
                await remove()
            except StoreUnavailable as error:
                log.info("buttons stay: %s", error)

        self._background.spawn(quietly())

    async def _remove_unless_last(self, turn: Turn) -> None:
        if not await self.is_last(turn):
            await self._remove(turn, _has_buttons)

    async def _remove_before(self, turn: Turn) -> None:
        if not await self._branches(turn):
            first, conversation = turn.first_id, turn.question.conversation
            before = await self._store.turns.previous(conversation, before_id=first)
        else:
            before = await self._store.turns.get(turn.parent_id) if turn.parent_id is not None else None
        if before is not None and before.answer is not None:  # a failure's Retry stays
            await self._remove(before, _has_buttons)

    async def _remove_outdated(self, chat_id: int, message_id: int) -> None:
        """Even where it is written that there are none: Telegram may have refused to take them away."""
        turn = await self._store.turns.by_part(chat_id, message_id)
        if turn is None:
            await self._remove_one(Standing(0, Destination(chat_id), ShownPart(0, message_id, "")))
        elif turn.state is TurnState.DROPPED or (turn.answer is not None and not await self.is_last(turn)):
            await self._remove(turn, lambda part: part.message_id == message_id)

    async def _remove(self, turn: Turn, which: Callable[[ShownPart], bool]) -> None:
        """From under those of its messages."""
        where = Destination(turn.question.conversation.chat_id)
        async with self.lock(turn):
            for part in filter(which, await self._store.parts.shown(turn.id)):
                await self._remove_one(Standing(turn.first_id, where, part))

    async def _remove_all(self, standing: Sequence[Standing]) -> None:
        """Of an answer that is forgotten by now, only what was read before tells where its buttons are."""
        for each in reversed(standing):
            async with self._locks.of(each.turn_id):
                parts = await self._store.parts.shown(each.turn_id)
                now = replace(each, part=parts[-1]) if parts else each
                if _has_buttons(now.part):
                    await self._remove_one(now)

    async def _remove_one(self, standing: Standing) -> None:
        """Once. What Telegram has against it is nobody's trouble."""

        async def record(part: ShownPart) -> None:
            # Taken away once more, where this is lost, they are gone just the same.
            await self._store.parts.record(standing.turn_id, part, durable=False)

        try:
            await self._sender.take_keyboard(standing.where, standing.part, record=record)
        except (TelegramError, Migrated, Unreachable) as error:
            log.info("the buttons of turn %d stay: %s", standing.turn_id, type(error).__name__)


def _has_buttons(part: ShownPart) -> bool:
    return bool(part.message_id) and has_keyboard(part.fingerprint)
