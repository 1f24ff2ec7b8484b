"""Streams as a server might send them, and what is asked of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.core.model_request import OnText, ReadText
from bot.core.values import Answer
from bot.emulator.model_replies import response_body
from bot.model import FailureKind, Model, ModelFailure, ModelReply
from tests.clocks import ManualClock
from tests.model.conftest import FOLDER, Connect
from tests.model.servers import Talk, http_reply, listening, question, read_request

ASKED = {"model": f"gpt://{FOLDER}/yandexgpt-lite", "input": "Привет"}
TEXT = "Раз, два, три, четыре, пять: **вышел** зайчик погулять."


def telling(told: list[str]) -> OnText:
    """Reads at once whatever it is told of."""
    return lambda read: told.append(read())


async def ask(
    model: Model, told: list[str] | None = None, timeout_s: float = 30, **changes: Any
) -> ModelReply:
    on_text = None if told is None else telling(told)
    return await model.ask(question(stream=True, **changes), timeout_s=timeout_s, on_text=on_text)


async def failure_of(model: Model, told: list[str] | None = None, **changes: Any) -> ModelFailure:
    with pytest.raises(ModelFailure) as caught:
        await ask(model, told, **changes)
    return caught.value


async def timed_out(clock: ManualClock, after_s: float, asked: asyncio.Future[Any]) -> str:
    """The detail of what is under way until exactly then."""
    await clock.advance(after_s - 0.1)
    assert not asked.done()
    await clock.advance(0.1)
    with pytest.raises(ModelFailure) as caught:
        await asked
    assert caught.value.kind is FailureKind.TIMEOUT
    return caught.value.detail


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

    def on_text(read: ReadText) -> None:
        text = read()
        told.append(text)
        if text == until:
            heard.set()

    async with listening(talk) as port:
        model = connect(f"http://127.0.0.1:{port}/v1")
        reply = await model.ask(question(stream=True), timeout_s=30, on_text=on_text)
        await model.close()
    return told[-1], reply.answer
