"""Stands between the bot and a model, stand-in or real: shows each request, makes trouble on cue."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
from aiohttp import web

Json = dict[str, Any]

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
MAX_SHOWN_BYTES: Final = 256 * 1024
# Of one connection only, so not to be passed on (RFC 9110, 7.6.1); lengths and encodings are made anew.
_NOT_PASSED_ON: Final = frozenset(
    ["connection", "host", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "date"]
)


class ModelRelay:
    """Serves under `url` while it is entered, and forwards everything to `target`."""

    def __init__(
        self,
        target: str,
        show: Callable[[Json], None],
        *,
        connector: aiohttp.BaseConnector | None = None,
        slow_s: float = 8.0,
    ) -> None:
        """`show` gets a row of the timeline when a request begins and when it ends. No header is shown."""
        self._target = target.rstrip("/")
        self._show = show
        self._connector = connector
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self._numbers = itertools.count(1)
        self._trouble = ""
        self._open: dict[str, web.Request] = {}
        self._slow_s = slow_s
        self.url = ""

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=self._connector, timeout=aiohttp.ClientTimeout(total=None), auto_decompress=True
        )
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/v1/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    def set_trouble(self, name: str) -> None:
        """`slow`, `429`, `500`, `hang`, `model_cut`, or nothing: what each request meets from now on."""
        self._trouble = name
        if name == "model_cut":
            for request in self._open.values():
                _cut(request)

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        row = _row(next(self._numbers), request, body)
        self._show(row)
        began_s = time.monotonic()
        self._open[row["id"]] = request
        outcome: Json = {"outcome": "cut"}  # unless it comes to an end below
        try:
            response, answer = await self._answer(request, body)
            outcome = {
                "outcome": "ok" if response.status < 400 else "refused",
                "status": response.status,
                "response": answer,
            }
        except aiohttp.ClientError as error:
            outcome = {"outcome": "refused", "status": 502, "response": f"{type(error).__name__}: {error}"}
            response = web.Response(status=502, text="the model can't be reached")
        finally:
            del self._open[row["id"]]
            self._show(row | outcome | {"took_s": time.monotonic() - began_s})
        return response

    async def _answer(self, request: web.Request, body: bytes) -> tuple[web.StreamResponse, Any]:
        trouble = self._trouble
        if trouble == "model_cut":
            _cut(request)
        if trouble in {"hang", "model_cut"}:
            await asyncio.Event().wait()  # until the client is gone
        if trouble == "slow":
            await asyncio.sleep(self._slow_s)
        if trouble in {"429", "500"}:
            error = {
                "error": {"message": f"trouble {trouble}, as switched on", "type": "error", "code": None}
            }
            return web.json_response(error, status=int(trouble)), error
        return await self._passed_on(request, body)

    async def _passed_on(self, request: web.Request, body: bytes) -> tuple[web.StreamResponse, Any]:
        """The target's answer, piece by piece as it comes."""
        if self._session is None:
            raise RuntimeError("not entered")
        url = f"{self._target}/{request.match_info['path']}"
        async with self._session.request(
            request.method,
            url,
            params=request.query,
            data=body or None,
            headers=_kept(request.headers),
            allow_redirects=False,
        ) as answer:
            response = web.StreamResponse(status=answer.status, headers=_kept(answer.headers))
            await response.prepare(request)
            shown = bytearray()
            try:
                async for piece in answer.content.iter_any():
                    await response.write(piece)
                    if len(shown) < MAX_SHOWN_BYTES:
                        shown += piece
            except aiohttp.ClientError:
                _cut(request)  # it broke off in the middle: so it does here
                raise
            await response.write_eof()
            return response, _read(bytes(shown))


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _kept(headers: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.casefold() not in _NOT_PASSED_ON]


def _row(number: int, request: web.Request, body: bytes) -> Json:
    asked = _read(body)
    return {
        "id": f"model-{number}",
        "kind": "model",
        "at": time.time(),
        "name": request.match_info["path"],
        "request": asked,
        "gist": _gist(asked),
        "outcome": "pending",
    }


def _read(body: bytes) -> Any:
    """JSON, of a stream that of its last event; else the text as it is."""
    if body.startswith((b"event:", b"data:")):
        body = re.findall(rb"^data: (.*)$", body, re.MULTILINE)[-1]
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")


def _gist(asked: Any) -> str:
    """The temperature and the last thing said."""
    if not isinstance(asked, dict):
        return ""
    said = asked.get("input", "")
    if isinstance(said, list) and said and isinstance(said[-1], dict):
        content = said[-1].get("content", "")
        said = content[0].get("text", "") if isinstance(content, list) and content else content
    return f"t={asked.get('temperature', '—')} · {said}"
