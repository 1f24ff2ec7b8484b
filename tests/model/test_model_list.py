"""The list of models."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.emulator.model import ModelServer
from bot.model import FailureKind, Model, ModelFailure
from bot.model.model_list import text_models
from tests.clocks import ManualClock
from tests.model.conftest import Connect
from tests.model.servers import listening, read_request
from tests.model.streams import timed_out


async def test_the_keys_text_models(server: ModelServer, model: Model) -> None:
    """As `YANDEX_CLOUD_MODEL` names them; embeddings and the like are left out."""
    assert await model.models() == list(server.models)
    assert server.list_requests[0].headers["OpenAI-Project"] == "b1gfolder"
    assert server.list_requests[0].headers["x-client-request-id"]


async def test_kept_for_an_hour(server: ModelServer, connect: Connect) -> None:
    clock = ManualClock()
    model = connect(server.url, clock=clock)
    first = await model.models()
    first.clear()
    await clock.advance(3599)
    server.models = ("newer",)
    assert "yandexgpt-lite" in await model.models()
    assert len(server.list_requests) == 1
    await clock.advance(1)
    assert await model.models() == ["newer"]


async def test_an_empty_list_is_not_kept(server: ModelServer, model: Model) -> None:
    server.models = ()
    assert await model.models() == []
    server.models = ("newer",)
    assert await model.models() == ["newer"]


async def test_a_list_that_does_not_come(connect: Connect) -> None:
    """Fifteen seconds of the clock, and no more: somebody looks at a menu."""
    asked_for, clock = asyncio.Event(), ManualClock()

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        asked_for.set()
        await reader.read()

    async with listening(talk) as port:
        listing = asyncio.create_task(connect(f"http://127.0.0.1:{port}/v1", clock=clock).models())
        await asked_for.wait()
        assert await timed_out(clock, 15, listing) == "no reply within 15 s"


async def test_a_key_that_may_not_list(server: ModelServer, model: Model) -> None:
    """The failure is told each time, and is not kept: the role may have been granted since."""
    server.fail_list(403)
    with pytest.raises(ModelFailure) as caught:
        await model.models()
    assert caught.value.kind is FailureKind.FORBIDDEN
    assert caught.value.request_id == server.list_requests[0].headers["x-client-request-id"]
    server.clear()
    assert await model.models()


def listed(*ids: Any) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": uri, "object": "model"} for uri in ids]}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (listed("gpt://f/a/latest", "gpt://f/a", "gpt://f/b/rc"), ["a", "b/rc"]),
        (listed("gpt://other/a/latest"), ["gpt://other/a"]),
        (listed("emb://f/doc/latest", "art://f/yandex-art", "cls://f/x", "gpt://f/a"), ["a"]),
        (
            listed("qwen3.6-35b-a3b", "text-embedding-3", "speech-realtime-250923", "tts-1"),
            ["qwen3.6-35b-a3b"],
        ),
        (listed("gpt://f/", "", None, 7, "x" * 300, "gpt://f/a"), ["a"]),
        (listed("x" * 200, "y" * 201), ["x" * 200]),
        ({"data": [None, "gpt://f/a", {}, {"id": "gpt://f/b"}]}, ["b"]),
        ({"data": []}, []),
    ],
)
def test_text_models(body: Any, names: list[str]) -> None:
    assert text_models(body, "f") == names


@pytest.mark.parametrize("body", [None, [], {}, {"data": None}, {"data": {}}, "models"])
def test_no_list(body: Any) -> None:
    with pytest.raises(ModelFailure) as caught:
        text_models(body, "f")
    assert (caught.value.kind, caught.value.http_status) == (FailureKind.BROKEN_REPLY, 200)
