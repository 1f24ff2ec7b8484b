"""Against a Responses API server that others wrote, with its faults and its verdict on this client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.values import Ending, Exchange
from bot.model import FailureKind, Model, ModelFailure, ModelReply
from tests.model.conftest import Connect
from tests.model.servers import question
from tests.model.streams import telling

if TYPE_CHECKING:
    from llmock.pytest_plugin import LLMock


PASSING = {
    FailureKind.QUOTA,
    FailureKind.SERVER_ERROR,
    FailureKind.UNAVAILABLE,
    FailureKind.BROKEN_REPLY,
    FailureKind.TIMEOUT,
}


@pytest.fixture
def model(llmock: LLMock, connect: Connect) -> Model:
    return connect(llmock.base_url("openai"))


async def patient(model: Model, text: str, **changes: Any) -> ModelReply:
    """The least policy that the failures allow: wait as told, else ever longer; give up on the rest."""
    wait_s = 0.2
    while True:
        try:
            return await model.ask(question(text, **changes), timeout_s=10)
        except ModelFailure as failure:
            if failure.kind not in PASSING:
                raise
            await asyncio.sleep(failure.retry_after_s or wait_s)
            wait_s *= 4  # the verdict sees that they grow, on a busy machine too


async def test_a_scripted_reply(llmock: LLMock, model: Model) -> None:
    llmock.reply("Здравствуйте!")
    request = question(instructions="Будь вежлив.", history=[Exchange("Кто ты?", "Бот.")])
    reply = await model.ask(request, timeout_s=10)
    assert (reply.answer.text, reply.answer.ending) == ("Здравствуйте!", Ending.COMPLETED)
    assert reply.answer.usage.input_tokens > 0
    llmock.assert_resilient(strict=True)


async def test_rate_limits_are_waited_out(llmock: LLMock, model: Model) -> None:
    """Retry-After is read well enough for its wait to be obeyed to the letter."""
    llmock.rate_limit(times=2, retry_after=0.3).reply("Дождались")
    assert (await patient(model, "429")).answer.text == "Дождались"
    assert len(llmock.requests) == 3
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_server_errors_pass(llmock: LLMock, model: Model, status: int) -> None:
    llmock.fail(status, times=2).reply("Снова здесь")
    assert (await patient(model, "5xx")).answer.text == "Снова здесь"
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FailureKind.BAD_REQUEST),
        (401, FailureKind.UNAUTHORIZED),
        (403, FailureKind.FORBIDDEN),
        (404, FailureKind.BAD_REQUEST),
        (422, FailureKind.BAD_REQUEST),
    ],
)
async def test_what_no_retry_mends_is_sent_once(
    llmock: LLMock, model: Model, status: int, kind: FailureKind
) -> None:
    llmock.fail(status, times=None)
    with pytest.raises(ModelFailure) as caught:
        await patient(model, "4xx")
    assert caught.value.kind is kind
    assert len(llmock.requests) == 1
    llmock.assert_resilient(strict=True)


async def test_a_context_overflow(llmock: LLMock, model: Model) -> None:
    llmock.context_overflow()
    with pytest.raises(ModelFailure) as caught:
        await model.ask(question(), timeout_s=10)
    assert caught.value.kind is FailureKind.TOO_LONG
    llmock.assert_resilient(strict=True)


async def test_a_delay_beyond_the_time(llmock: LLMock, model: Model) -> None:
    """One slow reply is given up and not asked for again by itself."""
    llmock.delay(1.5)
    with pytest.raises(ModelFailure) as caught:
        await model.ask(question(), timeout_s=0.2)
    assert caught.value.kind is FailureKind.TIMEOUT
    llmock.assert_resilient()


async def test_faults_of_streams_find_no_stream(llmock: LLMock, model: Model) -> None:
    """Disconnect, truncated, malformed and stalled streams are not a plain request's."""
    llmock.disconnect().truncate().corrupt().stall().reply("Целиком")
    assert (await model.ask(question(), timeout_s=10)).answer.text == "Целиком"
    assert len(llmock.requests) == 1
    llmock.assert_resilient(strict=True)


async def test_a_stream(llmock: LLMock, model: Model) -> None:
    llmock.reply("Раз, два, три: живой ответ.")
    told: list[str] = []
    reply = await model.ask(question(stream=True), timeout_s=10, on_text=telling(told))
    assert (reply.answer.text, reply.answer.ending) == ("Раз, два, три: живой ответ.", Ending.COMPLETED)
    assert reply.answer.usage.output_tokens > 0
    assert told
    assert all(reply.answer.text.startswith(text) for text in told)
    assert llmock.last_request.stream
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("fault", ["disconnect", "truncate", "corrupt"])
@pytest.mark.parametrize("after_chunks", [0, 1, 3])
async def test_a_stream_that_breaks_is_asked_for_again(
    llmock: LLMock, model: Model, fault: str, after_chunks: int
) -> None:
    """Wherever it breaks, before the first word too: half of an answer is never taken for a whole one."""
    getattr(llmock, fault)(after_chunks=after_chunks, times=2).reply("Раз, два, три: целиком.", times=None)
    reply = await patient(model, "stream", stream=True)
    assert reply.answer.text == "Раз, два, три: целиком."
    assert len(llmock.requests) == 3
    llmock.assert_resilient()


async def test_a_stream_that_stalls_is_given_up(llmock: LLMock, model: Model) -> None:
    llmock.stall(after_chunks=1, seconds=60).reply("Раз, два, три: целиком.", times=None)
    with pytest.raises(ModelFailure) as caught:
        await model.ask(question("stall", stream=True), timeout_s=0.5)
    assert caught.value.kind is FailureKind.TIMEOUT
    assert (await patient(model, "stall", stream=True)).answer.text == "Раз, два, три: целиком."


async def test_the_first_event_is_late(llmock: LLMock, connect: Connect) -> None:
    """It has a limit of its own; a stream in time is not touched by it."""
    model = connect(llmock.base_url("openai"), first_event_timeout_s=0.3)
    llmock.slow_first_token(60, times=1)
    with pytest.raises(ModelFailure) as caught:
        await model.ask(question("late", stream=True), timeout_s=30)
    assert caught.value.kind is FailureKind.TIMEOUT


async def test_an_outage_and_its_end(llmock: LLMock, model: Model) -> None:
    llmock.outage()
    for _ in range(3):
        with pytest.raises(ModelFailure) as caught:
            await model.ask(question("outage"), timeout_s=10)
        assert caught.value.kind is FailureKind.UNAVAILABLE
    llmock.reset()
    assert (await model.ask(question("outage"), timeout_s=10)).answer.text
    llmock.assert_resilient(strict=True)


async def test_its_models_are_listed(llmock: LLMock, model: Model) -> None:
    names = await model.models()
    assert "gpt-4o" in names
    assert not [name for name in names if "embedding" in name or "tts" in name]
    llmock.assert_resilient(strict=True)
