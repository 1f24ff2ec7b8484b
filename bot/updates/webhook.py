"""The first words with Telegram: whether it knows the token, and where updates go."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.core.clock import Clock
from bot.updates.dispatching import PTBApplication
from bot.updates.polling import TelegramRefused

if TYPE_CHECKING:
    from telegram import Bot

RETRY_S: Final = 5.0

log = logging.getLogger(__name__)


class WebhookRefused(Exception):
    """Telegram will not post updates to this URL."""


def path_of(url: str) -> str:
    """Where the web server waits for what Telegram posts to `url`."""
    return urlsplit(url).path or "/"


async def reach_telegram(application: PTBApplication, clock: Clock, *, polling: bool) -> None:
    """Initializes the application; a Telegram out of reach is waited for. Raises `TelegramRefused`.

    With `polling` a webhook that is set is removed.
    """

    async def reach() -> None:
        try:
            await application.initialize()
            if polling:
                await unregister(application.bot)
        except (InvalidToken, Forbidden):
            raise TelegramRefused("Telegram does not know this token: check TELEGRAM_BOT_TOKEN") from None

    await _until_reached(reach, clock, "Telegram can't be reached (%s): trying again")


async def register_until_done(
    bot: Bot, clock: Clock, *, url: str, secret: str, allowed_updates: Sequence[str]
) -> None:
    """Waits for a Telegram out of reach. Raises WebhookRefused."""

    async def reach() -> None:
        try:
            await register(bot, url=url, secret=secret, allowed_updates=allowed_updates)
        except BadRequest as refused:
            raise WebhookRefused(f"WEBHOOK_URL: Telegram refuses it: {refused}") from None

    await _until_reached(reach, clock, "the webhook could not be set (%s): trying again")


async def _until_reached(reach: Callable[[], Awaitable[None]], clock: Clock, warning: str) -> None:
    while True:
        try:
            return await reach()
        except TelegramError as error:
            log.warning(warning, type(error).__name__)
            await clock.sleep(RETRY_S)


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
