"""The first word with Telegram: whether it knows the token, and whom it gives updates to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.updates.polling import TelegramRefused
from bot.updates.webhook import unregister

if TYPE_CHECKING:
    from telegram.ext import Application

    from bot.core.clock import Clock

RETRY_S: Final = 5.0

log = logging.getLogger(__name__)


async def reach_telegram(
    application: Application[Any, Any, Any, Any, Any, Any], clock: Clock, *, polling: bool
) -> None:
    """Initializes the application; a Telegram out of reach is waited for. Raises `TelegramRefused`.

    With `polling` a webhook that is set is removed.
    """
    while True:
        try:
            await application.initialize()
            if polling:
                await unregister(application.bot)
        except (InvalidToken, Forbidden):
            raise TelegramRefused("Telegram does not know this token: check TELEGRAM_BOT_TOKEN") from None
        except TelegramError as error:
            log.warning("Telegram can't be reached (%s): trying again", type(error).__name__)
            await clock.sleep(RETRY_S)
        else:
            return
