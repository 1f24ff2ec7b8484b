"""Answers that are shown while they grow, in the messages that are to be their parts.

By edits, not by Telegram's drafts: those block the Send button on Android, so that nobody could type /stop.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.core.model_request import OnText, ReadText
from bot.core.tasks import error_fields, shielded
from bot.core.values import ShownPart, Turn
from bot.delivery.fingerprints import dirty_fingerprint, has_keyboard, is_dirty
from bot.delivery.posting import Destination
from bot.delivery.previews import Preview
from bot.delivery.sending import Sender
from bot.markup import Text
from bot.store import Store, StoreUnavailable

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup

ENOUGH: Final = 40
"""Characters of a message when it is first sent: a push notification shows them."""

log = logging.getLogger(__name__)


class Growing:
    """One answer that grows: what was told of it, and how that is drawn."""

    def __init__(
        self, turn: Turn, before: Sequence[Text], keyboard: InlineKeyboardMarkup | None, store: Store
    ) -> None:
        """`before` are the messages that stand above it; `keyboard` is under the one that grows."""
        self.turn = turn
        self.preview: Preview
        self._before = len(before)
        self._closed = list(before)
        self._drawn: list[Text] = []
        self._keyboard = keyboard
        self._store = store
        self._read: ReadText = str
        self._longest = ""
        self._stand: dict[int, int] = {}
        self.unrecorded: dict[int, ShownPart] = {}
        """What the database could not take."""

    @property
    def text(self) -> str:
        """The answer so far, if any of it stands in the chat."""
        return self._so_far() if self._stand.get(self._before) else ""

    @property
    def past_one_message(self) -> bool:
        """Whether a part of it is whole, and stands as text for good."""
        return len(self._drawn) > self._before + 1

    def tell(self, read: ReadText) -> None:
        """There is more of the answer. It is read when it can be shown, and is the newest then."""
        self._read = read
        self.preview.grow(self._draw, self._keyboard)

    def _so_far(self) -> str:
        """An answer that is begun anew is shown once it is longer than what stands."""
        self._longest = max(self._longest, self._read(), key=len)
        return self._longest

    def _draw(self) -> list[Text]:
        """A message that is full is closed at a good place, and never drawn otherwise again."""
        so_far = _parts(self._so_far())[len(self._closed) - self._before :]
        is_new = len(self._closed) + len(so_far) > len(self._drawn)
        if so_far and is_new and len(so_far[-1].text) < ENOUGH:
            so_far.pop()
        if so_far:
            self._closed += so_far[:-1]
            self._drawn = [*self._closed, so_far[-1]]
        return self._drawn

    async def record(self, part: ShownPart) -> None:
        """A message that grows is recorded as one of which nobody knows what it shows."""
        self._stand[part.n] = part.message_id
        if has_keyboard(part.fingerprint):
            part = replace(part, fingerprint=dirty_fingerprint(part.fingerprint))
        try:
            await shielded(self._store.parts.record(self.turn.id, part))
        except StoreUnavailable:
            self.unrecorded[part.n] = part
        else:
            self.unrecorded.pop(part.n, None)


class _Kept(NamedTuple):
    """Messages of a turn that is over, still to be finished."""

    parts: list[ShownPart]
    growing: Growing | None


class LiveAnswers:
    """Those that grow now, or have grown and are not over yet."""

    def __init__(self, sender: Sender, store: Store) -> None:
        self._sender = sender
        self._store = store
        self._growing: dict[int, Growing] = {}
        """By the first version's turn: all versions share their messages."""
        self._kept: dict[int, _Kept] = {}
        """Likewise."""

    @asynccontextmanager
    async def grow(
        self, turn: Turn, to: Destination, before: Sequence[Text], keyboard: InlineKeyboardMarkup | None
    ) -> AsyncIterator[OnText | None]:
        """While entered, shows the answer as it grows; None where what stands there can't be edited."""
        self._kept.pop(turn.first_id, None)
        shown = await self.parts(turn)
        if not all(part.message_id and part.fingerprint.startswith("t") for part in shown):
            yield None
            return
        growing = self._growing[turn.first_id] = Growing(turn, before, keyboard, self._store)
        growing.preview = self._sender.preview(to, record=growing.record, shown=shown)
        try:
            yield growing.tell
        finally:
            try:
                await shielded(growing.preview.stop())
            except Exception as error:  # noqa: BLE001 - the edge: what is shown in between costs no answer
                log.error("an answer did not grow", extra=error_fields(error))  # noqa: TRY400 - no texts

    def of(self, turn: Turn) -> Growing | None:
        """What has grown of any version of its answer."""
        kept = self._kept.get(turn.first_id)
        return self._growing.get(turn.first_id) or (kept.growing if kept is not None else None)

    def text(self, turn: Turn) -> str:
        """As much of the answer to just this question as has grown, if it stands in the chat."""
        growing = self.of(turn)
        if growing is None or growing.turn.id != turn.id or growing.turn.question != turn.question:
            return ""
        return growing.text

    def grows(self, turn: Turn) -> bool:
        """Whether its growing has just been seen: then nobody needs to be told that it is worked on."""
        growing = self._growing.get(turn.first_id)
        return growing is not None and growing.preview.moving

    def takes_files(self, turn: Turn) -> bool:
        """Whether an answer may have documents among its parts: what stands as text stays so."""
        growing = self.of(turn)
        return growing is None or not growing.past_one_message

    async def parts(self, turn: Turn) -> list[ShownPart]:
        """The messages that show the turn, recorded or not. Raises `StoreUnavailable`."""
        growing = self.of(turn)
        unrecorded = {} if growing is None else growing.unrecorded
        known = {part.n: part for part in await self._store.parts.shown(turn.id)}
        parts = [part for _, part in sorted({**unrecorded, **known}.items())]
        return parts or (self._kept[turn.first_id].parts if turn.first_id in self._kept else [])

    async def keep(self, turn: Turn) -> bool:
        """Whether what stands in the chat is unfinished; it is kept in mind though the turn be over, or
        forgotten, next. Raises `StoreUnavailable`.
        """
        parts = await self.parts(turn)
        unfinished = any(part.message_id and is_dirty(part.fingerprint) for part in parts)
        if unfinished:
            self._kept[turn.first_id] = _Kept(parts, self.of(turn))
        return unfinished

    def release(self, turn: Turn) -> None:
        """What was kept is finished."""
        self._kept.pop(turn.first_id, None)

    async def settle(self, turn: Turn) -> None:
        """Returns when the same messages may take what the turn has come to."""
        growing = self.of(turn)
        if growing is not None:
            await growing.preview.settle()

    def over(self, turn: Turn) -> None:
        """The turn has come to its end."""
        self._growing.pop(turn.first_id, None)


def _parts(text: str) -> list[Text]:
    """As the whole answer would be set, as far as its Markdown can be told yet."""
    from bot.markup.preview import closed  # noqa: PLC0415 - loads the Markdown library
    from bot.markup.splitting import parts  # noqa: PLC0415 - likewise

    return [part for part in parts(closed(text), files=False) if isinstance(part, Text)]
