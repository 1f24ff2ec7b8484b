"""The turns that wait and those being answered: put in, started in turn, taken out, interrupted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.answering.dispatch import Dispatch
from bot.answering.ports import TopicGone, Unreachable
from bot.answering.serving import Course
from bot.core.tasks import at_most

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.answering.dispatch import Seat
    from bot.answering.notices import Notices
    from bot.answering.ports import Observer
    from bot.answering.queue import FairQueue
    from bot.answering.serving import Serving
    from bot.answering.slots import Slots
    from bot.core.clock import Clock
    from bot.core.tasks import Background
    from bot.core.values import Turn

_TOLD_WITHIN_S = 0.5

Then: TypeAlias = "Callable[[Course], Awaitable[Turn | None]]"
"""What becomes of an interrupted turn, done while its lane is still its own; it may come back as first."""


@dataclass(slots=True)
class _Waiting:
    turn: Turn
    since_s: float


@dataclass(slots=True)
class _Run:
    course: Course
    seat: Seat
    task: asyncio.Task[None]
    started: bool = False
    then: Then | None = None
    interrupted: bool = False


class Work:
    """Every turn in here is unfinished in the database too: the next start finds what this one leaves."""

    def __init__(
        self,
        *,
        queue: FairQueue,
        slots: Slots,
        serving: Serving,
        notices: Notices,
        clock: Clock,
        background: Background,
        observer: Observer,
        gone: Callable[[int], Awaitable[None]],
    ) -> None:
        """`gone` is told the id of a chat that can't be reached any more."""
        self._queue = queue
        self._slots = slots
        self._serving = serving
        self._notices = notices
        self._clock = clock
        self._background = background
        self._observer = observer
        self._gone = gone
        self._dispatch = Dispatch(queue, slots, self._start)
        self._waiting: dict[int, _Waiting] = {}
        self._runs: dict[int, _Run] = {}

    def add(self, turn: Turn, *, first: bool = False, held: bool = False) -> None:
        """Puts a turn in its lane; a `held` one waits there until released."""
        question = turn.question
        self._waiting[turn.id] = _Waiting(turn, self._clock.monotonic())
        self._queue.push(turn.id, question.conversation, question.asker.id, first=first, held=held)
        self._notices.waits(turn)
        self._wake()

    def hold(self, turn_id: int) -> None:
        """A waiting turn does not start until released; nothing happens to one that does not wait."""
        if turn_id in self._waiting:
            self._queue.hold(turn_id)

    def release(self, turn_id: int) -> None:
        self._queue.release(turn_id)
        self._wake()

    def renew(self, turn: Turn) -> bool:
        """A waiting turn as it is now in the database; false if it does not wait."""
        if turn.id not in self._waiting:
            return False
        self._waiting[turn.id].turn = turn
        return True

    def turns(self) -> list[Turn]:
        """Those being answered, then those waiting, in the order they came."""
        under_way = [run.course.turn for run in self._runs.values()]
        return under_way + [waiting.turn for waiting in self._waiting.values()]

    def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """The chat has another id now. The lanes stay as they are: only order matters there."""
        for waiting in self._waiting.values():
            waiting.turn = _moved(waiting.turn, old_chat_id, new_chat_id)
        for run in self._runs.values():
            run.course.turn = _moved(run.course.turn, old_chat_id, new_chat_id)

    def waits(self, turn_id: int) -> bool:
        return turn_id in self._waiting

    def has(self, turn_id: int) -> bool:
        return self.waits(turn_id) or turn_id in self._runs

    def take_out(self, turn_id: int) -> bool:
        """Removes a waiting turn; false if it does not wait."""
        if turn_id not in self._waiting:
            return False
        del self._waiting[turn_id]
        self._queue.remove(turn_id)
        self._wake()
        return True

    async def interrupt(self, turn_id: int, then: Then) -> bool:
        """Ends a turn that is being answered and does `then`; returns when that is done.

        False: it is not being answered, or came to its end first, or somebody else interrupted it.
        """
        run = self._runs.get(turn_id)
        if run is None:
            return False
        mine = run.then is None
        if mine:
            run.then = then
            if not run.started:  # a task cancelled before its first step never takes it
                await asyncio.sleep(0)
            run.task.cancel()
        await asyncio.wait({run.task})
        return mine and run.interrupted

    async def told(self, turn: Turn) -> None:
        """Returns when no version of the turn's answer is just being shown, or after half a second.

        Whoever has seen it may come back before it is written down.
        """
        first = turn.version_of or turn.id
        for run in list(self._runs.values()):
            if run.course.telling and first in {run.course.turn.id, run.course.turn.version_of}:
                await at_most(self._clock, _TOLD_WITHIN_S, run.task)

    def start(self) -> None:
        self._dispatch.resume()

    def pause(self) -> None:
        """No turn starts any more; those under way go on."""
        self._dispatch.pause()

    async def finish(self, grace_s: float) -> None:
        """Starts no more, and gives those under way `grace_s`."""
        self._dispatch.pause()
        await asyncio.sleep(0)
        running = self._tasks()
        timer = asyncio.ensure_future(self._clock.sleep(grace_s))
        while running and not timer.done():
            ended, _ = await asyncio.wait({*running, timer}, return_when=asyncio.FIRST_COMPLETED)
            running -= ended
        timer.cancel()

    async def end(self) -> None:
        """Ends those under way as they are in the database."""
        running = self._tasks()
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    def _tasks(self) -> set[asyncio.Task[None]]:
        return {run.task for run in self._runs.values()}

    def _start(self, turn_id: int, seat: Seat) -> None:
        waiting = self._waiting.pop(turn_id)
        now_s = self._clock.monotonic()
        self._notices.begins(turn_id)
        course = Course(waiting.turn, now_s - waiting.since_s, now_s)
        task = self._background.spawn(self._run(turn_id))
        self._runs[turn_id] = _Run(course, seat, task)

    async def _run(self, turn_id: int) -> None:
        run = self._runs[turn_id]
        run.started = True
        again: Turn | None = None
        try:
            again = await self._serve(run)
        finally:
            del self._runs[turn_id]
            self._queue.done(turn_id)
            self._notices.ends(turn_id)
            if again is not None:
                self.add(again, first=True)
            self._wake()

    async def _serve(self, run: _Run) -> Turn | None:
        try:
            await self._serving.serve(run.course, run.seat)
        except asyncio.CancelledError:
            if run.then is None:
                raise
            run.interrupted = True
            run.task.uncancel()
            return await run.then(run.course)
        except Unreachable as gone:
            if not isinstance(gone, TopicGone):
                self._background.spawn(self._left(run.course.turn.question.conversation.chat_id))
        return None

    async def _left(self, chat_id: int) -> None:
        await self._gone(chat_id)

    def _wake(self) -> None:
        self._dispatch.wake()
        self._observer.queued(waiting=len(self._queue), asking=self._slots.in_use, slots=self._slots.limit)


def _moved(turn: Turn, old_chat_id: int, new_chat_id: int) -> Turn:
    conversation = turn.question.conversation
    if conversation.chat_id != old_chat_id:
        return turn
    # The messages stay in the old chat: none of their ids means anything in the new one.
    question = replace(turn.question, conversation=replace(conversation, chat_id=new_chat_id), message_id=0)
    return replace(turn, question=question, notice_id=None)
