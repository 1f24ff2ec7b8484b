"""Telegram's flood limits, kept for every call of the bot; what is refused for a while is sent again."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.core.clock import Clock
from bot.delivery.lanes import ChatId, Holds, Lanes
from bot.delivery.transport import FateUnknown, NotSent, ServerFault
from bot.delivery.waiting import notify_flood_wait

if TYPE_CHECKING:
    Json = dict[str, Any]
    Reply = bool | Json | list[Json]
    Call = Callable[..., Coroutine[Any, Any, Reply]]

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
FINISH_WITHIN_S = 2.0
"""Several times what Telegram takes; whoever stops an answer waits no longer than that."""
COUNTED = ("send", "edit", "copy", "forward")
"""How the names of the methods begin that Telegram's limits count: edits too."""
ACTION = "sendChatAction"
REACTION = "setMessageReaction"
UNKNOWN_FATES = 3
"""Sends of one message of which nobody knows whether Telegram carried them out: each may stand there."""

log = logging.getLogger(__name__)


class Priority(IntEnum):
    """Which goes first, as `rate_limit_args`. None is 0: python-telegram-bot takes that for nothing given."""

    FINAL = 1
    """Never dropped while the process lives. Sends and edits for which nothing is given are final."""
    TIDYING = 2
    """Buttons that leave an older message: like what is final, but nobody waits for it."""
    INTERIM = 3
    """Soon out of date: tried once, and cancelled by its sender when there is something newer. One that is
    under way then is finished, so that its sender knows of the message."""


class FloodControl(BaseRateLimiter[Priority]):
    """Each chat's sends and edits go one by one, within the chat's budget and the bot's `per_s`.

    `retry_after` for what is final holds the chat exactly as long as Telegram says. What decorates (all other
    priorities, deletions, chat actions, reactions) holds only its own kind there: no answer waits for a
    refusal that was not an answer's. All but interim ones are repeated for as long as they surely were not
    carried out, or harmless to repeat; a send whose fate is unknown is repeated twice, each time after
    Telegram was seen to answer, and `FateUnknown` is raised when that of all three is.

    Other calls go at once and once, chat actions only where nothing else is going on. A priority given to one
    puts it in the lane, where it takes nothing from the chat's budget. `per_s` is at least 1.
    """

    def __init__(self, *, per_s: float, clock: Clock) -> None:
        self._per_s = per_s
        self._clock = clock
        self._lanes = Lanes(per_s=per_s, clock=clock)
        self._holds = Holds(clock)

    async def initialize(self) -> None:
        if self._lanes.stopped:
            self._lanes = Lanes(per_s=self._per_s, clock=self._clock)

    async def shutdown(self) -> None:
        self.stop()

    def held_s(self, chat_id: ChatId) -> float:
        """For how long no answer goes to the chat, by what Telegram said."""
        return self._lanes.held_s(chat_id)

    def stop(self) -> None:
        """What waits and what would come is refused with `DeliveryStopped`; calls under way go on."""
        self._lanes.stop()

    async def process_request(  # noqa: PLR0917 - the base class's signature
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | None,
    ) -> Reply:
        chat_id = data.get("chat_id")
        request = _Request(callback, args, kwargs, endpoint)
        if chat_id is None:
            return await request.once()
        if endpoint in {ACTION, REACTION}:
            return await self._decorate(request, chat_id)
        if rate_limit_args is None and not request.counted:
            return await request.once()
        return await self._send(request, chat_id, rate_limit_args or Priority.FINAL)

    async def _decorate(self, request: _Request, chat_id: ChatId) -> Reply:
        """At once and once; an action only where nothing else is going on, and without a word of refusal."""
        kind, action = request.endpoint, request.endpoint == ACTION
        if action and (
            self._lanes.stopped or not self._lanes.quiet(chat_id) or self._holds.held_s(chat_id, kind) > 0
        ):
            return True
        self._refuse_if_held(chat_id, kind)
        try:
            return await request.once()
        except RetryAfter as refusal:
            self._hold(chat_id, kind, seconds_of(refusal), refusal)
            if action:
                return True
            raise

    async def _send(self, request: _Request, chat_id: ChatId, priority: Priority) -> Reply:
        interim = priority is Priority.INTERIM
        kind = priority.name if request.counted else request.endpoint
        waiter = self._lanes.waiter(chat_id, priority, interim=interim)
        while True:
            if interim:
                self._refuse_if_held(chat_id, kind)
            else:
                await self._wait_while_held(chat_id, kind)
            await self._lanes.admit(waiter)
            if self._holds.held_s(chat_id, kind) > 0:  # since it began to wait
                self._lanes.release(waiter, counted=False)
                continue
            try:
                return await self._finish_despite_cancel(request, interim=interim)
            except RetryAfter as refusal:
                self._hold(chat_id, kind, seconds_of(refusal), refusal)
                if interim:
                    raise
            except (NotSent, ServerFault, FateUnknown) as failure:
                if interim or request.spent:
                    raise
                self._hold(chat_id, kind, request.pause_s(), failure)
            finally:
                self._lanes.release(waiter, counted=request.counted)

    async def _finish_despite_cancel(self, request: _Request, *, interim: bool) -> Reply:
        """The reply, even to one who is cancelled meanwhile, unless delivery has stopped.

        To what is final it is waited for a little, and with it the cancellation goes on at the sender's next
        wait: by then it has begun to write down what stands in the chat.
        """
        sender, timer = asyncio.current_task(), None
        assert sender is not None  # noqa: S101 - a coroutine runs in a task
        if sender.cancelling():
            await asyncio.sleep(0)  # a cancellation that is on its way arrives before anything is sent
        under_way = asyncio.ensure_future(request.once() if interim else request.attempt())
        while not under_way.done():
            try:
                await asyncio.wait({under_way})
            except asyncio.CancelledError:
                if self._lanes.stopped:
                    under_way.cancel()
                    raise
                sender.uncancel()
                if not interim and timer is None:
                    timer = asyncio.create_task(self._give_up(under_way))
        if timer is not None:
            timer.cancel()
            if under_way.cancelled() or under_way.exception() is not None:
                raise asyncio.CancelledError
            sender.cancel()
        return under_way.result()

    async def _give_up(self, under_way: asyncio.Future[Reply]) -> None:
        await self._clock.sleep(FINISH_WITHIN_S)
        under_way.cancel()

    def _hold(self, chat_id: ChatId, kind: str, seconds: float, error: Exception) -> None:
        """What is final holds all that goes to the chat, anything else only what is like it."""
        level = logging.INFO
        if kind == Priority.FINAL.name:
            level = logging.WARNING
            self._lanes.hold(chat_id, seconds)
        else:
            self._holds.hold(chat_id, kind, seconds)
        log.log(
            level,
            "The chat's messages wait",
            extra={"chat_id": chat_id, "kind": kind, "seconds": seconds, "reason": type(error).__name__},
        )

    def _refuse_if_held(self, chat_id: ChatId, kind: str) -> None:
        """Says for Telegram what Telegram has said already, without asking it anew."""
        held_s = self._holds.held_s(chat_id, kind)
        if held_s > 0:
            raise RetryAfter(math.ceil(held_s))

    async def _wait_while_held(self, chat_id: ChatId, kind: str) -> None:
        while (held_s := self._holds.held_s(chat_id, kind)) > 0 and not self._lanes.stopped:
            notify_flood_wait()
            await self._clock.sleep(held_s)


