"""The flood control, on a clock moved by hand: who goes when, what is repeated and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, RetryAfter

from bot.delivery.budgets import CHAT_BURST, GROUP_SPARE
from bot.delivery.flood import (
    FINISH_WITHIN_S,
    UNKNOWN_FATES,
    FloodControl,
    Priority,
    seconds_of,
)
from bot.delivery.lanes import LANES_BEFORE_SWEEP, SLACK, DeliveryStopped, Lanes
from bot.delivery.transport import FateUnknown, NotSent, ServerFault
from tests.clocks import ManualClock, settle

FINAL, TIDYING, INTERIM = Priority
PRIVATE, GROUP = 7, -100


@dataclass
class Arrival:
    """A call that Telegram got."""

    at_s: float
    chat_id: int | str | None
    what: Any
    endpoint: str


@dataclass
class Telegram:
    """Answers after `latency_s`; each call of a text takes the next trouble from the text's own script."""

    clock: ManualClock
    latency_s: float = 0.0
    troubles: dict[Any, list[Exception]] = field(default_factory=dict)
    arrived: list[Arrival] = field(default_factory=list)
    done: list[Any] = field(default_factory=list)

    async def call(self, endpoint: str, data: dict[str, Any], **_: float) -> Any:
        what = data.get("text", endpoint)
        arrival = Arrival(self.clock.monotonic(), data.get("chat_id"), what, endpoint)
        self.arrived.append(arrival)
        if self.latency_s:
            await self.clock.sleep(self.latency_s)
        script = self.troubles.get(what)
        if script:
            raise script.pop(0)
        self.done.append(what)
        return {"text": what}

    def times(self, chat_id: int | str | None = None) -> list[float]:
        return [a.at_s for a in self.arrived if chat_id is None or a.chat_id == chat_id]


class Desk:
    """Sends through a flood control as python-telegram-bot does."""

    def __init__(self, *, per_s: float = 30, latency_s: float = 0.0) -> None:
        self.clock = ManualClock()
        self.telegram = Telegram(self.clock, latency_s)
        self.flood = FloodControl(per_s=per_s, clock=self.clock)

    def call(
        self, endpoint: str, data: dict[str, Any], priority: Priority | None = None
    ) -> Coroutine[Any, Any, Any]:
        return self.flood.process_request(self.telegram.call, (endpoint, data), {}, endpoint, data, priority)

    def send(
        self,
        chat_id: int | str,
        text: Any,
        priority: Priority | None = None,
        *,
        endpoint: str = "sendMessage",
    ) -> asyncio.Task[Any]:
        return asyncio.create_task(self.call(endpoint, {"chat_id": chat_id, "text": text}, priority))

    def act(self, chat_id: int) -> asyncio.Task[Any]:
        return asyncio.create_task(self.call("sendChatAction", {"chat_id": chat_id}))

    async def finish(self, *tasks: asyncio.Task[Any], within_s: int = 600) -> None:
        for _ in range(within_s):
            if all(task.done() for task in tasks):
                return
            await self.clock.advance(1.0)
        raise AssertionError("not finished in time")

    def since(self, times: Sequence[float]) -> list[float]:
        return [round(time - times[0], 3) for time in times]


async def test_a_message_that_may_go_goes_at_once() -> None:
    desk = Desk()
    sending = desk.send(PRIVATE, "a")
    await settle(2)
    assert desk.telegram.done == ["a"]
    await sending


async def test_a_private_chat_gets_three_in_three_seconds() -> None:
    desk = Desk()
    await desk.finish(*(desk.send(PRIVATE, n) for n in range(6)))
    assert desk.telegram.done == list(range(6))
    assert desk.since(desk.telegram.times()) == [0, 0, 0, 3, 3, 3]


