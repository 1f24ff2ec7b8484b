"""A stand-in for SpeechKit: short speech by v1, longer by v3's operations, refused as the service refuses.

What it hears is what it was told to (`hear`), or the words that stand in the file (`recordings.spoken`).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self
from uuid import uuid4

from aiohttp import web

from bot.emulator import speech_rules as rules
from bot.emulator.speech_rules import SpeechRefusal
from bot.emulator.ticking import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

Json = dict[str, Any]

SHORT: Final = "short"
START: Final = "start"
OPERATION: Final = "operation"
RESULT: Final = "result"
NOT_TOLD: Final = "Эта запись без слов для учебного слуха: настоящий разобрал бы, что в ней сказано."


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """One request as it came."""

    step: str
    """`short` (v1), `start`, `operation` or `result` (v3)."""
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    """v3's JSON; None otherwise."""
    audio: bytes


@dataclass(slots=True)
class Operation:
    """A recognition of v3 under way."""

    lines: list[Json]
    looks_left: int
    error: Json = field(default_factory=dict)

    def looked(self) -> bool:
        """Counts a look at it; whether it is done."""
        self.looks_left -= 1
        return self.looks_left < 0


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

    def __init__(self, *, looks: int = 1, host: str = "127.0.0.1", port: int = 0) -> None:
        """An operation of v3 is not done for the first `looks` at it."""
        self.looks = looks
        self.requests: list[SpeechRequest] = []
        self.abandoned = 0
        """Requests whose client closed the connection before the answer."""
        self.url = ""
        self._address = host, port
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

    async def _short(self, http: web.Request) -> web.StreamResponse:
        audio = await http.read()

        def answer() -> web.StreamResponse:
            words = self._words_told(audio)
            rules.short(http.query, audio, known=words is not None)
            return web.json_response({"result": self._heard(audio, words)})

        return await self._served(SHORT, http, answer, audio=audio)

    async def _start(self, http: web.Request) -> web.StreamResponse:
        try:
            body = await http.json()
        except ValueError:
            body = None

        def answer() -> web.StreamResponse:
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
            operation.lines = _lines(
                self._heard(audio, words), refined=refined == "TEXT_NORMALIZATION_ENABLED"
            )
            number = uuid4().hex[:20]
            self._operations[number] = operation
            return web.json_response({"id": number, "description": "STT v3", "done": False})

        return await self._served(START, http, answer, body=body)

    async def _operation(self, http: web.Request) -> web.StreamResponse:
        number = http.match_info["id"]

        def answer() -> web.StreamResponse:
            operation = self._find(number)
            done = operation.looked()
            ending = {"error": operation.error} if operation.error else {"response": {}}
            return web.json_response({"id": number, "done": done, **(ending if done else {})})

        return await self._served(OPERATION, http, answer)

    async def _result(self, http: web.Request) -> web.StreamResponse:
        def answer() -> web.StreamResponse:
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
        answer: Callable[[], web.StreamResponse],
        *,
        body: Any = None,
        audio: bytes = b"",
    ) -> web.StreamResponse:
        self.requests.append(SpeechRequest(step, http.headers, http.query, body, audio))
        self._changed.beat()
        trouble = self._trouble(step)
        if trouble is not None and trouble.hang:
            await self._gone()
        if trouble is not None and trouble.body:
            return web.Response(status=trouble.status, text=trouble.body, headers=trouble.headers)
        try:
            if trouble is not None:
                trouble.refuse()
            rules.authorized(http.headers, http.query)
            return answer()
        except SpeechRefusal as refusal:
            told = trouble.headers if trouble is not None else {}
            return web.json_response(refusal.body(short=step == SHORT), status=refusal.status, headers=told)

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


def _lines(words: str, *, refined: bool) -> list[Json]:
    """Each utterance as it was heard, without capitals and stops, and then, if wanted, as it is written."""
    lines: list[Json] = []
    for number, utterance in enumerate(re.split(r"(?<=[.!?…])\s+", words)):
        bare = re.sub(r"[^\w\s-]", "", utterance).casefold()
        lines.append(_line(final=_alternative(bare), audioCursors={"finalIndex": str(number)}))
        lines.append(_line(eouUpdate={"timeMs": str(1000 * number)}))
        if refined:
            refinement = {"finalIndex": str(number), "normalizedText": _alternative(utterance)}
            lines.append(_line(finalRefinement=refinement))
    return [*lines, _line(statusCode={"codeType": "CLOSED"})]


def _line(**event: Any) -> Json:
    return {"result": {"sessionUuid": {"uuid": "stand-in"}, **event, "channelTag": "0"}}


def _alternative(text: str) -> Json:
    return {"alternatives": [{"words": [], "text": text, "confidence": 1}], "channelTag": "0"}
