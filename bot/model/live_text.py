"""Brings a growing answer from the thread that reads it to the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.core.clock import Clock
from bot.core.model_request import OnText
from bot.model.abort_handle import AbortHandle
from bot.model.build_request import encodable
from bot.model.visible_text import growing_text

# A wake-up a token would cost the loop its time, and where the first words wait for more nobody sees them.
BATCH_S = 0.05
# A server ends a stream with its final event. One that does not is not waited for longer than this.
DRAIN_S = 0.3


class LiveText:
    """Tells on the event loop that there is more to read, twenty times a second at most.

    What was told of and is not read yet is not told of again: while nothing can be shown, nothing wakes the
    loop. `begin`, `add`, `refuse` and `finish` belong to the thread, the rest to the loop.
    """

    def __init__(
        self, on_text: OnText | None, clock: Clock, *, first_event_s: float, said: list[str] | None = None
    ) -> None:
        """`said` takes the pieces that come."""
        self._on_text = on_text
        self._clock = clock
        self._first_event_s = first_event_s
        self._begun = False
        self._said: list[str] = [] if said is None else said
        self._refused = False
        self._finished: AbortHandle | None = None
        self._woken = asyncio.Event()
        self._unread = on_text is None
        """There is more than was read, and the loop knows, or does not care."""
        self._read = ""
        self._loop = asyncio.get_running_loop()

    def begin(self) -> None:
        self._begun = True

    def add(self, delta: str) -> None:
        self._said.append(delta)
        if not self._unread:
            self._unread = True
            self._wake()

    def refuse(self, delta: str) -> None:
        """A piece of a refusal, which stands apart from what was said before it."""
        if self._said and not self._refused:
            self._said.append("\n\n")
        self._refused = True
        self.add(delta)

    def finish(self, handle: AbortHandle) -> None:
        """The answer is whole: what the server still sends is not worth waiting for."""
        self._finished = handle
        self._wake()

    def read(self) -> str:
        """The text so far; what comes after it is told of again."""
        self._unread = False
        text = "".join(self._said)
        # Half of a surrogate pair, whose other half is in the next delta.
        if text and "\ud800" <= text[-1] <= "\udbff":
            text = text[:-1]
        self._read = growing_text(encodable(text))
        return self._read

    async def sleep(self, timeout_s: float) -> None:
        """Returns when the request is overdue: no event in time, or not its end."""
        first_s = min(self._first_event_s, timeout_s)
        await self._clock.sleep(first_s)
        if self._begun:
            await self._clock.sleep(timeout_s - first_s)

    def overdue(self, timeout_s: float) -> str:
        """What was missed, for the log."""
        if self._begun:
            return f"no end of the stream within {timeout_s:g} s"
        return f"no event of the stream within {min(self._first_event_s, timeout_s):g} s"

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """Tells while inside, never after."""
        task = asyncio.create_task(self._tell())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled():
            task.result()  # a fault of `on_text` is the caller's

    async def _tell(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            before = self._read
            if self._on_text is not None and self.read() not in {"", before}:
                self._unread = True
                self._on_text(self.read)
            if (handle := self._finished) is not None:
                await self._clock.sleep(DRAIN_S)
                handle.abort()
            await self._clock.sleep(BATCH_S)

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._woken.set)
