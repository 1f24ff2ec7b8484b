"""The model stand-in is as strict as the service, and does what it is told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.emulator import model_demo
from bot.emulator.model import ModelServer
from bot.emulator.model_demo import COMMANDS, Command
from bot.emulator.model_replies import response_body, with_reasoning
from bot.emulator.model_rules import Rules
from bot.emulator.model_texts import ENGLISH, RUSSIAN
from tests.clocks import ManualClock

HEADERS = {"Authorization": "Bearer key", "OpenAI-Project": "b1g"}
BODY: dict[str, Any] = {"model": "gpt://b1g/yandexgpt-lite", "input": "Привет"}


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(rules=Rules(models=("yandexgpt-lite",), context_tokens=1000)) as server:
        yield server


async def post(
    http: aiohttp.ClientSession, server: ModelServer, body: Any, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    async with http.post(f"{server.url}/responses", json=body, headers=headers or HEADERS) as response:
        return response.status, await response.json()


def item(role: str, text: Any, part: str = "input_text") -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": part, "text": text}]}


def text_of(body: dict[str, Any]) -> str:
    return "".join(part["text"] for part in body["output"][0]["content"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "yandexgpt-lite"}, "Failed to parse model URI"),
        ({"model": None}, "Failed to parse model URI"),
        ({"model": "gpt://other/yandexgpt-lite"}, "does not match"),
        ({"model": "gpt://b1g/retired"}, "not found"),
        ({"temperature": 1.01}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"temperature": "0.5"}, "temperature"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"max_output_tokens": 1.5}, "max_output_tokens"),
        ({"instructions": 1}, "instructions"),
        ({"metadata": {}}, "Unsupported parameter: metadata"),
        ({"truncation": "auto"}, "Unsupported"),
        ({"safety_identifier": "u"}, "Unsupported"),
        ({"prompt_cache_key": "k"}, "Unsupported"),
        ({"service_tier": "auto"}, "Unsupported"),
        ({"invented": 1}, "Unsupported"),
        ({"input": ""}, "empty"),
        ({"input": []}, "list of items"),
        ({"input": None}, "list of items"),
        ({"input": [{"role": "user", "content": "Привет"}]}, "messages"),
        ({"input": ["Привет"]}, "messages"),
        ({"input": [item("user", "a", "output_text")]}, "input_text"),
        ({"input": [item("assistant", "a")]}, "output_text"),
        ({"input": [item("user", None)]}, "input_text"),
        ({"input": [item("robot", "a")]}, "role"),
        ({"input": [{"type": "message", "role": "user", "content": "a"}]}, "content parts"),
        ({"input": "слово" * 1000}, "number of input tokens must be no more than 1000"),
    ],
)
async def test_refused(
    http: aiohttp.ClientSession, server: ModelServer, changes: dict[str, Any], words: str
) -> None:
    status, body = await post(http, server, {**BODY, **changes})
    assert status == 400
    assert words in body["error"]["message"]


async def test_not_an_object(http: aiohttp.ClientSession, server: ModelServer) -> None:
    assert (await post(http, server, []))[0] == 400
    async with http.post(f"{server.url}/responses", data=b"{", headers=HEADERS) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"OpenAI-Project": "b1g"}, 401),
        ({**HEADERS, "Authorization": "Bearer wrong"}, 401),
        ({**HEADERS, "Authorization": "Basic right"}, 401),
        ({"Authorization": "Bearer right"}, 400),
        ({"Authorization": "Bearer right", "OpenAI-Project": "other"}, 400),
        ({"Authorization": "Bearer right", "OpenAI-Project": "b1g"}, 200),
        ({"Authorization": "Api-Key right", "OpenAI-Project": "b1g"}, 200),
    ],
)
async def test_keys_and_folders(http: aiohttp.ClientSession, headers: dict[str, str], expected: int) -> None:
    async with ModelServer(rules=Rules(api_key="right", folder="b1g")) as server:
        assert (await post(http, server, BODY, headers))[0] == expected
        async with http.get(f"{server.url}/models", headers=headers) as response:
            assert response.status == expected


async def test_the_reply_looks_like_the_documentations(
    http: aiohttp.ClientSession, server: ModelServer
) -> None:
    _, body = await post(http, server, {**BODY, "temperature": 0.3})
    assert body["usage"] is None
    assert body["created_at"] > 1e12
    assert len(body["id"]) == 36
    assert body["valid"] is True
    assert "0,3" in text_of(body)


async def test_it_remembers_what_it_is_told_again(http: aiohttp.ClientSession, server: ModelServer) -> None:
    turns = [
        item("user", "Куда поехать?"),
        item("assistant", "В Казань", "output_text"),
        item("user", "Когда?"),
    ]
    _, body = await post(http, server, {**BODY, "input": turns})
    assert "Куда поехать?" in text_of(body)
    assert body["usage"]["total_tokens"] > 0


async def test_a_short_limit_cuts(http: aiohttp.ClientSession, server: ModelServer) -> None:
    _, body = await post(http, server, {**BODY, "max_output_tokens": 5})
    assert body["incomplete_details"] == {"reason": "max_output_tokens"}
    assert len(text_of(body)) == 15


@pytest.mark.parametrize("asked", ["long", "длинно", "Анна: длинно", "Анна пишет:\nдлинно!", "LONG"])
async def test_words_of_command(http: aiohttp.ClientSession, server: ModelServer, asked: str) -> None:
    _, body = await post(http, server, {**BODY, "input": asked, "max_output_tokens": 8000})
    assert text_of(body) == (RUSSIAN if "длинно" in asked else ENGLISH).long


@pytest.mark.parametrize(
    ("asked", "opening"),
    [
        ("Where shall we go?", "**You asked:** Where shall we go?"),
        ("Куда поехать?", "**Вы спросили:** Куда поехать?"),
        ("Что такое Python?", "**Вы спросили:**"),
        ("Спрашивает «Анна»: what now?", "**You asked:**"),
        ("Bob asks: а теперь?", "**Вы спросили:**"),
        ("Compare: 2", "**You asked:**"),
        ("2 + 2", "**Вы спросили:**"),
    ],
)
async def test_it_answers_in_the_language_of_the_question(
    http: aiohttp.ClientSession, server: ModelServer, asked: str, opening: str
) -> None:
    _, body = await post(http, server, {**BODY, "input": asked, "temperature": 0.8})
    assert text_of(body).startswith(opening)
    assert ("`0,8`" if "Вы" in opening else "`0.8`") in text_of(body)


@pytest.mark.parametrize("asked", ["code review", "Что такое код?", "long 5", " \n", "таблица умножения"])
async def test_a_word_among_others_is_no_command(
    http: aiohttp.ClientSession, server: ModelServer, asked: str
) -> None:
    _, body = await post(http, server, {**BODY, "input": asked})
    assert text_of(body).startswith(("**Вы спросили", "**You asked"))


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if c.word not in {"slow", "hang"}], ids=lambda c: c.word
)
async def test_both_words_of_a_command_do_the_same_each_in_its_language(
    http: aiohttp.ClientSession, server: ModelServer, command: Command
) -> None:
    status, english = await post(http, server, {**BODY, "input": command.word})
    assert status == (429 if command.word == "fail" else 200)
    again, russian = await post(http, server, {**BODY, "input": command.russian})
    assert again == status
    assert english.keys() == russian.keys()
    for same in ("status", "incomplete_details"):
        assert english.get(same) == russian.get(same)
    said, same_in_russian = (_said(body) for body in (english, russian))
    assert said.keys() == same_in_russian.keys()
    for kind, text in said.items():
        assert re.search("[А-Яа-я]", text) is None, kind
        assert re.search("[А-Яа-я]", same_in_russian[kind]) is not None, kind


def _said(body: dict[str, Any]) -> dict[str, str]:
    """By kind: an answer's text, or a refusal."""
    parts = [part for message in body.get("output", []) for part in message["content"]]
    return {part["type"]: part.get("text", part.get("refusal", "")) for part in parts}


