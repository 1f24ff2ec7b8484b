"""The ways in which the stand-in model answers a request, or fails to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.emulator.model_streaming import Manner, stream


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request being answered."""

    http: web.Request
    body: Any
    answer: Callable[[web.Request, Any, Any], Awaitable[dict[str, Any]]]
    """Checks the request, then gives the response body for what is scripted (None: the demo's)."""
    sleep: Callable[[float], Awaitable[None]]
    ids: Mapping[str, str]
    manner: Callable[[Any], Manner] = lambda _body: Manner()
    """How the request's stream goes, where nothing is scripted."""


Fault = Callable[[Exchange], Awaitable[web.StreamResponse]]

PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


def reply(scripted: Any, manner: Manner | None = None) -> Fault:
    """Answers at once, or in a stream where one is asked for; `manner` None: as the exchange has it."""

    async def answer(exchange: Exchange) -> web.StreamResponse:
        body = await exchange.answer(exchange.http, exchange.body, scripted)
        if not _streams(exchange):
            return web.json_response(body, headers=exchange.ids)
        how = manner or exchange.manner(exchange.body)
        return await stream(exchange.http, body, how, headers=exchange.ids, sleep=exchange.sleep)

    return answer


def held(go_on: asyncio.Event, scripted: Any) -> Fault:
    async def answer(exchange: Exchange) -> web.StreamResponse:
        await go_on.wait()
        return await reply(scripted)(exchange)

    return answer


def fail(status: int, headers: Mapping[str, str], body: dict[str, Any] | str | None) -> Fault:
    async def answer(exchange: Exchange) -> web.StreamResponse:
        told = {**exchange.ids, **headers}
        if isinstance(body, str):
            return web.Response(text=body, status=status, headers=told)
        error = {"error": {"message": f"scripted {status}", "type": "error", "param": None, "code": None}}
        return web.json_response(error if body is None else body, status=status, headers=told)

    return answer


def slow(seconds: float) -> Fault:
    async def answer(exchange: Exchange) -> web.StreamResponse:
        await exchange.sleep(seconds)
        return await reply(None)(exchange)

    return answer


def html(status: int) -> Fault:
    return raw(PAGE, "text/html", status)


def raw(text: str, content_type: str, status: int = 200) -> Fault:
    async def answer(exchange: Exchange) -> web.StreamResponse:
        return web.Response(text=text, content_type=content_type, status=status, headers=exchange.ids)

    return answer


def trickle(gap_s: float) -> Fault:
    async def answer(exchange: Exchange) -> web.StreamResponse:
        if _streams(exchange):
            return await reply(None, Manner(gap_s=gap_s))(exchange)
        content, response = await _begin(exchange)
        for byte in content:
            await response.write(bytes([byte]))
            await exchange.sleep(gap_s)
        return response

    return answer


async def hang(_exchange: Exchange) -> web.StreamResponse:
    never: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()
    return await never


async def drop(exchange: Exchange) -> web.StreamResponse:
    _close(exchange)
    return web.Response()


async def drop_in_body(exchange: Exchange) -> web.StreamResponse:
    if _streams(exchange):
        return await reply(None, Manner(end="cut"))(exchange)
    content, response = await _begin(exchange)
    await response.write(content[: len(content) // 2])
    _close(exchange)
    return response


async def _begin(exchange: Exchange) -> tuple[bytes, web.StreamResponse]:
    content = json.dumps(await exchange.answer(exchange.http, exchange.body, None)).encode()
    response = web.StreamResponse(headers={**exchange.ids, "Content-Type": "application/json"})
    response.content_length = len(content)
    await response.prepare(exchange.http)
    return content, response


def _streams(exchange: Exchange) -> bool:
    return isinstance(exchange.body, dict) and bool(exchange.body.get("stream"))


def _close(exchange: Exchange) -> None:
    if exchange.http.transport is not None:
        exchange.http.transport.close()
