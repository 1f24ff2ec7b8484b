"""Telling Telegram where updates go: to the webhook, or to whoever polls."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot

log = logging.getLogger("bot.webhook")


def path_of(url: str) -> str:
    """Where the web server waits for what Telegram posts to `url`."""
    return urlsplit(url).path or "/"


async def register(bot: Bot, *, url: str, secret: str, allowed_updates: Sequence[str]) -> None:
    """Updates are posted to `url` from now on, those that wait included. Raises TelegramError."""
    await bot.set_webhook(
        url, secret_token=secret, allowed_updates=allowed_updates, drop_pending_updates=False
    )
    log.info("updates come to the webhook at %s", urlsplit(url).hostname)


async def unregister(bot: Bot) -> None:
    """Whoever polls gets the updates, those that wait included. Raises TelegramError."""
    url = (await bot.get_webhook_info()).url
    if url:
        log.warning("WEBHOOK_URL is empty: the webhook at %s is removed", urlsplit(url).hostname)
        await bot.delete_webhook(drop_pending_updates=False)
