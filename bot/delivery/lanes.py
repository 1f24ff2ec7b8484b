"""Who may send next: one message of a chat at a time, each when its chat's and the bot's budget allow it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from functools import partial

from telegram.error import TelegramError

from bot.core.clock import Clock
from bot.core.values import is_private
from bot.delivery.budgets import ChatBudget, Window
from bot.delivery.waiting import notify_flood_wait

ChatId = int | str

SLACK = 1.05
"""Requests that left a second apart can arrive a little closer, above all after new connections."""
LANES_BEFORE_SWEEP = 256
HOLDS_BEFORE_SWEEP = 256


class DeliveryStopped(TelegramError):
    """Not sent: the bot is shutting down."""

    def __init__(self) -> None:
        super().__init__("Delivery has stopped")


class Waiter:
    """One message that wants to go. Its number keeps its place, however often it has to wait again."""

    __slots__ = ("admitted", "chat_id", "interim", "lane", "number", "priority")

    def __init__(self, chat_id: ChatId, priority: int, number: int, *, interim: bool) -> None:
        self.interim = interim
        self.chat_id = chat_id
        self.priority = priority
        self.number = number
        self.lane: Lane  # from when it is to be admitted: before, its chat may be forgotten
        self.admitted: asyncio.Future[None]  # likewise

    @property
    def gone(self) -> bool:
        """Whether it no longer waits: its sender was cancelled."""
        return self.admitted.done()

    def __lt__(self, other: Waiter) -> bool:
        return (self.priority, self.number) < (other.priority, other.number)


class Lane:
    """A chat's messages, at most one of them under way."""

    __slots__ = ("budget", "busy", "chat_id", "due_s", "held_until_s", "timer", "waiting")

    def __init__(self, chat_id: ChatId) -> None:
        self.chat_id = chat_id
        # A username can only be a group's or a channel's.
        self.budget = ChatBudget(group=isinstance(chat_id, str) or not is_private(chat_id))
        self.busy = False
        self.held_until_s = float("-inf")
        self.waiting: list[Waiter] = []
        self.timer: asyncio.Task[None] | None = None
        self.due_s: float  # when the timer ends, if there is one

    def delay_s(self, waiter: Waiter, now_s: float) -> float:
        return max(self.held_until_s - now_s, self.budget.delay_s(now_s, interim=waiter.interim))

    def head(self) -> Waiter | None:
        """The next to go, those that no longer wait removed."""
        while self.waiting and self.waiting[0].gone:
            heapq.heappop(self.waiting)
        return self.waiting[0] if self.waiting else None

    def idle(self, now_s: float) -> bool:
        """Whether nothing would be forgotten with it."""
        return not self.busy and not self.waiting and self.held_until_s <= now_s and self.budget.idle(now_s)


