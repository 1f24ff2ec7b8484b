"""The running bot: its rooms built, started and stopped in order. The one composition root."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import TYPE_CHECKING, Final

from telegram.error import Forbidden, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.answering import Answering, AnsweringConfig
from bot.app import build_application, register_commands
from bot.clock import Clock, SystemClock
from bot.delivery import FloodControl, Sender, Transport
from bot.handlers.authority import Admins
from bot.handlers.services import Services
from bot.model import Model, ModelConfig
from bot.polling import Poller, TelegramRefused
from bot.preferences import Preferences
from bot.presenting import TelegramPresenter
from bot.receiving import Receiver
from bot.store import Store

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger("bot.service")

START_RETRY_S: Final = 5.0


class Service:
    """`start`, then `run` until it is cancelled or Telegram refuses, then `stop`: each once."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Opens the database; raises `StoreUnavailable` or `StoreBusy`."""
        self._settings = settings
        self._clock = clock
        self.store = Store.open(settings.database_url.get_secret_value(), clock=clock)
        proxy = settings.telegram_proxy_url
        self._polls = Transport(proxy_url=proxy.get_secret_value() if proxy else None, connections=2)
        self._flood = FloodControl(clock, rate_per_s=settings.telegram_rate_per_s)
        self.bot = ExtBot(
            settings.telegram_bot_token.get_secret_value(),
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_api_url}/file/bot",
            request=Transport(proxy_url=proxy.get_secret_value() if proxy else None),
            get_updates_request=self._polls,
            rate_limiter=self._flood,
        )
