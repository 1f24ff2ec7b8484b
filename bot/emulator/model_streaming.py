"""Streams a response as events in the provider's shape, to its end or to a fault on the way."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

Event = dict[str, Any]
End = Literal["final", "cut", "nothing", "error", "failed", "garbage", "hang"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a response is streamed."""

    gap_s: float = 0.0
    """Between two deltas."""
    lasts_s: float = 0.0
    """All the gaps together; 0: by `gap_s`."""
    said: str | None = None
    """What the deltas say, where the final event says something else."""
    end: End = "final"
    """`final`; else, in the middle of the deltas: the connection `cut`, `nothing` more, an `error` event, a
    `failed` response, `garbage` instead of JSON, or a `hang`."""
    go_on: asyncio.Event | None = None
    """Waited for in the middle of the deltas."""


async def stream(
    http: web.Request,
    body: dict[str, Any],
    manner: Manner,
    *,
    headers: Mapping[str, str],
    sleep: Callable[[float], Awaitable[None]],
) -> web.StreamResponse:
    """Sends `body`, a whole response, as server-sent events."""
    response = web.StreamResponse(headers={**headers, "Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(http)
    number = 0
    async for event in _events(body, manner, sleep):
        whole = {"type": event.pop("type"), "sequence_number": number, **event}
        data = json.dumps(whole, ensure_ascii=False)
        await response.write(f"event: {whole['type']}\ndata: {data}\n\n".encode())
        number += 1
    if manner.end == "garbage":
        await response.write(b'event: response.output_text.delta\ndata: {"type": "respon\n\n')
    if manner.end == "cut":
        if http.transport is not None:
            http.transport.close()
        return response
    await response.write_eof()
    return response


async def _events(
    body: dict[str, Any], manner: Manner, sleep: Callable[[float], Awaitable[None]]
) -> AsyncIterator[Event]:
    begun = {**body, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    for name in ("created", "in_progress"):
        yield {"type": f"response.{name}", "response": begun}
    yield {"type": "response.provider_note", "note": "the reference does not know this event"}
    for index, item in enumerate(body["output"] or [_message()]):
        yield {"type": "response.output_item.added", "output_index": index, "item": {**item, "content": []}}
        if item["type"] != "message":
            for event in _tool_events(item, index):
                yield event
                if manner.gap_s and item["type"] == "reasoning":
                    await sleep(manner.gap_s)
        else:
            part = {"type": "output_text", "text": "", "annotations": []}
            yield {"type": "response.content_part.added", "output_index": index, "part": part}
            async for event in _written(list(_delta_events(item, index, manner.said)), manner, sleep):
                yield event
            if manner.end != "final":
                for event in _fault(manner.end, body):
                    yield event
                return
        for event in _done_events(item, index):
            yield event
    yield {"type": f"response.{body['status']}", "response": body}


async def _written(
    deltas: list[Event], manner: Manner, sleep: Callable[[float], Awaitable[None]]
) -> AsyncIterator[Event]:
    """The deltas in their time; half of them, where the stream is to end so."""
    gap_s = manner.lasts_s / max(1, len(deltas)) or manner.gap_s
    for n, delta in enumerate(deltas):
        if n == len(deltas) // 2:
            if manner.go_on is not None:
                await manner.go_on.wait()
            if manner.end == "hang":
                await asyncio.Event().wait()
            if manner.end != "final":
                return
        yield delta
        if gap_s:
            await sleep(gap_s)


def _fault(end: End, body: dict[str, Any]) -> Iterator[Event]:
    if end == "error":
        yield {"type": "error", "code": "server_error", "message": "the stream broke", "param": None}
    if end == "failed":
        error = {"code": "server_error", "message": "the generation failed"}
        failed = {**body, "status": "failed", "error": error, "output": []}
        yield {"type": "response.failed", "response": failed}


def _message() -> dict[str, Any]:
    return {"id": "", "type": "message", "role": "assistant", "status": "completed", "content": []}


def _delta_events(item: dict[str, Any], index: int, said: str | None) -> Iterator[Event]:
    said = "".join(part.get("text", "") for part in item["content"]) if said is None else said
    place = {"item_id": item["id"], "output_index": index, "content_index": 0}
    for words in re.findall(r"\s*\S+\s*\S*|\s+", said):
        yield {"type": "response.output_text.delta", **place, "delta": words, "logprobs": []}
    for part in item["content"]:
        for word in re.findall(r"\S+\s*", part.get("refusal", "")):
            yield {"type": "response.refusal.delta", **place, "delta": word}


def _tool_events(item: dict[str, Any], index: int) -> Iterator[Event]:
    place = {"item_id": item["id"], "output_index": index}
    if item["type"] == "web_search_call":
        for stage in ("in_progress", "searching", "completed"):
            yield {"type": f"response.web_search_call.{stage}", **place}
    if item["type"] == "reasoning":
        for part in item["content"]:
            for word in re.findall(r"\S+\s*", part["text"]):
                yield {"type": "response.reasoning_text.delta", **place, "content_index": 0, "delta": word}


def _done_events(item: dict[str, Any], index: int) -> Iterator[Event]:
    for n, part in enumerate(item.get("content", ())):
        place = {"item_id": item["id"], "output_index": index, "content_index": n}
        for annotation in part.get("annotations", ()):
            yield {"type": "response.output_text.annotation.added", **place, "annotation": annotation}
        if part["type"] == "output_text":
            yield {"type": "response.output_text.done", **place, "text": part["text"]}
        if part["type"] == "refusal":
            yield {"type": "response.refusal.done", **place, "refusal": part["refusal"]}
        yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}
