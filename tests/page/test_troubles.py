"""The switches for trouble, and the relay before the model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.emulator.model import ModelServer
from bot.emulator.relay import ModelRelay
from tests.emulator.client import Bot
from tests.page.desk import Desk

Json = dict[str, Any]

ASKED = {
    "model": "gpt://folder/yandexgpt-lite",
    "instructions": "Кратко",
    "input": "Привет",
    "temperature": 0.3,
}
HEADERS = {"Authorization": "Bearer key-1", "OpenAI-Project": "folder"}


class Rows:
    """What the relay shows."""

    def __init__(self) -> None:
        self.rows: list[Json] = []
        self.began = asyncio.Event()
        self.ended = asyncio.Event()

    def show(self, row: Json) -> None:
        self.rows.append(row)
        self.began.set()
        if row["outcome"] != "pending":
            self.ended.set()


class Asker:
    """Sends requests through a relay to a stand-in model, and keeps the timeline's rows."""

    def __init__(self, server: ModelServer, relay: ModelRelay, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.relay = relay
        self.session = session
        self.shown = Rows()

    @property
    def rows(self) -> list[Json]:
        return self.shown.rows

    async def ask(self, **more: Any) -> tuple[int, Any]:
        url = f"{self.relay.url}/responses"
        async with self.session.post(url, json=ASKED | more, headers=HEADERS) as response:
            return response.status, await response.json()


@asynccontextmanager
async def asking() -> AsyncIterator[Asker]:
    rows = Rows()
    async with (
        ModelServer() as server,
        ModelRelay(server.url, rows.show, slow_s=0.05) as relay,
        aiohttp.ClientSession() as session,
    ):
        asker = Asker(server, relay, session)
        asker.shown = rows
        yield asker


async def test_a_request_passes_and_is_shown() -> None:
    async with asking() as asker:
        status, answer = await asker.ask()
        assert status == 200
        assert asker.server.requests[0].headers["OpenAI-Project"] == "folder"
        began, ended = asker.rows
    assert began["outcome"] == "pending"
    assert (began["name"], began["request"], began["gist"]) == ("responses", ASKED, "t=0.3 · Привет")
    assert (ended["id"], ended["outcome"], ended["status"]) == (began["id"], "ok", 200)
    assert ended["response"] == answer
    assert "key-1" not in str(asker.rows)


async def test_a_stream_passes_and_is_shown_by_its_end() -> None:
    async with asking() as asker:
        url = f"{asker.relay.url}/responses"
        async with asker.session.post(url, json=ASKED | {"stream": True}, headers=HEADERS) as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
            assert (await response.read()).count(b"response.output_text.delta") > 2
    ended = asker.rows[-1]
    assert (ended["outcome"], ended["response"]["type"]) == ("ok", "response.completed")


async def test_a_stream_that_breaks_off_breaks_off_here_too() -> None:
    async with asking() as asker:
        asker.server.stream("Раз, два, три, четыре", end="cut")
        url = f"{asker.relay.url}/responses"
        with pytest.raises(aiohttp.ClientPayloadError):
            async with asker.session.post(url, json=ASKED | {"stream": True}, headers=HEADERS) as response:
                await response.read()
        await asker.shown.ended.wait()
    assert asker.rows[-1]["outcome"] == "refused"


async def test_the_last_thing_said_is_the_gist_and_the_list_has_none() -> None:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Дальше"}]}
    async with asking() as asker:
        await asker.ask(input=[item])
        await asker.ask(input=[{"content": "просто"}])
        async with asker.session.get(f"{asker.relay.url}/models", headers=HEADERS) as response:
            assert response.status == 200
    assert [row["gist"] for row in asker.rows[::2]] == ["t=0.3 · Дальше", "t=0.3 · просто", ""]


@pytest.mark.parametrize("status", [429, 500])
async def test_an_error_on_cue(status: int) -> None:
    async with asking() as asker:
        asker.relay.set_trouble(str(status))
        assert (await asker.ask())[0] == status
        assert asker.server.requests == []
        asker.relay.set_trouble("")
        assert (await asker.ask())[0] == 200
    assert [row["outcome"] for row in asker.rows] == ["pending", "refused", "pending", "ok"]


async def test_a_slow_model() -> None:
    async with asking() as asker:
        asker.relay.set_trouble("slow")
        assert (await asker.ask())[0] == 200
    assert asker.rows[-1]["took_s"] >= 0.05


async def test_a_hang_that_the_bot_gives_up() -> None:
    async with asking() as asker:
        asker.relay.set_trouble("hang")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asker.ask(), 0.1)
        await asyncio.wait_for(asker.shown.ended.wait(), 5)
    assert asker.rows[-1]["outcome"] == "cut"


