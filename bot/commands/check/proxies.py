"""Whether the proxies themselves can be reached, so that they are told from what lies behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit

from bot.commands.check.points import Point, failed, ok
from bot.commands.exits import Exit
from bot.config.settings import Settings

CONNECT_S: Final = 5.0


async def check_proxies(settings: Settings) -> AsyncIterator[Point]:
    """Names the host and the port only: the rest of the URL is a secret."""
    for variable in ("TELEGRAM_PROXY_URL", "YANDEX_CLOUD_PROXY_URL"):
        proxy = getattr(settings, variable.lower())
        if proxy is not None:
            yield await _proxy(variable, proxy.get_secret_value())


async def _proxy(variable: str, url: str) -> Point:
    parts = urlsplit(url)
    host, port = str(parts.hostname), parts.port
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        found = f"{variable}: {host}:{port} can't be reached ({type(error).__name__})"
        return failed(
            "proxy", found, "see that the proxy runs, and that its host and port are right", Exit.FAILED
        )
    writer.close()
    return ok("proxy", f"{variable}: {host}:{port} accepts connections")
