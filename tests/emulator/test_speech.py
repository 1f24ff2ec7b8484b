"""The stand-in for speech: what it hears, and what SpeechKit would refuse."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from bot.emulator.page_api import FOLDER
from bot.emulator.recordings import read, spoken
from bot.emulator.speech import SpeechServer

Json = dict[str, Any]
KEY = {"Authorization": "Api-Key AQVN-secret"}
QUERY = {"lang": "ru-RU", "topic": "general", "format": "oggopus"}


@pytest.fixture
async def speech() -> AsyncIterator[SpeechServer]:
    async with SpeechServer() as speech:
        yield speech


class Client:
    """Asks as documented, unless told otherwise."""

    def __init__(self, root: str, session: aiohttp.ClientSession) -> None:
        self.root = root
        self.session = session

    async def short(
        self, audio: bytes, headers: Mapping[str, str] = KEY, query: Mapping[str, str] | None = None
    ) -> tuple[int, Json]:
        url = f"{self.root}/speech/v1/stt:recognize"
        async with self.session.post(
            url, data=io.BytesIO(audio), params={**QUERY, **(query or {})}, headers=headers
        ) as response:
            return response.status, await response.json()

    async def start(self, audio: bytes, container: str = "OGG_OPUS", **more: Any) -> tuple[int, Json]:
        normalization = {"textNormalization": "TEXT_NORMALIZATION_ENABLED", "literatureText": True}
        body = {
            "content": base64.b64encode(audio).decode(),
            "recognitionModel": {
                "model": "general",
                "audioFormat": {"containerAudio": {"containerAudioType": container}},
                "textNormalization": normalization,
                "languageRestriction": {"restrictionType": "WHITELIST", "languageCode": ["ru-RU"]},
            },
        }
        url = f"{self.root}/stt/v3/recognizeFileAsync"
        async with self.session.post(url, json=body | more, headers=KEY) as response:
            return response.status, await response.json()

    async def look(self, number: str) -> Json:
        async with self.session.get(f"{self.root}/operations/{number}", headers=KEY) as response:
            answer: Json = await response.json()
            return answer

    async def result(self, number: str) -> tuple[int, list[Json]]:
        url, query = f"{self.root}/stt/v3/getRecognition", {"operationId": number}
        async with self.session.get(url, params=query, headers=KEY) as response:
            return response.status, [json.loads(line) for line in (await response.text()).splitlines()]


@pytest.fixture
async def client(speech: SpeechServer) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(speech.url, session)


async def test_words_stand_in_the_recording(client: Client) -> None:
    assert await client.short(spoken("Какая погода?")) == (200, {"result": "Какая погода?"})
    assert await client.short(spoken("")) == (200, {"result": ""})
    assert (await client.short(spoken("Да"), query={"lang": "auto"}))[0] == 200


async def test_it_hears_what_it_is_told(client: Client, speech: SpeechServer) -> None:
    speech.hear("Раз", times=2)
    speech.hear(lambda audio: f"{len(audio)} байт")
    heard = [(await client.short(b"any"))[1]["result"] for _ in range(3)]
    assert heard == ["Раз", "Раз", "3 байт"]
    speech.hear("Всегда", times=None)
    assert (await client.short(b"any"))[1] == (await client.short(b"more"))[1] == {"result": "Всегда"}
    speech.clear()
    assert (await client.short(spoken("Сама")))[1] == {"result": "Сама"}


@pytest.mark.parametrize(
    ("audio", "query", "status", "message"),
    [
        (spoken("а", duration_s=30.5), {}, 400, "audio duration exceeds the limit of 30 seconds"),
        (bytes(1024 * 1024 + 1), {}, 413, "the request is larger than 1 MB"),
        (spoken("а", channels=2), {}, 400, "multichannel audio is not supported"),
        (b"ID3", {}, 500, "Internal error"),
        (b"", {}, 400, "audio is empty"),
        (spoken("а"), {"lang": "xx-XX"}, 400, "unsupported language code: xx-XX"),
        (spoken("а"), {"format": "webm"}, 400, "unsupported format: webm"),
        (spoken("а"), {"topic": "maps"}, 400, "unsupported topic: maps"),
        (spoken("а"), {"model": "x"}, 400, "unknown parameters: model"),
        (
            *(spoken("а"), {"folderId": "b1g"}, 400),
            "Specified folder ID 'b1g' does not match with service account folder ID",
        ),
    ],
)
async def test_short_speech_is_refused(
    client: Client, audio: bytes, query: dict[str, str], status: int, message: str
) -> None:
    answered, body = await client.short(audio, query=query)
    assert (answered, body["error_message"]) == (status, message)
    assert body["error_code"].isupper()


@pytest.mark.parametrize(
    "header", ["", "Api-Key", "Bearer AQVN-secret", "Api-Key t1.token", "Basic x", "AQVN-secret"]
)
async def test_who_is_not_let_in(client: Client, header: str) -> None:
    status, body = await client.short(spoken("а"), {"Authorization": header} if header else {})
    assert (status, body["error_code"]) == (401, "UNAUTHORIZED")
    assert (await client.short(spoken("а"), {"Authorization": "Bearer t1.token"}))[0] == 200


async def test_long_speech_is_an_operation(client: Client, speech: SpeechServer) -> None:
    speech.looks = 2
    status, started = await client.start(spoken("Вот первое. А вот второе!", duration_s=45))
    assert status == 200
    number = started["id"]
    assert (await client.result(number))[0] == 404
    assert [(await client.look(number))["done"] for _ in range(2)] == [False, True]
    status, lines = await client.result(number)
    assert status == 200
    finals = [line["result"]["final"] for line in lines if "final" in line["result"]]
    assert [final["alternatives"][0]["text"] for final in finals] == ["вот первое", "а вот второе"]
    refined = [line["result"]["finalRefinement"] for line in lines if "finalRefinement" in line["result"]]
    written = {each["finalIndex"]: each["normalizedText"]["alternatives"][0]["text"] for each in refined}
    assert written == {"0": "Вот первое.", "1": "А вот второе!"}
    kinds = {name for line in lines for name in line["result"]}
    assert {"eouUpdate", "statusCode"} <= kinds


async def test_without_normalization_there_is_only_the_final(client: Client) -> None:
    model = {
        "model": "general",
        "audioFormat": {"containerAudio": {"containerAudioType": "OGG_OPUS"}},
    }
    _, started = await client.start(spoken("Да."), recognitionModel=model)
    await client.look(started["id"])
    _, lines = await client.result(started["id"])
    assert [name for line in lines for name in line["result"] if name.startswith("final")] == ["final"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"folderId": "b1g"}, 'unknown field "folderId" in the request'),
        ({"content": "?"}, "content is no base64"),
        ({"content": ""}, "either content or uri must be set"),
        ({"recognitionModel": {}}, "recognition_model.model is not known"),
        ({"recognitionModel": {"model": "general"}}, "audio_format is not set"),
    ],
)
async def test_long_speech_is_refused(client: Client, more: Json, message: str) -> None:
    status, body = await client.start(spoken("а"), **more)
    assert (status, body["error"]["message"], body["error"]["grpcCode"]) == (400, message, 3)


async def test_an_operation_fails(client: Client, speech: SpeechServer) -> None:
    _, started = await client.start(b"ID3", "WAV")
    await client.look(started["id"])
    assert (await client.look(started["id"]))["error"]["message"] == "the file is no WAV"
    speech.break_operations()
    _, started = await client.start(spoken("а"))
    await client.look(started["id"])
    assert (await client.look(started["id"]))["error"]["code"] == 13
    assert (await client.result(started["id"]))[0] == 404
    assert "message" in (await client.look("nonsense"))["error"]


async def test_trouble_on_cue(client: Client, speech: SpeechServer) -> None:
    speech.fail(429, retry_after="7")
    assert (await client.short(spoken("а")))[1]["error_code"] == "TOO_MANY_REQUESTS"
    speech.fail(503, step="operation")
    _, started = await client.start(spoken("а"))
    assert (await client.look(started["id"]))["error"]["grpcCode"] == 14
    speech.fail(200, body="<html>")
    with pytest.raises(aiohttp.ContentTypeError):
        await client.short(spoken("а"))
    speech.hang()
    asked = len(speech.requests)
    hanging = asyncio.create_task(client.short(spoken("а")))
    await speech.wait(received=asked + 1)
    hanging.cancel()
    await speech.wait(abandoned=1)
    assert (await client.short(spoken("Снова")))[1] == {"result": "Снова"}
    assert [request.step for request in speech.requests].count("short") == 4


async def test_requests_are_shown_without_the_sound() -> None:
    rows: list[Json] = []
    async with SpeechServer(show=rows.append) as speech, aiohttp.ClientSession() as session:
        client = Client(speech.url, session)
        await client.short(spoken("Раз"))
        await client.start(spoken("Два"))
        await client.look("nonsense")
    assert [(row["name"], row["outcome"]) for row in rows] == [
        *(("stt:recognize", "pending"), ("stt:recognize", "ok")),
        *(("recognizeFileAsync", "pending"), ("recognizeFileAsync", "ok")),
        *(("operation", "pending"), ("operation", "refused")),
    ]
    assert rows[1]["request"] == QUERY | {"bytes": len(spoken("Раз"))}
    assert rows[1]["response"] == {"result": "Раз"}
    assert len(rows[3]["request"]["content"]) < 10


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_pages_samples_have_words(language: str) -> None:
    recording = read((FOLDER / f"voice-{language}.oga").read_bytes())
    assert recording.duration_s > 2
    assert "Казани" in recording.words or "Kazan" in recording.words


def test_recordings_are_as_long_as_they_say() -> None:
    recording = read(spoken("слово " * 500, duration_s=61.5))
    assert (recording.duration_s, recording.channels) == (61.5, 1)
    assert recording.words == "слово " * 500
    with pytest.raises(ValueError, match="no OGG"):
        read(b"OggS")
