"""`check`: every fault it can find is found, told with its mend, and told by the exit status."""

from __future__ import annotations

import asyncio
import io
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.commands.check import check
from bot.commands.check.database import check_database
from bot.delivery.transport import Transport
from bot.emulator.model_rules import Rules
from bot.store import Store
from tests.clocks import ManualClock
from tests.delivery.test_transport import free_port
from tests.operating.conftest import Deployment


async def test_when_all_is_well_every_point_says_so(deployment: Deployment) -> None:
    report = await deployment.check(ACCESS_REQUESTS="false")

    assert report["ok"]
    names = [point["name"] for point in report["points"]]
    assert names == [
        "settings",
        "database",
        "telegram",
        "groups",
        "updates",
        "poller",
        "prices",
        "speech",
        "model",
    ]
    assert {point["state"] for point in report["points"]} == {"ok"}
    request = deployment.model.requests[-1].body
    assert (request["max_output_tokens"], request["model"]) == (1, "gpt://b1gfolder/yandexgpt-lite")


# Settings


async def test_bad_settings_are_all_told_and_nothing_else_is_tried(deployment: Deployment) -> None:
    report = await deployment.check(DEFAULT_TEMPERATURE="7", TELEGRAM_BOT_TOKEN="")

    assert report["status"] == 2
    assert [point["state"] for point in report["points"]] == ["failed", "failed"]
    words = " ".join(point["found"] for point in report["points"])
    assert "TELEGRAM_BOT_TOKEN is not set" in words
    assert "DEFAULT_TEMPERATURE" in words
    assert deployment.world.calls == []


async def test_doubtful_settings_are_warnings(deployment: Deployment) -> None:
    state, status, found, _ = await deployment.found("settings", ALLOWED_USERS="")
    assert (state, status) == ("warning", 0)
    assert "anyone may use this bot" in found


# Speech


async def test_a_second_of_silence_is_recognised_and_its_price_told(deployment: Deployment) -> None:
    state, status, found, _ = await deployment.found("speech")
    assert (state, status) == ("ok", 0)
    assert "0.1626 roubles" in found
    (request,) = deployment.speech.requests
    assert (request.step, request.headers["Authorization"]) == ("short", "Api-Key AQVN-a-made-up-key")
    assert len(request.audio) == 16_000


@pytest.mark.parametrize(
    ("http_status", "words"), [(401, "yc.ai.speechkitStt.execute"), (503, "YANDEX_SPEECHKIT_URL")]
)
async def test_a_key_that_can_not_hear_is_a_warning(
    deployment: Deployment, http_status: int, words: str
) -> None:
    deployment.speech.fail(http_status)
    state, status, found, mend = await deployment.found("speech")
    assert (state, status) == ("warning", 0)
    assert str(http_status) in found
    assert words in mend


async def test_where_voices_are_not_heard_nothing_is_tried(deployment: Deployment) -> None:
    report = await deployment.check(VOICE_INPUT="false")
    assert "speech" not in [point["name"] for point in report["points"]]
    assert deployment.speech.requests == []


async def test_the_model_that_sees_is_named(deployment: Deployment) -> None:
    _, _, found, _ = await deployment.found("model", YANDEX_CLOUD_VISION_MODEL="qwen3.6-35b-a3b")
    assert found.endswith("pictures go to qwen3.6-35b-a3b")
    _, _, found, _ = await deployment.found("model")
    assert found.endswith("pictures are declined: no YANDEX_CLOUD_VISION_MODEL")


# Operators


async def test_an_operator_who_never_wrote_is_told_of(deployment: Deployment) -> None:
    anna, boris = deployment.world.user("Анна"), deployment.world.user("Борис")
    both = f"{anna.id},{boris.id}"
    state, status, found, mend = await deployment.found("operators", ADMIN_USERS=both)
    assert (state, status) == ("warning", 0)
    assert "no operator has ever written to the bot" in found
    assert "presses Start" in mend
    deployment.world.private(anna).room.started = True
    state, _, found, _ = await deployment.found("operators", ADMIN_USERS=both)
    assert (state, found[:38]) == ("warning", "the bot can write to 1 of 2 operators;")
    deployment.world.private(boris).room.started = True
    state, _, found, _ = await deployment.found("operators", ADMIN_USERS=both)
    assert (state, found[:13]) == ("ok", "2 can be told")
    assert deployment.world.called("sendMessage") == []


