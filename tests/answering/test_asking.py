"""Asking, where a whole question's way would not show it."""

from __future__ import annotations

import pytest

from bot.answering.asking import Asking, Inquiry, NotAnswered
from bot.answering.circuit import Circuit
from bot.answering.dispatch import Dispatch, Seat
from bot.answering.ports import NullObserver
from bot.answering.queue import FairQueue
from bot.answering.slots import Slots
from bot.core.values import Generation, ModelRequest
from bot.model import FailureKind
from tests.answering.stage import PromptedModel
from tests.clocks import ManualClock


class LateClock(ManualClock):
    """Its sleepers oversleep, as on a busy machine."""

    def monotonic(self) -> float:
        return super().monotonic() + self.late_s

    late_s = 0.0


async def test_no_request_is_made_when_the_time_is_over_though_the_timer_is_late() -> None:
    clock, model = LateClock(), PromptedModel()
    slots = Slots(1)
    seats: list[Seat] = []
    dispatch = Dispatch(FairQueue(), slots, lambda _turn_id, seat: seats.append(seat))
    asking = Asking(
        model,
        circuit=Circuit(clock.monotonic),
        clock=clock,
        observer=NullObserver(),
        jitter=lambda: 1.0,
        timeout_s=60.0,
        deadline_s=180.0,
    )

    class SlowSeat(Seat):
        async def take(self) -> None:
            clock.late_s = 180.5

    request = ModelRequest(Generation("yandexgpt-lite", 0.8, 9), instructions="", question="Сколько времени?")
    with pytest.raises(NotAnswered) as raised:
        await asking.ask(Inquiry(request), SlowSeat(dispatch, slots.take()))
    assert raised.value.kind is FailureKind.TIMEOUT
    assert model.asked == []
