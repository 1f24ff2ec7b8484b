"""Messages that are edited at each press of their buttons: of the looks that wait the newest is drawn."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from telegram.error import BadRequest

from bot.delivery.flood import Priority
from bot.delivery.refusals import Meaning, meaning
from bot.delivery.waiting import carrying_flood_waits

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup
    from telegram.ext import ExtBot

    Message: TypeAlias = tuple[int, int]
    Look: TypeAlias = tuple[str, InlineKeyboardMarkup | None]

REMEMBERED = 1024
"""Messages of which the last look is known, so that it is not drawn twice."""


class Redraws:
    """A menu's pages, pressed faster than Telegram takes edits; no answer waits for them."""

    def __init__(self, bot: ExtBot[Priority], *, remembered: int = REMEMBERED) -> None:
        self._bot = bot
        self._remembered = remembered
        self._looks: dict[Message, Look] = {}
        self._drawing: dict[Message, asyncio.Task[None]] = {}

    async def draw(
        self, chat_id: int, message_id: int, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        """Returns when the look stands, or a newer one has taken its place; at once, where it is being drawn.

        A message that is gone is no error. Raises what else Telegram says.
        """
        message, look = (chat_id, message_id), (text, keyboard)
        if self._looks.get(message) == look:
            return
        self._remember(message, look)
        older = self._drawing.get(message)
        if older is not None:
            older.cancel()
        drawing = asyncio.ensure_future(carrying_flood_waits(self._edit(message, look)))
        self._drawing[message] = drawing
        drawing.add_done_callback(partial(self._ended, message, look))
        try:
            await asyncio.wait({drawing})
        except asyncio.CancelledError:
            drawing.cancel()
            raise
        if not drawing.cancelled():
            drawing.result()

    async def _edit(self, message: Message, look: Look) -> None:
        text, keyboard = look
        try:
            await self._bot.edit_message_text(
                text, *message, reply_markup=keyboard, rate_limit_args=Priority.TIDYING
            )
        except BadRequest as refused:
            if meaning(refused) not in {Meaning.SAME_ALREADY, Meaning.NOT_EDITABLE}:
                raise

    def _remember(self, message: Message, look: Look) -> None:
        self._looks.pop(message, None)
        self._looks[message] = look
        if len(self._looks) > self._remembered:
            del self._looks[next(iter(self._looks))]

    def _ended(self, message: Message, look: Look, drawing: asyncio.Task[None]) -> None:
        if self._drawing.get(message) is not drawing:
            return
        del self._drawing[message]
        if (drawing.cancelled() or drawing.exception() is not None) and self._looks.get(message) == look:
            del self._looks[message]
