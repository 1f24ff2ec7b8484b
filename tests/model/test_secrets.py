"""Neither the key nor a proxy's password appears in a log, an exception or a repr."""

from __future__ import annotations

import logging
import subprocess
import sys
import traceback

import pytest

from bot.core.quiet import quiet_loggers
from bot.emulator.model import ModelServer
from bot.model import FailureKind, ModelConfig, ModelFailure
from tests.model.conftest import FOLDER, KEY, Connect
from tests.model.servers import listening, question
from tests.model.test_tls_and_proxies import socks5

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@pytest.fixture
def every_word(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> pytest.LogCaptureFixture:
    """The log at the level that the test is given."""
    caplog.set_level(request.param)
    return caplog


@pytest.mark.parametrize("every_word", LEVELS, indirect=True)
async def test_nothing_of_the_http_stack_is_logged(
    server: ModelServer, connect: Connect, every_word: pytest.LogCaptureFixture
) -> None:
    model = connect(server.url)
    await model.ask(question("тайный вопрос"), timeout_s=30)
    server.fail(401, body={"error": {"message": f"no such key: {KEY}"}})
    with pytest.raises(ModelFailure):
        await model.ask(question(), timeout_s=30)
    await model.models()
    names = {record.name.split(".")[0] for record in every_word.records}
    assert names.isdisjoint({"openai", "httpx2", "httpcore2"})
    assert KEY not in every_word.text
    assert "тайный" not in every_word.text


@pytest.mark.parametrize("every_word", LEVELS, indirect=True)
async def test_a_proxys_password_is_not_logged(
    connect: Connect, every_word: pytest.LogCaptureFixture
) -> None:
    """httpcore2 writes it at DEBUG, which is one reason why its logger is silenced."""
    async with listening(socks5) as port:
        model = connect("http://model.example/v1", proxy_url=f"socks5://me:pass@127.0.0.1:{port}")
        await model.ask(question(), timeout_s=30)
        await model.close()
    assert "pass" not in every_word.text


def test_openais_own_variable_does_not_make_it_loud() -> None:
    """`OPENAI_LOG=debug` sets a level while openai is imported: later than our silence, which is kept."""
    program = (
        "import asyncio, logging\n"
        "from bot.core.clock import SystemClock\n"
        "from bot.model import Model, ModelConfig\n"
        "async def main():\n"
        "    model = Model(ModelConfig('f', lambda: 'k'), clock=SystemClock())\n"
        "    await model.warm()\n"
        "    await model.close()\n"
        "asyncio.run(main())\n"
        "names = ('openai', 'httpx2', 'httpcore2.http11')\n"
        "print([logging.getLogger(name).getEffectiveLevel() for name in names])\n"
    )
    told = subprocess.run(  # noqa: S603 - a program of our own
        [sys.executable, "-c", program],
        env={"OPENAI_LOG": "debug"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str([logging.WARNING] * 3)


def test_quiet_is_no_less_than_warnings() -> None:
    quiet_loggers()
    assert logging.getLogger("httpx2").isEnabledFor(logging.WARNING)
    assert not logging.getLogger("httpcore2.connection").isEnabledFor(logging.INFO)


@pytest.mark.parametrize(
    "body", [{"error": {"message": f"bad key {KEY}!", "code": KEY}}, f"<html>{KEY}</html>"]
)
async def test_a_provider_that_echoes_the_key(
    server: ModelServer, connect: Connect, body: dict[str, object] | str
) -> None:
    """It is in no text of the failure, and no exception or frame that holds it hangs on the failure."""
    server.fail(401, body=body)
    with pytest.raises(ModelFailure) as caught:
        await connect(server.url).ask(question(), timeout_s=30)
    failure = caught.value
    assert failure.kind is FailureKind.UNAUTHORIZED
    assert "***" in failure.detail
    assert KEY not in f"{failure} {failure!r} {failure.detail} {failure.args} {vars(failure)}"
    assert failure.__cause__ is None
    assert failure.__context__ is None
    assert KEY not in "".join(traceback.format_exception(failure))


async def test_a_broken_reply_that_echoes_the_key(server: ModelServer, connect: Connect) -> None:
    """Cut to size only after it was redacted: no half of the key is left at the end."""
    for before in range(470, 500):
        server.say_broken_json("x" * before + KEY)
        with pytest.raises(ModelFailure) as caught:
            await connect(server.url).ask(question(), timeout_s=30)
        assert KEY[:6] not in caught.value.detail


async def test_a_key_told_a_hundred_times(server: ModelServer, connect: Connect) -> None:
    """Redacted it is short: no half of it stands where the rest was cut off."""
    text = "x" + KEY * 100
    server.say_broken_json(text)
    server.fail(500, body=text)
    model = connect(server.url)
    for _ in range(2):
        with pytest.raises(ModelFailure) as caught:
            await model.ask(question(), timeout_s=30)
        assert "***" in caught.value.detail
        assert KEY[:6] not in caught.value.detail


@pytest.mark.parametrize("key", ["ключ", "key\nwith a line", "", "key\ufeff"])
async def test_a_key_that_cannot_be_one(server: ModelServer, connect: Connect, key: str) -> None:
    """A byte order mark or a line break from a copied file is said plainly, and not echoed."""
    with pytest.raises(ModelFailure) as caught:
        await connect(server.url, api_key=lambda: key).ask(question(), timeout_s=30)
    assert caught.value.kind is FailureKind.UNAUTHORIZED
    assert caught.value.detail == "the API key is empty or has characters that no key has"
    assert server.requests == []


def test_the_configurations_repr() -> None:
    config = ModelConfig(FOLDER, lambda: KEY, proxy_url="http://me:p%40ss@127.0.0.1:1")
    assert KEY not in repr(config)
    assert "ss@" not in repr(config)
    assert config.redacted(f"{KEY} p%40ss p@ss", KEY) == "*** *** ***"
    assert ModelConfig(FOLDER, lambda: "").redacted("as it is", "") == "as it is"


async def test_a_key_is_given_up_for_a_401_alone(server: ModelServer, connect: Connect) -> None:
    refused: list[str] = []

    def key_refused(key: str) -> bool:
        refused.append(key)
        return True

    model = connect(server.url, key_refused=key_refused)
    await model.ask(question(), timeout_s=30)
    server.fail(403)
    with pytest.raises(ModelFailure):
        await model.ask(question(), timeout_s=30)
    assert (refused, len(server.requests)) == ([], 2)
    server.fail(401)
    await model.ask(question(), timeout_s=30)
    assert (refused, len(server.requests)) == ([KEY], 4)
