"""Whoever may not use the bot is told so, and groups that may not are left."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from telegram import Chat
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.core.clock import Clock
from bot.handlers.access_requests import AccessRequests, line_of
from bot.handlers.allowed import Allowed
from bot.screens.names import plain_name
from bot.store import KnownChat, Store, Stranger
from bot.store.chat_moves import Moves

if TYPE_CHECKING:
    from telegram import Bot, Message

    from bot.texts import Texts

log = logging.getLogger(__name__)

LEAVES_AFTER: Final = timedelta(days=1)


class Access:
    """Who is refused hears it, then silence; a group has a day to be let in."""

    def __init__(
        self,
        *,
        allowed: Allowed,
        requests: AccessRequests | None,
        bot: Bot,
        store: Store,
        moves: Moves,
        clock: Clock,
    ) -> None:
        """Without `requests` strangers are only told their number."""
        self.allowed = allowed
        self.requests = requests
        self._bot = bot
        self._store = store
        self._moves = moves
        self._clock = clock

    async def known(self, chat: Chat) -> KnownChat:
        """What is known of a chat, by its present title and kind."""
        known = await self._store.chats.get(chat.id) or KnownChat(chat.id, chat.type)
        return replace(known, kind=chat.type, title=chat.title or "")

    async def refuse(
        self,
        known: KnownChat,
        stranger: Stranger,
        texts: Texts,
        message: Message | None = None,
        *,
        asker: str,
        update_id: int | None = None,
        asks: bool = False,
    ) -> None:
        """At most a line, in reply to a message if any; then silence, until the operators let them in."""
        first, knock, text_id = known.refused_at is None, None, ""
        if self.requests is not None:
            knock = await self._store.access.knock(stranger, asker=asker, update_id=update_id, asks=asks)
            text_id = line_of(knock)
        elif first:
            text_id = "access-person" if known.kind == Chat.PRIVATE else "access-chat"
        if first:
            # First: while Telegram holds the line back, others who are refused must not be told it too.
            await self._store.chats.save(replace(known, refused_at=self._clock.now()))
        try:
            if text_id:
                await self._say(known, texts, text_id, message)
        except asyncio.CancelledError:
            knock = None  # the process ends: the next one passes it on
            raise
        finally:
            if self.requests is not None and knock is not None:
                await self.requests.ask(knock, asker=asker)

    async def _say(self, known: KnownChat, texts: Texts, text_id: str, message: Message | None) -> None:
        numbered = {"id": str(known.chat_id)} if text_id in {"access-person", "access-chat"} else {}
        line = texts(text_id, **numbered)
        if message is None:
            await self._bot.send_message(known.chat_id, line)
        else:
            await message.reply_text(line, do_quote=known.kind != Chat.PRIVATE)

    async def leave_refused(self) -> None:
        """Leaves the groups that have known for a day that they are not allowed, and still are not.

        One that can't be left now is tried again the next time; all are, once Telegram says to wait.
        """
        for chat in await self._store.chats.refused_before(self._clock.now() - LEAVES_AFTER):
            if chat in self.allowed:
                await self._store.chats.save(replace(chat, refused_at=None))
                continue
            try:
                await self._bot.leave_chat(chat.chat_id)
            except (Forbidden, BadRequest) as gone:
                log.info("not in a chat any more: %s", gone, extra={"chat_id": chat.chat_id})
            except ChatMigrated as moved:
                await self._moves.moved(chat.chat_id, moved.new_chat_id)
                continue
            except TelegramError as failed:
                log.warning(
                    "a chat can't be left: %s", type(failed).__name__, extra={"chat_id": chat.chat_id}
                )
                if isinstance(failed, RetryAfter):
                    return
                continue
            await self._store.chats.save(replace(chat, removed_at=self._clock.now()))


def stranger_of(chat: Chat, language: str = "") -> Stranger:
    """The person of a private chat, who speaks this language, or the group."""
    private = chat.type == Chat.PRIVATE
    name = (chat.full_name if private else chat.title) or ""
    return Stranger(chat.id, plain_name(name), chat.username or "", language if private else "")