class Lanes:
    """Admits waiters: in a chat by priority and then in order, among chats likewise."""

    def __init__(self, *, per_s: float, clock: Clock) -> None:
        self._clock = clock
        self._overall = Window(int(per_s), SLACK * int(per_s) / per_s)
        self._lanes: dict[ChatId, Lane] = {}
        self._sweep_at = LANES_BEFORE_SWEEP
        self._ready: list[Waiter] = []
        """Heads of lanes that wait for the bot's budget only; stale ones are skipped when they come up."""
        self._ready_timer: asyncio.Task[None] | None = None
        self._numbers = itertools.count()
        self.stopped = False

    def __len__(self) -> int:
        return len(self._lanes)

    def waiter(self, chat_id: ChatId, priority: int, *, interim: bool = False) -> Waiter:
        """A place in the order, for `admit`; what is `interim` leaves some of the chat's budget."""
        return Waiter(chat_id, priority, next(self._numbers), interim=interim)

    def _lane(self, chat_id: ChatId) -> Lane:
        lane = self._lanes.get(chat_id)
        if lane is None:
            if len(self._lanes) >= self._sweep_at:
                self._sweep()
            lane = self._lanes[chat_id] = Lane(chat_id)
        return lane

    def quiet(self, chat_id: ChatId) -> bool:
        """Whether nothing waits or is under way in the chat, it is not on hold, and no other chat waits."""
        lane = self._lanes.get(chat_id)
        if self._ready:
            return False
        if lane is None:
            return True
        return not lane.busy and lane.head() is None and lane.held_until_s <= self._clock.monotonic()

    def held_s(self, chat_id: ChatId) -> float:
        """For how long nothing goes to the chat, by what Telegram said."""
        lane = self._lanes.get(chat_id)
        return 0.0 if lane is None else max(0.0, lane.held_until_s - self._clock.monotonic())

    def hold(self, chat_id: ChatId, seconds: float) -> None:
        """Nothing goes to the chat for so long."""
        lane = self._lane(chat_id)
        lane.held_until_s = max(lane.held_until_s, self._clock.monotonic() + seconds)

    async def admit(self, waiter: Waiter) -> None:
        """Returns when the waiter may send; `release` must follow. Raises `DeliveryStopped`."""
        if self.stopped:
            raise DeliveryStopped
        lane = waiter.lane = self._lane(waiter.chat_id)
        waiter.admitted = asyncio.get_running_loop().create_future()
        heapq.heappush(lane.waiting, waiter)
        if lane.head() is waiter:
            self._advance(lane)
        if not waiter.admitted.done():
            notify_flood_wait()
        try:
            await waiter.admitted
        except asyncio.CancelledError:
            if not waiter.admitted.cancelled() and waiter.admitted.exception() is None:
                self._pass_on(lane)  # admitted in the very moment it was cancelled
            raise

    def release(self, waiter: Waiter, *, counted: bool = True) -> None:
        """The send that was admitted is over. In the chat it counts from now: Telegram got it before."""
        if counted:
            waiter.lane.budget.take(self._clock.monotonic())
        self._pass_on(waiter.lane)

    def _pass_on(self, lane: Lane) -> None:
        lane.busy = False
        self._advance(lane)

    def stop(self) -> None:
        """Refuses everything that waits and all that would come."""
        self.stopped = True
        for lane in self._lanes.values():
            for waiter in lane.waiting:
                if not waiter.gone:
                    waiter.admitted.set_exception(DeliveryStopped())
            lane.waiting.clear()
            if lane.timer is not None:
                lane.timer.cancel()
        self._ready.clear()
        if self._ready_timer is not None:
            self._ready_timer.cancel()

    def _advance(self, lane: Lane) -> None:
        self._line_up(lane)
        self._drain()

    def _line_up(self, lane: Lane) -> None:
        """Puts the lane's head among the ready, now or when its budget and its hold allow it."""
        head = lane.head()
        if lane.busy or head is None:
            return
        now_s = self._clock.monotonic()
        delay_s = lane.delay_s(head, now_s)
        if delay_s <= 0:
            heapq.heappush(self._ready, head)
        elif lane.timer is None or now_s + delay_s < lane.due_s:
            if lane.timer is not None:
                lane.timer.cancel()
            lane.due_s = now_s + delay_s
            lane.timer = asyncio.create_task(self._after(delay_s, partial(self._lane_due, lane)))

    def _lane_due(self, lane: Lane) -> None:
        lane.timer = None
        self._advance(lane)

    def _drain(self) -> None:
        """Admits the ready, best first, as far as the bot's budget goes."""
        while self._ready:
            waiter = self._ready[0]
            now_s = self._clock.monotonic()
            if not self._stands(waiter, now_s):
                heapq.heappop(self._ready)
                self._line_up(waiter.lane)
                continue
            delay_s = self._overall.delay_s(now_s)
            if delay_s > 0:
                if self._ready_timer is None:
                    self._ready_timer = asyncio.create_task(self._after(delay_s, self._ready_due))
                return
            heapq.heappop(self._ready)
            heapq.heappop(waiter.lane.waiting)
            waiter.lane.busy = True
            self._overall.take(now_s)
            waiter.admitted.set_result(None)

    def _stands(self, waiter: Waiter, now_s: float) -> bool:
        """Whether a ready waiter still is its lane's next, and the lane not held since."""
        lane = waiter.lane
        return not lane.busy and lane.head() is waiter and lane.delay_s(waiter, now_s) <= 0

    def _ready_due(self) -> None:
        self._ready_timer = None
        self._drain()

    async def _after(self, seconds: float, then: Callable[[], None]) -> None:
        await self._clock.sleep(seconds)
        then()

    def _sweep(self) -> None:
        """Forgets the chats of which nothing is known, so that their number does not grow for ever."""
        now_s = self._clock.monotonic()
        self._lanes = {chat_id: lane for chat_id, lane in self._lanes.items() if not lane.idle(now_s)}
        self._sweep_at = max(LANES_BEFORE_SWEEP, 2 * len(self._lanes))


class Holds:
    """For how long Telegram takes no more of what decorates: each kind in each chat by itself. Those that are
    over are forgotten now and then.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[tuple[ChatId, str], float] = {}

    def __len__(self) -> int:
        return len(self._until_s)

    def hold(self, chat_id: ChatId, kind: str, seconds: float) -> None:
        now_s = self._clock.monotonic()
        if len(self._until_s) >= HOLDS_BEFORE_SWEEP:
            self._until_s = {key: until for key, until in self._until_s.items() if until > now_s}
        self._until_s[chat_id, kind] = now_s + seconds

    def held_s(self, chat_id: ChatId, kind: str) -> float:
        """At most 0 where nothing is held."""
        return self._until_s.get((chat_id, kind), float("-inf")) - self._clock.monotonic()
