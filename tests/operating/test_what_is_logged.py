"""What the running bot logs: one line an answer with its ids, and at no level a text, a token or a key.

No secret is given to the redaction here, so that what is shown is that nothing needs it.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.core.quiet import QUIET
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.operating import logs
from tests.clocks import FastClock
from tests.conftest import API_KEY, Running
from tests.operating.proxying import PASSWORD, proxy
from tests.operating.test_running import closed

# pproxy leaves its streams to the garbage collector, which Python 3.13 warns of.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Where `logs.set_up` may write; afterwards logging is as it was."""
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in QUIET}
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, its_level in before.items():
        logging.getLogger(name).setLevel(its_level)


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize("level", LEVELS)
async def test_no_level_shows_a_text_a_token_or_a_key(
    running: Running, world: World, model: ModelServer, log: io.StringIO, level: str, style: str
) -> None:
    """An answer, a failure of the model, one of Telegram, and both services behind a proxy."""
    logs.set_up(level, style, (), log)
    logging.getLogger("bot").debug("the log works")
    anna = world.user("Анна-Мария", username="anna_the_asker")
    chat = world.private(anna)
    async with proxy() as one:
        url = one.url("http")
        async with running(FastClock(20), TELEGRAM_PROXY_URL=url, YANDEX_CLOUD_PROXY_URL=url):
            model.reply("Ответ: сиреневый.")
            await chat.say(anna, "Вопрос: сокровенный")
            await chat.see("сиреневый")
            model.fail(401, body={"error": {"message": "Unknown api key"}})
            await chat.say(anna, "Вопрос: сокровенный, ещё раз")
            await chat.see("не могу обратиться к модели", timeout_s=20)
            world.fail("sendMessage", status=500)
            await chat.say(anna, "/help")
            await chat.see("/temperature", timeout_s=20)

    text = log.getvalue()
    assert ("the log works" in text) is (level == "DEBUG")
    for private in ("сокровенный", "сиреневый", "Анна-Мария", "anna_the_asker"):
        assert private not in text
    for secret in (world.token, world.token.split(":")[1], API_KEY, PASSWORD):
        assert secret not in text


async def test_an_answer_is_one_line_with_ids_stages_and_outcome(
    running: Running, world: World, model: ModelServer, log: io.StringIO
) -> None:
    logs.set_up("INFO", "json", (), log)
    anna = world.user("Анна")
    model.reply("Ответ.")
    async with running() as service:
        await world.private(anna).say(anna, "Вопрос?")
        await world.private(anna).see("Ответ.")
        await closed(service)

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (line,) = [line for line in lines if line["message"] == "turn ended"]
    (request,) = model.requests
    assert line["update_id"] == world.state.updates.last_id
    assert (line["level"], line["outcome"], line["attempts"]) == ("INFO", "answered", 1)
    assert line["request_id"] == request.headers["x-client-request-id"]
    ids = ("turn_id", "provider_request_id", "server_trace_id")
    stages = ("waited_s", "asked_s", "model_s", "delivered_s", "answered_s")
    assert all(line[name] for name in ids)
    assert all(line[name] >= 0 for name in stages)
    assert line["input_tokens"] > 0