def test_the_commands_are_documented() -> None:
    page = Path("docs/emulator.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"\n{command.word} · {command.russian} " in (model_demo.__doc__ or "")
        assert f"`{command.word} · {command.russian}" in page


@pytest.mark.parametrize("word", ["hang", "зависни"])
async def test_hang(http: aiohttp.ClientSession, server: ModelServer, word: str) -> None:
    asked = asyncio.create_task(post(http, server, {**BODY, "input": word}))
    await server.wait(received=1)
    assert server.active == 1
    asked.cancel()
    await server.wait(abandoned=1)
    assert server.active == 0


async def test_fail_with_a_status(http: aiohttp.ClientSession, server: ModelServer) -> None:
    assert (await post(http, server, {**BODY, "input": "fail 429"}))[0] == 429
    assert (await post(http, server, {**BODY, "input": "ошибка 403"}))[0] == 403
    assert (await post(http, server, {**BODY, "input": "fail 200"}))[0] == 500


@pytest.mark.parametrize("word", ["slow 7", "медленно 7"])
async def test_slow_waits_on_its_clock(http: aiohttp.ClientSession, word: str) -> None:
    clock = ManualClock()
    async with ModelServer(clock=clock) as server:
        asked = asyncio.create_task(post(http, server, {**BODY, "input": word}))
        await server.wait(received=1)
        await clock.advance(6.9)
        assert server.active == 1
        await clock.advance(0.2)
        assert (await asked)[0] == 200


async def test_a_carried_on_answer_starts_where_it_broke_off(
    http: aiohttp.ClientSession, server: ModelServer
) -> None:
    _, first = await post(http, server, {**BODY, "input": "code", "max_output_tokens": 20})
    turns = [item("user", "code"), item("assistant", text_of(first), "output_text"), item("user", "Продолжи")]
    _, rest = await post(http, server, {**BODY, "input": turns})
    _, whole = await post(http, server, {**BODY, "input": "code"})
    assert text_of(first) + text_of(rest) == text_of(whole)


async def test_the_gauge(http: aiohttp.ClientSession) -> None:
    """The quota counts generations in progress: the eleventh at once is refused, one after another is not."""
    async with ModelServer() as server:
        server.hang(times=10)
        hung = [asyncio.create_task(post(http, server, BODY)) for _ in range(10)]
        await server.wait(received=10)
        status, body = await post(http, server, BODY)
        assert status == 429
        assert "gauge quota limit exceed: allowed 10 requests" in body["error"]["message"]
        for task in hung:
            task.cancel()
        await server.wait(abandoned=10)
        assert (await post(http, server, BODY))[0] == 200


async def test_256_at_once() -> None:
    clock = ManualClock()
    async with ModelServer(clock=clock, concurrent_generations=256) as server:
        server.slow(2, times=None)
        connector = aiohttp.TCPConnector(limit=256)
        async with aiohttp.ClientSession(connector=connector) as many:
            asked = [asyncio.create_task(post(many, server, BODY)) for _ in range(256)]
            await server.wait(received=256)
            await clock.advance(2)
            assert {status for status, _ in await asyncio.gather(*asked)} == {200}


async def test_scripts_are_used_up_in_order(http: aiohttp.ClientSession, server: ModelServer) -> None:
    server.reply("раз")
    server.reply(lambda body: f"два: {body['input']}")
    server.reply(with_reasoning(response_body(BODY, "три"), "думаю"))
    server.fail(503, retry_after=4, body={"error": {"httpCode": 503}}, times=2)
    texts = [(await post(http, server, BODY))[1]["output"][-1]["content"][0]["text"] for _ in range(3)]
    assert texts == ["раз", "два: Привет", "три"]
    for _ in range(2):
        async with http.post(f"{server.url}/responses", json=BODY, headers=HEADERS) as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "4")
            assert await response.json() == {"error": {"httpCode": 503}}
    assert (await post(http, server, BODY))[0] == 200
    assert [request.body for request in server.requests] == [BODY] * 6
    assert server.requests[0].at_s <= server.requests[-1].at_s


async def test_a_script_for_ever_until_cleared(http: aiohttp.ClientSession, server: ModelServer) -> None:
    server.fail(500, times=None)
    server.fail_list(403)
    assert [(await post(http, server, BODY))[0] for _ in range(3)] == [500, 500, 500]
    server.clear()
    assert (await post(http, server, BODY))[0] == 200
    async with http.get(f"{server.url}/models", headers=HEADERS) as response:
        assert response.status == 200


async def test_the_models(http: aiohttp.ClientSession, server: ModelServer) -> None:
    async with http.get(f"{server.url}/models", headers=HEADERS) as response:
        ids = [model["id"] for model in (await response.json())["data"]]
    assert "gpt://b1g/yandexgpt-lite/latest" in ids
    assert any(uri.startswith("emb://") for uri in ids)
    assert len(server.list_requests) == 1
    server.fail_list(403)
    async with http.get(f"{server.url}/models", headers=HEADERS) as response:
        assert response.status == 403