@pytest.mark.parametrize("chat_id", [GROUP, "@channel"])
async def test_a_group_gets_twenty_a_minute(chat_id: int | str) -> None:
    desk = Desk()
    await desk.finish(*(desk.send(chat_id, n) for n in range(23)))
    times = desk.since(desk.telegram.times())
    assert times == [n // 3 * 3 for n in range(20)] + [60, 60, 60]
    assert desk.telegram.done == list(range(23))


async def test_what_is_interim_leaves_room_for_answers_in_its_chat() -> None:
    """An answer that comes meanwhile does not wait for the moment at which the next frame may go."""
    desk = Desk()
    frames = [desk.send(GROUP, n, INTERIM) for n in range(20)]
    await settle()
    assert desk.telegram.done == [0, 1]
    answer = desk.send(GROUP, "answer")
    await settle()
    assert desk.telegram.done == [0, 1, "answer"]
    await desk.clock.advance(50.0)
    assert len(desk.telegram.done) == 20 - GROUP_SPARE
    late = [desk.send(GROUP, f"late {n}") for n in range(CHAT_BURST)]
    await settle()
    assert desk.telegram.done[20 - GROUP_SPARE :] == ["late 0", "late 1", "late 2"]
    await desk.finish(*frames, answer, *late)
    _check_budget(desk.telegram.times(), count=3, span_s=3.0)
    _check_budget(desk.telegram.times(), count=20, span_s=60.0)


async def test_edits_count_and_calls_that_show_nothing_do_not() -> None:
    desk = Desk()
    edits = [desk.send(GROUP, n, endpoint="editMessageText") for n in range(4)]
    await settle()
    others = [
        asyncio.create_task(desk.call(endpoint, {"chat_id": GROUP}))
        for endpoint in ("deleteMessage", "getChatAdministrators", "setMessageReaction")
    ]
    without_chat = asyncio.create_task(desk.call("answerCallbackQuery", {"callback_query_id": "1"}))
    await settle()
    assert [task.done() for task in edits] == [True, True, True, False]
    assert [task.done() for task in [*others, without_chat]] == [True] * 4
    await desk.finish(*edits)


async def test_all_chats_together_keep_the_bots_rate_and_their_order() -> None:
    desk = Desk(per_s=5)
    await desk.finish(*(desk.send(chat_id, chat_id) for chat_id in range(1, 13)))
    assert desk.telegram.done == list(range(1, 13))
    assert desk.since(desk.telegram.times()) == [0] * 5 + [SLACK] * 5 + [2 * SLACK] * 2


async def test_finals_overtake_interim_frames_in_their_chat_and_in_others() -> None:
    desk = Desk(per_s=3)
    first = [desk.send(PRIVATE, "a"), desk.send(PRIVATE, "b"), desk.send(PRIVATE, "c")]
    await settle()
    waiting = [
        desk.send(PRIVATE, "interim", INTERIM),
        desk.send(8, "interim elsewhere", INTERIM),
        desk.send(PRIVATE, "final"),
        desk.send(9, "final elsewhere"),
    ]
    await desk.finish(*first, *waiting)
    assert desk.telegram.done[3:] == ["final elsewhere", "interim elsewhere", "final", "interim"]


async def test_a_chats_finals_go_one_by_one() -> None:
    desk = Desk(latency_s=0.5)
    await desk.finish(desk.send(PRIVATE, 1), desk.send(PRIVATE, 2), desk.send(8, 3))
    assert desk.since(desk.telegram.times(PRIVATE)) == [0, 0.5]
    assert desk.telegram.times(8) == [desk.telegram.times(PRIVATE)[0]]


@pytest.mark.parametrize("typed", ["", "1"])
async def test_retry_after_holds_that_chat_exactly_and_no_other(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", typed)
    refusal = RetryAfter(timedelta(seconds=40))
    assert isinstance(refusal.retry_after, timedelta) is bool(typed)
    desk = Desk()
    desk.telegram.troubles = {"a": [refusal]}
    a, b = desk.send(PRIVATE, "a"), desk.send(PRIVATE, "b")
    await settle()
    other = desk.send(8, "c")
    await desk.finish(a, b, other)
    assert desk.telegram.done == ["c", "a", "b"]
    assert desk.since(desk.telegram.times(PRIVATE)) == [0, 40, 40]


async def test_an_interim_frame_that_is_refused_is_not_repeated_and_holds_only_frames() -> None:
    desk = Desk()
    desk.telegram.troubles = {"frame": [RetryAfter(5)], "lost": [NotSent("")]}
    frame = desk.send(PRIVATE, "frame", INTERIM, endpoint="editMessageText")
    with pytest.raises(RetryAfter):
        await frame
    await desk.send(PRIVATE, "answer")
    assert desk.since(desk.telegram.times()) == [0, 0]
    with pytest.raises(RetryAfter) as refused:
        await desk.send(PRIVATE, "too early", INTERIM)
    assert seconds_of(refused.value) == 5
    await desk.clock.advance(4.5)
    with pytest.raises(RetryAfter) as refused:
        await desk.send(PRIVATE, "still too early", INTERIM)
    assert seconds_of(refused.value) == 1, "whole seconds, as Telegram counts"
    await desk.clock.advance(0.5)
    await desk.finish(desk.send(PRIVATE, "in time", INTERIM))
    assert desk.telegram.done == ["answer", "in time"]
    with pytest.raises(NotSent):
        await desk.send(8, "lost", INTERIM)


@pytest.mark.parametrize(
    ("endpoint", "priority"),
    [
        ("sendChatAction", None),
        ("setMessageReaction", None),
        ("sendMessage", INTERIM),
        ("editMessageText", INTERIM),
        ("deleteMessage", INTERIM),
        ("deleteMessage", FINAL),
        ("editMessageReplyMarkup", TIDYING),
        ("deleteMessage", TIDYING),
    ],
)
async def test_what_decorates_and_is_refused_holds_only_its_own_kind_in_its_own_chat(
    endpoint: str, priority: Priority | None
) -> None:
    desk = Desk()
    desk.telegram.troubles = {"decoration": [RetryAfter(60)]}

    def decorate(chat_id: int) -> asyncio.Task[Any]:
        return desk.send(chat_id, "decoration", priority, endpoint=endpoint)

    first = decorate(PRIVATE)
    await settle()
    again, elsewhere = decorate(PRIVATE), decorate(8)
    await settle()
    await desk.finish(*(desk.send(PRIVATE, n) for n in range(2)), elsewhere)
    assert desk.telegram.done == ["decoration", 0, 1]
    assert desk.since(desk.telegram.times(PRIVATE)) == [0, 0, 0]
    await asyncio.wait({again}, timeout=0)
    await desk.clock.advance(60.0)
    await desk.finish(decorate(PRIVATE))
    assert desk.telegram.times(PRIVATE)[3] - desk.telegram.times(PRIVATE)[0] >= 60
    await asyncio.gather(first, again, return_exceptions=True)


async def test_buttons_that_leave_wait_out_a_refusal_and_a_fault_and_hold_up_nothing() -> None:
    desk = Desk()
    desk.telegram.troubles = {"buttons": [RetryAfter(40), ServerFault(""), NotSent("")]}
    buttons = desk.send(PRIVATE, "buttons", TIDYING, endpoint="editMessageReplyMarkup")
    for n in range(10):
        await desk.send(PRIVATE, n)
        await desk.clock.advance(5.0)
    await desk.finish(buttons)
    answers = [a.at_s for a in desk.telegram.arrived if a.what != "buttons"]
    assert desk.since(answers) == [5 * n for n in range(10)]
    assert desk.since([a.at_s for a in desk.telegram.arrived if a.what == "buttons"]) == [0, 40, 41, 43]


async def test_buttons_that_wait_keep_their_chats_order_however_many_chats_come_meanwhile() -> None:
    """What is known of a chat is forgotten now and then; whoever waits for it is in no lane of its own."""
    desk = Desk(per_s=10_000, latency_s=0.5)
    desk.telegram.troubles = {"buttons": [RetryAfter(40)]}
    buttons = desk.send(PRIVATE, "buttons", TIDYING, endpoint="editMessageReplyMarkup")
    await desk.clock.advance(39.6)
    for chat_id in range(1000, 1000 + LANES_BEFORE_SWEEP):
        await asyncio.wait({desk.send(chat_id, "elsewhere")}, timeout=0)
    await desk.clock.advance(0.7)
    answer = desk.send(PRIVATE, "answer")
    await desk.finish(buttons, answer)
    assert desk.since([a.at_s for a in desk.telegram.arrived if a.chat_id == PRIVATE]) == [0, 40.3, 40.8]


async def test_decorations_that_wait_are_refused_when_delivery_stops() -> None:
    desk = Desk()
    desk.telegram.troubles = {"buttons": [RetryAfter(40)]}
    buttons = desk.send(PRIVATE, "buttons", TIDYING, endpoint="editMessageReplyMarkup")
    await settle()
    desk.flood.stop()
    await desk.clock.advance(40.0)
    with pytest.raises(DeliveryStopped):
        await buttons


@pytest.mark.parametrize("trouble", [NotSent, ServerFault])
async def test_a_final_that_was_not_carried_out_is_repeated_with_longer_and_longer_pauses(
    trouble: type[Exception],
) -> None:
    desk = Desk()
    desk.telegram.troubles = {"a": [trouble("") for _ in range(8)]}
    sent = desk.send(PRIVATE, "a")
    await desk.finish(sent)
    assert (await sent)["text"] == "a"
    assert desk.since(desk.telegram.times()) == [0, 1, 3, 7, 15, 31, 61, 91, 121]


async def test_a_send_in_doubt_is_repeated_once_after_telegram_answers() -> None:
    desk = Desk()
    desk.telegram.troubles = {"a": [FateUnknown("")], "getMe": [NotSent(""), FateUnknown("")]}
    await desk.finish(desk.send(PRIVATE, "a"))
    assert [arrival.what for arrival in desk.telegram.arrived] == ["a", "getMe", "getMe", "getMe", "a"]


async def test_a_send_whose_fate_stays_unknown_is_the_callers_affair() -> None:
    desk = Desk()
    desk.telegram.troubles = {"a": [FateUnknown("") for _ in range(UNKNOWN_FATES)]}
    sent = desk.send(PRIVATE, "a")
    await desk.finish(sent)
    with pytest.raises(FateUnknown):
        await sent
    assert [arrival.what for arrival in desk.telegram.arrived] == ["a", *["getMe", "a"] * (UNKNOWN_FATES - 1)]


async def test_an_edit_in_doubt_is_repeated_until_it_is_answered() -> None:
    desk = Desk()
    desk.telegram.troubles = {"a": [FateUnknown("") for _ in range(3)]}
    await desk.finish(desk.send(PRIVATE, "a", endpoint="editMessageText"))
    assert [arrival.what for arrival in desk.telegram.arrived] == ["a"] * 4


async def test_a_deletion_that_is_final_is_repeated_and_takes_nothing_from_the_chat() -> None:
    """Its refusals hold the chat's deletions, in their order, and nothing else."""
    desk = Desk()
    desk.telegram.troubles = {"x": [ServerFault(""), RetryAfter(3)]}
    deletions = [desk.send(PRIVATE, text, FINAL, endpoint="deleteMessage") for text in "xyz"]
    await desk.finish(*deletions, *(desk.send(PRIVATE, n) for n in range(3)))
    assert desk.since(desk.telegram.times()) == [0, 0, 0, 0, 3, 6, 6, 6]
    assert desk.telegram.done == [0, 1, 2, "x", "y", "z"]


async def test_what_telegram_refuses_is_the_callers_affair() -> None:
    desk = Desk()
    desk.telegram.troubles = {"a": [BadRequest("no")]}
    with pytest.raises(BadRequest):
        await desk.send(PRIVATE, "a")
    assert await desk.send(PRIVATE, "b") == {"text": "b"}


async def test_typing_is_shown_where_nothing_else_is_going_on() -> None:
    desk = Desk(per_s=4, latency_s=0.2)
    acted = desk.act(PRIVATE)
    await desk.finish(acted)
    busy = desk.send(PRIVATE, 1)
    await settle()
    assert await desk.act(PRIVATE) is True  # dropped: a message is under way
    await desk.finish(busy)
    desk.telegram.troubles = {"sendChatAction": [RetryAfter(9)]}
    refused = desk.act(PRIVATE)
    await desk.finish(refused)
    assert await refused is True
    assert await desk.act(PRIVATE) is True  # dropped: the chat is on hold
    await desk.clock.advance(8.0)
    assert await desk.act(PRIVATE) is True  # dropped: it is for 0.2 s more
    others = [desk.send(chat_id, chat_id) for chat_id in range(10, 16)]
    await settle()
    assert await desk.act(9) is True  # dropped: messages wait for the bot's own rate
    await desk.finish(*others)
    assert [a.chat_id for a in desk.telegram.arrived if a.endpoint == "sendChatAction"] == [PRIVATE, PRIVATE]


async def test_typing_is_shown_again_from_the_moment_on_that_telegram_named() -> None:
    desk = Desk()
    desk.telegram.troubles = {"sendChatAction": [RetryAfter(9)]}
    await desk.act(PRIVATE)
    await desk.clock.advance(9.0)
    await desk.act(PRIVATE)
    assert desk.since(desk.telegram.times()) == [0, 9]


async def test_a_frame_that_is_cancelled_makes_way() -> None:
    desk = Desk(per_s=1)
    await desk.send(8, "first")
    stale = desk.send(PRIVATE, "stale", INTERIM)
    fresh = desk.send(PRIVATE, "fresh", INTERIM)
    await settle()
    stale.cancel()
    await desk.finish(fresh)
    assert desk.telegram.done == ["first", "fresh"]


async def test_a_frame_under_way_is_finished_for_one_who_is_cancelled() -> None:
    """Its sender would not know else of the message that stands."""
    desk = Desk(latency_s=1.0)
    frame = desk.send(PRIVATE, "frame", INTERIM)
    await settle()
    for _ in range(2):
        frame.cancel()
        await settle()
    await desk.finish(frame)
    assert await frame == {"text": "frame"}
    stopped = desk.send(PRIVATE, "stopped", INTERIM)
    await settle()
    desk.flood.stop()
    stopped.cancel()
    await asyncio.wait({stopped})
    assert stopped.cancelled()
    await desk.clock.advance(2.0)
    assert desk.telegram.done == ["frame"]


async def test_a_message_under_way_is_finished_and_then_its_sender_is_cancelled() -> None:
    """It learns what stands, to write it down, and sends no other; of a failure there is nothing to learn."""
    desk = Desk(latency_s=1.0)
    learnt: list[object] = []

    async def send_two() -> None:
        learnt.append(await desk.call("sendMessage", {"chat_id": PRIVATE, "text": "one"}))
        await desk.call("sendMessage", {"chat_id": PRIVATE, "text": "two"})

    sender = asyncio.create_task(send_two())
    await settle()
    for _ in range(2):
        sender.cancel()
        await settle()
    assert not sender.done()
    await desk.finish(sender)
    assert sender.cancelled()
    assert learnt == [{"text": "one"}]
    desk.telegram.troubles = {"three": [ServerFault("")]}
    failing = desk.send(PRIVATE, "three")
    await settle()
    failing.cancel()
    await desk.finish(failing)
    assert failing.cancelled()
    assert desk.telegram.done == ["one"]
    assert desk.flood.held_s(PRIVATE) == 0, "nobody repeats it"


async def test_who_tidies_up_when_cancelled_sends_at_once() -> None:
    desk = Desk()

    async def work_then_part() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await desk.call("sendMessage", {"chat_id": PRIVATE, "text": "goodbye"})

    worker = asyncio.create_task(work_then_part())
    await settle()
    worker.cancel()
    await settle()
    assert desk.telegram.done == ["goodbye"]
    await worker


async def test_who_is_cancelled_does_not_wait_long_for_a_message_under_way() -> None:
    desk = Desk(latency_s=60.0)
    sender = desk.send(PRIVATE, "held")
    await settle()
    sender.cancel()
    await settle()
    assert not sender.done()
    await desk.clock.advance(FINISH_WITHIN_S)
    assert sender.cancelled()


async def test_what_is_tidied_makes_way_for_answers_and_is_repeated() -> None:
    desk = Desk()
    desk.telegram.troubles = {"buttons": [RetryAfter(5), ServerFault("")]}
    first = [desk.send(PRIVATE, n) for n in range(3)]
    await settle()
    waiting = [
        desk.send(PRIVATE, "buttons", TIDYING, endpoint="editMessageReplyMarkup"),
        desk.send(PRIVATE, "answer"),
    ]
    await desk.finish(*first, *waiting)
    assert desk.telegram.done == [0, 1, 2, "answer", "buttons"]


async def test_any_number_of_cancelled_ones_make_way() -> None:
    desk = Desk(per_s=1)
    await desk.send(1, "first")
    stale = [desk.send(chat_id, "stale") for chat_id in range(2, 2002)]
    fresh = desk.send(2001, "fresh")
    await settle()
    for task in stale:
        task.cancel()
    await desk.finish(fresh)
    assert desk.telegram.done == ["first", "fresh"]


async def test_one_cancelled_as_its_turn_comes_passes_it_on() -> None:
    lanes = Lanes(per_s=30, clock=ManualClock())
    first, second, third = (lanes.waiter(PRIVATE, FINAL) for _ in range(3))
    await lanes.admit(first)
    tasks = [asyncio.create_task(lanes.admit(waiter)) for waiter in (second, third)]
    await settle()
    lanes.release(first)
    tasks[0].cancel()
    await settle()
    assert tasks[0].cancelled()
    assert tasks[1].done()


async def test_stopping_refuses_what_waits_and_what_comes_but_not_what_is_under_way() -> None:
    desk = Desk(per_s=2, latency_s=1.0)
    under_way = desk.send(PRIVATE, "a")
    also = desk.send(8, "b")
    await settle()
    waiting = [desk.send(PRIVATE, "c"), desk.send(9, "d")]
    gone = desk.send(9, "e")
    await settle()
    gone.cancel()
    await settle()
    await desk.flood.shutdown()
    late = desk.send(PRIVATE, "f")
    typing = desk.act(10)
    direct = asyncio.create_task(desk.call("getMe", {}))
    await desk.finish(under_way, also, *waiting, late, typing, direct)
    assert desk.telegram.done == ["a", "b", "getMe"]
    for task in [*waiting, late]:
        with pytest.raises(DeliveryStopped):
            await task
    assert await typing is True


async def test_a_pause_ends_when_delivery_stops() -> None:
    desk = Desk()
    desk.telegram.troubles = {"a": [RetryAfter(3600)]}
    sent = desk.send(PRIVATE, "a")
    await settle()
    desk.flood.stop()
    with pytest.raises(DeliveryStopped):
        await sent


async def test_it_may_start_again() -> None:
    desk = Desk()
    await desk.flood.initialize()
    desk.flood.stop()
    await desk.flood.initialize()
    assert await desk.send(PRIVATE, "a") == {"text": "a"}


@dataclass(frozen=True)
class Plan:
    """A message of the property test."""

    at_s: float
    chat_id: int | str
    priority: Priority
    endpoint: str
    troubles: tuple[Exception, ...]


TROUBLES = st.one_of(
    st.integers(1, 20).map(RetryAfter),
    st.sampled_from([NotSent(""), ServerFault("")]),
)
PLANS = st.builds(
    Plan,
    at_s=st.floats(0, 20),
    chat_id=st.sampled_from([1, 2, -3, -4, "@channel"]),
    priority=st.sampled_from([FINAL, FINAL, FINAL, INTERIM]),
    endpoint=st.sampled_from(["sendMessage", "editMessageText", "sendDocument"]),
    troubles=st.lists(TROUBLES, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(plans=st.lists(PLANS, max_size=60), per_s=st.floats(1, 8), latency_s=st.sampled_from([0.0, 0.3]))
def test_no_budget_is_exceeded_and_no_final_lost_or_out_of_order(
    plans: list[Plan], per_s: float, latency_s: float
) -> None:
    asyncio.run(_flood(plans, per_s, latency_s))


async def _flood(plans: list[Plan], per_s: float, latency_s: float) -> None:
    desk = Desk(per_s=per_s, latency_s=latency_s)
    plans = sorted(plans, key=lambda plan: plan.at_s)
    tasks = []
    for number, plan in enumerate(plans):
        desk.telegram.troubles[number] = list(plan.troubles)
        await desk.clock.advance(max(0.0, 1000.0 + plan.at_s - desk.clock.monotonic()))
        tasks.append(desk.send(plan.chat_id, number, plan.priority, endpoint=plan.endpoint))
    await desk.finish(*tasks, within_s=2000)

    _check_budget(desk.telegram.times(), count=int(per_s), span_s=int(per_s) / per_s)
    for chat_id in {plan.chat_id for plan in plans}:
        times = desk.telegram.times(chat_id)
        _check_budget(times, count=3, span_s=3.0)
        if chat_id not in {1, 2}:
            _check_budget(times, count=20, span_s=60.0)
        finals = [n for n, p in enumerate(plans) if p.chat_id == chat_id and p.priority is FINAL]
        assert [n for n in desk.telegram.done if n in finals] == finals
    await asyncio.gather(*tasks, return_exceptions=True)


def _check_budget(times: list[float], *, count: int, span_s: float) -> None:
    """No more than `count` times lie in any `span_s` seconds."""
    for earlier, later in zip(times, times[count:], strict=False):
        assert later - earlier >= span_s - 1e-6
