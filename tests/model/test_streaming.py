"""Answers that are told as they grow: the same reply at the end, and never half of one."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.values import Ending, Usage
from bot.emulator.model_replies import filtered_body, response_body
from bot.model import FailureKind, Model, ModelFailure
from tests.clocks import ManualClock
from tests.model.conftest import FOLDER
from tests.model.servers import http_reply, listening, question, read_request

if TYPE_CHECKING:
    from bot.core.values import Answer
    from bot.emulator.model import ModelServer
    from bot.emulator.model_streaming import End
    from bot.model import ModelReply
    from tests.model.conftest import Connect
    from tests.model.servers import Talk

ASKED = {"model": f"gpt://{FOLDER}/yandexgpt-lite", "input": "Привет"}
TEXT = "Раз, два, три, четыре, пять: **вышел** зайчик погулять."


async def ask(
    model: Model, told: list[str] | None = None, timeout_s: float = 30, **changes: Any
) -> ModelReply:
    on_text = None if told is None else told.append
    return await model.ask(question(stream=True, **changes), timeout_s=timeout_s, on_text=on_text)


async def failure_of(model: Model, told: list[str] | None = None, **changes: Any) -> ModelFailure:
    with pytest.raises(ModelFailure) as caught:
        await ask(model, told, **changes)
    return caught.value


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

    def on_text(text: str) -> None:
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


async def test_a_refusals_own_words_are_told(connect: Connect) -> None:
    refused = response_body(ASKED, "Начну.", refusal="Нет, не могу.")
    deltas = [delta("Начну."), refusal_delta("Нет, "), refusal_delta("не могу.")]
    ended = {"type": "response.completed", "response": refused}
    told, answer = await told_and_answer(connect, deltas, ended, until="Начну.\n\nНет, не могу.")
    assert (answer.text, answer.ending) == ("Начну.\n\nНет, не могу.", Ending.REFUSED)
    assert told == answer.text


async def test_moderation_takes_back_what_was_told(connect: Connect) -> None:
    filtered = filtered_body(ASKED, "Давайте о другом.")
    ended = {"type": "response.incomplete", "response": filtered}
    told, answer = await told_and_answer(connect, [delta(TEXT)], ended, until=TEXT)
    assert (answer.text, answer.ending) == ("Давайте о другом.", Ending.REFUSED)
    assert answer.usage == Usage()
    assert told == TEXT


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
        model.ask(question(stream=True), timeout_s=60, on_text=lambda _text: begun.set())
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
    asked = asyncio.create_task(failure_of(model, timeout_s=60))
    await server.wait(received=1)
    await clock.advance(29.9)
    assert not asked.done()
    await clock.advance(0.1)
    failure = await asked
    assert (failure.kind, failure.detail) == (FailureKind.TIMEOUT, "no event of the stream within 30 s")
    await server.wait(abandoned=1)


async def test_the_end_does_not_come_in_time(server: ModelServer, connect: Connect) -> None:
    """A stream that has begun has the whole time, and no more."""
    clock = ManualClock()
    model = connect(server.url, clock=clock, first_event_timeout_s=30)
    server.stream(TEXT, end="hang")
    begun = asyncio.Event()
    asked = asyncio.create_task(
        model.ask(question(stream=True), timeout_s=60, on_text=lambda _text: begun.set())
    )
    await begun.wait()
    await clock.advance(59.9)
    assert not asked.done()
    await clock.advance(0.1)
    with pytest.raises(ModelFailure) as caught:
        await asked
    assert (caught.value.kind, caught.value.detail) == (
        FailureKind.TIMEOUT,
        "no end of the stream within 60 s",
    )
    await server.wait(abandoned=1)


async def test_a_listener_that_breaks_is_told(server: ModelServer, model: Model) -> None:
    """A fault of the caller's own is the caller's to see, not lost in a task."""

    def on_text(_text: str) -> None:
        raise ZeroDivisionError

    server.stream(TEXT)
    with pytest.raises(ZeroDivisionError):
        await model.ask(question(stream=True), timeout_s=30, on_text=on_text)


# Servers in odd shapes


def events(*events: Any, ending: str = "\n\n") -> bytes:
    return "".join(f"data: {json.dumps(event)}{ending}" for event in events).encode()


def final(kind: str = "completed", **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "response": {**response_body(ASKED, TEXT), "status": kind, **fields}}


def delta(text: Any) -> dict[str, Any]:
    return {"type": "response.output_text.delta", "delta": text}


def streaming(body: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_reply(body, headers="Content-Type: text/event-stream\r\n"))

    return talk


def refusal_delta(text: str) -> dict[str, Any]:
    return {"type": "response.refusal.delta", "delta": text}


async def told_and_answer(
    connect: Connect, deltas: list[Any], ended: Any, *, until: str
) -> tuple[str, Answer]:
    """What is told of the deltas, and the answer, whose final event comes when `until` has been told."""
    told: list[str] = []
    heard = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        first, last = events(*deltas), events(ended)
        size = len(first) + len(last)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {size}\r\n\r\n"
        writer.write(head.encode() + first)
        await heard.wait()
        writer.write(last)

    def on_text(text: str) -> None:
        told.append(text)
        if text == until:
            heard.set()

    async with listening(talk) as port:
        model = connect(f"http://127.0.0.1:{port}/v1")
        reply = await model.ask(question(stream=True), timeout_s=30, on_text=on_text)
        await model.close()
    return told[-1], reply.answer


@pytest.mark.parametrize(
    "body",
    [
        events(final()),
        events(delta("a"), final(), "[DONE]", {"type": "error", "code": "late"}),
        events(delta("a"), final()) + b"data: [DONE]\n\n",
        b": ping\n\n" + events(delta("a"), final(), ending="\r\n\r\n"),
        events({"type": "response.from_the_future", "error": None}, {"n": 1}, delta(None), final()),
        events({"type": "response.output_item.done", "item": {"type": "message"}}, final()),
        events(final(status="in_progress")),
        events(
            {"type": "response.output_item.done", "item": response_body(ASKED, TEXT)["output"][0]},
            final(output=[]),
        ),
        events(
            {"type": "response.output_item.done", "item": response_body(ASKED, TEXT)["output"][0]},
            final(output=None),
        ),
        b'event: response.completed\ndata: {"response": %s}\n\n'
        % json.dumps(response_body(ASKED, TEXT)).encode(),
    ],
    ids=[
        "only the end",
        "more after the end",
        "a mark at the end",
        "comments and CRLF",
        "unknown events",
        "items that say nothing",
        "a status that lags",
        "the output by items",
        "no output but by items",
        "the type in the event's name",
    ],
)
async def test_streams_that_are_whole(connect: Connect, body: bytes) -> None:
    async with listening(streaming(body)) as port:
        answer = (await ask(connect(f"http://127.0.0.1:{port}/v1"), [])).answer
    assert (answer.text, answer.ending) == (TEXT, Ending.COMPLETED)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FailureKind.BROKEN_REPLY),
        (events(delta("a")), FailureKind.BROKEN_REPLY),
        (events(delta("a")) + b"data: [DONE]\n\n", FailureKind.BROKEN_REPLY),
        (events([]), FailureKind.BROKEN_REPLY),
        (events({"type": "response.completed"}), FailureKind.BROKEN_REPLY),
        (events({"type": "response.completed", "response": []}), FailureKind.BROKEN_REPLY),
        (events({"type": "response.cancelled", "response": {}}), FailureKind.BROKEN_REPLY),
        (events(final())[:-40], FailureKind.BROKEN_REPLY),
        (events(delta("a" * 5 * 2**20), final()), FailureKind.BROKEN_REPLY),
        (events({"type": "error", "code": "rate_limit_exceeded", "message": "m"}), FailureKind.QUOTA),
        (events({"type": "error", "error": {"httpCode": 503, "message": "m"}}), FailureKind.UNAVAILABLE),
        (events({"error": {"code": 429, "message": "m"}}), FailureKind.QUOTA),
        (events({"type": "error"}), FailureKind.SERVER_ERROR),
        (b'event: error\ndata: {"code": "429", "message": "m"}\n\n', FailureKind.QUOTA),
        (events(final("failed", error={"code": "rate_limit_exceeded"})), FailureKind.QUOTA),
        (events(final("failed", error=None)), FailureKind.SERVER_ERROR),
    ],
)
async def test_streams_that_are_not(connect: Connect, body: bytes, kind: FailureKind) -> None:
    async with listening(streaming(body)) as port:
        assert (await failure_of(connect(f"http://127.0.0.1:{port}/v1"), [])).kind is kind


async def test_what_a_failed_stream_used(connect: Connect) -> None:
    body = events(final("failed", usage={"input_tokens": 3, "output_tokens": 4}))
    async with listening(streaming(body)) as port:
        assert (await failure_of(connect(f"http://127.0.0.1:{port}/v1"))).usage == Usage(3, 4)


async def test_a_character_in_two_deltas(connect: Connect) -> None:
    """Half of an emoji is not told: its other half is in the next delta."""
    halves = ["\ud83d", "\ude80"]
    first = [delta("Да "), delta(halves[0])]
    assert (await told_and_answer(connect, first, final(), until="Да "))[0] == "Да "
    both = [delta(half) for half in halves]
    assert (await told_and_answer(connect, both, final(), until="🚀"))[0] == "🚀"


@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
async def test_a_server_that_does_not_know_of_streams(connect: Connect, content_type: str) -> None:
    """It answers as ever, and so is it read."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        body = json.dumps(response_body(ASKED, TEXT)).encode()
        writer.write(http_reply(body, headers=f"Content-Type: {content_type}\r\n"))

    async with listening(talk) as port:
        assert (await ask(connect(f"http://127.0.0.1:{port}/v1"), [])).answer.text == TEXT


