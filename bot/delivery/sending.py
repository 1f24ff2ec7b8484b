"""What a turn shows: messages sent, edited or removed until they are what they should be, and typing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.core.clock import Clock
from bot.core.values import ShownPart
from bot.delivery.fingerprints import (
    dirty_fingerprint,
    doubtful_fingerprint,
    fingerprint,
    is_doubtful,
    without_keyboard,
)
from bot.delivery.flood import Priority
from bot.delivery.posting import Content, Destination, Poster
from bot.delivery.previews import Preview
from bot.delivery.standing_in import StandIn, send_until_acknowledged
from bot.delivery.transport import FateUnknown

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup
    from telegram.ext import ExtBot

    Record = Callable[[ShownPart], Awaitable[None]]
    Unrecord = Callable[[int], Awaitable[None]]

TYPING_EVERY_S = 4.0
"""A chat action is shown for five seconds or less: https://core.telegram.org/bots/api#sendchataction."""
TYPING_AFTER_S = 0.02
"""The request to the model, which is made in a thread just then, goes first."""


class Sender:
    """Shows contents in chats. The bot's flood control decides when each message goes."""

    def __init__(self, bot: ExtBot[Priority], *, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock

    async def show(
        self,
        to: Destination,
        contents: Sequence[Content],
        *,
        keyboard: InlineKeyboardMarkup | None = None,
        shown: Sequence[ShownPart] = (),
        record: Record,
        unrecord: Unrecord,
        priority: Priority = Priority.FINAL,
        stand_in: StandIn | None = None,
    ) -> None:
        """Makes the messages of `shown` into `contents`, in order and with the keyboard under the last one.

        One that has the id 0 is out of reach, as in a group that became a supergroup, and is left to stand.
        A final one that Telegram did not acknowledge, however often, may stand already: what goes in its
        place until it is acknowledged is the `stand_in` if there is one, which the next call makes into what
        it stands for; else the message itself.

        Each message is recorded before the next one goes, so that after a crash the same call with what was
        recorded carries on. Raises what `Poster` raises.
        """
        poster = Poster(self._bot, to, priority=priority)
        standing = {part.n: part for part in shown}
        for n, content in enumerate(contents):
            under = keyboard if n == len(contents) - 1 else None
            wanted = fingerprint(content, under)
            part = standing.get(n)
            if part is not None and part.fingerprint == wanted:
                continue
            if part is not None and await _edited(poster, part, content, under, record):
                await record(replace(part, fingerprint=wanted))
                continue
            # A new message comes last in the chat: what stands after it in the answer comes anew too.
            doubtful = part is not None and not part.message_id and is_doubtful(part.fingerprint)
            await _remove(poster, standing, n + doubtful, unrecord)
            send = partial(poster.send, reply_to=to.reply_to if n == 0 else None)
            message_id = None if doubtful else await _acknowledged(poster, partial(send, content, under))
            if message_id is None:
                await record(ShownPart(n, 0, doubtful_fingerprint(wanted)))
                if stand_in is not None:
                    wanted = doubtful_fingerprint(wanted)
                    message_id = await send_until_acknowledged(
                        partial(send, stand_in.text, stand_in.keyboard), self._clock, stand_in.arrivals
                    )
                else:
                    message_id = await send_until_acknowledged(partial(send, content, under), self._clock)
            await record(ShownPart(n, message_id, wanted))
        await _remove(poster, standing, len(contents), unrecord)

    def preview(self, to: Destination, *, record: Record, shown: Sequence[ShownPart] = ()) -> Preview:
        """An answer while it grows: messages of `shown`, or new ones, which `show` then goes on from."""
        return Preview(self._bot, to, clock=self._clock, record=record, shown=shown)

    async def take_keyboard(self, to: Destination, part: ShownPart, *, record: Record) -> None:
        """Leaves a message as it is, without its buttons; tried once where Telegram won't have it edited.

        Answers overtake it.
        """
        await Poster(self._bot, to, priority=Priority.TIDYING).edit_keyboard(part.message_id, None)
        await record(replace(part, fingerprint=without_keyboard(part.fingerprint)))

    @asynccontextmanager
    async def typing(
        self, to: Destination, *, unless: Callable[[], bool] = lambda: False
    ) -> AsyncIterator[None]:
        """Shows that the bot is typing while it is entered, but for when that can be seen from something
        else. Never raises of its own.
        """
        task = asyncio.create_task(self._type(to, unless))
        try:
            yield
        finally:
            task.cancel()

    async def _type(self, to: Destination, unless: Callable[[], bool]) -> None:
        await self._clock.sleep(TYPING_AFTER_S)
        while True:
            try:
                if not unless():
                    await self._bot.send_chat_action(
                        to.chat_id, ChatAction.TYPING, message_thread_id=to.thread_id or None
                    )
            except (Forbidden, BadRequest):
                return
            except TelegramError:
                pass  # it is renewed soon
            await self._clock.sleep(TYPING_EVERY_S)


async def _acknowledged(poster: Poster, send: Callable[[], Awaitable[int]]) -> int | None:
    """The new message's id; None where it is final and may stand already, perhaps several times."""
    try:
        return await send()
    except FateUnknown:
        if poster.priority is not Priority.FINAL:
            raise
        return None


async def _edited(
    poster: Poster,
    part: ShownPart,
    content: Content,
    keyboard: InlineKeyboardMarkup | None,
    record: Record,
) -> bool:
    """Whether the message could be made into what is wanted where it stands."""
    wanted = fingerprint(content, keyboard)
    if not part.message_id or part.fingerprint[:1] != wanted[:1]:
        return False  # a document can't become text
    try:
        if _same_content(part.fingerprint, wanted):
            return await poster.edit_keyboard(part.message_id, keyboard)
        return await poster.edit(part.message_id, content, keyboard)
    except (asyncio.CancelledError, TelegramError):
        # It may have happened or not.
        await record(replace(part, fingerprint=dirty_fingerprint(part.fingerprint)))
        raise


def _same_content(shown: str, wanted: str) -> bool:
    return not is_doubtful(shown) and without_keyboard(shown) == without_keyboard(wanted)


async def _remove(poster: Poster, standing: dict[int, ShownPart], first: int, unrecord: Unrecord) -> None:
    """Deletes the messages from part `first` on, the last one first."""
    for n in sorted((n for n in standing if n >= first), reverse=True):
        part = standing.pop(n)
        if part.message_id:
            await poster.delete(part.message_id)
        await unrecord(n)