@pytest.mark.parametrize("name", ["ALLOWED_USERS", "ALLOWED_CHATS"])
async def test_a_list_without_operators_is_told_of(deployment: Deployment, name: str) -> None:
    """Strangers may ask, and nobody hears of it; not where they may not ask, or all are let in."""
    state, status, found, mend = await deployment.found("operators", **{name: "7"})
    assert (state, status) == ("warning", 0)
    assert found == "ADMIN_USERS is empty: nobody can receive the requests of those who are on no list"
    assert "ADMIN_USERS" in mend
    assert "ACCESS_REQUESTS=false" in mend
    report = await deployment.check(**{name: "7"}, ACCESS_REQUESTS="false")
    assert "operators" not in {point["name"] for point in report["points"]}


# Prices


async def test_a_model_without_a_price_is_told_of(deployment: Deployment) -> None:
    state, status, found, mend = await deployment.found("prices", YANDEX_CLOUD_MODEL="deepseek-v9")
    assert (state, status) == ("warning", 0)
    assert re.search("deepseek-v9 has no price here: it counts as the dearest known, yandexgpt", found)
    assert mend.startswith("MODEL_PRICES=deepseek-v9=")
    own = {"YANDEX_CLOUD_MODEL": "deepseek-v9", "MODEL_PRICES": "deepseek-v9=0.3/0.5"}
    state, _, found, _ = await deployment.found("prices", **own)
    assert (state, found) == ("ok", "deepseek-v9: 0.3 in, 0.5 out, roubles for 1000 tokens")


# Database


async def test_a_database_of_the_running_bot_is_left_alone(deployment: Deployment) -> None:
    deployment.folder.joinpath("data").mkdir()
    store = Store.open(deployment.database_url, clock=ManualClock())
    try:
        report = await deployment.check()
    finally:
        await store.close()
    points = {point["name"]: point for point in report["points"]}
    assert (report["status"], points["database"]["state"]) == (0, "warning")
    assert "has it open" in points["database"]["found"]
    assert deployment.world.called("getUpdates") == []


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda path: path.mkdir(), "can't be opened"),
        (lambda path: path.write_text("no SQLite " * 100), "not an SQLite database"),
        (newer, "a newer version of the bot has written it"),
    ],
    ids=["a folder", "another file", "newer schema"],
)
async def test_a_database_that_can_not_be_used(deployment: Deployment, prepare: Any, words: str) -> None:
    (deployment.folder / "data").mkdir()
    prepare(deployment.folder / "data" / "bot.db")
    state, status, found, mend = await deployment.found("database")
    assert (state, status) == ("failed", 4)
    assert words in found
    assert "DATABASE_URL" in mend


async def test_little_room_on_the_disk_is_a_warning(tmp_path: Path) -> None:
    point, running, _ = await check_database(
        f"sqlite:///{tmp_path}/bot.db", ManualClock(), little_bytes=2**60
    )
    assert (point.state, running) == ("warning", False)
    assert "free some space" in point.mend


async def test_a_database_in_memory_has_no_room_to_tell() -> None:
    point, _, models = await check_database("sqlite://", ManualClock())
    assert models == []
    assert (point.state, point.found) == ("ok", "sqlite://: writable, schema current")


# Telegram


async def test_an_unknown_token(deployment: Deployment) -> None:
    state, status, found, mend = await deployment.found("telegram", TELEGRAM_BOT_TOKEN=f"1:{'A' * 35}")
    assert (state, status, found) == ("failed", 3, "TELEGRAM_BOT_TOKEN is not known")
    assert "@BotFather" in mend


async def test_what_others_say_is_told_without_secrets(deployment: Deployment) -> None:
    """`check` of the fixture looks for the token and the key in all that is printed."""
    words = f"Bad Request: {deployment.world.token} and AQVN-a-made-up-key"
    deployment.world.fail("getMe", status=400, description=words)
    state, status, found, _ = await deployment.found("telegram")
    assert (state, status, found) == ("failed", 1, "*** and ***")


