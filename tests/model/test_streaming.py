"""Answers that are told as they grow: the same reply at the end, and never half of one."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.model_request import ReadText
from bot.emulator.model import ModelServer
from bot.emulator.model_replies import response_body
from bot.emulator.model_streaming import End
from bot.model import FailureKind, Model
from tests.clocks import ManualClock
from tests.model.conftest import Connect
from tests.model.servers import question
from tests.model.streams import (
    ASKED,
    TEXT,
    ask,
    failure_of,
    timed_out,
)


async def test_the_request_is_the_plain_one_and_a_stream(server: ModelServer, model: Model) -> None:
    await model.ask(question(), timeout_s=30)
    await ask(model)
    plain, streamed = (request.body for request in server.requests)
    assert streamed == {**plain, "stream": True}
    assert "stream" not in plain


async def test_the_answer_is_the_final_events(server: ModelServer, model: Model) -> None:
    """The same as a plain reply's to the last field, whatever the deltas said."""
    body = response_body(ASKED, TEXT)
    server.reply(body)
    server.stream(body, said="совсем другое")
    plain = await model.ask(question(), timeout_s=30)
    streamed = await ask(model, [])
    assert streamed.answer == plain.answer
    assert streamed.provider_request_id


@pytest.mark.parametrize("word", ["code", "refuse", "empty", "cut", "filter", "ponder", "think"])
async def test_every_ending(server: ModelServer, model: Model, word: str) -> None:
    plain = await model.ask(question(word), timeout_s=30)
    streamed = await ask(model, text=word)
    assert streamed.answer == plain.answer
    assert len(server.requests) == 2


async def test_the_text_so_far(server: ModelServer, model: Model) -> None:
    """Each time the whole text so far, before the answer is there; never after."""
    go_on = server.hold_stream(TEXT)
    told: list[str] = []
    half = asyncio.Event()

    def on_text(read: ReadText) -> None:
        text = read()
        told.append(text)
        if "три" in text:
            half.set()

    asked = asyncio.create_task(model.ask(question(stream=True), timeout_s=30, on_text=on_text))
    await half.wait()
    assert not asked.done()
    go_on.set()
    assert (await asked).answer.text == TEXT
    assert all(TEXT.startswith(text) for text in told)
    assert told == sorted(told, key=len)
    count = len(told)
    await asyncio.sleep(0.1)
    assert len(told) == count


async def test_thoughts_are_not_told(server: ModelServer, model: Model) -> None:
    server.stream(f"<think>\nХм, {TEXT}\n</think>\n\nДа.", gap_s=0.02)
    told: list[str] = []
    answer = (await ask(model, told)).answer
    assert answer.text == "Да."
    assert set(told) <= {"Да."}


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("cut", FailureKind.UNAVAILABLE),
        ("nothing", FailureKind.BROKEN_REPLY),
        ("garbage", FailureKind.BROKEN_REPLY),
        ("error", FailureKind.SERVER_ERROR),
        ("failed", FailureKind.SERVER_ERROR),
    ],
)
async def test_half_an_answer_is_a_failure(
    server: ModelServer, model: Model, end: End, kind: FailureKind
) -> None:
    """Of the kind that the same fault of a plain reply has; then the same client goes on."""
    server.stream(TEXT, end=end)
    told: list[str] = []
    failure = await failure_of(model, told)
    assert failure.kind is kind
    assert failure.request_id == server.requests[0].headers["x-client-request-id"]
    assert all(TEXT.startswith(text) for text in told)
    assert (await ask(model)).answer.text
    assert len(server.requests) == 2


@pytest.mark.parametrize(("status", "kind"), [(429, FailureKind.QUOTA), (503, FailureKind.UNAVAILABLE)])
async def test_a_status_is_a_status(
    server: ModelServer, model: Model, status: int, kind: FailureKind
) -> None:
    server.fail(status, retry_after=2)
    failure = await failure_of(model)
    assert (failure.kind, failure.retry_after_s) == (kind, 2.0)


async def test_stop_closes_the_connection_in_the_middle(server: ModelServer, connect: Connect) -> None:
    """The server sees the client go while the clock stands still; the same thread answers the next."""
    model = connect(server.url, clock=ManualClock(), concurrency=1)
    server.hold_stream(TEXT)
    begun = asyncio.Event()
    asked = asyncio.create_task(
        model.ask(question(stream=True), timeout_s=60, on_text=lambda _read: begun.set())
    )
    await begun.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await server.wait(abandoned=1)
    assert (await ask(model)).answer.text


async def test_nothing_comes_in_time(server: ModelServer, connect: Connect) -> None:
    """The first event has a limit of its own, shorter than the whole."""
    clock = ManualClock()
    model = connect(server.url, clock=clock, first_event_timeout_s=30)
    server.hang()
    asked = asyncio.create_task(ask(model, timeout_s=60))
    await server.wait(received=1)
    assert await timed_out(clock, 30, asked) == "no event of the stream within 30 s"
    await server.wait(abandoned=1)


async def test_the_end_does_not_come_in_time(server: ModelServer, connect: Connect) -> None:
    """A stream that has begun has the whole time, and no more."""
    clock = ManualClock()
    model = connect(server.url, clock=clock, first_event_timeout_s=30)
    server.stream(TEXT, end="hang")
    begun = asyncio.Event()
    asked = asyncio.create_task(
        model.ask(question(stream=True), timeout_s=60, on_text=lambda _read: begun.set())
    )
    await begun.wait()
    assert await timed_out(clock, 60, asked) == "no end of the stream within 60 s"
    await server.wait(abandoned=1)


async def test_a_listener_that_breaks_is_told(server: ModelServer, model: Model) -> None:
    """A fault of the caller's own is the caller's to see, not lost in a task."""

    def on_text(_read: ReadText) -> None:
        raise ZeroDivisionError

    server.stream(TEXT)
    with pytest.raises(ZeroDivisionError):
        await model.ask(question(stream=True), timeout_s=30, on_text=on_text)
