"""Turns as people see them, and what operators are told: built together, over one bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.delivery.flood import Priority
from bot.delivery.sending import Sender
from bot.options.preferences import Preferences
from bot.presenting.alerts import Alerts
from bot.presenting.muting import Muting
from bot.presenting.operators import Operators
from bot.presenting.presenter import TelegramPresenter
from bot.presenting.reactions import Reactions
from bot.store import Store
from bot.store.chat_moves import Moves
from bot.texts import Catalogue

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.config.settings import Settings

__all__ = ["Presenting"]


class Presenting:
    """The presenter, and what it needs that others need too."""

    def __init__(self, settings: Settings, *, bot: ExtBot[Priority], store: Store, clock: Clock) -> None:
        self.catalogue = Catalogue(settings.default_language, settings.time_zone)
        self.preferences = Preferences(store, settings.chat_defaults(), self.catalogue)
        sender = Sender(bot, clock=clock)
        self.moves = Moves(store)
        self.muting = Muting(bot=bot, store=store, clock=clock)
        self.operators = Operators(settings.admin_users, bot=bot, preferences=self.preferences)
        self.alerts = Alerts(sender, preferences=self.preferences, clock=clock, admins=settings.admin_users)
        self._reactions = Reactions(bot, clock)
        self.presenter = TelegramPresenter(
            sender=sender,
            store=store,
            preferences=self.preferences,
            alerts=self.alerts,
            moves=self.moves,
            reactions=self._reactions,
            muting=self.muting,
            clock=clock,
        )

    async def close(self) -> None:
        await self.presenter.buttons.close()
        await self._reactions.close()
        await self.alerts.close()
