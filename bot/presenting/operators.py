"""What operators are shown in private, each in their language; one out of reach is no other's trouble."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.core.values import Conversation
from bot.delivery.flood import Priority
from bot.options.preferences import Preferences
from bot.screens.keyboards import inline_keyboard
from bot.screens.views import View
from bot.texts import Texts

if TYPE_CHECKING:
    from telegram.ext import ExtBot

log = logging.getLogger(__name__)


class Operators:
    """The people of `ADMIN_USERS`."""

    def __init__(self, ids: Collection[int], *, bot: ExtBot[Priority], preferences: Preferences) -> None:
        self._ids = sorted(ids)
        self._bot = bot
        self._preferences = preferences

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __contains__(self, user_id: int) -> bool:
        return user_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    async def texts(self, operator: int) -> Texts:
        return await self._preferences.texts(Conversation(operator))

    async def show(self, operator: int, view: View) -> int | None:
        """The number of the message; None: this one can't be reached now."""
        try:
            sent = await self._bot.send_message(operator, view.text, reply_markup=inline_keyboard(view.rows))
        except TelegramError as error:
            log.warning("an operator can't be reached: %s", type(error).__name__)
            return None
        return sent.message_id

    async def change(self, operator: int, message_id: int, view: View) -> bool:
        """Shows something else in a message's place; whether it stands there now."""
        try:
            await self._bot.edit_message_text(
                view.text,
                operator,
                message_id,
                reply_markup=inline_keyboard(view.rows),
                rate_limit_args=Priority.TIDYING,
            )
        except TelegramError as error:
            log.info("a message to an operator stays as it is: %s", type(error).__name__)
            return False
        return True

    async def name(self, operator: int) -> str:
        """As Telegram has it; else the number."""
        try:
            chat = await self._bot.get_chat(operator)
        except TelegramError:
            return str(operator)
        return chat.effective_name or str(operator)
