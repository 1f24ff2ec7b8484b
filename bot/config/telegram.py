"""Variables of the way to Telegram."""

from __future__ import annotations

from typing import Annotated

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.config.kinds import ProxyUrl, WebUrl, matching, proxy_url, variable, web_url, whole


class TelegramSettings(BaseSettings):
    telegram_bot_token: Annotated[SecretStr, matching(r"\d{1,20}:[A-Za-z0-9_-]{20,80}")] = variable(
        ...,
        takes="the token that @BotFather gave",
        example="123456789:AAExampleExampleExampleExampleExample",
        about="the bot's token, from @BotFather",
    )
    telegram_api_url: WebUrl = web_url(
        "https://api.telegram.org", about="root of the Bot API; files are under /file/bot<token>/"
    )
    telegram_rate_per_s: int = whole(
        30,
        least=1,
        most=1000,
        about="sends and edits a second over all chats; more than 30 only for bots that pay for it",
    )
    telegram_proxy_url: ProxyUrl | None = proxy_url(
        about="proxy for Telegram only", example="socks5://user:password@proxy.example:1080"
    )
