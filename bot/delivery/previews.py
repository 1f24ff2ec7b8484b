"""An answer while it grows: its last message edited with the newest text only, until it is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from telegram.error import RetryAfter, TelegramError

from bot.core.clock import Clock
from bot.core.unreachable import Unreachable
from bot.core.values import ShownPart, is_private
from bot.delivery.fingerprints import dirty_fingerprint, fingerprint
from bot.delivery.flood import Priority, seconds_of
from bot.delivery.posting import Destination, Poster
from bot.delivery.refusals import Migrated
from bot.delivery.transport import FateUnknown, NotSent, ServerFault
from bot.markup import Text

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup
    from telegram.ext import ExtBot

    Record = Callable[[ShownPart], Awaitable[None]]

PRIVATE_EVERY_S = 1.5
"""A chat's budget without what is left for answers: what came sooner would wait there and grow old."""
GROUP_EVERY_S = 3.0
LONGEST_EVERY_S = 30.0
"""Faster edits earned other bots a `retry after` of minutes."""
SEEN_FOR_S = 4.0
"""A chat action is shown for no longer."""
OUTDATED_AFTER_S = 0.5
"""What still waits its turn then is rendered anew."""


class MessageGone(Exception):
    """The person has deleted the message, or it can't be edited any more."""


class _Look(NamedTuple):
    """A message as it should be."""

    content: Text
    keyboard: InlineKeyboardMarkup | None
    fingerprint: str


