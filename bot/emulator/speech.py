"""A stand-in for SpeechKit: short speech by v1, longer by v3's operations, refused as the service refuses.

What it hears is what it was told to (`hear`), or the words that stand in the file (`recordings.spoken`).
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

from aiohttp import web

from bot.emulator import speech_rules as rules
from bot.emulator.speech_replies import (
    OPERATION,
    RESULT,
    SHORT,
    START,
    Operation,
    SpeechRequest,
    lines_of,
    shown,
    timeline_row,
)
from bot.emulator.speech_rules import SpeechRefusal
from bot.emulator.ticking import Pulse

Json = dict[str, Any]

NOT_TOLD: Final = "Эта запись без слов для учебного слуха: настоящий разобрал бы, что в ней сказано."


@dataclass(slots=True)
class Trouble:
    """What the next requests of a step meet instead of an answer."""

    step: str
    times: float
    status: int
    headers: Mapping[str, str]
    body: str
    hang: bool

    def refuse(self) -> None:
        raise SpeechRefusal(self.status, f"as told: {self.status}")


class SpeechServer:
    """`async with SpeechServer() as speech`: `speech.url` is the root of both addresses."""

    def __init__(
        self, *, looks: int = 1, show: Callable[[Json], None] = lambda _: None, port: int = 0
    ) -> None:
        """An operation of v3 is not done for the first `looks` looks at it.

        `show` gets a row of the chat page's timeline when a request comes and when it is answered.
        """
        self.looks = looks
        self._show = show
        self.requests: list[SpeechRequest] = []
        self.abandoned = 0
        """Requests whose client closed the connection before the answer."""
        self.url = ""
        self._address = "127.0.0.1", port
        self._told: deque[tuple[str | Callable[[bytes], str], int | None]] = deque()
        self._troubles: list[Trouble] = []
        self._broken: Json = {}
        self._operations: dict[str, Operation] = {}
        self._changed = Pulse()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=96 * 2**20)
        application.add_routes(
            [
                web.post("/speech/v1/stt:recognize", self._short),
                web.post("/stt/v3/recognizeFileAsync", self._start),
                web.get("/operations/{id}", self._operation),
                web.get("/stt/v3/getRecognition", self._result),
            ]
        )
        self._runner = web.AppRunner(
            application, handler_cancellation=True, shutdown_timeout=0.1, access_log=None
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._address).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # What it is told

    def hear(self, words: str | Callable[[bytes], str], *, times: int | None = 1) -> None:
        """What the next `times` recordings say (None: all), whatever they are; empty for silence."""
        self._told.append((words, times))

    def fail(
        self,
        status: int,
        *,
        step: str = "",
        times: float = 1,
        retry_after: str = "",
        body: str = "",
    ) -> None:
        """The next requests of that step (any, unless it is named) get this status."""
        headers = {"Retry-After": retry_after} if retry_after else {}
        self._troubles.append(Trouble(step, times, status, headers, body, hang=False))

    def hang(self, *, step: str = "", times: float = 1) -> None:
        """Likewise, no answer until the client goes."""
        self._troubles.append(Trouble(step, times, 0, {}, "", hang=True))

    def break_operations(self, code: int = 13, message: str = "Internal error") -> None:
        """Operations begun from now on end with this error."""
        self._broken = {"code": code, "message": message, "details": []}

    def clear(self) -> None:
        """Forgets what it was told and all trouble."""
        self._told.clear()
        self._troubles.clear()
        self._broken = {}

    # What it saw

    async def wait(self, *, received: int = 0, abandoned: int = 0, step: str = "") -> None:
        """Returns once so many requests (of that step) have come, and so many clients have gone."""
        while (
            sum(step in {"", request.step} for request in self.requests) < received
            or self.abandoned < abandoned
        ):
            await self._changed.next()

    # The service

    async def _short(self, http: web.Request) -> web.Response:
        audio = await http.read()

        def answer() -> web.Response:
            words = self._words_told(audio)
            rules.short(http.query, audio, known=words is not None)
            return _json({"result": self._heard(audio, words)})

        return await self._served(SHORT, http, answer, audio=audio)

    async def _start(self, http: web.Request) -> web.Response:
        try:
            body = await http.json()
        except ValueError:
            body = None

        def answer() -> web.Response:
            audio = rules.long(body)
            model = body["recognitionModel"]
            container = model["audioFormat"].get("containerAudio", {}).get("containerAudioType", "")
            words = self._words_told(audio)
            operation = Operation([], self.looks, dict(self._broken))
            try:
                rules.long_sound(container, audio, known=words is not None)
            except SpeechRefusal as refusal:
                code = rules.GRPC_CODES[refusal.status]
                operation.error = {"code": code, "message": refusal.message, "details": []}
            refined = model.get("textNormalization", {}).get("textNormalization", "")
            operation.lines = lines_of(
                self._heard(audio, words), refined=refined == "TEXT_NORMALIZATION_ENABLED"
            )
            number = uuid4().hex[:20]
            self._operations[number] = operation
            return _json({"id": number, "description": "STT v3", "done": False})

        return await self._served(START, http, answer, body=body)

    async def _operation(self, http: web.Request) -> web.Response:
        number = http.match_info["id"]

        def answer() -> web.Response:
            operation = self._find(number)
            done = operation.looked()
            ending = {"error": operation.error} if operation.error else {"response": {}}
            return _json({"id": number, "done": done, **(ending if done else {})})

        return await self._served(OPERATION, http, answer)

    async def _result(self, http: web.Request) -> web.Response:
        def answer() -> web.Response:
            operation = self._find(http.query.get("operationId", ""))
            if not operation.looked() or operation.error:
                raise SpeechRefusal(404, "operation data is not ready")
            lines = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in operation.lines)
            return web.Response(text=lines, content_type="application/json")

        return await self._served(RESULT, http, answer)

    def _find(self, number: str) -> Operation:
        if number not in self._operations:
            raise SpeechRefusal(404, f"operation {number!r} not found")
        return self._operations[number]

    async def _served(
        self,
        step: str,
        http: web.Request,
        answer: Callable[[], web.Response],
        *,
        body: Any = None,
        audio: bytes = b"",
    ) -> web.Response:
        request = SpeechRequest(step, http.headers, http.query, body, audio)
        self.requests.append(request)
        self._changed.beat()
        row = timeline_row(len(self.requests), http.path, request)
        self._show(row)
        response = await self._answered(request, answer)
        outcome = "ok" if response.status < 400 else "refused"
        self._show(
            row | {"outcome": outcome, "status": response.status, "response": shown(response.text or "")}
        )
        return response

    async def _answered(self, request: SpeechRequest, answer: Callable[[], web.Response]) -> web.Response:
        trouble = self._trouble(request.step)
        if trouble is not None and trouble.hang:
            await self._gone()
        if trouble is not None and trouble.body:
            return web.Response(status=trouble.status, text=trouble.body, headers=trouble.headers)
        try:
            if trouble is not None:
                trouble.refuse()
            rules.authorized(request.headers, request.query)
            return answer()
        except SpeechRefusal as refusal:
            told = trouble.headers if trouble is not None else {}
            body = refusal.body(short=request.step == SHORT)
            return _json(body, status=refusal.status, headers=told)

    async def _gone(self) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.abandoned += 1
            self._changed.beat()
            raise

    def _trouble(self, step: str) -> Trouble | None:
        for trouble in self._troubles:
            if trouble.times > 0 and trouble.step in {"", step}:
                trouble.times -= 1
                return trouble
        return None

    def _words_told(self, audio: bytes) -> str | None:
        """What it was told that this recording says; None for nothing."""
        if not self._told:
            return None
        words, times = self._told[0]
        if times is not None:
            self._told.popleft()
            if times > 1:
                self._told.appendleft((words, times - 1))
        return words if isinstance(words, str) else words(audio)

    def _heard(self, audio: bytes, told: str | None) -> str:
        if told is not None:
            return told
        recording = rules.recording_of(audio)
        return NOT_TOLD if recording is None else recording.words


def _json(body: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")
