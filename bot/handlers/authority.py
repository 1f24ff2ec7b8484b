"""Who may change a chat's settings: asked of Telegram, remembered for at most a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import Chat, ChatMember

from bot.handlers.incoming import is_anonymous_admin

if TYPE_CHECKING:
    from telegram import Bot, Message, User

    from bot.clock import Clock

FRESH_FOR_S: Final = 60.0


class Admins:
    """The administrators of groups, live: `forget` on a `chat_member` update."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._known: dict[int, tuple[float, frozenset[int]]] = {}

    async def of(self, chat_id: int) -> frozenset[int]:
        """Raises `telegram.error.TelegramError` where Telegram does not tell."""
        now_s = self._clock.monotonic()
        known = self._known.get(chat_id)
        if known is not None and now_s - known[0] < FRESH_FOR_S:
            return known[1]
        self._known = {chat: seen for chat, seen in self._known.items() if now_s - seen[0] < FRESH_FOR_S}
        members = await self._bot.get_chat_administrators(chat_id)
        ids = frozenset(
            member.user.id
            for member in members
            if member.status in {ChatMember.OWNER, ChatMember.ADMINISTRATOR}
        )
        self._known[chat_id] = (now_s, ids)
        return ids

    async def wrote(self, message: Message) -> bool:
        """Whether the author of this message administers its chat. In private, everybody does."""
        if message.chat.type == Chat.PRIVATE or is_anonymous_admin(message):
            return True
        return message.from_user is not None and await self.is_one(message.chat, message.from_user)

    async def is_one(self, chat: Chat, user: User) -> bool:
        """Whether a user, with the real id that a button press carries, administers a chat."""
        return chat.type == Chat.PRIVATE or user.id in await self.of(chat.id)

    def forget(self, chat_id: int) -> None:
        self._known.pop(chat_id, None)
