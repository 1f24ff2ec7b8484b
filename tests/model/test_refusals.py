"""A model that refuses to stream or to search is asked without, and it is remembered for an hour."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.model_faults import Exchange, Fault, fail
from bot.emulator.model_rules import CANNOT_SEARCH, CANNOT_STREAM
from bot.model import FailureKind, Model, ModelFailure, ModelReply
from bot.model.refusals import REMEMBERED_S
from tests.clocks import ManualClock
from tests.model.conftest import Connect
from tests.model.servers import question

if TYPE_CHECKING:
    from aiohttp import web


async def ask(client: Model, **changes: Any) -> ModelReply:
    return await client.ask(question(**changes), timeout_s=30)


def wished(server: ModelServer) -> list[str]:
    """What each request wished for beyond the plain one."""
    return [
        " ".join(name for name in ("stream", "tools") if request.body.get(name))
        for request in server.requests
    ]


async def test_a_model_that_cannot_stream(server: ModelServer, model: Model) -> None:
    server.rules = replace(server.rules, streams=False)
    for _ in range(2):
        assert (await ask(model, stream=True)).answer.text
    assert wished(server) == ["stream", "", ""]


async def test_another_model_is_not_spoken_for(server: ModelServer, model: Model) -> None:
    server.rules = replace(server.rules, streams=False)
    await ask(model, stream=True)
    await ask(model, stream=True, model="aliceai-llm")
    assert wished(server) == ["stream", "", "stream", ""]


@pytest.mark.parametrize("status", [400, 501])
async def test_by_whatever_status(server: ModelServer, model: Model, status: int) -> None:
    server.fail(status)
    assert (await ask(model, stream=True)).answer.text
    assert wished(server) == ["stream", ""]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_what_says_nothing_of_streams(server: ModelServer, model: Model, status: int) -> None:
    server.fail(status)
    with pytest.raises(ModelFailure):
        await ask(model, stream=True)
    assert wished(server) == ["stream"]


async def test_a_folder_that_may_not_search(server: ModelServer, model: Model) -> None:
    """Answered without, and each such reply says so."""
    server.rules = replace(server.rules, searches=False)
    replies = [await ask(model, search=True) for _ in range(2)]
    assert [reply.search_refused for reply in replies] == [True, True]
    assert wished(server) == ["tools", "", ""]
    assert not (await ask(model)).search_refused


@pytest.mark.parametrize("status", [400, 403, 501])
async def test_search_refused_by_whatever_status(server: ModelServer, model: Model, status: int) -> None:
    server.fail(status)
    assert (await ask(model, search=True)).search_refused


async def test_a_stream_that_may_not_search(server: ModelServer, model: Model) -> None:
    """403 is about a right, so that the stream stays."""
    server.rules = replace(server.rules, searches=False)
    assert (await ask(model, stream=True, search=True)).search_refused
    assert wished(server) == ["stream tools", "stream"]


async def test_a_search_that_cannot_stream(server: ModelServer, model: Model) -> None:
    """What is looked up matters more than seeing it grow."""
    server.rules = replace(server.rules, streams=False)
    assert not (await ask(model, stream=True, search=True)).search_refused
    assert wished(server) == ["stream tools", "tools"]


async def test_neither(server: ModelServer, model: Model) -> None:
    """Three requests at the most; the next question learns the rest."""
    server.rules = replace(server.rules, streams=False, searches=False)
    for _ in range(3):
        assert (await ask(model, stream=True, search=True)).search_refused
    assert wished(server) == ["stream tools", "tools", "", "stream", "", ""]


async def test_a_request_that_is_wrong_by_itself(server: ModelServer, model: Model) -> None:
    """The plain request's failure is told, and nothing is remembered."""
    for _ in range(2):
        with pytest.raises(ModelFailure) as caught:
            await ask(model, stream=True, search=True, model="no such/model")
        assert caught.value.kind is FailureKind.BAD_REQUEST
    assert wished(server) == ["stream tools", "tools", ""] * 2


async def test_it_is_tried_again_after_an_hour(server: ModelServer, connect: Connect) -> None:
    clock = ManualClock()
    model = connect(server.url, clock=clock)
    server.rules = replace(server.rules, streams=False)
    await ask(model, stream=True)
    server.rules = replace(server.rules, streams=True)
    clock.skip(REMEMBERED_S - 1)
    await ask(model, stream=True)
    clock.skip(1)
    await ask(model, stream=True)
    assert wished(server) == ["stream", "", "", "stream"]


def late(clock: ManualClock, took_s: float) -> Fault:
    """A refusal to stream that takes its time."""

    async def answer(exchange: Exchange) -> web.StreamResponse:
        clock.skip(took_s)
        return await fail(400, {}, None)(exchange)

    return answer


async def test_all_of_it_within_the_one_time(server: ModelServer, connect: Connect) -> None:
    """A refusal that took all the time leaves none for another request."""
    clock = ManualClock()
    server.script(late(clock, 30))
    with pytest.raises(ModelFailure) as caught:
        await ask(connect(server.url, clock=clock), stream=True)
    assert (caught.value.kind, len(server.requests)) == (FailureKind.TIMEOUT, 1)
    assert caught.value.detail == "no time is left for a request"


async def test_the_last_second_is_used(server: ModelServer, connect: Connect) -> None:
    clock = ManualClock()
    server.script(late(clock, 29))
    server.fail(500)
    with pytest.raises(ModelFailure):
        await ask(connect(server.url, clock=clock), stream=True)
    await server.wait(received=2)
    assert wished(server) == ["stream", ""]


@pytest.mark.parametrize(
    ("word", "words"), [("whole", CANNOT_STREAM), ("forbid", CANNOT_SEARCH)], ids=["stream", "search"]
)
async def test_at_a_word_of_command(server: ModelServer, model: Model, word: str, words: str) -> None:
    reply = await ask(model, text=word, stream=word == "whole", search=word == "forbid")
    assert reply.answer.text
    assert words not in reply.answer.text
    assert reply.search_refused == (word == "forbid")
    assert len(server.requests) == 2
