"""openai is imported late, in a thread, and ahead of the first question where that is asked for."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

from bot.emulator.model import ModelServer
from bot.model import Model
from tests.clocks import FastClock, ManualClock
from tests.model.conftest import Connect
from tests.model.servers import question


def imported_after(program: str) -> list[str]:
    """Which of the slow packages a fresh interpreter has imported once `program` is through."""
    told = subprocess.run(  # noqa: S603 - a program of our own
        [
            sys.executable,
            "-c",
            f"{program}\nimport sys\nprint(*sorted({{'httpx2', 'httpcore2', 'openai'}} & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.split()


def test_building_the_model_imports_nothing_slow() -> None:
    program = (
        "from bot.core.clock import SystemClock\n"
        "from bot.core.quiet import quiet_loggers\n"
        "from bot.model import Model, ModelConfig\n"
        "quiet_loggers()\n"
        "Model(ModelConfig('f', lambda: 'k'), clock=SystemClock())"
    )
    assert imported_after(program) == []


def test_warming_imports_it() -> None:
    program = (
        "import asyncio\n"
        "from bot.core.clock import SystemClock\n"
        "from bot.model import Model, ModelConfig\n"
        "async def main():\n"
        "    model = Model(ModelConfig('f', lambda: 'k'), clock=SystemClock())\n"
        "    await model.warm()\n"
        "    await model.close()\n"
        "asyncio.run(main())"
    )
    assert imported_after(program) == ["httpcore2", "httpx2", "openai"]


async def test_warming_asks_nothing(server: ModelServer, model: Model) -> None:
    await model.warm()
    assert server.requests == []
    await model.ask(question(), timeout_s=30)
    assert len(server.requests) == 1


async def test_slow_warming_is_no_failure(server: ModelServer, connect: Connect) -> None:
    """On a clock that runs away it is not ready in time; the questions are answered all the same."""
    await connect(server.url, clock=FastClock(1e9)).warm()
    model = connect(server.url)
    assert (await model.ask(question(), timeout_s=30)).answer.text


async def test_warming_is_waited_for_a_minute(connect: Connect) -> None:
    clock, key_comes = ManualClock(), threading.Event()

    def api_key() -> str:
        key_comes.wait()
        return "k"

    warming = asyncio.create_task(connect("http://127.0.0.1:1/v1", clock=clock, api_key=api_key).warm())
    await clock.advance(59.9)
    waited = not warming.done()
    await clock.advance(0.1)
    key_comes.set()
    assert (waited, warming.done()) == (True, True)


async def test_closing_a_model_that_was_never_asked(model: Model) -> None:
    await model.close()
    await model.close()
