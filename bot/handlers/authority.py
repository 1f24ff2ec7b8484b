"""Who administers a chat: asked of Telegram; what only shows something remembers it for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import Chat
from telegram.error import TelegramError

from bot.core.clock import Clock
from bot.core.values import is_private
from bot.handlers.incoming import full_name, is_anonymous_admin
from bot.presenting.muting import is_admin

if TYPE_CHECKING:
    from telegram import Bot, Message, User

FRESH_FOR_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Known:
    at_s: float
    all: frozenset[int]
    anonymous: frozenset[int]


class Admins:
    """The administrators of groups, live: `forget` on a `chat_member` update."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._known: dict[int, _Known] = {}

    async def of(self, chat_id: int, *, just_now: bool = False) -> frozenset[int]:
        """As Telegram said within the last minute; `just_now`, as it says at this moment: for what changes
        something. Raises `telegram.error.TelegramError` where it does not tell.
        """
        if just_now:
            self.forget(chat_id)
        return (await self._asked(chat_id)).all

    async def shown_name(self, chat_id: int, user: User) -> str:
        """The name under which a chat may see this person: of an anonymous admin, the chat's own.

        Empty where Telegram does not tell.
        """
        if is_private(chat_id):
            return full_name(user)
        try:
            if user.id not in (await self._asked(chat_id)).anonymous:
                return full_name(user)
            return (await self._bot.get_chat(chat_id)).effective_name or ""
        except TelegramError:
            return ""

    async def _asked(self, chat_id: int) -> _Known:
        now_s = self._clock.monotonic()
        known = self._known.get(chat_id)
        if known is not None and now_s - known.at_s < FRESH_FOR_S:
            return known
        self._known = {chat: seen for chat, seen in self._known.items() if now_s - seen.at_s < FRESH_FOR_S}
        members = await self._bot.get_chat_administrators(chat_id)
        admins = [member for member in members if is_admin(member)]
        known = self._known[chat_id] = _Known(
            now_s,
            frozenset(admin.user.id for admin in admins),
            frozenset(admin.user.id for admin in admins if admin.is_anonymous),
        )
        return known

    async def wrote(self, message: Message) -> bool:
        """Whether the author of this message administers its chat, just now; not, where Telegram does not
        tell. In private, everybody does.
        """
        if message.chat.type == Chat.PRIVATE or is_anonymous_admin(message):
            return True
        return message.from_user is not None and await self.is_one(message.chat, message.from_user)

    async def is_one(self, chat: Chat, user: User) -> bool:
        """`wrote` of a user with the real id that a button press carries."""
        if chat.type == Chat.PRIVATE:
            return True
        try:
            return user.id in await self.of(chat.id, just_now=True)
        except TelegramError:
            return False

    def forget(self, chat_id: int) -> None:
        self._known.pop(chat_id, None)
