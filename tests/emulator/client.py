"""A bare Bot API client: what the tests of the emulator use for a bot."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.emulator.world import World


class RefusedError(Exception):
    """An answer with `ok` false."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(answer["description"])
        self.status = status
        self.description = answer["description"]
        self.parameters = answer.get("parameters", {})


class Bot:
    """Calls the methods of one world's bot."""

    def __init__(self, world: World, session: aiohttp.ClientSession) -> None:
        self._world = world
        self.session = session
        self._offset = 0

    async def call(self, method: str, **params: Any) -> Any:
        """The method's result; parameters go as JSON."""
        url = f"{self._world.url}/bot{self._world.token}/{method}"
        async with self.session.post(url, json=params) as response:
            return await _result(response)

    async def upload(self, method: str, **params: Any) -> Any:
        """Likewise as a multipart form, where bytes are a file."""
        form = aiohttp.FormData(quote_fields=False)
        for name, value in params.items():
            if isinstance(value, bytes):
                form.add_field(name, io.BytesIO(value), filename="ответ.py", content_type="text/x-python")
            else:
                form.add_field(name, str(value))
        url = f"{self._world.url}/bot{self._world.token}/{method}"
        async with self.session.post(url, data=form) as response:
            return await _result(response)

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """New updates; those given before are confirmed."""
        found: list[dict[str, Any]] = await self.call("getUpdates", offset=self._offset, **params)
        if found:
            self._offset = found[-1]["update_id"] + 1
        return found

    async def refused(self, status: int, description: str, method: str, **params: Any) -> dict[str, Any]:
        """Calls a method that has to be refused in these words; gives the refusal's `parameters`."""
        with pytest.raises(RefusedError) as caught:
            await self.call(method, **params)
        assert (caught.value.status, caught.value.description) == (status, description)
        parameters: dict[str, Any] = caught.value.parameters
        return parameters


async def _result(response: aiohttp.ClientResponse) -> Any:
    answer = await response.json()
    if not answer["ok"]:
        assert answer["error_code"] == response.status
        raise RefusedError(response.status, answer)
    return answer["result"]


@asynccontextmanager
async def bot_of(world: World) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(world, session)
