"""The bot without an API key: the model, speech, the settings and `check`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.config.loading import BadSettings, load
from bot.config.provider import authorization, iam_tokens
from bot.core.clock import SystemClock
from bot.emulator.model import ModelServer
from bot.emulator.model_rules import Rules
from bot.emulator.speech import SpeechServer
from bot.emulator.world import World
from bot.identity import IamTokens, MetadataSource
from bot.model import FailureKind, Model, ModelConfig, ModelFailure
from bot.preparing import speech_of
from bot.speech import Speech, SpeechFailure, SpeechFailureKind
from tests.clocks import FastClock
from tests.conftest import Running
from tests.identity.cloud import ACCOUNT, KEY_ID, Cloud, key_file
from tests.model.servers import question
from tests.operating.conftest import Deployment, _a_clean_environment, deployment

__all__ = ["_a_clean_environment", "deployment"]

FOLDER = "b1gfolder"
REQUIRED = {
    "TELEGRAM_BOT_TOKEN": "123456789:AAExampleExampleExampleExampleExample",
    "YANDEX_CLOUD_FOLDER": FOLDER,
    "ALLOWED_USERS": "1",
}


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with Cloud() as cloud:
        yield cloud


@pytest.fixture
def tokens(cloud: Cloud) -> IamTokens:
    return IamTokens(MetadataSource(cloud.url), SystemClock())


@pytest.fixture
async def asker(model: ModelServer, tokens: IamTokens) -> AsyncIterator[Model]:
    config = ModelConfig(FOLDER, tokens.token, key_refused=tokens.refused, base_url=model.url)
    client = Model(config, clock=SystemClock())
    yield client
    await client.close()


def header_of(model: ModelServer) -> str:
    return model.requests[-1].headers["Authorization"]


# The model


async def test_a_question_is_asked_with_a_token(model: ModelServer, cloud: Cloud, asker: Model) -> None:
    """One for all of them; and the list of models with it."""
    model.rules = replace(model.rules, api_key="t1.1")
    for _ in range(3):
        assert (await asker.ask(question(), timeout_s=30)).answer.text
    await asker.models()
    assert header_of(model) == "Bearer t1.1"
    assert cloud.given == ["t1.1"]


async def test_a_token_that_is_not_taken_any_more(model: ModelServer, cloud: Cloud, asker: Model) -> None:
    """The question is asked again with another; nobody sees an error."""
    await asker.warm()
    model.rules = replace(model.rules, api_key="t1.2")
    assert (await asker.ask(question(stream=True), timeout_s=30)).answer.text
    assert [request.headers["Authorization"] for request in model.requests] == ["Bearer t1.1", "Bearer t1.2"]
    assert len(cloud.given) == 2


async def test_an_account_that_may_not(model: ModelServer, asker: Model) -> None:
    """Once with another token, and no more; the failure is the provider's."""
    model.fail(401, times=None, body={"error": {"message": "no: t1.2"}})
    with pytest.raises(ModelFailure) as caught:
        await asker.ask(question(), timeout_s=30)
    assert caught.value.kind is FailureKind.UNAUTHORIZED
    assert caught.value.detail == "no: ***"
    assert len(model.requests) == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [(503, FailureKind.UNAVAILABLE), (403, FailureKind.UNAUTHORIZED)],
    ids=["out of order", "refused"],
)
async def test_no_token_is_to_be_had(
    model: ModelServer, cloud: Cloud, asker: Model, status: int, kind: FailureKind
) -> None:
    """What may pass is asked for again, what the operator must mend is told; nothing is sent meanwhile."""
    cloud.status = status
    await asker.warm()
    with pytest.raises(ModelFailure) as caught:
        await asker.ask(question(), timeout_s=30)
    assert (caught.value.kind, caught.value.http_status) == (kind, None)
    assert f"answered {status}" in caught.value.detail
    assert model.requests == []


