"""Streams in all the shapes that servers may give them."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.core.values import Ending, Usage
from bot.emulator.model_replies import filtered_body, response_body
from bot.model import FailureKind
from tests.clocks import ManualClock
from tests.model.conftest import Connect
from tests.model.servers import http_reply, listening, question, read_request
from tests.model.streams import (
    ASKED,
    TEXT,
    ask,
    delta,
    events,
    failure_of,
    final,
    refusal_delta,
    streaming,
    told_and_answer,
)


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
            model.ask(question(stream=True), timeout_s=60, on_text=lambda _read: begun.set())
        )
        await begun.wait()
        while not asked.done():
            await clock.advance(0.3)
            await asyncio.sleep(0.01)
        assert asked.result().answer.text == TEXT
        assert clock.monotonic() < 1030
        await model.close()
