"""Asking, where a whole question's way would not show it."""

from __future__ import annotations

import asyncio

import pytest

from bot.answering.active import ActiveTurn
from bot.answering.asking.asking import Asking
from bot.answering.asking.circuit import Circuit
from bot.answering.outcomes import NotAnswered
from bot.answering.ports import NullObserver
from bot.answering.scheduling.scheduler import Scheduler
from bot.core.model_request import Generation, ModelRequest
from bot.core.values import Turn, TurnState
from bot.model import FailureKind
from tests.answering.stage import PromptedModel
from tests.answering.values import question
from tests.clocks import ManualClock, settle


class LateClock(ManualClock):
    """Its sleepers oversleep, as on a busy machine."""

    def monotonic(self) -> float:
        return super().monotonic() + self.late_s

    late_s = 0.0


async def test_no_request_is_made_when_the_time_is_over_though_the_timer_is_late() -> None:
    """The slot comes when the deadline has passed and its timer has not rung."""
    clock, model = LateClock(), PromptedModel()
    scheduler = Scheduler(most=1, observer=NullObserver())
    asking = Asking(
        model,
        circuit=Circuit(clock.monotonic),
        clock=clock,
        observer=NullObserver(),
        jitter=lambda: 1.0,
        paid=lambda _active, _request, _usage: None,
        timeout_s=60.0,
        deadline_s=180.0,
    )
    turn = Turn(7, question("Сколько времени?"), TurnState.WAITING)
    lease = scheduler.enqueue(turn)
    request = ModelRequest(Generation("yandexgpt-lite", 0.8, 9), question=turn.question.text, instructions="")
    task = asyncio.create_task(asking.ask(ActiveTurn(turn, 0.0, lease), lease, request))
    await settle()
    clock.late_s = 180.5
    scheduler.resume()

    with pytest.raises(NotAnswered) as raised:
        await task
    assert raised.value.kind is FailureKind.TIMEOUT
    assert model.asked == []