async def test_a_clock_that_is_wrong_is_told(deployment: Deployment) -> None:
    deployment.clock.ahead = timedelta(hours=-6, minutes=-6)
    state, status, found, mend = await deployment.found("clock")
    assert (state, status) == ("warning", 0)
    assert found == "this machine's clock is 6 h 6 min behind Telegram's"
    assert "timedatectl" in mend


async def test_a_page_in_place_of_telegram(deployment: Deployment) -> None:
    deployment.world.fail("getMe", status=403, body="<html>nginx</html>")
    state, status, found, mend = await deployment.found("telegram")
    assert (state, status) == ("failed", 1)
    assert found == "Something before Telegram refuses: Forbidden (403)"
    assert "TELEGRAM_API_URL" in mend


async def test_a_telegram_out_of_reach(deployment: Deployment) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    state, status, found, mend = await deployment.found("telegram", TELEGRAM_API_URL=url)
    assert (state, status) == ("failed", 1)
    assert "No connection to Telegram" in found
    assert "TELEGRAM_PROXY_URL" in mend


@pytest.mark.parametrize(
    ("reads_all", "words"), [(False, "privacy mode is on"), (True, "privacy mode is off")]
)
async def test_privacy_mode_is_told_with_what_it_means(
    deployment: Deployment, reads_all: bool, words: str
) -> None:
    deployment.world.state.reads_all = reads_all
    state, _, found, _ = await deployment.found("groups")
    assert state == "ok"
    assert found.startswith(words)


async def set_webhook(deployment: Deployment, url: str) -> None:
    bot = Bot(deployment.world.token, f"{deployment.world.url}/bot", request=Transport())
    async with bot.request:
        await bot.set_webhook(url)


WEBHOOK = {"WEBHOOK_URL": "https://bot.example/telegram", "WEBHOOK_SECRET": "a-secret"}


async def test_a_webhook_left_set_while_polling_is_configured(deployment: Deployment) -> None:
    await set_webhook(deployment, "https://old.example/path-with-a-secret")
    state, status, found, mend = await deployment.found("updates")
    assert (state, status) == ("warning", 0)
    assert "a webhook at old.example is set" in found
    assert "path-with-a-secret" not in found
    assert "`python -m bot` removes it" in mend


async def test_a_webhook_not_yet_set(deployment: Deployment) -> None:
    state, status, found, _ = await deployment.found("updates", **WEBHOOK)
    assert (state, status, found) == ("ok", 0, "the webhook is not set yet: `python -m bot` sets it")


async def test_a_webhook_that_is_set(deployment: Deployment) -> None:
    await set_webhook(deployment, WEBHOOK["WEBHOOK_URL"])
    state, status, found, _ = await deployment.found("updates", **WEBHOOK)
    assert (state, status, found) == ("ok", 0, "the webhook is set; 0 waiting")
    assert deployment.world.called("getUpdates") == []


async def test_a_webhook_that_telegram_fails_to_reach(deployment: Deployment) -> None:
    await set_webhook(deployment, WEBHOOK["WEBHOOK_URL"])
    deployment.world.state.updates.webhook_error = {
        "last_error_date": 1_700_000_000,
        "last_error_message": "SSL error {certificate verify failed}",
    }
    state, status, found, _ = await deployment.found("updates", **WEBHOOK)
    assert (state, status) == ("warning", 0)
    assert "certificate verify failed" in found


async def test_another_poller(deployment: Deployment) -> None:
    """The other one polls as bots do: thrown out, it is back after a moment."""
    bot = Bot(deployment.world.token, f"{deployment.world.url}/bot", get_updates_request=Transport())
    polling = asyncio.Event()

    async def poll() -> None:
        async with Transport() as transport:
            while True:
                polling.set()
                try:
                    await transport.post(f"{bot.base_url}/getUpdates?timeout=30")
                except Conflict:
                    await deployment.clock.sleep(1)

    other = asyncio.create_task(poll())
    await polling.wait()
    state, status, found, mend = await deployment.found("poller")
    other.cancel()
    assert (state, status, found) == ("failed", 3, "another process polls with this token")
    assert "stop the other one" in mend


async def test_updates_that_wait_are_not_taken(deployment: Deployment) -> None:
    deployment.world.feed({"message": {}})
    state, _, found, _ = await deployment.found("poller")
    assert (state, found) == ("ok", "nobody else polls with this token")
    assert len(deployment.world.state.updates.waiting) == 1


