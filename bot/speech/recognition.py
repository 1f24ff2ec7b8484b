"""Hears a recording: the short interface for short ones, the long one beyond, in threads of its own."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from bot.core.clock import Clock
from bot.speech.config import SpeechConfig
from bot.speech.outcomes import OperationFailed, SpeechFailure, SpeechFailureKind

if TYPE_CHECKING:
    from bot.speech.client import SpeechClient

SHORT_S: Final = 30
SHORT_BYTES: Final = 1_000_000
BILLED_S: Final = 15
_THREADS: Final = 4
_POLL_S: Final = 1.0
_ATTEMPTS: Final = {
    SpeechFailureKind.QUOTA: 4,
    SpeechFailureKind.UNAVAILABLE: 4,
    SpeechFailureKind.TIMEOUT: 2,
}
_FIRST_WAIT_S: Final = 1.0

T = TypeVar("T")


class Speech:
    """Recognises recordings in OGG/Opus. Threads, client and httpx2 come with the first one."""

    def __init__(self, config: SpeechConfig, *, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._threads: ThreadPoolExecutor | None = None
        self._making = Lock()
        self._client: SpeechClient | None = None

    async def hear(
        self, sound: bytes, *, duration_s: float, language: str, billed: Callable[[int, str], Awaitable[None]]
    ) -> str:
        """The words of a recording, empty where there are none. What the short interface refuses goes to the
        long one. `language` is `ru`, or anything else for the provider to find out.

        `billed` is told once how many pieces of 15 s the provider bills for, and the words, none where it
        came to none. Cancelling leaves at once; the call's thread comes back within `timeout_s`, and counts
        as billed: nobody waits to know. Raises SpeechFailure.
        """
        pieces = max(1, math.ceil(duration_s / BILLED_S))
        if duration_s <= SHORT_S and len(sound) <= SHORT_BYTES:
            spoken = "ru-RU" if language == "ru" else "auto"
            try:
                said = await self._again(
                    lambda client: client.recognize(sound, language=spoken, form="oggopus"),
                    lambda: billed(pieces, ""),
                )
            except SpeechFailure as failure:
                if failure.kind is not SpeechFailureKind.REFUSED:
                    raise
            else:
                await billed(pieces, said.strip())
                return said.strip()
        return await self._long(sound, language, lambda said: billed(pieces, said))

    async def try_key(self) -> None:
        """Has a second of silence recognised, at the price of any short one. Raises SpeechFailure."""
        await self._run(lambda client: client.recognize(bytes(16_000), language="ru-RU", form="lpcm"))

    async def close(self) -> None:
        """Waits for no call: what hangs ends with its own time-out."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            self._client.close()

    async def _long(self, sound: bytes, language: str, billed: Callable[[str], Awaitable[None]]) -> str:
        """What is handed over is recognised and billed, whether or not it is waited for to its end."""
        languages = ["ru-RU"] if language == "ru" else ["auto"]
        operation = await self._again(
            lambda client: client.begin(sound, languages=languages), lambda: billed("")
        )
        said, paid = "", True
        try:
            while not await self._again(lambda client: client.is_done(operation)):
                await self._clock.sleep(_POLL_S)
            said = await self._again(lambda client: client.result(operation))
        except OperationFailed:
            paid = False
            raise
        finally:
            if paid:
                await billed(said)
        return said

    async def _again(
        self, call: Callable[[SpeechClient], T], left: Callable[[], Awaitable[None]] | None = None
    ) -> T:
        """The call's result, after retries where its failure allows some. `left` is called where cancelling
        leaves the call under way, or its result unseen.
        """
        attempts = 0
        while True:
            try:
                return await self._run(call, left)
            except SpeechFailure as failure:
                attempts += 1
                if attempts >= _ATTEMPTS.get(failure.kind, 1):
                    raise
            share = random.uniform(0.5, 1.0)  # noqa: S311 - a wait, no secret
            await self._clock.sleep(share * _FIRST_WAIT_S * 2**attempts)

    async def _run(
        self, call: Callable[[SpeechClient], T], left: Callable[[], Awaitable[None]] | None = None
    ) -> T:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="speech-thread")
        future = self._threads.submit(lambda: call(self._ready()))
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            unbilled = future.cancel() or (future.done() and future.exception() is not None)
            if left is not None and not unbilled:
                await left()
            raise

    def _ready(self) -> SpeechClient:
        """The client, made by the first thread that needs it: httpx2 is not loaded before."""
        with self._making:
            if self._client is None:
                from bot.speech.client import SpeechClient  # noqa: PLC0415

                self._client = SpeechClient(self._config)
            return self._client
