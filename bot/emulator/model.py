"""A stand-in for the Responses API: as strict as the service, scripted by tests, talkative in the demo.

Unscripted, it answers as `bot.emulator.model_demo` says. Scripts are used up in the order they were
given, one a request (`times` requests; None: until `clear`).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Protocol, Self
from uuid import uuid4

from aiohttp import web

from bot.emulator import model_faults as faults
from bot.emulator.model_demo import demo_manner, demo_reply
from bot.emulator.model_faults import Fault
from bot.emulator.model_replies import model_list, response_body
from bot.emulator.model_rules import Refusal, Rules
from bot.emulator.model_streaming import End, Manner

# Ten pictures of the size that Telegram lets bots download, in Base64, are more than any service takes.
MOST_BYTES = 64 * 2**20
GAUGE_REFUSAL = (
    "ai.textGenerationCompletionSessionsCount.count gauge quota limit exceed: allowed {allowed} requests"
)
MODELS = ("yandexgpt-lite", "yandexgpt-5-lite", "yandexgpt-5.1", "yandexgpt-5-pro", "aliceai-llm")

Reply = str | dict[str, Any]


class Sleeper(Protocol):
    """The part of a clock that delays need."""

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request as it came."""

    headers: Mapping[str, str]
    """Case-insensitive."""
    body: Any
    """The JSON; None for a GET."""
    at_s: float
    """`time.monotonic()`."""


