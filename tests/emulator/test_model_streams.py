"""The stand-in model streams, searches and sees in the provider's shapes, and refuses what it would."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.emulator.model import ModelServer
from bot.emulator.model_demo import FOUND
from bot.emulator.model_rules import Rules
from bot.emulator.model_texts import ENGLISH, RUSSIAN
from bot.emulator.pictures import sample
from tests.clocks import ManualClock

HEADERS = {"Authorization": "Bearer key", "OpenAI-Project": "b1g"}
BODY: dict[str, Any] = {"model": "gpt://b1g/yandexgpt-lite", "input": "Привет", "stream": True}
SEARCH = {"tools": [{"type": "web_search"}], "max_tool_calls": 3}


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


async def events(http: aiohttp.ClientSession, server: ModelServer, **changes: Any) -> list[dict[str, Any]]:
    async with http.post(f"{server.url}/responses", json={**BODY, **changes}, headers=HEADERS) as response:
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert response.headers["x-request-id"]
        told = (await response.text()).strip().split("\n\n")
    read = [json.loads(event.split("\ndata: ")[1]) for event in told]
    assert [event.split("\n")[0] for event in told] == [f"event: {event['type']}" for event in read]
    return read


async def post(http: aiohttp.ClientSession, server: ModelServer, **changes: Any) -> tuple[int, Any]:
    body = {**BODY, "stream": False, **changes}
    async with http.post(f"{server.url}/responses", json=body, headers=HEADERS) as response:
        return response.status, await response.json()


def said(told: list[dict[str, Any]]) -> str:
    return "".join(event["delta"] for event in told if event["type"] == "response.output_text.delta")


def text_of(response: dict[str, Any]) -> str:
    return "".join(part["text"] for part in response["output"][-1]["content"])


async def test_a_whole_stream(http: aiohttp.ClientSession, server: ModelServer) -> None:
    """Numbered, opened and closed item by item, with one event that the reference lacks."""
    told = await events(http, server)
    assert [event["sequence_number"] for event in told] == list(range(len(told)))
    kinds = list(dict.fromkeys(event["type"] for event in told))
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.provider_note",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    final = told[-1]["response"]
    assert said(told) == text_of(final)
    assert (final["status"], told[0]["response"]["status"]) == ("completed", "in_progress")
    assert "Вы спросили" in said(told)


@pytest.mark.parametrize(
    ("word", "last"), [("refuse", "completed"), ("empty", "completed"), ("cut", "incomplete")]
)
async def test_the_words_are_obeyed_in_streams(
    http: aiohttp.ClientSession, server: ModelServer, word: str, last: str
) -> None:
    told = await events(http, server, input=word)
    assert told[-1]["type"] == f"response.{last}"
    refusal = "".join(event["delta"] for event in told if event["type"] == "response.refusal.delta")
    assert refusal == (ENGLISH.refusal if word == "refuse" else "")


@pytest.mark.parametrize("word", ["filter", "скрой"])
async def test_moderation_takes_back_what_was_said(
    http: aiohttp.ClientSession, server: ModelServer, word: str
) -> None:
    told = await events(http, server, input=word)
    final = told[-1]["response"]
    assert (final["status"], final["incomplete_details"]) == ("incomplete", {"reason": "content_filter"})
    texts = ENGLISH if word == "filter" else RUSSIAN
    assert text_of(final) == texts.refusal
    assert said(told) == texts.long[:600]
    assert final["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


async def test_a_stream_breaks_off_at_a_word(http: aiohttp.ClientSession, server: ModelServer) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await events(http, server, input="break")
    assert (await post(http, server, input="break"))[0] == 200


async def test_a_stream_drips_on_its_clock(http: aiohttp.ClientSession) -> None:
    clock = ManualClock()
    async with ModelServer(clock=clock) as server:
        asked = asyncio.create_task(events(http, server, input="drip 7"))
        await server.wait(received=1)
        began_s = clock.monotonic()
        while not asked.done():
            await clock.advance(0.1)
        assert 6.5 < clock.monotonic() - began_s < 8


async def test_pauses_between_words(http: aiohttp.ClientSession) -> None:
    clock = ManualClock()
    async with ModelServer(clock=clock, stream_gap_s=1) as server:
        server.reply("Раз два три четыре")
        asked = asyncio.create_task(events(http, server))
        await server.wait(received=1)
        began_s = clock.monotonic()
        while not asked.done():
            await clock.advance(0.1)
        assert 1.5 < clock.monotonic() - began_s < 3


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("nothing", "response.output_text.delta"),
        ("error", "error"),
        ("failed", "response.failed"),
    ],
)
async def test_scripted_ends(http: aiohttp.ClientSession, server: ModelServer, end: Any, last: str) -> None:
    """They come in the middle of the deltas."""
    server.stream("Раз, два, три, четыре, пять, шесть", end=end)
    told = await events(http, server)
    assert told[-1]["type"] == last
    assert said(told) == "Раз, два,"


async def test_faults_of_plain_replies_in_a_stream(http: aiohttp.ClientSession, server: ModelServer) -> None:
    server.drop(in_body=True)
    with pytest.raises(aiohttp.ClientPayloadError):
        await events(http, server)
    server.trickle(gap_s=0)
    assert (await events(http, server))[-1]["type"] == "response.completed"
    server.fail(503)
    async with http.post(f"{server.url}/responses", json=BODY, headers=HEADERS) as response:
        assert response.status == 503


async def test_half_of_it_is_held(http: aiohttp.ClientSession, server: ModelServer) -> None:
    go_on = server.hold_stream("Раз два три четыре")
    asked = asyncio.create_task(events(http, server))
    await server.wait(received=1)
    assert server.active == 1
    go_on.set()
    assert said(await asked) == "Раз два три четыре"


@pytest.mark.parametrize("word", ["search", "найди"])
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
async def test_a_search(
    http: aiohttp.ClientSession, server: ModelServer, word: str, *, streamed: bool
) -> None:
    """Where it may: addresses without titles or places, one without a scheme, one twice."""
    if streamed:
        told = await events(http, server, input=word, **SEARCH)
        kinds = [event["type"] for event in told]
        assert "response.web_search_call.searching" in kinds
        assert kinds.count("response.output_text.annotation.added") == len(FOUND)
        response = told[-1]["response"]
    else:
        response = (await post(http, server, input=word, **SEARCH))[1]
    call, message = response["output"]
    assert (call["type"], call["action"]["query"]) == ("web_search_call", word)
    cited = message["content"][0]["annotations"]
    assert [citation["url"] for citation in cited] == list(FOUND)
    assert {(citation["title"], citation["start_index"]) for citation in cited} == {("", 0)}


async def test_no_search_where_it_may_not(http: aiohttp.ClientSession, server: ModelServer) -> None:
    _, response = await post(http, server, input="найди")
    assert [item["type"] for item in response["output"]] == ["message"]
    assert text_of(response) == RUSSIAN.cannot_search


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"stream": 1}, 400, "boolean"),
        ({"stream": True, "input": "whole"}, 400, "Streaming is not supported"),
        ({"stream": True, "input": "целиком"}, 400, "Streaming is not supported"),
        ({**SEARCH, "input": "forbid"}, 403, "web_search"),
        ({**SEARCH, "input": "запрети"}, 403, "web_search"),
        ({"tools": {}}, 400, "tools"),
        ({"tools": ["web_search"]}, 400, "tools"),
        ({"tools": [{"type": "web_search_preview"}]}, 400, "unknown tool"),
        ({"tools": [{"type": "web_search", "user_location": {}}]}, 400, "unknown tool"),
        ({**SEARCH, "tool_choice": {"type": "web_search"}}, 400, "tool_choice"),
        ({**SEARCH, "max_tool_calls": 0}, 400, "max_tool_calls"),
    ],
)
async def test_refused(
    http: aiohttp.ClientSession, server: ModelServer, changes: dict[str, Any], status: int, words: str
) -> None:
    told = await post(http, server, **changes)
    assert told[0] == status
    assert words in told[1]["error"]["message"]


@pytest.mark.parametrize("word", ["whole", "forbid"])
async def test_a_refusing_word_alone_refuses_nothing(
    http: aiohttp.ClientSession, server: ModelServer, word: str
) -> None:
    assert (await post(http, server, input=word))[0] == 200


async def test_a_service_without_streams_or_search(http: aiohttp.ClientSession) -> None:
    async with ModelServer(rules=Rules(streams=False, searches=False)) as server:
        assert (await post(http, server, stream=True))[0] == 400
        assert (await post(http, server, **SEARCH))[0] == 403
        assert (await post(http, server))[0] == 200


async def test_it_thinks_aloud(http: aiohttp.ClientSession, server: ModelServer) -> None:
    _, response = await post(http, server, input="думай")
    assert text_of(response) == f"<think>\n{RUSSIAN.thought}\n</think>\n\n{RUSSIAN.after_thought}"


async def test_it_spends_the_limit_on_thought(http: aiohttp.ClientSession, server: ModelServer) -> None:
    told = await events(http, server, input="ponder", max_output_tokens=70)
    final = told[-1]["response"]
    assert [item["type"] for item in final["output"]] == ["reasoning"]
    assert final["incomplete_details"] == {"reason": "max_output_tokens"}
    assert final["usage"]["output_tokens_details"] == {"reasoning_tokens": 70}
    thought = "".join(event["delta"] for event in told if event["type"] == "response.reasoning_text.delta")
    assert thought == ENGLISH.thought


# Pictures and documents


def picture(data: bytes, kind: str = "jpeg", **changes: Any) -> dict[str, Any]:
    url = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return {"type": "input_image", "detail": "auto", "image_url": url, **changes}


def with_parts(*parts: dict[str, Any], text: str = "Что это?") -> list[dict[str, Any]]:
    content = [{"type": "input_text", "text": text}, *parts]
    return [{"type": "message", "role": "user", "content": content}]


SEES = {"model": "gpt://b1g/qwen3.6-35b-a3b"}


async def test_it_says_what_it_sees(http: aiohttp.ClientSession, server: ModelServer) -> None:
    shown = with_parts(picture(sample(64, 48)), picture(sample(9, 5, "PNG"), "png"))
    _, response = await post(http, server, **SEES, input=shown)
    assert "*вижу*: JPEG 64×48, PNG 9×5" in text_of(response)


async def test_it_says_what_it_reads(http: aiohttp.ClientSession, server: ModelServer) -> None:
    """The first words of what stands behind a mark; a question without any is as ever."""
    quoted = "Sum it up.\n\n> Once upon a midnight dreary,\n> while I pondered, weak and weary"
    _, response = await post(http, server, input=quoted + "\n\nShort, please")
    assert "*I read*: “Once upon a midnight dreary, while I pondered,…”" in text_of(response)
    assert "I read" not in text_of((await post(http, server, input="Sum it up."))[1])


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (picture(b"no picture"), "invalid_image_format"),
        (picture(sample(9, 5, "PNG")), "unsupported_image_media_type"),
        (picture(sample(9, 5), detail="much"), "invalid_base64_image"),
        (picture(sample(9, 5), image_url="https://example.com/a.jpg"), "invalid_base64_image"),
        (picture(sample(9, 5), image_url=None), "invalid_base64_image"),
        (picture(sample(9, 5), image_url="data:image/jpeg;base64,A"), "invalid_image_format"),
    ],
)
async def test_pictures_refused(
    http: aiohttp.ClientSession, server: ModelServer, part: dict[str, Any], code: str
) -> None:
    status, response = await post(http, server, **SEES, input=with_parts(part))
    assert (status, response["error"]["code"]) == (400, code)


@pytest.mark.parametrize("model", ["yandexgpt-lite", "yandexgpt-5.1/latest", "aliceai-llm"])
async def test_models_that_cannot_see(http: aiohttp.ClientSession, server: ModelServer, model: str) -> None:
    shown = with_parts(picture(sample(9, 5)))
    status, response = await post(http, server, model=f"gpt://b1g/{model}", input=shown)
    assert status == 400
    assert "does not support images" in response["error"]["message"]
