"""Runs blocking calls in threads, each with a client of the provider to itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from ssl import SSLContext
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from bot.core.clock import Clock
from bot.model.abort_handle import AbortHandle
from bot.model.addresses import Addresses
from bot.model.config import ModelConfig

if TYPE_CHECKING:
    from bot.model.provider_client import ProviderClient

Result = TypeVar("Result")
Job: TypeAlias = "Callable[[ProviderClient, AbortHandle], Result]"
"""A blocking call, made in a thread."""


class Overdue(Exception):
    """The time allowed has passed; the request has been aborted."""


class Pool:
    """Runs blocking calls in threads of its own, each call with a client to itself.

    Never in asyncio's default executor: that one has six threads on two cores, and DNS shares them.
    Threads and clients are made when first needed; all clients share one TLS context, which is what
    costs memory.
    """

    def __init__(self, config: ModelConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        # One more than answers need: the model list must not wait behind them.
        self._threads = ThreadPoolExecutor(config.concurrency + 1, thread_name_prefix="model-thread")
        self._handles: dict[Future[Any], AbortHandle] = {}
        self._lock = Lock()
        self._clients: list[ProviderClient] = []
        self._idle: list[ProviderClient] = []
        self._tls: SSLContext | None = None
        self._addresses = Addresses(clock, config.resolve)

    async def run(
        self,
        job: Job[Result],
        *,
        timeout_s: float,
        sleep: Callable[[float], Coroutine[None, None, None]] | None = None,
    ) -> Result:
        """`job`'s result. When the time is over, or the caller is cancelled, its request is aborted.

        It is over when `sleep` returns, which may be before `timeout_s`; that is the clock's unless another
        is given. Raises Overdue. What an aborted job brings later is ignored; its thread is free as soon
        as it notices, at the latest when connecting times out.
        """
        handle = AbortHandle()
        future = self._threads.submit(self._work, job, handle)
        self._handles[future] = handle
        future.add_done_callback(self._forget)
        result = asyncio.wrap_future(future)
        timer = asyncio.create_task((sleep or self._clock.sleep)(timeout_s))
        waited: set[asyncio.Future[Any]] = {result, timer}
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if result.done():
                return result.result()
            raise Overdue
        finally:
            timer.cancel()
            result.cancel()
            handle.abort()

    def lost(self) -> int:
        """Threads that have not come back from an aborted request yet: a name server can hold them long."""
        return sum(handle.aborted for handle in list(self._handles.values()))

    async def close(self) -> None:
        """Aborts what runs; returns when the threads have ended and the connections are closed."""
        left = [asyncio.wrap_future(future) for future in list(self._handles)]
        # The latest first: what still waits for a thread must know before one is free, and sends nothing.
        for handle in reversed(list(self._handles.values())):
            handle.abort()
        if left:
            await asyncio.wait(left)
        self._threads.shutdown()
        for client in self._clients:
            client.close()

    def _forget(self, future: Future[Any]) -> None:
        del self._handles[future]

    def _work(self, job: Job[Result], handle: AbortHandle) -> Result:
        client = self._client()
        try:
            return job(client, handle)
        finally:
            self._idle.append(client)

    def _client(self) -> ProviderClient:
        """The client used last, its connection the likeliest to be alive; or a new one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            # Here, in a thread: importing openai takes half a second.
            import httpx2  # noqa: PLC0415

            from bot.model.provider_client import ProviderClient  # noqa: PLC0415

            if self._tls is None:
                self._tls = httpx2.create_ssl_context()
            client = ProviderClient(self._config, self._tls, self._addresses, self._clock)
            self._clients.append(client)
            return client