class _RealTime:
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ModelServer:
    """`async with ModelServer() as server`: `server.url` is the base URL for a client."""

    def __init__(
        self,
        *,
        clock: Sleeper | None = None,
        rules: Rules | None = None,
        concurrent_generations: int = 10,
        models: tuple[str, ...] = MODELS,
        stream_gap_s: float = 0.0,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.rules = rules or Rules()
        self.concurrent_generations = concurrent_generations
        self.models = models
        self.stream_gap_s = stream_gap_s
        """Between two deltas of what is not scripted."""
        self.requests: list[RecordedRequest] = []
        """Of `POST /v1/responses`."""
        self.list_requests: list[RecordedRequest] = []
        """Of `GET /v1/models`."""
        self.active = 0
        """Generations in progress."""
        self.abandoned = 0
        """Requests whose client closed the connection before the reply."""
        self.url = ""
        self._clock = clock or _RealTime()
        self._address = (host, port)
        self._scripts: deque[tuple[Fault, int | None]] = deque()
        self._list_status = 0
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=MOST_BYTES)
        application.add_routes(
            [
                web.post("/v1/responses", self._responses),
                web.get("/v1/models", self._models),
            ]
        )
        self._runner = web.AppRunner(
            application, handler_cancellation=True, shutdown_timeout=0.1, access_log=None
        )
        await self._runner.setup()
        host, port = self._address
        site = web.TCPSite(self._runner, host, port, backlog=1024)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # Scripts

    def reply(self, reply: Reply | Callable[[dict[str, Any]], Reply], *, times: int | None = 1) -> None:
        """A text, a whole response body, or a function of the request's body that gives either."""
        self._script(faults.reply(reply), times)

    def script(self, answer: Fault, *, times: int | None = 1) -> None:
        """Anything: a coroutine function of the exchange that gives the response."""
        self._script(answer, times)

    def fail(
        self,
        status: int,
        *,
        retry_after: float | str | None = None,
        headers: Mapping[str, str] | None = None,
        body: dict[str, Any] | str | None = None,
        times: int | None = 1,
    ) -> None:
        wait = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self._script(faults.fail(status, {**wait, **(headers or {})}, body), times)

    def hang(self, *, times: int | None = 1) -> None:
        """Accepts and never answers."""
        self._script(faults.hang, times)

    def hold(self, reply: Reply | None = None) -> asyncio.Event:
        """Answers once the event is set: with the reply, else as ever."""
        go_on = asyncio.Event()
        self._script(faults.held(go_on, reply), 1)
        return go_on

    def slow(self, seconds: float, *, times: int | None = 1) -> None:
        """Answers as ever, after `seconds` of the clock."""
        self._script(faults.slow(seconds), times)

    def drop(self, *, in_body: bool = False, times: int | None = 1) -> None:
        """Closes the connection before the reply, or in the middle of its body."""
        self._script(faults.drop_in_body if in_body else faults.drop, times)

    def html(self, status: int = 200, *, times: int | None = 1) -> None:
        """A proxy's page."""
        self._script(faults.html(status), times)

    def say_broken_json(self, text: str = '{"output": [', *, times: int | None = 1) -> None:
        self._script(faults.raw(text, "application/json"), times)

    def trickle(self, *, gap_s: float = 1.0, times: int | None = 1) -> None:
        """Sends the reply a byte at a time, `gap_s` of the clock apart."""
        self._script(faults.trickle(gap_s), times)

    def fail_list(self, status: int) -> None:
        """Every request for the models fails so from now on; 0: no more."""
        self._list_status = status

    def clear(self) -> None:
        self._scripts.clear()
        self._list_status = 0

    async def wait(self, *, received: int = 0, abandoned: int = 0) -> None:
        """Returns once so many requests have come, and so many clients have gone."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: len(self.requests) >= received and self.abandoned >= abandoned
            )

    def _script(self, fault: Fault, times: int | None) -> None:
        self._scripts.append((fault, times))

    def stream(
        self,
        reply: Reply | None = None,
        *,
        end: End = "final",
        gap_s: float = 0.0,
        said: str | None = None,
        times: int | None = 1,
    ) -> None:
        """Streams the reply, else as ever, `gap_s` of the clock between two deltas, until `end` comes in
        their middle. `said`: what the deltas say, where the final event says something else.
        """
        self._script(faults.reply(reply, Manner(gap_s=gap_s, said=said, end=end)), times)

    def hold_stream(self, reply: Reply | None = None, *, end: End = "final") -> asyncio.Event:
        """Streams half of the reply, and goes on once the event is set."""
        go_on = asyncio.Event()
        self._script(faults.reply(reply, Manner(go_on=go_on, end=end)), 1)
        return go_on

    # Requests

    async def _responses(self, http: web.Request) -> web.StreamResponse:
        try:
            body = await http.json()
        except json.JSONDecodeError:
            body = None
        self.requests.append(RecordedRequest(http.headers.copy(), body, time.monotonic()))
        fault = self._next_script()
        self.active += 1
        await self._tell()
        try:
            if self.active > self.concurrent_generations:
                raise Refusal(429, GAUGE_REFUSAL.format(allowed=self.concurrent_generations))  # noqa: TRY301
            exchange = faults.Exchange(http, body, self._answer, self._clock.sleep, _ids(), self._manner)
            return await fault(exchange)
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.status, headers=_ids())
        except asyncio.CancelledError:
            self.abandoned += 1
            await self._tell()
            raise
        finally:
            self.active -= 1

    async def _answer(self, http: web.Request, body: Any, scripted: Any) -> dict[str, Any]:
        """The response body, once the request has been found right. Raises Refusal."""
        project = self.rules.check_headers(http.headers)
        self.rules.check_body(body, project)
        if callable(scripted):
            scripted = scripted(body)
        if scripted is None:
            return await demo_reply(body, self._clock.sleep)
        return response_body(body, scripted) if isinstance(scripted, str) else scripted

    def _manner(self, body: Any) -> Manner:
        manner = demo_manner(body)
        return manner if manner.lasts_s else replace(manner, gap_s=self.stream_gap_s)

    async def _models(self, http: web.Request) -> web.Response:
        self.list_requests.append(RecordedRequest(http.headers.copy(), None, time.monotonic()))
        try:
            project = self.rules.check_headers(http.headers)
            if self._list_status:
                raise Refusal(self._list_status, "Permission denied")  # noqa: TRY301
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.status, headers=_ids())
        return web.json_response(model_list(project, self.models), headers=_ids())

    def _next_script(self) -> Fault:
        if not self._scripts:
            return faults.reply(None)
        fault, left = self._scripts[0]
        if left is not None:
            self._scripts.popleft()
            if left > 1:
                self._scripts.appendleft((fault, left - 1))
        return fault

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _ids() -> dict[str, str]:
    return {"x-request-id": str(uuid4()), "x-server-trace-id": f"{uuid4().hex[:16]}:{uuid4().hex[:16]}:1"}
