"""Asks the model from the event loop: one request, one reply or one named failure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from bot.core.clock import Clock
from bot.core.model_request import Generation, ModelRequest, OnText, Progress
from bot.model.abort_handle import AbortHandle
from bot.model.config import ModelConfig
from bot.model.live_text import LiveText
from bot.model.pool import Job, Overdue, Pool
from bot.model.refusals import Refusals
from bot.model.results import FailureKind, ModelFailure, ModelReply

if TYPE_CHECKING:
    from bot.model.provider_client import ProviderClient

_LIST_WITHIN_S = 15.0
_LIST_KEPT_S = 3600.0

Result = TypeVar("Result")


class Model:
    """Asks the Responses API with the blocking client, in threads of its own.

    It retries nothing: that is the caller's, which knows the deadline.
    """

    def __init__(self, config: ModelConfig, *, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._pool = Pool(config, clock)
        self._refusals = Refusals(clock)
        self._listed: list[str] = []
        self._listed_until_s = 0.0

    async def ask(
        self,
        request: ModelRequest,
        *,
        timeout_s: float,
        on_text: OnText | None = None,
        progress: Progress | None = None,
    ) -> ModelReply:
        """The reply. Raises ModelFailure; after `timeout_s` of the clock, of kind TIMEOUT.

        Where the request is for a stream, `on_text` is told on the event loop while the text grows. A model
        that refuses to stream, or to search, is asked without it: three requests at the most, and none for
        nothing in the next hour. Cancelling closes the HTTP connection at once. `progress` is that of the
        last of them.
        """
        known = progress or Progress()
        until_s = self._clock.monotonic() + timeout_s

        async def send(generation: Generation) -> ModelReply:
            left_s = until_s - self._clock.monotonic()
            if left_s <= 0:
                raise ModelFailure(FailureKind.TIMEOUT, detail="no time is left for a request")
            return await self._ask(replace(request, generation=generation), left_s, on_text, known)

        return await self._refusals.ask(request.generation, send)

    async def _ask(
        self, request: ModelRequest, timeout_s: float, on_text: OnText | None, progress: Progress
    ) -> ModelReply:
        request_id = str(uuid4())
        started_s = self._clock.monotonic()
        live: LiveText | None = None
        if request.generation.stream:
            first_event_s = self._config.first_event_timeout_s
            live = LiveText(on_text, self._clock, first_event_s=first_event_s, said=progress.said)

        def job(client: ProviderClient, handle: AbortHandle) -> ModelReply | ModelFailure:
            return client.ask(
                handle,
                request,
                request_id=request_id,
                timeout_s=timeout_s,
                started_s=started_s,
                progress=progress,
                live=live,
            )

        if live is None:
            return await self._run(job, request_id, timeout_s)
        async with live.telling():
            return await self._run(job, request_id, timeout_s, live)

    async def models(self) -> list[str]:
        """Names of the text models that the key can use, at most an hour old. Raises ModelFailure."""
        if self._clock.monotonic() >= self._listed_until_s or not self._listed:
            request_id = str(uuid4())

            def job(client: ProviderClient, handle: AbortHandle) -> list[str] | ModelFailure:
                return client.models(handle, request_id=request_id, timeout_s=_LIST_WITHIN_S)

            self._listed = await self._run(job, request_id, _LIST_WITHIN_S)
            self._listed_until_s = self._clock.monotonic() + _LIST_KEPT_S
        return list(self._listed)

    async def warm(self) -> None:
        """Imports openai and builds the first client in a thread, so that the first question need not.

        Best effort: where that takes over a minute, it goes on without being waited for.
        """
        with suppress(Overdue):
            await self._pool.run(_warm, timeout_s=60)

    def lost_threads(self) -> int:
        """Threads that hang in a request nobody waits for, of `concurrency` + 1."""
        return self._pool.lost()

    async def close(self) -> None:
        """Aborts what runs, ends the threads and closes the connections."""
        await self._pool.close()

    async def _run(
        self,
        job: Job[Result | ModelFailure],
        request_id: str,
        timeout_s: float,
        live: LiveText | None = None,
    ) -> Result:
        try:
            outcome = await self._pool.run(job, timeout_s=timeout_s, sleep=live.sleep if live else None)
        except Overdue:
            missed = live.overdue(timeout_s) if live else f"no reply within {timeout_s:.3g} s"
            outcome = ModelFailure(FailureKind.TIMEOUT, request_id=request_id, detail=missed)
        if isinstance(outcome, ModelFailure):
            raise outcome
        return outcome


def _warm(client: ProviderClient, _handle: AbortHandle) -> None:
    client.warm()
