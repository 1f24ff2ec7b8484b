"""Updates from Telegram into the inbox, and from the inbox to the handlers, each chat in order."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.delivery.refusals import Meaning, meaning
from bot.store import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram.ext import Application

    from bot.clock import Clock
    from bot.store import Store

log = logging.getLogger("bot.receiving")

MAX_ATTEMPTS = 3
RETRY_AFTER_S = 1.0


class Receiver:
    """Writes updates down before anyone acknowledges them, then hands them on.

    A lane a chat keeps its updates in order; buttons have a lane of their own, since a press must never wait
    behind a message that is being answered slowly by Telegram.
    """

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        store: Store,
        clock: Clock,
        *,
        moved: Callable[[int, int], Awaitable[None]],
        count: Callable[[Sequence[dict[str, Any]]], None] = lambda _: None,
    ) -> None:
        """`moved` hears the old and the new id of a group that became a supergroup, `count` of updates."""
        self._application = application
        self._store = store
        self._clock = clock
        self._moved = moved
        self._count = count
        self._lanes: dict[tuple[int, bool], deque[tuple[int, dict[str, Any]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        """Durable when this returns: only then may Telegram be told so. Repeated deliveries are dropped.

        Raises `StoreUnavailable`: then nothing was taken.
        """
        rows = [
            (int(u["update_id"]), json.dumps(u, ensure_ascii=False, separators=(",", ":"))) for u in updates
        ]
        new = set(await self._store.inbox.accept(rows))
        self._count([update for update in updates if update["update_id"] in new])
        for update in updates:
            if update["update_id"] in new:
                new.discard(update["update_id"])
                self._enqueue(update)

    async def resume(self) -> None:
        """Takes up what an earlier process left.

        One at a time, so that the one that crashes the process is known by its count.
        """
        for row in await self._store.inbox.pending():
            if row.attempts + 1 >= MAX_ATTEMPTS:
                await self._set_aside(row.update_id)
                continue
            await self._store.inbox.begin(row.update_id)
            await self._handle(row.update_id, json.loads(row.raw))

    def _enqueue(self, update: dict[str, Any]) -> None:
        key = lane_of(update)
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append((update["update_id"], update))
            return
        self._lanes[key] = deque([(update["update_id"], update)])
        task = asyncio.create_task(self._drain(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, key: tuple[int, bool]) -> None:
        lane = self._lanes[key]
        try:
            while lane and not self._closing:
                await self._handle(*lane.popleft())
        finally:
            del self._lanes[key]

    async def _handle(self, update_id: int, raw: dict[str, Any]) -> None:
        """One update, tried until it is done or set aside; a database that is away is waited for."""
        while not self._closing:
            try:
                error = await self._try(raw)
                if error is None:
                    await self._store.inbox.finish(update_id)
                    return
                log.error("update %d failed", update_id, exc_info=error)
                if not isinstance(error, StoreUnavailable) and (
                    await self._store.inbox.begin(update_id) >= MAX_ATTEMPTS
                ):
                    await self._set_aside(update_id)
                    return
            except StoreUnavailable as unavailable:
                log.warning("update %d waits for the database: %s", update_id, unavailable)
            await self._clock.sleep(RETRY_AFTER_S)

    async def _try(self, raw: dict[str, Any]) -> BaseException | None:
        """What went wrong, if anything: any error of a handler ends here, at the edge."""
        try:
            update = Update.de_json(raw, self._application.bot)
        except Exception as error:  # noqa: BLE001 - an update that can't be read is set aside, not fatal
            return error
        failures: list[BaseException] = []
        self._application.bot_data[update.update_id] = failures
        try:
            await self._application.process_update(update)
        finally:
            del self._application.bot_data[update.update_id]
        return await self._left(update, failures[0]) if failures else None

    async def _left(self, update: Update, error: BaseException) -> BaseException | None:
        """The error, unless it only says that the chat is closed to the bot: nothing mends that."""
        chat = update.effective_chat
        if isinstance(error, ChatMigrated) and chat is not None:
            await self._moved(chat.id, error.new_chat_id)
        elif not isinstance(error, Forbidden) and (
            not isinstance(error, BadRequest) or meaning(error) not in {Meaning.NO_CHAT, Meaning.NO_TOPIC}
        ):
            return error
        log.info("update %d: %s", update.update_id, error)
        return None

    async def _set_aside(self, update_id: int) -> None:
        log.error("update %d failed %d times and is set aside", update_id, MAX_ATTEMPTS)
        await self._store.inbox.set_aside(update_id)

    async def close(self, grace_s: float) -> None:
        """Lets handlers at work end, for a while; what is left is in the inbox for the next start."""
        self._closing = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def note_failure(update: object, context: Any) -> None:
    """PTB's error handler: hands the error to whoever dispatched this update."""
    failures = context.bot_data.get(update.update_id) if isinstance(update, Update) else None
    if failures is None:
        log.error("an error outside any update", exc_info=context.error)
    else:
        failures.append(context.error)


def lane_of(update: dict[str, Any]) -> tuple[int, bool]:
    """The chat an update belongs to, and whether it is a button press."""
    press = update.get("callback_query")
    if isinstance(press, dict):
        return _id((press.get("message") or {}).get("chat") or press.get("from")), True
    for content in update.values():
        if isinstance(content, dict):
            return _id(content.get("chat") or content.get("from")), False
    return 0, False


def _id(holder: object) -> int:
    found = holder.get("id") if isinstance(holder, dict) else None
    return found if isinstance(found, int) else 0
