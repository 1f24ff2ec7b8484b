"""A line for whoever sent what could not be read or dealt with: nobody waits in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import Chat, ReplyParameters

from bot.core.values import Conversation
from bot.handlers.addressing import ASK
from bot.store import KnownChat

if TYPE_CHECKING:
    from telegram import Bot

    from bot.handlers.allowed import Allowed
    from bot.options.preferences import Preferences
    from bot.texts import Catalogue, Texts

Json = dict[str, Any]


class UnreadableUpdates:
    """Takes raw updates: what is missing in one may be anything, and then nobody is told."""

    def __init__(self, *, bot: Bot, allowed: Allowed, preferences: Preferences, catalogue: Catalogue) -> None:
        self._bot = bot
        self._allowed = allowed
        self._preferences = preferences
        self._catalogue = catalogue

    async def tell(self, raw: Json) -> None:
        """In a group only who addressed the bot. Raises anything, of an update of any form."""
        press, message = raw.get("callback_query"), raw.get("message")
        if press is not None:
            author = press.get("from", {})
            texts = await self._texts(author.get("id") or 1, author)
            await self._bot.answer_callback_query(press["id"], texts("message-unreadable"))
        elif message is not None and self._is_meant(message):
            chat_id = message["chat"]["id"]
            await self._bot.send_message(
                chat_id,
                (await self._texts(chat_id, message.get("from", {})))("message-unreadable"),
                message_thread_id=message.get("message_thread_id") if "is_topic_message" in message else None,
                reply_parameters=_reply_to(message),
            )

    def _is_meant(self, message: Json) -> bool:
        chat_id, written = message["chat"]["id"], message.get("text") or message.get("caption")
        said = written if isinstance(written, str) else ""
        private = chat_id > 0
        if KnownChat(chat_id, Chat.PRIVATE if private else Chat.SUPERGROUP) not in self._allowed:
            return False
        answered = message.get("reply_to_message", {}).get("from", {}).get("id") == self._bot.id
        asks = said.split(maxsplit=1)[:1] == [f"/{ASK}"]
        return private or answered or asks or f"@{self._bot.username}".casefold() in said.casefold()

    async def _texts(self, chat_id: int, author: Json) -> Texts:
        language = (await self._preferences.settings(Conversation(chat_id))).language
        return self._catalogue.for_language(language, author.get("language_code", "") if chat_id > 0 else "")


def _reply_to(message: Json) -> ReplyParameters | None:
    if message["chat"]["id"] > 0 or "message_id" not in message:
        return None
    return ReplyParameters(message["message_id"], allow_sending_without_reply=True)
