"""The chat page as its own script uses it: over HTTP, by its events and its actions."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.emulator import demo_world
from bot.emulator.page_actions import Actions
from bot.emulator.page_api import Page
from bot.emulator.page_feed import Feed
from bot.emulator.process import BotProcess
from bot.emulator.relay import ModelRelay
from bot.emulator.talk import Chat
from bot.emulator.troubles import Troubles
from bot.emulator.world import World

Json = dict[str, Any]


class Desk:
    """Someone at the page of the demo's world."""

    def __init__(self, world: World, feed: Feed, page: Page, session: aiohttp.ClientSession) -> None:
        self.world = world
        self.feed = feed
        self.page = page
        self.session = session
        self.personas = {persona.key: persona for persona in demo_world.personas(world.state)}

    @property
    def url(self) -> str:
        return self.page.url

    def chat(self, name: str) -> Chat:
        """A demo chat by its key in `demo_world.NAMES`."""
        title = demo_world.NAMES["ru"][name]
        return next(
            self.world.chat(room.id)
            for room in self.world.state.rooms.values()
            if room.title == title and not room.migrated_to
        )

    def private(self, persona: str) -> Chat:
        return self.world.private(self.personas[persona].user)

    async def post(self, action: str, params: Any, **how: Any) -> tuple[int, Json]:
        async with self.session.post(f"{self.url}api/{action}", json=params, **how) as response:
            return response.status, await response.json()

    async def act(self, action: str, persona: str = "member", **params: Any) -> Json:
        """Does what has to succeed."""
        status, answer = await self.post(action, {"as": persona, **params})
        assert status == 200, answer
        return answer

    async def refused(self, reason: str, action: str, persona: str = "member", **params: Any) -> None:
        assert await self.post(action, {"as": persona, **params}) == (409, {"error": reason})

    @asynccontextmanager
    async def events(self) -> AsyncIterator[Events]:
        async with self.session.get(f"{self.url}events") as response:
            assert response.status == 200
            yield Events(response)


class Events:
    """The stream, read event by event."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self) -> Json:
        async for line in self.response.content:
            if line.startswith(b"data: "):
                event: Json = json.loads(line.removeprefix(b"data: "))
                return event
        raise EOFError

    async def until(self, wanted: Callable[[Json], object], timeout_s: float = 20) -> Json:
        async with asyncio.timeout(timeout_s):
            while True:
                event = await self.next()
                if wanted(event):
                    return event

    async def row(self, name: str, *outcomes: str) -> Json:
        """The timeline's next row of that name, once it has one of these outcomes."""
        event = await self.until(
            lambda e: e["type"] == "row" and e["row"]["name"] == name and e["row"]["outcome"] in outcomes
        )
        row: Json = event["row"]
        return row


async def logged(log: Path, text: str) -> None:
    """Waits until a process has written it."""

    def wait() -> None:
        while text not in log.read_text():
            time.sleep(0.01)

    await asyncio.wait_for(asyncio.to_thread(wait), 20)


@asynccontextmanager
async def desk_of(
    *,
    model_url: str = "http://127.0.0.1:9/v1",
    process: Callable[[World, Feed, ModelRelay], BotProcess] | None = None,
    host: str = "127.0.0.1",
    still_here_s: float = 15,
    press_timeout_s: float = 20,
) -> AsyncIterator[Desk]:
    async with World() as world:
        await demo_world.build(world, "ru")
        feed = Feed(world)
        feed.start()
        async with (
            ModelRelay(model_url, feed.row) as relay,
            Page(
                Actions(world, demo_world.personas(world.state), press_timeout_s=press_timeout_s),
                feed,
                Troubles(world, relay),
                process=process(world, feed, relay) if process else None,
                host=host,
                still_here_s=still_here_s,
            ) as page,
            aiohttp.ClientSession() as session,
        ):
            yield Desk(world, feed, page, session)
