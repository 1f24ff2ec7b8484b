"""Runs the bot until it is asked to stop: active at once, or after it has stood by for its turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from bot.commands.signals import Signals
from bot.core.clock import Clock, SystemClock
from bot.core.tasks import shielded
from bot.operating.health import Health
from bot.operating.process import Process
from bot.service import RECEIVER_GRACE_S, Service
from bot.store import Store, StoreUnavailable
from bot.store.engine.addresses import is_postgresql
from bot.store.standby import Standby
from bot.updates.raw import as_text

if TYPE_CHECKING:
    from bot.config.settings import Settings

END_AFTER_GRACE_S: Final = 1.8
"""With it and the default grace a stop takes less than the 10 s after which `docker stop` kills."""
AGAIN_S: Final = 1.0
HANDED_OVER_WITHIN_S: Final = 0.4
"""To find out whether another process waits."""

log = logging.getLogger(__name__)


async def serve(
    settings: Settings,
    signals: Signals,
    clock: Clock | None = None,
    *,
    when_warm: Callable[[], object] = lambda: None,
) -> None:
    """Runs until a signal asks it to stop. Raises what the start and the run of `Service` raise."""
    terms = Terms(settings, clock or SystemClock())
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals.on_first_signal(
        lambda: loop.call_soon_threadsafe(asked.set),
        end_within_s=max(settings.shutdown_grace_s, RECEIVER_GRACE_S) + END_AFTER_GRACE_S,
    )
    running = asyncio.create_task(terms.run(when_warm))
    stopping = asyncio.create_task(asked.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        running.cancel()
        result = (await asyncio.gather(running, return_exceptions=True))[0]
        await terms.stop(settings.shutdown_grace_s)
    if isinstance(result, BaseExceptionGroup):
        raise result.exceptions[0]
    if isinstance(result, Exception):
        raise result


class Terms:
    """What a process does one after the other: it is active for a term, or stands by for the next one.

    On SQLite there is one term, from the start to the end.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Raises `StoreUnavailable` for a database URL that is of no use."""
        self._settings = settings
        self._process = Process(settings, clock)
        self._clock = self._process.clock
        self._url = url = settings.database_url.get_secret_value()
        self._standby = Standby(url, self._clock) if is_postgresql(url) else None
        self._service: Service | None = None

    async def run(self, when_warm: Callable[[], object]) -> None:
        """For ever, or until the service ends by itself."""
        store = await self._first()
        await self._process.start()
        while True:
            if store is None:
                store = await self._stand_by(when_warm)
            self._service = Service(self._settings, self._process, store)
            self._take_updates()
            try:
                await self._service.start()
                await self._service.run(when_warm=when_warm)
            except* StoreUnavailable as unavailable:
                if self._standby is None:
                    raise unavailable.exceptions[0] from None
                log.error("this process is no longer active: %s", unavailable.exceptions[0])  # noqa: TRY400 - its words say all
            self._take_updates()
            service, self._service, store = self._service, None, None
            await shielded(service.stop(0))
            await self._clock.sleep(AGAIN_S)

    async def stop(self, grace_s: float) -> None:
        """Gives what is in progress `grace_s`, or hands over at once where another process waits."""
        web = asyncio.ensure_future(self._process.close_web())
        if self._service is not None:
            if await self._others_wait():
                await self._service.hand_over()
            else:
                await self._service.stop(grace_s)
        await web
        if self._standby is not None:
            await self._standby.close()
        await self._process.close()

    async def _first(self) -> Store | None:
        """The database, if nobody has it. Raises `StoreUnavailable`: before anything is started."""
        if self._standby is None:
            return Store.open(self._url, clock=self._clock)
        store = await self._standby.store()
        if store is None:
            await self._standby.check()
        return store

    async def _stand_by(self, when_warm: Callable[[], object]) -> Store:
        assert self._standby is not None  # noqa: S101 - a term on SQLite ends with the process
        log.info("another process is active: this one stands by")
        self._process.health.become(Health(required={"database": self._standby.healthy}), standby=True)
        self._take_updates()
        await self._process.warm()
        when_warm()
        return await self._standby.turn()

    def _take_updates(self) -> None:
        """What is posted to a process that is not active goes to the one that is, through the database."""
        if self._standby is not None:
            self._process.take_updates(self._post)

    async def _post(self, updates: Sequence[dict[str, Any]]) -> None:
        assert self._standby is not None  # noqa: S101 - nothing else posts
        await self._standby.post([(int(update["update_id"]), as_text(update)) for update in updates])

    async def _others_wait(self) -> bool:
        with suppress(TimeoutError, StoreUnavailable):
            async with asyncio.timeout(HANDED_OVER_WITHIN_S):
                return self._service is not None and await self._service.store.database.others_wait()
        return False
