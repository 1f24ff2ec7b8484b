"""Variables of the way to Telegram."""

from __future__ import annotations

from typing import Annotated

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.config.kinds import ProxyUrl, WebUrl, matching, variable


class TelegramSettings(BaseSettings):
    telegram_bot_token: Annotated[SecretStr, matching(r"\d{1,20}:[A-Za-z0-9_-]{20,80}")] = variable(
        ...,
        takes="the token that @BotFather gave",
        example="123456789:AAExampleExampleExampleExampleExample",
        about="the bot's token, from @BotFather",
    )
    telegram_api_url: WebUrl = variable(
        "https://api.telegram.org",
        takes="an http or https URL",
        example="https://api.telegram.org",
        about="root of the Bot API; files are under /file/bot<token>/",
    )
    telegram_rate_per_s: int = variable(
        30,
        ge=1,
        le=1000,
        takes="a whole number from 1 to 1000",
        example="30",
        about="sends and edits a second over all chats; more than 30 only for bots that pay for it",
    )
    telegram_proxy_url: ProxyUrl | None = variable(
        None,
        takes="an http, https, socks5 or socks5h URL, user and password percent-encoded (for SOCKS in ASCII)",
        example="socks5://user:password@proxy.example:1080",
        about="proxy for Telegram only",
    )
