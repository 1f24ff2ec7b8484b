"""Asking, where a whole question's way would not show it."""

from __future__ import annotations

import asyncio

import pytest

from bot.answering.active import ActiveTurn
from bot.answering.asking.asking import Asking
from bot.answering.asking.circuit import Circuit
from bot.answering.outcomes import NotAnswered
from bot.answering.paying import Paying
from bot.answering.scheduling.scheduler import Scheduler
from bot.core.model_request import Generation, ModelRequest, Progress
from bot.core.values import Turn, TurnState, Usage
from bot.model import FailureKind, ModelFailure
from tests.answering.null_observer import NullObserver
from tests.answering.stage import PromptedModel
from tests.answering.values import question
from tests.clocks import ManualClock, settle


class LateClock(ManualClock):
    """Its sleepers oversleep, as on a busy machine."""

    def monotonic(self) -> float:
        return super().monotonic() + self.late_s

    late_s = 0.0


@pytest.mark.parametrize("late_s", [180.0, 180.5])
async def test_no_request_is_made_when_the_time_is_over_though_the_timer_is_late(late_s: float) -> None:
    """The slot comes when the deadline has passed and its timer has not rung."""
    clock = LateClock()
    asking = _Given(clock)
    await asking.start()
    clock.late_s = late_s
    asking.scheduler.resume()

    with pytest.raises(NotAnswered) as raised:
        await asking.task
    assert raised.value.kind is FailureKind.TIMEOUT
    assert asking.model.asked == []


@pytest.mark.parametrize("kind", [FailureKind.SERVER_ERROR, FailureKind.BAD_REQUEST])
async def test_what_a_failed_request_used_is_written_down_before_the_next_one_or_the_end(
    kind: FailureKind,
) -> None:
    """A kill in between loses none of it: whether it is asked again or the failure is told."""
    asking = _Given()
    asking.written.clear()
    await asking.begin()
    asking.model.open[0].reply.set_exception(ModelFailure(kind, http_status=200, usage=Usage(5, 6)))
    await asking.clock.advance(30)
    assert (asking.paid, len(asking.model.asked), asking.task.done()) == ([(Usage(5, 6), "")], 1, False)
    asking.written.set()
    await asking.clock.advance(30)
    if kind is FailureKind.SERVER_ERROR:
        assert len(asking.model.asked) == 2
        asking.model.say("Полдень.")
        await asking.task
    else:
        with pytest.raises(NotAnswered):
            await asking.task


@pytest.mark.parametrize(
    ("kind", "may_cost", "paid"),
    [
        (FailureKind.TIMEOUT, True, True),
        (FailureKind.BROKEN_REPLY, True, True),
        (FailureKind.SERVER_ERROR, True, True),
        (FailureKind.BAD_REQUEST, True, False),
        (FailureKind.QUOTA, True, False),
        (FailureKind.TIMEOUT, False, False),
        (FailureKind.UNAVAILABLE, False, False),
    ],
)
async def test_a_failure_that_tells_no_usage_is_paid_by_the_words_that_came_unless_it_is_a_refusal(
    kind: FailureKind, may_cost: bool, paid: bool
) -> None:
    asking = _Given()
    progress = await asking.begin()
    progress.may_cost = may_cost
    progress.said += ["Пол", "день"]
    asking.model.open[0].reply.set_exception(ModelFailure(kind))
    await settle()
    assert asking.paid == ([(Usage(reported=False), "Полдень")] if paid else [])
    await asking.give_up()
    assert asking.owed == []


@pytest.mark.parametrize("may_cost", [True, False])
async def test_a_request_given_up_is_owed_if_it_was_sent(may_cost: bool) -> None:
    asking = _Given()
    progress = await asking.begin()
    progress.may_cost = may_cost
    progress.said.append("Полд")
    await asking.give_up()
    assert asking.owed == ([(Usage(reported=False), "Полд")] if may_cost else [])
    assert asking.paid == []


class _Given(Paying):
    """A question on its way to the model, and what is told of its cost."""

    def __init__(self, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.model = PromptedModel()
        self.paid: list[tuple[Usage, str]] = []
        self.owed: list[tuple[Usage, str]] = []
        self.written = asyncio.Event()
        """What was paid for is written down."""
        self.written.set()
        self.scheduler = Scheduler(most=1, observer=NullObserver())
        self.task: asyncio.Task[object]
        self._asking = Asking(
            self.model,
            self,
            circuit=Circuit(self.clock.monotonic),
            clock=self.clock,
            observer=NullObserver(),
            jitter=lambda: 1.0,
            timeout_s=60.0,
            deadline_s=180.0,
        )

    async def start(self) -> None:
        """It waits for a slot, until the scheduler goes on."""
        turn = Turn(7, question("Сколько времени?"), TurnState.WAITING)
        lease = self.scheduler.enqueue(turn)
        request = ModelRequest(Generation("yandexgpt-lite", 0.8, 9), "", turn.question.text)
        self.task = asyncio.create_task(self._asking.ask(ActiveTurn(turn, 0.0, lease), request))
        await settle()

    async def begin(self) -> Progress:
        """What the model keeps up of the first request."""
        await self.start()
        self.scheduler.resume()
        await settle()
        progress = self.model.open[0].progress
        assert progress is not None
        return progress

    async def give_up(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])
        if not self.task.cancelled():
            self.task.exception()

    def owe(self, active: ActiveTurn, request: ModelRequest, usage: Usage, text: str) -> None:
        del active, request
        self.owed.append((usage, text))

    async def for_failure(self, active: ActiveTurn, request: ModelRequest, usage: Usage, text: str) -> None:
        del active, request
        self.paid.append((usage, text))
        await self.written.wait()