class Preview:
    """Shows the newest of what it is given, at its own pace; one request at a time, each an interim one.

    A refusal for a while silences it for that while and makes it slower from then on. What ends it for good
    is in `ended`: `MessageGone`, `Unreachable`, `TopicGone`, `Migrated`, or Telegram's own error;
    `FateUnknown` is a send that may stand, and can be neither edited nor deleted.
    """

    def __init__(
        self,
        bot: ExtBot[Priority],
        to: Destination,
        *,
        clock: Clock,
        record: Record,
        shown: Sequence[ShownPart] = (),
    ) -> None:
        """`shown` stands already and is edited; `record` is told of every message before it can be lost."""
        self._poster = Poster(bot, to, priority=Priority.INTERIM)
        self._reply_to = to.reply_to
        self._clock = clock
        self._record = record
        self._parts = {part.n: part for part in shown}
        self._touched: set[int] = set()
        self._render: Callable[[], Sequence[Text]] = tuple
        self._wanted: Sequence[_Look] = ()
        self._keyboard: InlineKeyboardMarkup | None = None
        self._every_s = PRIVATE_EVERY_S if is_private(to.chat_id) else GROUP_EVERY_S
        self._next_s = self._silent_until_s = clock.monotonic()
        self._drawn_s = float("-inf")
        self._news = asyncio.Event()
        self._closing = asyncio.get_running_loop().create_future()
        self._running = asyncio.create_task(self._run())
        self.ended: Exception | None = None

    def grow(
        self, render: Callable[[], Sequence[Text]], keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Wants these from now on: whole messages and the last one, that still grows, the keyboard under it.

        They are rendered only when they can go: words come faster than edits may. Returns at once; what was
        wanted before and is not on its way yet is not sent any more.
        """
        self._render, self._keyboard = render, keyboard
        self._news.set()

    @property
    def moving(self) -> bool:
        """Whether it has shown something in the last seconds."""
        return self._clock.monotonic() - self._drawn_s < SEEN_FOR_S

    async def stop(self) -> None:
        """Sends nothing more; returns when what was under way is over and recorded as it stands."""
        self._close()
        await self._running
        touched, self._touched = sorted(self._touched), set()
        for n in touched:
            await self._record(self._parts[n])

    async def settle(self) -> None:
        """`stop`, and waits out what Telegram has asked to wait: then the same messages take the answer."""
        await self.stop()
        silent_s = self._silent_until_s - self._clock.monotonic()
        if silent_s > 0:
            await self._clock.sleep(silent_s)

    async def _run(self) -> None:
        while not self._closing.done():
            await self._first_of(self._news.wait())
            while (self._news.is_set() or self._next() is not None) and not self._closing.done():
                pause_s = max(self._next_s, self._silent_until_s) - self._clock.monotonic()
                if pause_s > 0:
                    await self._first_of(self._clock.sleep(pause_s))
                else:
                    await self._draw()

    async def _first_of(self, waiting: Coroutine[object, object, object]) -> None:
        """Waits for this, or for the end."""
        way = asyncio.ensure_future(waiting)
        await asyncio.wait({way, self._closing}, return_when=asyncio.FIRST_COMPLETED)
        way.cancel()

    def _next(self) -> ShownPart | None:
        """The first message that does not look as it should, as it should; the id 0 is still to be sent."""
        for n, look in enumerate(self._wanted):
            part = self._parts.get(n)
            if part is None or part.fingerprint != look.fingerprint:
                return ShownPart(n, 0 if part is None else part.message_id, look.fingerprint)
        return None

    def _looks(self) -> list[_Look]:
        """The newest, rendered."""
        contents = self._render()
        keyboards = [*(None for _ in contents[:-1]), self._keyboard]
        return [
            _Look(content, keyboard, fingerprint(content, keyboard))
            for content, keyboard in zip(contents, keyboards, strict=False)
        ]

    async def _draw(self) -> None:
        """One request for the newest; one that still waits when something newer comes makes way for it."""
        if self._news.is_set():
            self._news.clear()
            self._wanted = self._looks()
        part = self._next()
        if part is None:
            return
        if part.message_id:
            await self._mark(part)
        request = asyncio.ensure_future(self._request(part, self._wanted[part.n]))
        newer = asyncio.ensure_future(self._newer())
        await asyncio.wait({request, newer, self._closing}, return_when=asyncio.FIRST_COMPLETED)
        newer.cancel()
        if not request.done():
            request.cancel()
            await asyncio.wait({request})
        if not request.cancelled():
            self._next_s = self._clock.monotonic() + self._every_s
            await self._learn(part, request)

    async def _newer(self) -> None:
        await self._clock.sleep(OUTDATED_AFTER_S)
        await self._news.wait()

    def _request(self, part: ShownPart, look: _Look) -> Awaitable[int | bool]:
        if part.message_id:
            return self._poster.edit(part.message_id, look.content, look.keyboard)
        reply_to = self._reply_to if part.n == 0 else None
        return self._poster.send(look.content, look.keyboard, reply_to=reply_to)

    async def _learn(self, wanted: ShownPart, request: asyncio.Future[int | bool]) -> None:
        """What has come of a request, and whether there will be another."""
        try:
            outcome = request.result()
        except RetryAfter as refusal:
            self._silent_until_s = self._clock.monotonic() + seconds_of(refusal)
            self._every_s = min(2 * self._every_s, LONGEST_EVERY_S)
        except (NotSent, ServerFault):
            pass  # the next one may get through
        except (TelegramError, Unreachable, Migrated) as error:
            if isinstance(error, FateUnknown) and wanted.message_id:  # an edit is harmless to repeat
                self._parts[wanted.n] = _dirty(wanted)
            else:
                self._end(error)
        else:
            self._drawn_s = self._clock.monotonic()
            if not wanted.message_id:
                await self._mark(replace(wanted, message_id=outcome))
            elif outcome:
                self._parts[wanted.n] = wanted
            else:
                # Nothing stands there, whatever it looked like.
                self._parts[wanted.n] = replace(_dirty(wanted), message_id=0)
                self._end(MessageGone())

    async def _mark(self, part: ShownPart) -> None:
        """Records once that the message shows what nobody knows: it changes from now on."""
        if part.n not in self._touched:
            await self._record(_dirty(part))
            self._touched.add(part.n)
            self._parts.setdefault(part.n, part)

    def _end(self, why: Exception) -> None:
        self.ended = why
        self._close()

    def _close(self) -> None:
        if not self._closing.done():
            self._closing.set_result(None)


def _dirty(part: ShownPart) -> ShownPart:
    return replace(part, fingerprint=dirty_fingerprint(part.fingerprint))
