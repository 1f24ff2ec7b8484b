"""How often an answer is seen to grow, to the moment: on a clock moved by hand, and without a network."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from telegram.ext import ExtBot
from telegram.request import BaseRequest

from bot.core.values import ShownPart
from bot.delivery.flood import FloodControl, Priority
from bot.delivery.posting import Destination
from bot.delivery.previews import PRIVATE_EVERY_S, SEEN_FOR_S, Preview
from bot.markup import Text
from tests.clocks import ManualClock

MESSAGE = {"message_id": 5, "date": 0, "chat": {"id": 7, "type": "private"}}
ASKED_TO_WAIT_S = 60
FLOOD = {"description": "Too Many Requests", "parameters": {"retry_after": ASKED_TO_WAIT_S}}


class Wire(BaseRequest):
    """Telegram, that answers at once; told to be, it is `refusing` once."""

    read_timeout = None

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.asked_s: list[float] = []
        self.refusing = False

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        self.asked_s.append(self._clock.monotonic())
        refused, self.refusing = self.refusing, False
        reply = {"ok": False, **FLOOD} if refused else {"ok": True, "result": MESSAGE}
        return 429 if refused else 200, json.dumps(reply).encode()


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.wire = Wire(self.clock)
        bot: ExtBot[Priority] = ExtBot(
            "1:a",
            request=self.wire,
            get_updates_request=self.wire,
            rate_limiter=FloodControl(per_s=30, clock=self.clock),
        )
        self.preview = Preview(bot, Destination(7), clock=self.clock, record=_nowhere)

    async def grow(self, text: str, *, during_s: float = 0) -> None:
        self.preview.grow(lambda: [Text(text)])
        await self.clock.advance(during_s)


async def _nowhere(_: ShownPart) -> None:
    """For what is not looked at again."""


async def test_each_refusal_halves_the_pace_down_to_an_edit_in_half_a_minute() -> None:
    desk, paces_s = Desk(), (PRIVATE_EVERY_S, 3, 6, 12, 24, 30, 30)
    await desk.grow("начало")
    for pace_s in paces_s:
        desk.wire.refusing = True
        await desk.grow(f"дальше {len(desk.wire.asked_s)}", during_s=pace_s + ASKED_TO_WAIT_S)
    gaps_s = [later - sooner for sooner, later in pairwise(desk.wire.asked_s)]
    assert gaps_s == [gap_s for pace_s in paces_s for gap_s in (pace_s, ASKED_TO_WAIT_S)]
    await desk.preview.stop()


async def test_it_is_seen_to_move_as_long_as_a_chat_action_is_shown() -> None:
    desk = Desk()
    assert not desk.preview.moving
    await desk.grow("начало")
    for past_s, moving in ((0, True), (SEEN_FOR_S - 0.5, True), (0.5, False)):
        desk.clock.skip(past_s)
        assert desk.preview.moving is moving
    await desk.preview.stop()
