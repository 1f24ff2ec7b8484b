"""Updates from Telegram into the inbox, and from the inbox to the handlers, each chat in order."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.core.clock import Clock
from bot.core.tasks import Background, at_most, error_fields
from bot.delivery.waiting import on_flood_wait
from bot.store import Store, StoreUnavailable
from bot.updates.dispatching import Dispatcher, PTBApplication, Unreadable
from bot.updates.raw import as_text, lane_of

log = logging.getLogger(__name__)

MAX_TRIES = 3
RETRY_AFTER_S = 1.0
RESUME_EACH_S = 2.0
"""How long the next update of the last run waits for the one before it, at most."""

DETACHABLE = frozenset({"message", "edited_message", "callback_query"})
"""Kinds of updates; what is told of the bot's own membership is kept in order to its very end."""


@dataclass(slots=True)
class _Update:
    """One that is in the inbox, and not dealt with."""

    id: int
    raw: dict[str, Any]
    tries: int = 1
    """With the one under way. The inbox counts those beyond the first."""
    handled: bool = False
    """Only the note of it is missing."""
    detached: bool = False
    """Its handler waits for Telegram, those after it have begun: it is dealt with, whatever comes of it."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Receiver:
    """Writes updates down before anyone acknowledges them, then hands them on.

    A lane a chat keeps its updates in order, another one its buttons. Where a handler waits for Telegram's
    flood limits, the next one begins: /stop acts at once though the reply before it is held. A handler has
    done by then what it is there for, all but telling of it.
    """

    def __init__(
        self,
        application: PTBApplication,
        store: Store,
        clock: Clock,
        *,
        moved: Callable[[int, int], Awaitable[None]],
        muted: Callable[[int], Awaitable[None]],
        given_up: Callable[[dict[str, Any]], Awaitable[None]],
        count: Callable[[Sequence[dict[str, Any]]], None] = lambda _: None,
        shared: bool = False,
    ) -> None:
        """`moved` hears the old and the new id of a group that became a supergroup, `muted` of one where the
        bot may not write, `given_up` of an update that is set aside, `count` of updates.
        """
        self._dispatcher = Dispatcher(application, moved=moved, muted=muted)
        self._store = store
        self._clock = clock
        self._given_up = given_up
        self._count = count
        self._lanes: dict[tuple[int, bool], deque[_Update]] = {}
        self._in_hand: dict[int, _Update] = {}
        self._background = Background()
        self._in_doubt = False
        self._closing = False
        self._shared = shared

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        """Durable when this returns: only then may Telegram be told so. Repeated deliveries are dropped.

        What another process took in before goes before it. Raises `StoreUnavailable`: then nothing was taken.
        """
        rows = [(int(update["update_id"]), as_text(update)) for update in updates]
        try:
            # Asked for together, they are one transaction.
            new, posted = await asyncio.gather(self._store.inbox.accept(rows), self._posted())
        except (StoreUnavailable, asyncio.CancelledError):
            self._in_doubt = True
            raise
        fresh = set(new)
        self._take(posted | {one["update_id"]: one for one in updates if one["update_id"] in fresh})

    async def take_posted(self) -> None:
        """Deals with what other processes took in; while the database can't be used that waits there."""
        try:
            self._take(await self._posted())
        except StoreUnavailable:
            self._in_doubt = True

    async def _posted(self) -> dict[int, dict[str, Any]]:
        posted = await self._store.inbox.take_posted() if self._shared else []
        if self._in_doubt:
            await self.take_up()
            self._in_doubt = False
        return {row.update_id: json.loads(row.raw) for row in posted}

    def _take(self, updates: dict[int, dict[str, Any]]) -> None:
        self._count(list(updates.values()))
        for update_id, update in sorted(updates.items()):
            self._enqueue(_Update(update_id, update))

    async def take_up(self) -> None:
        """Deals with what is in the inbox and not in hand.

        A commit that failed may be found to have happened: its updates come again, and are not new. And who
        is let in has the question put back that they had asked before.
        """
        for row in await self._store.inbox.pending():
            self._enqueue(_Update(row.update_id, json.loads(row.raw)))

    async def resume(self) -> None:
        """Takes up what an earlier process left.

        One at a time, so that the one that crashes the process is known by its count; but one that waits for
        Telegram does not hold up the rest.
        """
        await self._store.inbox.take_posted()
        for row in await self._store.inbox.pending():
            if row.attempts + 1 >= MAX_TRIES:
                await self._set_aside(row.update_id, json.loads(row.raw))
                continue
            tries = await self._store.inbox.begin(row.update_id) + 1
            update = _Update(row.update_id, json.loads(row.raw), tries)
            self._enqueue(update)
            ended = asyncio.ensure_future(update.ended.wait())
            try:
                await at_most(self._clock, RESUME_EACH_S, ended)
            finally:
                ended.cancel()

    def _enqueue(self, update: _Update) -> None:
        if update.id in self._in_hand:
            return
        self._in_hand[update.id] = update
        key = lane_of(update.raw)
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append(update)
            return
        self._lanes[key] = deque([update])
        self._background.spawn(self._drain(key))

    async def _drain(self, key: tuple[int, bool]) -> None:
        lane = self._lanes[key]
        try:
            while lane and not self._closing:
                await self._begin(lane.popleft())
        finally:
            del self._lanes[key]

    async def _begin(self, update: _Update) -> None:
        """Returns when the next one of the lane may begin."""
        waits = asyncio.Event()
        handling = self._background.spawn(self._handle(update, waits))
        handling.add_done_callback(lambda _: waits.set())
        await waits.wait()
        if not handling.done() and not await self._detach(update):
            await asyncio.wait({handling})

    async def _detach(self, update: _Update) -> bool:
        """Whether it may be left to wait; then the next start does not do it again, after those after it."""
        if DETACHABLE.isdisjoint(update.raw):
            return False
        try:
            await self._store.inbox.finish(update.id)
        except StoreUnavailable:
            return False
        update.detached = True
        return True

    async def _handle(self, update: _Update, waits: asyncio.Event) -> None:
        """One update, tried until it is done or set aside; a database that is away is waited for."""
        while not self._closing:
            error = None
            if not update.handled:
                with on_flood_wait(waits.set):
                    error = await self._dispatcher.dispatch(update.id, update.raw, again=update.tries > 1)
            if error is not None and update.detached:
                log.error("update %d failed when others had begun", update.id, extra=error_fields(error))
                error = None
            try:
                if error is None:
                    update.handled = True
                    await self._store.inbox.finish(update.id)
                    self._end(update)
                    return
                if isinstance(error, StoreUnavailable):
                    raise error
                log.error("update %d failed", update.id, extra=error_fields(error))
                if update.tries >= MAX_TRIES or isinstance(error, Unreadable):
                    await self._set_aside(update.id, update.raw, error)
                    self._end(update)
                    return
                update.tries = await self._store.inbox.begin(update.id) + 1
            except StoreUnavailable as unavailable:
                log.warning("update %d waits for the database: %s", update.id, unavailable)
            await self._clock.sleep(RETRY_AFTER_S)

    def _end(self, update: _Update) -> None:
        del self._in_hand[update.id]
        update.ended.set()

    async def _set_aside(
        self, update_id: int, raw: dict[str, Any], error: BaseException | None = None
    ) -> None:
        why = "can't be read" if isinstance(error, Unreadable) else f"failed {MAX_TRIES} times"
        log.error("update %d %s and is set aside", update_id, why)
        await self._store.inbox.set_aside(update_id)
        self._background.spawn(self._tell(update_id, raw))

    async def _tell(self, update_id: int, raw: dict[str, Any]) -> None:
        try:
            await self._given_up(raw)
        except Exception as error:  # noqa: BLE001 - what was no update for a handler is none for this one either
            log.info("update %d: nobody is told", update_id, extra=error_fields(error))

    async def close(self, grace_s: float) -> None:
        """Lets handlers at work end, for a while; what is left is in the inbox for the next start.

        The tries that this cuts short do not count.
        """
        self._closing = True
        await self._background.close(grace_s)
        for update in self._in_hand.values():
            if update.tries > 1:
                with suppress(StoreUnavailable):
                    await self._store.inbox.forgive(update.id)