async def test_a_dialogue_without_a_key(
    world: World, model: ModelServer, cloud: Cloud, running: Running
) -> None:
    """The stand-in answers on the bot's own event loop: a token that was fetched there would never come."""
    model.rules = Rules(api_key="t1.1", folder=FOLDER)
    anna = world.user("Анна")
    chat = world.private(anna)
    variables = {"yandex_cloud_iam": "metadata", "yandex_cloud_metadata_url": cloud.url}
    async with running(yandex_cloud_api_key="", **variables):
        await chat.say(anna, "Привет")
        await chat.see("Вы спросили")
    assert header_of(model) == "Bearer t1.1"


# Settings


def written(folder: Path, **variables: str) -> Path:
    path = folder / ".env"
    path.write_text("".join(f"{name}={value}\n" for name, value in {**REQUIRED, **variables}.items()))
    path.chmod(0o600)
    return path


def faults(folder: Path, **variables: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load(written(folder, **variables))
    return caught.value.faults


def test_a_key_is_not_needed(tmp_path: Path) -> None:
    settings, warnings = load(written(tmp_path, YANDEX_CLOUD_IAM="metadata"))
    tokens = iam_tokens(settings, SystemClock())
    assert tokens is not None
    assert "metadata" in tokens.identity
    assert (settings.yandex_cloud_api_key, warnings) == (None, [])


def test_a_key_file(tmp_path: Path) -> None:
    settings, _ = load(written(tmp_path, YANDEX_CLOUD_IAM=str(key_file(tmp_path)), YANDEX_CLOUD_API_KEY=""))
    tokens = iam_tokens(settings, SystemClock())
    assert tokens is not None
    assert tokens.identity == f"service account {ACCOUNT}, authorized key {KEY_ID}"
    assert "PRIVATE" not in repr(settings)


def test_with_a_key_there_are_no_tokens(tmp_path: Path) -> None:
    settings, _ = load(written(tmp_path, YANDEX_CLOUD_API_KEY="AQVN-a-made-up-key", YANDEX_CLOUD_IAM=""))
    assert iam_tokens(settings, SystemClock()) is None
    assert authorization(settings, None)() == "Api-Key AQVN-a-made-up-key"


def test_both_are_warned_of(tmp_path: Path) -> None:
    both = {"YANDEX_CLOUD_API_KEY": "AQVN-a-made-up-key", "YANDEX_CLOUD_IAM": "metadata"}
    settings, warnings = load(written(tmp_path, **both))
    assert iam_tokens(settings, SystemClock()) is not None
    assert warnings == ["YANDEX_CLOUD_API_KEY is not used: YANDEX_CLOUD_IAM says who the bot is"]


def test_a_key_file_that_others_may_read(tmp_path: Path) -> None:
    key = key_file(tmp_path)
    key.chmod(0o644)
    _, warnings = load(written(tmp_path, YANDEX_CLOUD_IAM=str(key)))
    assert warnings == [f"{key} can be read by other users of this machine: chmod 600 {key}"]


@pytest.mark.parametrize(
    ("value", "words"),
    [("nothing.json", "nothing.json can't be read"), ("metadate", "metadate can't be read")],
)
def test_faults_name_the_variable(tmp_path: Path, value: str, words: str) -> None:
    """And that one only: whether a key is needed is not known then."""
    (fault,) = faults(tmp_path, YANDEX_CLOUD_IAM=value)
    assert fault.startswith("YANDEX_CLOUD_IAM: ")
    assert words in fault


@pytest.mark.parametrize("name", ["YANDEX_CLOUD_METADATA_URL", "YANDEX_CLOUD_IAM_URL"])
def test_roots_are_urls(tmp_path: Path, name: str) -> None:
    (fault,) = faults(tmp_path, YANDEX_CLOUD_IAM="metadata", **{name: "169.254.169.254"})
    assert fault.startswith(f"{name} has a value that can't be used")


# Speech


@asynccontextmanager
async def hearing(folder: Path, cloud: Cloud, **more: str) -> AsyncIterator[tuple[Speech, SpeechServer]]:
    async with SpeechServer() as server:
        urls = {"YANDEX_CLOUD_METADATA_URL": cloud.url, "YANDEX_SPEECHKIT_URL": server.url}
        settings, _ = load(written(folder, YANDEX_CLOUD_IAM="metadata", **urls, **more))
        speech = speech_of(settings, iam_tokens(settings, SystemClock()), FastClock(1000))
        assert speech is not None
        yield speech, server
        await speech.close()


async def test_speech_is_asked_with_a_token(tmp_path: Path, cloud: Cloud) -> None:
    """As Bearer, which the service takes for a token only."""
    async with hearing(tmp_path, cloud) as (speech, server):
        await speech.try_key()
    assert server.requests[-1].headers["Authorization"] == "Bearer t1.1"


async def test_speech_may_have_a_key_of_its_own(tmp_path: Path, cloud: Cloud) -> None:
    async with hearing(tmp_path, cloud, YANDEX_SPEECHKIT_API_KEY="AQVN-for-speech") as (speech, server):
        await speech.try_key()
    assert server.requests[-1].headers["Authorization"] == "Api-Key AQVN-for-speech"
    assert cloud.given == []


@pytest.mark.parametrize(
    ("status", "kind"), [(503, SpeechFailureKind.UNAVAILABLE), (403, SpeechFailureKind.NOT_ALLOWED)]
)
async def test_speech_without_a_token(
    tmp_path: Path, cloud: Cloud, status: int, kind: SpeechFailureKind
) -> None:
    cloud.status = status
    async with hearing(tmp_path, cloud) as (speech, server):
        with pytest.raises(SpeechFailure) as caught:
            await speech.try_key()
    assert caught.value.kind is kind
    assert f"answered {status}" in caught.value.detail
    assert server.requests == []


# check


def without_a_key(cloud: Cloud, **more: str) -> dict[str, Any]:
    urls = {"YANDEX_CLOUD_METADATA_URL": cloud.url, "YANDEX_CLOUD_IAM_URL": cloud.url}
    return {"YANDEX_CLOUD_IAM": "metadata", "YANDEX_CLOUD_API_KEY": "", **urls, **more}


async def test_check_says_who_it_is_and_until_when(
    deployment: Deployment, cloud: Cloud, tmp_path: Path
) -> None:
    state, status, found, _ = await deployment.found("identity", **without_a_key(cloud))
    assert (state, status) == ("ok", 0)
    assert found.startswith("the machine's own service account (metadata); its token lasts until 20")
    assert "(Europe/Moscow)" in found
    assert header_of(deployment.model) == "Bearer t1.1"
    key = without_a_key(cloud, YANDEX_CLOUD_IAM=str(key_file(tmp_path)))
    _, status, found, _ = await deployment.found("identity", **key)
    assert found.startswith(f"service account {ACCOUNT}, authorized key {KEY_ID}; its token lasts until 20")
    assert "t1." not in found


@pytest.mark.parametrize(
    ("status", "exits", "mend"),
    [(503, 1, "YANDEX_CLOUD_IAM_URL"), (401, 2, "yc iam key create")],
)
async def test_check_says_what_is_wrong(
    deployment: Deployment, cloud: Cloud, tmp_path: Path, status: int, exits: int, mend: str
) -> None:
    cloud.status = status
    key = without_a_key(cloud, YANDEX_CLOUD_IAM=str(key_file(tmp_path)))
    state, exited, found, how = await deployment.found("identity", **key)
    assert (state, exited) == ("failed", exits)
    assert f"IAM answered {status}" in found
    assert mend in how


async def test_check_away_from_the_providers_machines(deployment: Deployment, cloud: Cloud) -> None:
    cloud.status = 404
    state, exited, found, mend = await deployment.found("identity", **without_a_key(cloud))
    assert (state, exited) == ("failed", 2)
    assert "the metadata service answered 404" in found
    assert "works on the provider's machines" in mend


async def test_check_of_an_account_without_a_role(deployment: Deployment, cloud: Cloud) -> None:
    deployment.model.fail(401, times=None)
    _, exited, _, mend = await deployment.found("model", **without_a_key(cloud))
    assert exited == 2
    assert "ai.languageModels.user" in mend
    assert "YANDEX_CLOUD_API_KEY" not in mend


async def test_with_a_key_there_is_nothing_to_say(deployment: Deployment) -> None:
    report = await deployment.check()
    assert "identity" not in [point["name"] for point in report["points"]]
