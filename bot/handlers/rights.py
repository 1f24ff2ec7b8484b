"""Who may see and change which settings: what changes one asks Telegram at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import Chat
from telegram.error import TelegramError

from bot.core.values import Conversation
from bot.handlers.incoming import is_anonymous_admin
from bot.handlers.services import Services
from bot.options import Option

if TYPE_CHECKING:
    from telegram import Message, User


class Rights:
    """Each answers with the id of a text that says no, or None for yes."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def refused_to_author(
        self, message: Message, place: Conversation, option: Option | None, *, changes: bool = True
    ) -> str | None:
        """Of what a person writes, perhaps about another chat than they write in."""
        if message.chat.id == place.chat_id and is_anonymous_admin(message):
            return None
        return await self.refused_to_user(message.chat, message.from_user, place, option, changes=changes)

    async def refused_to_user(
        self,
        chat: Chat,
        user: User | None,
        place: Conversation,
        option: Option | None,
        *,
        changes: bool = True,
    ) -> str | None:
        """Of what a person presses in `chat`; a group's settings may be managed from the private chat too."""
        here = chat.id == place.chat_id
        if not here and (chat.type != Chat.PRIVATE or place.private):
            return "toast-stale-menu"
        if here and (chat.type == Chat.PRIVATE or await self._open_to_all(place, option)):
            return None
        try:
            admins = await self._services.admins.of(place.chat_id, just_now=changes)
            allowed = user is not None and user.id in admins
        except TelegramError:
            return "settings-rights-unknown"
        return None if allowed else "settings-not-allowed"

    async def _open_to_all(self, place: Conversation, option: Option | None) -> bool:
        if option is not None and option.admins_only:
            return False
        return (await self._services.preferences.settings(place)).who_may_change == "everyone"
