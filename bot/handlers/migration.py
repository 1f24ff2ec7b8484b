"""The service messages that tell of a group's new id: one in the old chat, one in the new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import MessageHandler, filters

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.services import Services
    from bot.updates.application import PTBApplication


class Migration:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def told(self, update: Update, _context: Any) -> None:
        message = update.message
        if message is None:
            return
        if message.migrate_to_chat_id is not None:
            await self._services.moves.moved(message.chat.id, message.migrate_to_chat_id)
        if message.migrate_from_chat_id is not None:
            await self._services.moves.moved(message.migrate_from_chat_id, message.chat.id)


def register(application: PTBApplication, services: Services, *, group: int) -> None:
    told = filters.UpdateType.MESSAGE & filters.StatusUpdate.MIGRATE
    application.add_handler(MessageHandler(told, Migration(services).told), group=group)
