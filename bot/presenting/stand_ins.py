"""The short message in place of an answer that Telegram does not acknowledge, and presses of its button."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.core.values import Turn
from bot.delivery.standing_in import StandIn
from bot.markup import Text
from bot.screens.callbacks import ShowAgain, encode
from bot.screens.keyboards import inline_keyboard
from bot.screens.views import Button
from bot.texts import Texts


class StandIns:
    """Those of the answers that are being shown."""

    def __init__(self) -> None:
        self._arrivals: dict[int, asyncio.Queue[int]] = {}

    @contextmanager
    def of(self, turn: Turn, texts: Texts) -> Iterator[StandIn]:
        """The one of a turn, while its answer is being shown."""
        keyboard = inline_keyboard([[Button(texts("button-show-again"), encode(ShowAgain(turn.id)))]])
        arrivals = asyncio.Queue[int]()
        self._arrivals[turn.id] = arrivals
        try:
            yield StandIn(Text(texts("answer-unacknowledged")), keyboard, arrivals)
        finally:
            if self._arrivals.get(turn.id) is arrivals:
                del self._arrivals[turn.id]

    def arrived(self, turn_id: int, message_id: int) -> None:
        """A person has it before their eyes, whether or not Telegram has said so."""
        if turn_id in self._arrivals:
            self._arrivals[turn_id].put_nowait(message_id)
