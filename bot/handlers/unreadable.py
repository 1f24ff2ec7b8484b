"""A line for whoever sent what could not be read or dealt with: nobody waits in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import Chat, ReplyParameters

from bot.core.values import Conversation, is_private
from bot.handlers.addressing import ASK, wake_word
from bot.handlers.allowed import Allowed
from bot.options.preferences import Preferences
from bot.store import KnownChat

if TYPE_CHECKING:
    from telegram import Bot

    from bot.texts import Texts

Json = dict[str, Any]


class UnreadableUpdates:
    """Takes raw updates: what is missing in one may be anything, and then nobody is told."""

    def __init__(self, *, bot: Bot, allowed: Allowed, preferences: Preferences) -> None:
        self._bot = bot
        self._allowed = allowed
        self._preferences = preferences

    async def tell(self, raw: Json) -> None:
        """In a group only who addressed the bot. Raises anything, of an update of any form."""
        press, message = raw.get("callback_query"), raw.get("message")
        if press is not None:
            author = _part(press, "from")
            texts = await self._texts(Conversation(author.get("id") or 1), author)
            await self._bot.answer_callback_query(press["id"], texts("message-unreadable"))
        elif message is not None and await self._is_meant(message):
            place = _conversation_of(message)
            await self._bot.send_message(
                place.chat_id,
                (await self._texts(place, _part(message, "from")))("message-unreadable"),
                message_thread_id=place.thread_id or None,
                reply_parameters=_reply_to(message),
            )

    async def _is_meant(self, message: Json) -> bool:
        place = _conversation_of(message)
        private = place.private
        if KnownChat(place.chat_id, Chat.PRIVATE if private else Chat.SUPERGROUP) not in self._allowed:
            return False
        if private:
            return True
        if "forward_origin" in message or _part(message, "from").get("is_bot"):
            return False
        written = message.get("text") or message.get("caption")
        said = written if isinstance(written, str) else ""
        answered = _part(_part(message, "reply_to_message"), "from").get("id") == self._bot.id
        asks = said.split(maxsplit=1)[:1] == [f"/{ASK}"]
        if answered or asks or f"@{self._bot.username}".casefold() in said.casefold():
            return True
        return bool(wake_word(said, (await self._preferences.settings(place)).wake_words))

    async def _texts(self, place: Conversation, author: Json) -> Texts:
        return await self._preferences.texts(place, str(author.get("language_code", "")))


def _part(data: Json, name: str) -> Json:
    """An object inside another; empty where it is none."""
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _conversation_of(message: Json) -> Conversation:
    thread = message.get("message_thread_id") if "is_topic_message" in message else None
    return Conversation(message["chat"]["id"], thread if isinstance(thread, int) else 0)


def _reply_to(message: Json) -> ReplyParameters | None:
    if is_private(message["chat"]["id"]) or not isinstance(message.get("message_id"), int):
        return None
    return ReplyParameters(message["message_id"], allow_sending_without_reply=True)
