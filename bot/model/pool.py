"""The threads of the blocking calls, and the lines that they use."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from bot.model.call import Call

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    from bot.core.clock import Clock
    from bot.model.config import ModelConfig
    from bot.model.line import Line

Result = TypeVar("Result")


class Overdue(Exception):
    """The time allowed has passed; the call has been aborted."""


class Pool:
    """Runs blocking calls in threads of its own, never in asyncio's default executor: that one has six
    threads on two cores, and DNS shares them. Threads and lines are made when first needed; all lines
    share one TLS context, which is what costs memory.
    """

    def __init__(self, config: ModelConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        # One more than answers need: the model list must not wait behind them.
        self._threads = ThreadPoolExecutor(config.concurrency + 1, thread_name_prefix="model-thread")
        self._calls: dict[Future[Any], Call] = {}
        self._lock = Lock()
        self._lines: list[Line] = []
        self._idle: list[Line] = []
        self._tls: SSLContext | None = None

    async def run(self, job: Callable[[Line, Call], Result], *, timeout_s: float) -> Result:
        """`job`'s result. When the time is over, or the caller is cancelled, its request is aborted.

        Raises Overdue. What an aborted job brings later is ignored; its thread is free again as soon
        as it notices, at the latest when connecting times out.
        """
        call = Call()
        future = self._threads.submit(self._work, job, call)
        self._calls[future] = call
        future.add_done_callback(self._forget)
        result = asyncio.wrap_future(future)
        timer = asyncio.create_task(self._clock.sleep(timeout_s))
        waited: set[asyncio.Future[Any]] = {result, timer}
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if result.done():
                return result.result()
            raise Overdue
        finally:
            timer.cancel()
            result.cancel()
            call.abort()

    def lost(self) -> int:
        """Threads that have not come back from an aborted request yet: a name server can hold them long."""
        return sum(call.aborted for call in list(self._calls.values()))

    async def close(self) -> None:
        """Aborts what runs; returns when the threads have ended and the connections are closed."""
        left = [asyncio.wrap_future(future) for future in list(self._calls)]
        # The latest first: what still waits for a thread must know before one is free, and sends nothing.
        for call in reversed(list(self._calls.values())):
            call.abort()
        if left:
            await asyncio.wait(left)
        self._threads.shutdown()
        for line in self._lines:
            line.close()

    def _forget(self, future: Future[Any]) -> None:
        del self._calls[future]

    def _work(self, job: Callable[[Line, Call], Result], call: Call) -> Result:
        line = self._line()
        try:
            return job(line, call)
        finally:
            self._idle.append(line)

    def _line(self) -> Line:
        """The line used last, its connection the likeliest to be alive; or a new one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            # Here, in a thread: importing openai takes half a second.
            import httpx2  # noqa: PLC0415

            from bot.model.line import Line  # noqa: PLC0415

            if self._tls is None:
                self._tls = httpx2.create_ssl_context()
            line = Line(self._config, self._tls, self._clock)
            self._lines.append(line)
            return line