async def test_a_cut_breaks_the_request_under_way_and_the_next() -> None:
    async with asking() as asker:
        asker.relay.set_trouble("hang")
        waiting = asyncio.create_task(asker.ask())
        await asyncio.wait_for(asker.shown.began.wait(), 5)
        asker.relay.set_trouble("model_cut")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await waiting
        with pytest.raises(aiohttp.ClientError):
            await asker.ask()
        asker.relay.set_trouble("")
        assert (await asker.ask())[0] == 200


async def test_what_is_no_json_is_shown_as_it_is() -> None:
    async with asking() as asker:
        asker.server.html(502)
        async with asker.session.post(f"{asker.relay.url}/responses", data=b"{", headers=HEADERS) as response:
            assert response.status == 502
            assert response.content_type == "text/html"
    assert asker.rows[0]["request"] == "{"
    assert "502 Bad Gateway" in asker.rows[1]["response"]


async def test_a_model_that_can_not_be_reached() -> None:
    rows: list[Json] = []
    async with (
        ModelRelay("http://127.0.0.1:9/v1", rows.append) as relay,
        aiohttp.ClientSession() as session,
        session.post(f"{relay.url}/responses", json=ASKED) as response,
    ):
        assert response.status == 502
    assert rows[-1]["outcome"] == "refused"
    assert "ClientConnectorError" in rows[-1]["response"]


async def test_flood_control_until_it_is_switched_off(desk: Desk, bot: Bot) -> None:
    chat = desk.private("member")
    await desk.act("say", chat_id=chat.id, text="Привет")
    await desk.act("trouble", name="flood", on=True)
    for _ in range(2):
        parameters = await bot.refused(
            429, "Too Many Requests: retry after 5", "sendMessage", chat_id=chat.id, text="Раз"
        )
        assert parameters == {"retry_after": 5}
    await desk.act("trouble", name="flood", on=False)
    await bot.call("sendMessage", chat_id=chat.id, text="Раз")


async def test_telegram_s_own_errors_and_a_cut_network(desk: Desk, bot: Bot) -> None:
    await desk.act("trouble", name="telegram_500", on=True)
    await bot.refused(500, "Internal Server Error", "getMe")
    await desk.act("trouble", name="telegram_500", on=False)
    async with desk.events() as events:
        await desk.act("trouble", name="cut", on=True)
        with pytest.raises(aiohttp.ClientError):
            await bot.call("getMe")
        assert (await events.row("getMe", "cut"))["took_s"] >= 0
    await desk.act("trouble", name="cut", on=False)
    assert (await bot.call("getMe"))["is_bot"] is True


async def test_a_cut_ends_the_long_poll_that_waits(desk: Desk, bot: Bot) -> None:
    async with desk.events() as events:
        poll = asyncio.create_task(bot.call("getUpdates", timeout=50))
        await events.row("getUpdates", "pending")
        await desk.act("trouble", name="cut", on=True)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await poll
        await events.row("getUpdates", "cut")
    await desk.act("trouble", name="cut", on=False)
    await desk.act("say", chat_id=desk.private("member").id, text="Снова")
    assert [update["message"]["text"] for update in await bot.updates()] == ["Снова"]


async def test_switches_are_shown_and_the_model_has_one_at_a_time(desk: Desk) -> None:
    async with desk.events() as events:
        await desk.act("trouble", name="cut", on=True)
        await desk.act("trouble", name="slow", on=True)
        await desk.act("trouble", name="hang", on=True)
        shown = await events.until(lambda e: e["type"] == "extra" and len(e["value"].get("on", ())) == 2)
        assert shown["value"]["on"] == ["cut", "slow"]
        shown = await events.until(lambda e: e["type"] == "extra")
        assert shown["value"]["on"] == ["cut", "hang"]
        await desk.act("trouble", name="hang", on=False)
        shown = await events.until(lambda e: e["type"] == "extra")
        assert shown["value"]["on"] == ["cut"]
