"""What goes to the two interfaces of speech recognition, and what comes of each reply."""

from __future__ import annotations

import asyncio
import base64
import json
import math
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.speech import Speech, SpeechConfig, SpeechFailure, SpeechFailureKind
from bot.speech.client import SpeechClient, words_of
from tests.clocks import FastClock, until

SOUND = b"OggS and what follows"
KEY = "AQVN-a-secret-of-the-tests"


class Provider:
    """Answers with the next of `replies`, or with what a good one says; keeps what came."""

    def __init__(self) -> None:
        self.requests: list[tuple[web.Request, bytes]] = []
        self.replies: list[web.StreamResponse | None] = []
        self.polls = 0
        self.hangs: asyncio.Event | None = None
        self.goes_on = asyncio.Event()
        self.result = _lines({"final": {"alternatives": [{"text": "долгая речь"}]}})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request, await request.read()))
        if self.hangs is not None:
            self.hangs.set()
            await self.goes_on.wait()
        if self.replies and (reply := self.replies.pop(0)) is not None:
            return reply
        if request.path.endswith("stt:recognize"):
            return web.json_response({"result": " короткая речь "})
        if request.path.endswith("recognizeFileAsync"):
            return web.json_response({"id": "op1", "done": False})
        if request.path.startswith("/operations/"):
            self.polls += 1
            return web.json_response({"id": "op1", "done": self.polls > 2})
        return web.Response(text=self.result)

    @property
    def paths(self) -> list[str]:
        return [request.path for request, _ in self.requests]


def _lines(*results: dict[str, Any]) -> str:
    return "\n".join(json.dumps({"result": result}, ensure_ascii=False) for result in results) + "\n"


def refusal(status: int, text: str = "no") -> web.Response:
    return web.Response(status=status, text=text)