# The model


@pytest.mark.parametrize(
    ("http_status", "exit_status", "words"),
    [
        (401, 2, "yc.ai.foundationModels.execute"),
        (403, 2, "ai.languageModels.user and ai.assistants.editor"),
        (429, 1, "MODEL_CONCURRENCY"),
        (500, 1, "try again in a minute"),
        (501, 2, "has no Responses API"),
        (503, 1, "YANDEX_CLOUD_BASE_URL"),
    ],
)
async def test_a_refusal_of_the_provider_names_its_mend(
    deployment: Deployment, http_status: int, exit_status: int, words: str
) -> None:
    deployment.model.fail(http_status, body={"error": {"message": "the provider's own words"}})
    state, status, found, mend = await deployment.found("model")
    assert (state, status) == ("failed", exit_status)
    assert f"(HTTP {http_status}): the provider's own words (x-request-id=" in found
    assert words in mend


async def test_a_retired_model_with_those_available_the_nearest_first(deployment: Deployment) -> None:
    deployment.model.rules = Rules(models=deployment.model.models)
    state, status, found, mend = await deployment.found("model", YANDEX_CLOUD_MODEL="yandexgpt-5.2")
    assert (state, status) == ("failed", 2)
    assert "yandexgpt-5.2: bad_request (HTTP 400)" in found
    assert "YANDEX_CLOUD_MODEL may be retired or misspelt" in mend
    assert "; available: yandexgpt-5.1, " in mend
    assert "aliceai-llm" in mend


async def test_a_key_that_may_not_list_models(deployment: Deployment) -> None:
    deployment.model.rules = Rules(models=("other",))
    deployment.model.fail_list(403)
    _, status, _, mend = await deployment.found("model")
    assert status == 2
    assert "yc.ai.models.viewer" in mend


async def test_a_model_that_does_not_answer_in_time(deployment: Deployment) -> None:
    deployment.model.hang()
    state, status, found, _ = await deployment.found("model", MODEL_TIMEOUT_S="2")
    assert (state, status) == ("failed", 1)
    assert "timeout: no reply within 2 s" in found


async def test_something_that_is_not_the_responses_api(deployment: Deployment) -> None:
    deployment.model.html(200)
    state, status, _, mend = await deployment.found("model")
    assert (state, status) == ("failed", 1)
    assert "not the Responses API" in mend


# Proxies


async def test_proxies_that_can_not_be_reached_are_told_without_their_passwords(
    deployment: Deployment,
) -> None:
    port = free_port()
    proxy = f"socks5://user:hidden-password@127.0.0.1:{port}"
    report = await deployment.check(TELEGRAM_PROXY_URL=proxy, YANDEX_CLOUD_PROXY_URL=proxy)

    points = [point for point in report["points"] if point["name"] == "proxy"]
    assert report["status"] == 1
    assert [point["found"] for point in points] == [
        f"{name}: 127.0.0.1:{port} can't be reached (ConnectionRefusedError)"
        for name in ("TELEGRAM_PROXY_URL", "YANDEX_CLOUD_PROXY_URL")
    ]
    assert "hidden-password" not in str(report)


# For people


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_on_a_terminal_signs_are_coloured_and_mends_stand_below(deployment: Deployment) -> None:
    deployment.model.fail(403)
    out = Terminal()
    assert await check(out, env_file=deployment.env_file(), clock=deployment.clock) == 2
    lines = out.getvalue().splitlines()
    assert lines[0] == "\x1b[32m✓\x1b[0m settings  all variables can be used"
    assert lines[-2].startswith("\x1b[31m✗\x1b[0m model     yandexgpt-lite: forbidden (HTTP 403)")
    assert lines[-1].startswith("            → give the service account the roles")


@pytest.mark.parametrize("terminal", [True, False])
async def test_no_colours_in_a_file_or_where_they_are_unwanted(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    if terminal:
        monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal() if terminal else io.StringIO()
    assert await check(out, env_file=deployment.env_file(), clock=deployment.clock) == 0
    assert "\x1b" not in out.getvalue()
    assert out.getvalue().startswith("✓ settings  all variables can be used\n")
