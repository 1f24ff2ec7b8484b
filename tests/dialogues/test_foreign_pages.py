"""A proxy's page, a captive portal's, a web server's: none of them is Telegram, whatever its status says."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.delivery.test_transport import free_port

PAGE = "<html><head><title>Access denied</title></head><body>nginx</body></html>"
STATUSES = (302, 400, 401, 403, 404, 409, 413, 429, 500)


@pytest.fixture
def clock() -> FastClock:
    return FastClock(20)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((status, PAGE) for status in STATUSES),
        *((403, body) for body in ('{"error": "denied"}', "{}", "\n")),
    ],
)
async def test_a_page_in_place_of_any_reply_ends_nothing_and_loses_nothing(
    running: Running,
    world: World,
    model: ModelServer,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: str,
) -> None:
    model.reply("Потому что.")
    anna = world.user("Анна")
    chat = world.private(anna)
    pages = [
        world.fail(method, status=status, body=body)
        for method in ("getMe", "getWebhookInfo", "getUpdates", "getUpdates", "sendMessage", "sendMessage")
    ]
    async with running():
        await chat.say(anna, "Почему снег белый?")
        await chat.see("Потому что.")
        await chat.sees_nothing()
    assert [page.met for page in pages] == [1] * len(pages)
    assert [record.exc_info for record in caplog.records if record.exc_info] == []
    assert "Access denied" not in caplog.text
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    "body", [PAGE, '{"ok": true', '{"ok": true}', "[]"], ids=["html", "cut", "no result", "list"]
)
async def test_a_page_with_status_200_ends_nothing_and_loses_nothing(
    running: Running, world: World, model: ModelServer, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    """Telegram may have had the request: an answer stands once, or twice."""
    model.reply("Потому что.")
    anna = world.user("Анна")
    chat = world.private(anna)
    for method in ("getMe", "getWebhookInfo", "getUpdates", "getUpdates", "sendMessage"):
        world.fail(method, body=body)
    async with running():
        await chat.say(anna, "Почему снег белый?")
        await until(lambda: [call.ok for call in world.called("sendMessage")] == [True, True])
    assert {message.text for message in chat.messages if message.author == "YandexGPT"} == {"Потому что."}
    assert [record.exc_info for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_page_in_place_of_telegrams_word_on_the_webhook_is_waited_out(
    running: Running, world: World, status: int
) -> None:
    port = free_port()
    variables = {
        "HTTP_LISTEN": f"127.0.0.1:{port}",
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "WEBHOOK_SECRET": "a-secret_0123456789",
    }
    world.fail("setWebhook", status=status, body=PAGE, times=2)
    anna = world.user("Анна")
    async with running(**variables):
        await world.private(anna).say(anna, "/start")
        await world.private(anna).see("Здравствуйте")
    assert len(world.called("setWebhook")) == 3
