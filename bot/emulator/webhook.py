"""Delivers updates to the bot's webhook: in order within a chat, chats side by side, again until taken.

Telegram takes any 2xx for an answer and repeats the rest with growing pauses:
https://core.telegram.org/bots/api#setwebhook. Not modelled: a method call in the answer's body.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import aiohttp

from bot.emulator.ticking import Clock
from bot.emulator.updates import Updates, Waiting

Json = dict[str, Any]

TIMEOUT_S = 60.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
DEFAULT_CONNECTIONS = 40
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name


class Webhook:
    """Runs as long as the world does; does nothing while no webhook is set."""

    def __init__(self, updates: Updates, clock: Clock) -> None:
        self._updates = updates
        self._clock = clock
        self._posting: dict[int, asyncio.Task[None]] = {}
        """By chat: the delivery under way."""

    async def run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            try:
                while True:
                    more = self._updates.queued.next()
                    self._start_deliveries(session)
                    await more
            finally:
                for task in self._posting.values():
                    task.cancel()
                await asyncio.gather(*self._posting.values(), return_exceptions=True)

    def _start_deliveries(self, session: aiohttp.ClientSession) -> None:
        if not self._updates.webhook:
            return
        limit = self._updates.webhook.get("max_connections", DEFAULT_CONNECTIONS)
        for update in self._updates.waiting:
            key = _order_key(update.json)
            if key not in self._posting and len(self._posting) < limit:
                task = asyncio.create_task(self._deliver(session, update))
                self._posting[key] = task
                task.add_done_callback(partial(self._delivered, key))

    def _delivered(self, key: int, _: asyncio.Task[None]) -> None:
        del self._posting[key]
        self._updates.queued.beat()

    async def _deliver(self, session: aiohttp.ClientSession, update: Waiting) -> None:
        pause_s = FIRST_PAUSE_S
        while (webhook := self._updates.webhook) and update in self._updates.waiting:
            fault = await _post(session, webhook, update.json)
            if not fault:
                self._updates.take(update)
                return
            self._updates.refuse(fault, int(self._clock.now().timestamp()))
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


async def _post(session: aiohttp.ClientSession, webhook: Json, update: Json) -> str:
    """What went wrong; empty when the bot took the update."""
    secret = webhook.get("secret_token", "")
    headers = {SECRET_HEADER: secret} if secret else {}
    try:
        async with session.post(webhook["url"], json=update, headers=headers) as response:
            if response.ok:
                return ""
            return f"Wrong response from the webhook: {response.status} {response.reason}"
    except aiohttp.ClientConnectorError:
        return "Connection refused"
    except (aiohttp.ClientError, TimeoutError):
        return "Connection closed or timed out"


def _order_key(update: Json) -> int:
    """Updates with the same key are delivered one after another."""
    for name, payload in update.items():
        if name != "update_id" and isinstance(payload, dict):
            place = payload.get("chat") or payload.get("message", {}).get("chat") or payload.get("from") or {}
            return int(place.get("id", 0))
    return 0
