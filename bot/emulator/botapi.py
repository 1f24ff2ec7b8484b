"""The Bot API over HTTP: reads a request, performs the method, answers as api.telegram.org does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from bot.emulator.methods import METHODS
from bot.emulator.refusals import Refusal
from bot.emulator.schema import Reader, Upload
from bot.emulator.state import State
from bot.emulator.wire import Call, Failure

Json = dict[str, Any]

MAX_REQUEST_BYTES = 64 * 1024 * 1024
DOWNLOAD = "download"
"""What a fetched file is called among the calls, for `fail`, `on` and `called`; it is no method."""


class BotApi:
    """Serves one bot's token under `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.faults: list[str] = []
        """What the bot sent that the Bot API does not know."""
        self._open: dict[int, tuple[web.Request, Call]] = {}
        self.date: Callable[[], datetime] = state.clock.now
        """What stands as `Date` in the replies."""

    def add_routes(self, app: web.Application) -> None:
        app.on_response_prepare.append(self._dated)
        app.router.add_route("*", "/bot{token}/{method}", self._method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)

    async def _dated(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self.date(), usegmt=True)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        unauthorized = self._unauthorized(request)
        if unauthorized is not None:
            return _refused(unauthorized)
        return await self._serve(request, DOWNLOAD, {"file_path": request.match_info["path"]})

    def _unauthorized(self, request: web.Request) -> Refusal | None:
        """The front server answers 404 for what can't be a token, and 401 for one that is not valid."""
        token = request.match_info["token"]
        if token == self._state.token:
            return None
        bot_id, _, secret = token.partition(":")
        return Refusal(401, "Unauthorized") if bot_id.isdigit() and secret else Refusal(404, "Not Found")

    async def _method(self, request: web.Request) -> web.StreamResponse:
        unauthorized = self._unauthorized(request)
        if unauthorized is not None:
            return _refused(unauthorized)
        names = {name.casefold(): name for name in [*METHODS, "getUpdates"]}
        method = names.get(request.match_info["method"].casefold())
        if method is None:
            self.faults.append(f"{request.match_info['method']}: unknown method")
            return _refused(Refusal(404, "Not Found: method not found"))
        reader = Reader(method)
        try:
            params = reader.read(await _given(request))
        except ValueError:
            return _refused(Refusal(400, "Bad Request: can't parse the request"))
        self.faults += reader.faults
        return await self._serve(request, method, params, malformed=bool(reader.faults))

    def cut(self) -> None:
        """Breaks every connection on which an answer is awaited: a long poll's above all."""
        for request, call in self._open.values():
            call.dropped = call.dropped or "before"
            if request.transport is not None:
                request.transport.abort()

    async def _serve(
        self, request: web.Request, method: str, params: Json, *, malformed: bool = False
    ) -> web.StreamResponse:
        call = Call(len(self._state.wire.calls), method, params, self._state.clock.now())
        self._state.wire.calls.append(call)
        self._open[call.number] = (request, call)
        try:
            return await self._answer(request, call, malformed=malformed)
        finally:
            del self._open[call.number]

    async def _answer(self, request: web.Request, call: Call, *, malformed: bool) -> web.StreamResponse:
        wire = self._state.wire
        await wire.emit(f"call:{call.method}:before", call)
        await wire.emit("call:before", call)
        failure = wire.trouble(call)
        if failure is not None and failure.delay_s:
            await self._state.clock.sleep(failure.delay_s)
        if failure is not None and failure.drop == "before":
            return await _dropped(request, call, "before")
        await self._perform(call, failure, malformed=malformed)
        await wire.emit(f"call:{call.method}:after", call)
        await wire.emit("call:after", call)
        if failure is not None and failure.drop == "after":
            if call.ok and call.method == DOWNLOAD:
                await _half_sent(request, self._downloaded(call))
            return await _dropped(request, call, "after")
        if failure is not None and failure.body:
            status = failure.refusal.status if failure.refusal else 200
            return web.Response(status=status, text=failure.body, content_type="text/html")
        if call.refusal is not None:
            return _refused(call.refusal)
        if call.method == DOWNLOAD:
            return web.Response(body=self._downloaded(call), content_type="application/octet-stream")
        return _json(200, {"ok": True, "result": call.result})

    def _downloaded(self, call: Call) -> bytes:
        """The content of a file whose link works; refuses one that does not, or not any more."""
        path, now = call.params["file_path"], self._state.now()
        for file in self._state.files.values():
            if file.path == path and now < file.link_until and not file.gone:
                return file.content
        raise Refusal(404, "Not Found")

    async def _perform(self, call: Call, failure: Failure | None, *, malformed: bool) -> None:
        call.refusal = failure.refusal if failure is not None else None
        try:
            if call.refusal is None:
                call.result = await self._result(call, malformed=malformed)
        except Refusal as refusal:
            call.refusal = refusal
        except Exception as error:
            self.faults.append(f"{call.method}: the emulator failed: {error!r}")
            raise
        call.done = True

    async def _result(self, call: Call, *, malformed: bool) -> Any:
        params = call.params
        if call.method == DOWNLOAD:
            return {"bytes": len(self._downloaded(call))}
        if call.method == "getUpdates":
            self._state.updates.allow(params.get("allowed_updates"))
            return await self._state.updates.get(
                offset=params.get("offset", 0),
                limit=params.get("limit", 100),
                timeout_s=params.get("timeout", 0),
            )
        try:
            return json.loads(json.dumps(METHODS[call.method](self._state, params)))
        except (KeyError, TypeError, AttributeError):
            if not malformed:
                raise
            raise Refusal(400, "Bad Request: malformed parameters") from None


async def _dropped(request: web.Request, call: Call, when: str) -> web.Response:
    call.dropped = when
    if request.transport is not None:
        request.transport.abort()
    await asyncio.sleep(0)
    return web.Response()


async def _half_sent(request: web.Request, content: bytes) -> None:
    """As much of a file as comes before a connection breaks."""
    response = web.StreamResponse(headers={"Content-Length": str(len(content))})
    await response.prepare(request)
    await response.write(content[: len(content) // 2])


async def _given(request: web.Request) -> Json:
    """The parameters as sent, from the query, a JSON body or a form."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        if not isinstance(body, dict):
            raise ValueError("not an object")
        return given | body
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as file:
                given[name] = Upload(value.filename, value.content_type, file.read())
        else:
            given[name] = value if isinstance(value, str) else bytes(value).decode()
    return given


def _json(status: int, body: Json) -> web.Response:
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def _refused(refusal: Refusal) -> web.Response:
    body: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return _json(refusal.status, body)