@pytest.fixture
async def provider(aiohttp_port: int) -> AsyncIterator[Provider]:
    told = Provider()
    app = web.Application(client_max_size=100_000_000)
    app.router.add_route("*", "/{path:.*}", told.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", aiohttp_port).start()
    yield told
    await runner.cleanup()


@pytest.fixture
async def speech(provider: Provider, aiohttp_port: int) -> AsyncIterator[Speech]:
    assert provider.requests == []
    url = f"http://127.0.0.1:{aiohttp_port}"
    config = SpeechConfig(lambda: f"Api-Key {KEY}", url=url, operations_url=url, timeout_s=5)
    made = Speech(config, clock=FastClock(100))
    yield made
    await made.close()


async def hear(
    speech: Speech,
    seconds: float = 5,
    *,
    language: str = "ru",
    sound: bytes = SOUND,
    billed: list[int] | None = None,
) -> str:
    """What was said; what is billed for it is put into the list."""
    told = [] if billed is None else billed

    async def write(pieces: int, _said: str) -> None:
        await asyncio.sleep(0.01)
        told.append(pieces)

    return await speech.hear(sound, duration_s=seconds, language=language, billed=write)


async def fails(speech: Speech, seconds: float = 5) -> SpeechFailure:
    with pytest.raises(SpeechFailure) as raised:
        await hear(speech, seconds)
    return raised.value


async def test_a_short_voice_is_one_call_of_the_short_interface(provider: Provider, speech: Speech) -> None:
    billed: list[int] = []
    assert await hear(speech, 30, billed=billed) == "короткая речь"
    assert billed == [2]
    (request, body), *others = provider.requests
    assert not others
    assert request.path == "/speech/v1/stt:recognize"
    assert dict(request.query) == {"lang": "ru-RU", "topic": "general", "format": "oggopus"}
    assert request.headers["Authorization"] == f"Api-Key {KEY}"
    assert body == SOUND


async def test_where_the_language_is_not_russian_the_provider_finds_it_out(
    provider: Provider, speech: Speech
) -> None:
    await hear(speech, language="en")
    assert provider.requests[0][0].query["lang"] == "auto"


async def test_a_longer_one_is_handed_over_and_asked_for_until_it_is_done(
    provider: Provider, speech: Speech
) -> None:
    billed: list[int] = []
    assert await hear(speech, 31, billed=billed) == "долгая речь"
    assert billed == [3]
    assert provider.paths == [
        "/stt/v3/recognizeFileAsync",
        *["/operations/op1"] * 3,
        "/stt/v3/getRecognition",
    ]
    body = json.loads(provider.requests[0][1])
    assert base64.b64decode(body["content"]) == SOUND
    model = body["recognitionModel"]
    assert model["audioFormat"] == {"containerAudio": {"containerAudioType": "OGG_OPUS"}}
    assert model["languageRestriction"] == {"restrictionType": "WHITELIST", "languageCode": ["ru-RU"]}
    assert "folderId" not in json.dumps(body)
    assert provider.requests[-1][0].query["operationId"] == "op1"


async def test_a_large_one_goes_the_long_way(provider: Provider, speech: Speech) -> None:
    await hear(speech, sound=bytes(1_000_001))
    assert "/speech/v1/stt:recognize" not in provider.paths


@pytest.mark.parametrize("status", [400, 413])
async def test_one_whose_sender_lied_of_its_length_goes_the_long_way_too(
    provider: Provider, speech: Speech, status: int
) -> None:
    provider.replies = [refusal(status)]
    assert await hear(speech) == "долгая речь"


async def test_silence_is_heard_as_nothing(provider: Provider, speech: Speech) -> None:
    provider.replies = [web.json_response({"result": "  "})]
    assert await hear(speech) == ""


@pytest.mark.parametrize(
    ("status", "kind", "calls"),
    [
        (401, SpeechFailureKind.NOT_ALLOWED, 1),
        (403, SpeechFailureKind.NOT_ALLOWED, 1),
        (429, SpeechFailureKind.QUOTA, 4),
        (500, SpeechFailureKind.UNAVAILABLE, 4),
        (503, SpeechFailureKind.UNAVAILABLE, 4),
        (302, SpeechFailureKind.BROKEN_REPLY, 1),
    ],
)
async def test_a_failure_has_its_kind_and_its_retries(
    provider: Provider, speech: Speech, status: int, kind: SpeechFailureKind, calls: int
) -> None:
    provider.replies = [refusal(status) for _ in range(9)]
    failure = await fails(speech)
    assert (failure.kind, failure.http_status, len(provider.requests)) == (kind, status, calls)


async def test_a_passing_failure_is_got_over(provider: Provider, speech: Speech) -> None:
    provider.replies = [refusal(429), refusal(503), None]
    assert await hear(speech) == "короткая речь"
    provider.replies = [None, refusal(500), None, refusal(429)]
    assert await hear(speech, 60) == "долгая речь"


@pytest.mark.parametrize("body", ["<html>", "[]", '{"result": 5}', "{}"])
async def test_a_reply_of_the_wrong_shape_is_a_failure(provider: Provider, speech: Speech, body: str) -> None:
    provider.replies = [web.Response(text=body)]
    assert (await fails(speech)).kind is SpeechFailureKind.BROKEN_REPLY


async def test_an_operation_that_ends_with_an_error_is_a_failure(provider: Provider, speech: Speech) -> None:
    failed = {"id": "op1", "done": True, "error": {"code": 3, "message": "bad audio"}}
    provider.replies = [None, web.json_response(failed)]
    failure = await fails(speech, 60)
    assert (failure.kind, failure.detail) == (SpeechFailureKind.REFUSED, "bad audio")


async def test_what_was_begun_is_billed_whatever_becomes_of_its_words_and_what_failed_is_not(
    provider: Provider, speech: Speech
) -> None:
    billed: list[int] = []
    for replies in (
        [None, refusal(403)],
        [None, *[None] * 3, refusal(404)],
        [None, *[None] * 3, web.Response(text="no line of JSON")],
    ):
        provider.replies, provider.polls = list(replies), 0
        with pytest.raises(SpeechFailure):
            await hear(speech, 61, billed=billed)
    assert billed == [5, 5, 5]
    failed = {"id": "op1", "done": True, "error": {"code": 13, "message": "Internal error"}}
    for refused in ([refusal(400), refusal(400)], [refusal(400), None, web.json_response(failed)]):
        provider.replies = list(refused)
        with pytest.raises(SpeechFailure):
            await hear(speech, billed=billed)
    assert billed == [5, 5, 5]


async def test_what_was_begun_is_billed_when_nobody_waits_for_it_any_more(
    provider: Provider, speech: Speech
) -> None:
    billed: list[int] = []
    hearing = asyncio.create_task(hear(speech, 61, billed=billed))
    await until(lambda: provider.polls)
    hearing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hearing
    assert billed == [5]


@pytest.mark.parametrize("seconds", [5, 61])
async def test_what_was_heard_is_told_when_it_is_written_down_as_paid(speech: Speech, seconds: float) -> None:
    written = asyncio.Event()
    asked: list[tuple[int, str]] = []

    async def write(pieces: int, said: str) -> None:
        asked.append((pieces, said))
        await written.wait()

    hearing = asyncio.create_task(
        speech.hear(SOUND, duration_s=seconds, language="ru", billed=write), name="hearing"
    )
    await until(lambda: asked)
    assert not hearing.done()
    written.set()
    said = await hearing
    assert said.endswith("речь")
    assert asked == [(math.ceil(seconds / 15), said)]


async def test_an_operation_without_an_id_is_a_failure(provider: Provider, speech: Speech) -> None:
    provider.replies = [web.json_response({"done": False})]
    assert (await fails(speech, 60)).kind is SpeechFailureKind.BROKEN_REPLY


async def test_a_call_under_way_when_the_client_is_closed_ends_as_it_would_have(
    provider: Provider, aiohttp_port: int
) -> None:
    client = SpeechClient(SpeechConfig(lambda: "Api-Key x", url=f"http://127.0.0.1:{aiohttp_port}"))
    provider.hangs = asyncio.Event()
    calls = [
        asyncio.create_task(asyncio.to_thread(client.recognize, SOUND, language="ru-RU", form="oggopus"))
        for _ in range(2)
    ]
    await until(lambda: len(provider.requests) == len(calls))
    client.close()
    provider.goes_on.set()
    assert await asyncio.gather(*calls) == [" короткая речь "] * 2
    with pytest.raises(RuntimeError, match="closed"):
        client.recognize(SOUND, language="ru-RU", form="oggopus")


async def test_a_provider_out_of_reach_is_unavailable(aiohttp_port: int) -> None:
    url = f"http://127.0.0.1:{aiohttp_port}"
    speech = Speech(SpeechConfig(lambda: "Api-Key x", url=url), clock=FastClock(1000))
    assert (await fails(speech)).kind is SpeechFailureKind.UNAVAILABLE
    await speech.close()


@pytest.mark.parametrize(("seconds", "pieces"), [(5, 1), (61, 5)])
async def test_one_that_hangs_can_be_left_and_counts_as_billed(
    provider: Provider, speech: Speech, seconds: float, pieces: int
) -> None:
    provider.hangs = asyncio.Event()
    billed: list[int] = []
    hearing = asyncio.create_task(hear(speech, seconds, billed=billed))
    await provider.hangs.wait()
    hearing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hearing
    assert billed == [pieces]
    provider.goes_on.set()


async def test_one_that_is_left_before_its_call_began_is_not_billed(
    provider: Provider, speech: Speech
) -> None:
    provider.hangs = asyncio.Event()
    billed: list[int] = []
    calls = [asyncio.create_task(hear(speech, billed=billed)) for _ in range(5)]
    await until(lambda: len(provider.requests) == 4)
    calls[-1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await calls[-1]
    assert billed == []
    provider.goes_on.set()
    await asyncio.gather(*calls[:4])
    assert billed == [1] * 4


async def test_the_key_stands_in_no_failure_and_no_repr(provider: Provider, speech: Speech) -> None:
    provider.replies = [refusal(403, f"the key {KEY} has no scope")]
    failure = await fails(speech)
    assert failure.detail == "the key *** has no scope"
    config = SpeechConfig(lambda: f"Api-Key {KEY}", proxy_url=f"http://u:{KEY}@proxy")
    assert KEY not in repr(config) + repr(failure)


async def test_the_key_is_tried_with_a_second_of_silence(provider: Provider, speech: Speech) -> None:
    await speech.try_key()
    request, body = provider.requests[0]
    assert (request.query["format"], request.query["sampleRateHertz"], len(body)) == ("lpcm", "8000", 16_000)


def test_a_refinement_replaces_the_final_of_its_utterance() -> None:
    said = _lines(
        {"partial": {"alternatives": [{"text": "раз"}]}},
        {"audioCursors": {"finalIndex": "0"}, "final": {"alternatives": [{"text": "раз два"}]}},
        {"finalRefinement": {"finalIndex": "0", "normalizedText": {"alternatives": [{"text": "1, 2."}]}}},
        {"audioCursors": {"finalIndex": "1"}, "final": {"alternatives": [{"text": "и три"}]}},
        {"eouUpdate": {"timeMs": "5"}},
        {"audioCursors": {"finalIndex": "2"}, "final": {"alternatives": []}},
    )
    assert words_of(said) == "1, 2. и три"


def test_a_line_separator_inside_the_words_ends_no_line() -> None:
    said = _lines({"final": {"alternatives": [{"text": "раз\u2028два"}]}})
    assert words_of(said) == "раз\u2028два"


def test_finals_without_an_index_stand_in_their_order() -> None:
    said = _lines(*({"final": {"alternatives": [{"text": word}]}} for word in ("раз", "два")))
    assert words_of(said) == "раз два"


@pytest.mark.parametrize(
    "said", ["no JSON", '{"error": {"code": 5}}', '{"result": 5}', '{"result": {"final": 5}}']
)
def test_a_line_that_is_no_result_is_a_failure(said: str) -> None:
    with pytest.raises(SpeechFailure):
        words_of(said)
