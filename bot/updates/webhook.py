"""Telling Telegram where updates go: to the webhook, or to whoever polls."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from telegram.error import BadRequest, TelegramError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot

    from bot.core.clock import Clock

RETRY_S: Final = 5.0

log = logging.getLogger(__name__)


class WebhookRefused(Exception):
    """Telegram will not post updates to this URL."""


def path_of(url: str) -> str:
    """Where the web server waits for what Telegram posts to `url`."""
    return urlsplit(url).path or "/"


async def register_until_done(
    bot: Bot, clock: Clock, *, url: str, secret: str, allowed_updates: Sequence[str]
) -> None:
    """Waits for a Telegram out of reach. Raises WebhookRefused."""
    while True:
        try:
            await register(bot, url=url, secret=secret, allowed_updates=allowed_updates)
        except BadRequest as refused:
            raise WebhookRefused(f"WEBHOOK_URL: Telegram refuses it: {refused}") from None
        except TelegramError as error:
            log.warning("the webhook could not be set (%s): trying again", type(error).__name__)
            await clock.sleep(RETRY_S)
        else:
            return


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
