"""The bot as python-telegram-bot has it, with our transport and our flood control."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import Defaults, ExtBot

from bot.delivery.flood import FloodControl, Priority
from bot.delivery.transport import Transport

if TYPE_CHECKING:
    from bot.config.settings import Settings


def build_bot(
    settings: Settings, flood: FloodControl | None = None, **options: Any
) -> tuple[ExtBot[Priority], Transport]:
    """The bot, and what its polls go by; `options` are those of `Transport`."""
    proxy = settings.telegram_proxy_url
    options |= {"proxy_url": proxy.get_secret_value() if proxy is not None else None}
    polls = Transport(**options)
    bot = ExtBot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=Transport(**options),
        get_updates_request=polls,
        rate_limiter=flood,
        # A reply to a message that is gone by then is sent without it.
        defaults=Defaults(allow_sending_without_reply=True),
    )
    return bot, polls
