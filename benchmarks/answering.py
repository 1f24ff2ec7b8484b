"""Answers a second through 256 slots, a stranger's wait under a flood, the pool after a thousand hangs.

`python -m benchmarks.answering [QUESTIONS]` prints one JSON line a measurement. The model is another process;
the database is a file with full durability; nothing is sent to Telegram.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from time import perf_counter, process_time
from typing import Any

from bot.answering.answering import Answering, Limits
from bot.answering.ports import Note
from bot.core.clock import SystemClock
from bot.core.model_request import OnText
from bot.core.values import ChatSettings, Conversation, Person, Question, Turn, TurnState
from bot.emulator.model import ModelServer
from bot.model import Model, ModelConfig
from bot.store import Store
from tests.answering.meters import spending
from tests.answering.null_observer import NullObserver

SLOTS = 256
MODEL_S = 2.0
FLOOD = 50
HANGS = 1000
HANG_TIMEOUT_S = 3.0
SETTINGS = ChatSettings(0.8, 500, "yandexgpt-lite", "Отвечай кратко.", "", "")


class Silent:
    """A presenter that only notes when each question was over."""

    def __init__(self) -> None:
        self.ends: dict[int, asyncio.Event] = {}
        self.failed = 0

    def end(self, turn: Turn) -> asyncio.Event:
        return self.ends.setdefault(turn.id, asyncio.Event())

    def turn_finished(self, turn: Turn) -> None:
        self.failed += turn.state is TurnState.FAILED
        self.end(turn).set()

    async def answer(self, turn: Turn, *, notes: Sequence[Note] = ()) -> None:
        pass

    async def failure(self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None) -> None:
        pass

    async def keep_previous_answer(
        self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None
    ) -> None:
        pass

    async def declined(self, turn: Turn, *, text_id: str, variables: Mapping[str, Any], retry: bool) -> None:
        pass

    @asynccontextmanager
    async def preview(self, turn: Turn, settings: ChatSettings) -> AsyncIterator[OnText | None]:
        del turn, settings
        yield None

    async def unsettled(self, turn: Turn) -> bool:  # noqa: ARG002 - the protocol's
        return False

    async def settle(self, turn: Turn) -> None:
        pass

    async def shown_text(self, turn: Turn) -> str:  # noqa: ARG002 - the protocol's
        return ""

    async def apology(self, turn: Turn) -> None:
        pass

    async def notice(self, turn: Turn, *, place: int | None) -> None:
        pass

    async def drop_notice(self, turn: Turn) -> None:
        pass

    @asynccontextmanager
    async def typing(self, turn: Turn) -> AsyncIterator[None]:  # noqa: ARG002 - the protocol's
        yield

    def alert(self, *, kind: str, detail: str) -> None:
        pass


async def serve(hangs: int) -> None:
    async with ModelServer(concurrent_generations=SLOTS) as server:
        if hangs:
            server.hang(times=hangs)
        server.slow(MODEL_S, times=None)
        print(server.url, flush=True)
        await asyncio.Event().wait()


@contextmanager
def model_server(*, hangs: int = 0) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.answering", "serve", str(hangs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        assert process.stdout is not None  # noqa: S101 - it was asked for
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@asynccontextmanager
async def answering(url: str, limits: Limits) -> AsyncIterator[tuple[Answering, Silent]]:
    clock, presenter = SystemClock(), Silent()
    config = ModelConfig(
        "b1gfolder", lambda: "AQVN-benchmark", base_url=url, concurrency=limits.model_concurrency
    )
    model = Model(config, clock=clock)
    await model.warm()

    async def settings_for(_: Conversation) -> ChatSettings:
        return SETTINGS

    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/bot.db", clock=clock)
        use_case = Answering(
            store=store,
            model=model,
            presenter=presenter,
            settings_for=settings_for,
            clock=clock,
            limits=limits,
            observer=NullObserver(),
            meter=spending(store, clock),
        )
        use_case.begin()
        try:
            yield use_case, presenter
        finally:
            await use_case.close(0)
            await model.close()
            await store.close()


async def ask(here: Answering, presenter: Silent, number: int, *, asker: int, chat: int) -> asyncio.Event:
    question = Question(
        number,
        Conversation(chat),
        number,
        Person(asker, "Анна", "ru"),
        "Почему?",
        datetime.now(UTC),
        private=True,
    )
    result: Any = await here.submit(question)
    return presenter.end(result.turn)


async def throughput(questions: int) -> dict[str, Any]:
    limits = Limits(SLOTS, queue_limit=questions, user_rate_per_min=0)
    with model_server() as url:
        async with answering(url, limits) as (here, presenter):
            began_s, cpu_s = perf_counter(), process_time()
            ends = await asyncio.gather(
                *(ask(here, presenter, n, asker=n, chat=n) for n in range(1, questions + 1))
            )
            await asyncio.gather(*(end.wait() for end in ends))
            took_s, cpu_s = perf_counter() - began_s, process_time() - cpu_s
    return {
        "answers": questions,
        "failed": presenter.failed,
        "answers_per_s": round(questions / took_s, 1),
        "at_most_per_s": SLOTS / MODEL_S,
        "cpu_ms_an_answer": round(1000 * cpu_s / questions, 2),
    }


async def flood(*, one_chat: bool) -> dict[str, Any]:
    """One slot; somebody pastes fifty messages, then a stranger asks."""
    with model_server() as url:
        async with answering(url, Limits(1, user_rate_per_min=0)) as (here, presenter):
            for n in range(1, FLOOD + 1):
                await ask(here, presenter, n, asker=1, chat=1 if one_chat else n)
            began_s = perf_counter()
            end = await ask(here, presenter, FLOOD + 1, asker=2, chat=9999)
            await end.wait()
            waited_s = perf_counter() - began_s
    return {
        "flood": f"{FLOOD} messages in {'one chat' if one_chat else f'{FLOOD} chats'}",
        "generation_s": MODEL_S,
        "stranger_extra_wait_s": round(waited_s - MODEL_S, 2),
    }


async def hangs() -> dict[str, Any]:
    """A thousand requests that never answer, then as many questions as there are slots."""
    limits = Limits(
        SLOTS, model_timeout_s=HANG_TIMEOUT_S, answer_deadline_s=HANG_TIMEOUT_S + 0.5, user_rate_per_min=0
    )
    with model_server(hangs=HANGS) as url:
        async with answering(url, limits) as (here, presenter):
            ends = [await ask(here, presenter, n, asker=n, chat=n) for n in range(1, HANGS + 1)]
            await asyncio.gather(*(end.wait() for end in ends))
            hung, threads = presenter.failed, threading.active_count()
            numbers = range(HANGS + 1, HANGS + SLOTS + 1)
            ends = [await ask(here, presenter, n, asker=n, chat=n) for n in numbers]
            await asyncio.gather(*(end.wait() for end in ends))
    answered = len(presenter.ends) - presenter.failed
    return {"hung": HANGS, "failed": hung, "then_asked": SLOTS, "answered": answered, "threads": threads}


async def measure(questions: int) -> None:
    print(json.dumps(await throughput(questions)))
    print(json.dumps(await flood(one_chat=True)))
    print(json.dumps(await flood(one_chat=False)))
    print(json.dumps(await hangs()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2])))
    else:
        asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 4 * SLOTS))