async def test_a_flood_of_events_is_not_read_to_its_end(connect: Connect) -> None:
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000000000\r\n\r\n"
        )
        try:
            while True:
                writer.write(b": nothing\n\n" * 10_000)
                await writer.drain()
        except ConnectionError:
            gone.set()

    async with listening(talk) as port:
        assert (await failure_of(connect(f"http://127.0.0.1:{port}/v1"))).kind is FailureKind.BROKEN_REPLY
        await gone.wait()


async def test_a_connection_serves_stream_after_stream(connect: Connect) -> None:
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            await read_request(reader)
            writer.write(http_reply(events(final()), headers="Content-Type: text/event-stream\r\n"))

    async with listening(talk) as port:
        model = connect(f"http://127.0.0.1:{port}/v1")
        for _ in range(3):
            await ask(model)
        await model.close()
    assert connections == 1


async def test_a_server_that_does_not_end_its_stream(connect: Connect) -> None:
    """The final event is the answer: the rest is waited for a moment of the clock, no longer."""
    clock = ManualClock()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n")
        writer.write(events(delta("Раз"), final()))
        assert await reader.read() == b""

    async with listening(talk) as port:
        model = connect(f"http://127.0.0.1:{port}/v1", clock=clock)
        begun = asyncio.Event()
        asked = asyncio.create_task(
            model.ask(question(stream=True), timeout_s=60, on_text=lambda _text: begun.set())
        )
        await begun.wait()
        while not asked.done():
            await clock.advance(0.3)
            await asyncio.sleep(0.01)
        assert asked.result().answer.text == TEXT
        assert clock.monotonic() < 1030
        await model.close()
