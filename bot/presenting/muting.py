"""Groups in which the bot may not write: nothing is done there, and nothing paid for, until it may again."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeGuard

from telegram import ChatMemberAdministrator, ChatMemberOwner, ChatMemberRestricted
from telegram.error import TelegramError

from bot.core.clock import Clock
from bot.presenting.closed_topics import ClosedTopics
from bot.store import KnownChat, Store

if TYPE_CHECKING:
    from telegram import Bot, ChatMember

log = logging.getLogger(__name__)

SPEAKS: Final = "can_send_messages"
SENDS_FILES: Final = "can_send_documents"
REACTS: Final = "can_react_to_messages"
LOOK_EVERY_S: Final = 60.0
LONGEST_LOOK_EVERY_S: Final = 3600.0
"""Where Telegram says that the bot may write, and then refuses what it writes."""


class Muting:
    """Known from a refusal or from Telegram's own word; asked of Telegram now and then, when somebody writes.

    Of a change of a group's general permissions bots are not told.
    """

    def __init__(self, *, bot: Bot, store: Store, clock: Clock) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self.topics = ClosedTopics(clock)
        self._looks: dict[int, tuple[float, float]] = {}
        """By chat: when Telegram is asked next, and how long after that."""

    async def note(self, chat_id: int) -> None:
        """Telegram has refused a message there."""
        _, every_s = self._looks.get(chat_id, (0.0, LOOK_EVERY_S / 2))
        self._look_after(chat_id, min(2 * every_s, LONGEST_LOOK_EVERY_S))
        known = await self._store.chats.get(chat_id) or KnownChat(chat_id, "supergroup")
        if known.muted_at is None:
            log.warning("The bot may not write in a chat: nothing is asked there", extra={"chat_id": chat_id})
            await self._store.chats.save(replace(known, muted_at=self._clock.now()))

    def told(self, known: KnownChat, *, speaks: bool) -> KnownChat:
        """The chat as it is since Telegram has told of the bot's rights there; for its owner to save."""
        self._looks.pop(known.chat_id, None)
        self.topics.reopened(known.chat_id)
        if not speaks and known.muted_at is None:
            log.warning("The bot may not write in a chat", extra={"chat_id": known.chat_id})
        return replace(known, muted_at=None if speaks else known.muted_at or self._clock.now())

    async def holds(self, known: KnownChat) -> bool:
        """Whether the bot may not write in the chat, as far as it is known."""
        look_s, every_s = self._looks.get(known.chat_id, (0.0, LOOK_EVERY_S))
        if known.muted_at is None or self._clock.monotonic() < look_s:
            return known.muted_at is not None
        self._look_after(known.chat_id, every_s)
        try:
            member = await self._bot.get_chat_member(known.chat_id, self._bot.id)
        except TelegramError:
            return True
        if SPEAKS in await lacking(self._bot, known.chat_id, member):
            return True
        log.info("The bot may write in a chat again", extra={"chat_id": known.chat_id})
        await self._store.chats.save(replace(known, muted_at=None))
        return False

    def _look_after(self, chat_id: int, every_s: float) -> None:
        now_s = self._clock.monotonic()
        day_ago_s = now_s - 24 * LONGEST_LOOK_EVERY_S
        self._looks = {chat: look for chat, look in self._looks.items() if look[0] > day_ago_s}
        self._looks[chat_id] = now_s + every_s, every_s


def is_admin(member: ChatMember) -> TypeGuard[ChatMemberOwner | ChatMemberAdministrator]:
    return isinstance(member, ChatMemberOwner | ChatMemberAdministrator)


async def lacking(bot: Bot, chat_id: int, member: ChatMember) -> list[str]:
    """What the bot, being this member, may not do of what it does; an administrator may do all of it."""
    if is_admin(member):
        return []
    limits: list[object] = [member] if isinstance(member, ChatMemberRestricted) else []
    with suppress(TelegramError):  # then it is taken to be allowed
        limits.append((await bot.get_chat(chat_id)).permissions)
    return [
        right
        for right in (SPEAKS, SENDS_FILES, REACTS)
        if any(getattr(limit, right, None) is False for limit in limits)
    ]
