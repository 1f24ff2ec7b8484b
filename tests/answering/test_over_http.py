"""The use case with the real model client over HTTP, against every behaviour of the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.answering.answering import Answering, Limits
from bot.answering.outcomes import Accepted, Stopped
from bot.answering.ports import Note
from bot.core.clock import Clock, SystemClock
from bot.core.values import ChatSettings, Conversation, Question, Turn, TurnState
from bot.emulator.model import ModelServer
from bot.model import FailureKind, Model, ModelConfig
from bot.store import Store
from tests.answering.meters import spending
from tests.answering.null_observer import NullObserver
from tests.answering.stage import Chat, Shown
from tests.answering.values import question, settings
from tests.clocks import FastClock, ManualClock
from tests.databases import database_in

if TYPE_CHECKING:
    from llmock.pytest_plugin import LLMock

TOO_LONG = {"error": {"message": "This model's maximum context length was exceeded.", "code": None}}


@dataclass
class Live:
    answering: Answering
    chat: Chat
    store: Store
    clock: Clock

    async def ask(self, asked: Question) -> Turn:
        """The question, sent just now."""
        accepted = await self.answering.submit(replace(asked, sent_at=self.clock.now()))
        assert isinstance(accepted, Accepted)
        return accepted.turn

    async def shown(self, turn: Turn) -> Shown:
        """What the chat shows of the turn, once it is over."""
        await self.chat.until(lambda: turn.id in self.chat.shown)
        return self.chat.shown[turn.id]


@asynccontextmanager
async def live(
    folder: Path,
    url: str,
    *,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[Live]:
    clock = clock or FastClock()
    limits = limits or Limits(model_timeout_s=20.0)
    store = Store.open(database_in(folder), clock=clock, pragmas={"synchronous": "OFF"})
    config = ModelConfig("b1gfolder", lambda: "AQVN-key", base_url=url, concurrency=limits.model_concurrency)
    model = Model(config, clock=clock)
    await model.warm()
    chat = Chat(store)

    async def settings_for(_: Conversation) -> ChatSettings:
        return settings()

    answering = Answering(
        store=store,
        model=model,
        presenter=chat,
        settings_for=settings_for,
        clock=clock,
        limits=limits,
        observer=NullObserver(),
        meter=spending(store, clock),
        draw=lambda least, most: least + 0.3 * (most - least),
    )
    await answering.recovery.take_up()
    answering.begin()
    try:
        yield Live(answering, chat, store, clock)
    finally:
        await answering.close(0)
        await model.close()
        await store.close()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        yield server


FAULTS: dict[str, Callable[[ModelServer], None]] = {
    "429": lambda server: server.fail(429),
    "429 with seconds": lambda server: server.fail(429, retry_after=2),
    "429 with ms": lambda server: server.fail(429, headers={"retry-after-ms": "1500"}),
    "500": lambda server: server.fail(500, times=2),
    "503": lambda server: server.fail(503),
    "504": lambda server: server.fail(504, body="<html>"),
    "a dropped connection": lambda server: server.drop(),
    "a reply cut off": lambda server: server.drop(in_body=True),
    "a proxy's page": lambda server: server.html(),
    "a proxy's 502": lambda server: server.html(502),
    "broken JSON": lambda server: server.say_broken_json(),
    "a request that hangs": lambda server: server.hang(),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_what_passes_is_lived_through(tmp_path: Path, server: ModelServer, name: str) -> None:
    """The person sees the answer and nothing of the trouble."""
    FAULTS[name](server)
    server.reply("наконец")
    async with live(tmp_path, server.url) as here:
        turn = await here.ask(question())
        assert await here.shown(turn) == Shown("наконец")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FailureKind.BAD_REQUEST),
        (401, FailureKind.UNAUTHORIZED),
        (403, FailureKind.FORBIDDEN),
        (501, FailureKind.UNSUPPORTED),
    ],
)
async def test_what_does_not_pass_is_said_after_one_request(
    tmp_path: Path, server: ModelServer, status: int, kind: FailureKind
) -> None:
    server.fail(status)
    async with live(tmp_path, server.url) as here:
        turn = await here.ask(question())
        assert (await here.shown(turn)).failure == kind
        assert [alert for alert, _ in here.chat.alerts] == [kind]
        assert "AQVN" not in str(here.chat.alerts)
    assert len(server.requests) == 1


async def test_a_provider_that_is_not_there_at_all(tmp_path: Path) -> None:
    """Refused connections of several questions open the circuit; the next is answered without one."""
    async with live(tmp_path, "http://127.0.0.1:9/v1") as here:
        first = [await here.ask(question(conversation=Conversation(chat))) for chat in (1, 2, 3)]
        for turn in first:
            assert (await here.shown(turn)).failure == FailureKind.UNAVAILABLE
        last = await here.ask(question())
        shown = await here.shown(last)
        assert shown.failure == FailureKind.UNAVAILABLE
        assert shown.retry_in_s is not None


async def test_too_much_history_is_trimmed(tmp_path: Path, server: ModelServer) -> None:
    server.reply("раз")
    server.fail(400, body=TOO_LONG)
    server.reply("два")
    async with live(tmp_path, server.url) as here:
        await here.shown(await here.ask(question("первый")))
        turn = await here.ask(question("второй"))
        assert await here.shown(turn) == Shown("два", (Note.TRIMMED,))
    assert isinstance(server.requests[1].body["input"], list)
    assert server.requests[2].body["input"] == "второй"


async def test_with_every_slot_hung_the_next_question_is_answered(
    tmp_path: Path, server: ModelServer
) -> None:
    """The time-out closes their connections, so that threads and slots come back."""
    clock = ManualClock()
    limits = Limits(model_concurrency=3, model_timeout_s=10.0, answer_deadline_s=15.0)
    server.hang(times=3)
    server.reply("жив", times=None)
    async with live(tmp_path, server.url, clock=clock, limits=limits) as here:
        hung = [await here.ask(question(conversation=Conversation(chat))) for chat in (1, 2, 3)]
        await server.wait(received=3)
        last = await here.ask(question(conversation=Conversation(4)))
        await clock.advance(10.0)
        assert await here.shown(last) == Shown("жив")
        await server.wait(abandoned=3)
        await clock.advance(1.0)
        for turn in hung:
            assert await here.shown(turn) == Shown("жив")


async def test_stop_closes_the_request(tmp_path: Path, server: ModelServer) -> None:
    server.hang()
    async with live(tmp_path, server.url) as here:
        asked = question()
        turn = await here.ask(asked)
        await server.wait(received=1)
        stopped = await here.answering.stopping.stop(asked.conversation, by=asked.asker.id, admin=False)
        assert isinstance(stopped, Stopped)
        await server.wait(abandoned=1)
        assert here.chat.shown == {}
        kept = await here.store.turns.get(turn.id)
        assert kept is not None
        assert kept.state is TurnState.STOPPED


async def test_the_gauge_of_a_shared_quota_is_respected(tmp_path: Path) -> None:
    """Twelve slots on a quota of three: all are answered, and the slots have come down."""
    async with ModelServer(concurrent_generations=3, clock=FastClock()) as server:
        server.slow(4.0, times=None)
        async with live(tmp_path, server.url, limits=Limits(model_concurrency=12)) as here:
            turns = [await here.ask(question(conversation=Conversation(n + 1))) for n in range(12)]
            shown = [await here.shown(turn) for turn in turns]
            assert [seen.failure for seen in shown] == [""] * 12
            assert here.answering.scheduler.slots.limit < 12


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        (lambda llmock: llmock.rate_limit(times=2, retry_after=0.3), ""),
        (lambda llmock: llmock.fail(500, times=3), ""),
        (lambda llmock: llmock.fail(503, times=2), ""),
        (lambda llmock: llmock.delay(1.5), ""),
        (lambda llmock: llmock.fail(401), FailureKind.UNAUTHORIZED),
        (lambda llmock: llmock.fail(403), FailureKind.FORBIDDEN),
        (lambda llmock: llmock.fail(400), FailureKind.BAD_REQUEST),
        (lambda llmock: llmock.outage(), FailureKind.UNAVAILABLE),
        (lambda llmock: llmock.context_overflow(times=None), "question_too_long"),
    ],
    ids=["429", "500", "503", "slow", "401", "403", "400", "outage", "too long"],
)
async def test_the_verdict_on_the_client(tmp_path: Path, llmock: LLMock, script: Any, failure: str) -> None:
    """Llmock finds nothing: waits obeyed and growing, nothing retried in vain, no storm, none given up."""
    script(llmock.reply("хорошо", times=None))
    limits = Limits(model_timeout_s=1.0, answer_deadline_s=10.0)
    async with live(tmp_path, llmock.base_url(), clock=SystemClock(), limits=limits) as here:
        shown = await here.shown(await here.ask(question()))
    await asyncio.to_thread(llmock.assert_resilient, strict=True)
    assert shown.failure == failure
    assert bool(shown.text) != bool(failure)


async def test_the_verdict_on_a_conversation_that_overflows(tmp_path: Path, llmock: LLMock) -> None:
    """A 400 for too long a prompt is answered with another request, not with the same one again."""
    async with live(tmp_path, llmock.base_url(), clock=SystemClock()) as here:
        await here.shown(await here.ask(question("Первый")))
        llmock.context_overflow()
        shown = await here.shown(await here.ask(question("Второй")))
        assert shown.notes == (Note.TRIMMED,)
    await asyncio.to_thread(llmock.assert_resilient, strict=True)