class _Request:
    """One call of a bot method, over all its attempts."""

    def __init__(self, callback: Call, args: Any, kwargs: dict[str, Any], endpoint: str) -> None:
        self._callback = callback
        self._args = args
        self._kwargs = kwargs
        self.endpoint = endpoint
        self.counted = endpoint.startswith(COUNTED)
        self._repeatable = not self.counted or endpoint.startswith("edit")
        self._unknown_fates = 0
        self._pauses = 0

    @property
    def spent(self) -> bool:
        """Whether it may have been carried out so often that it must not be repeated."""
        return self._unknown_fates >= UNKNOWN_FATES

    async def once(self) -> Reply:
        return await self._callback(*self._args, **self._kwargs)

    async def attempt(self) -> Reply:
        """Like `once`; a repeat of what may have been carried out is kept until Telegram answers."""
        if self._unknown_fates:
            await self._callback("getMe", {}, **self._kwargs)
        try:
            return await self.once()
        except FateUnknown:
            self._unknown_fates += not self._repeatable
            raise

    def pause_s(self) -> float:
        """The next pause: each twice the one before."""
        self._pauses += 1
        return float(min(FIRST_PAUSE_S * 2 ** (self._pauses - 1), LONGEST_PAUSE_S))


def seconds_of(refusal: RetryAfter) -> float:
    """An int, or a timedelta where python-telegram-bot was told so (`PTB_TIMEDELTA`)."""
    told = refusal.retry_after
    return told.total_seconds() if isinstance(told, timedelta) else float(told)
