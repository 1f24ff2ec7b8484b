"""What a message says, as our own values: who wrote where, whether it speaks to the bot, and what it asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import Chat, MessageEntity, MessageOriginChannel, MessageOriginChat, MessageOriginUser

from bot.chat import Conversation, Person, Question, Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Message, User

ANONYMOUS_ADMIN: Final = 1087968824
"""@GroupAnonymousBot: `from` of a message that an anonymous admin wrote; `sender_chat` is the group."""
CHANNEL_BOT: Final = 136817688
"""@Channel_Bot: `from` of a message that a user wrote as a channel; `sender_chat` is the channel."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message meant for the bot, its mention or wake word taken away. `text` may be empty."""

    text: str
    quote: Quote | None = None
    replies_to: int | None = None


def conversation_of(message: Message) -> Conversation:
    """The thread counts only in topics: elsewhere `message_thread_id` is a chain of replies."""
    topic = message.message_thread_id if message.is_topic_message else None
    return Conversation(message.chat.id, topic or 0)


def is_private(message: Message) -> bool:
    return message.chat.type == Chat.PRIVATE


def person_of(message: Message) -> Person | None:
    """Who speaks; None for whom the bot never answers: other bots, automatic forwards, nobody."""
    if message.is_automatic_forward:
        return None
    if message.sender_chat is not None:
        return Person(message.sender_chat.id, message.sender_chat.effective_name or "")
    user = message.from_user
    if user is None or user.is_bot:
        return None
    return Person(user.id, user.full_name, user.language_code or "")


def is_anonymous_admin(message: Message) -> bool:
    return message.sender_chat is not None and message.sender_chat.id == message.chat.id


def addressed(message: Message, me: User, wake_words: Sequence[str]) -> Addressed | None:
    """What a message asks of the bot, or None where it does not speak to it."""
    text = words(message)
    to_me = _replies_to(message, me)
    if is_private(message):
        return Addressed(text.strip(), quote_of(message, me), to_me)
    without_mention = _without_mention(message, me)
    if without_mention is not None:
        return Addressed(without_mention, quote_of(message, me), to_me)
    if to_me is not None:
        return Addressed(text.strip(), quote_of(message, me), to_me)
    woken = _after_wake_word(text, wake_words)
    if woken is not None:
        return Addressed(woken, quote_of(message, me), None)
    return None


def words(message: Message) -> str:
    return message.text or message.caption or ""


def quote_of(message: Message, me: User) -> Quote | None:
    """The message replied to, unless it is the bot's own: that one is in the history already.

    A part of it that the person marked (Telegram's `quote`) always counts, the bot's own words included.
    """
    replied = message.reply_to_message
    marked = message.quote.text if message.quote is not None and message.quote.is_manual else ""
    if replied is None:
        if message.external_reply is None or not marked:
            return None
        return Quote(_origin(message.external_reply.origin), marked)
    if replied.forum_topic_created is not None:
        return None
    if marked:
        return Quote(_author(replied), marked)
    if _is_from(replied, me) or not words(replied):
        return None
    return Quote(_author(replied), words(replied))


def question_of(message: Message, update_id: int, asker: Person, asked: Addressed) -> Question:
    topic = message.reply_to_message.forum_topic_created if message.reply_to_message is not None else None
    return Question(
        update_id=update_id,
        conversation=conversation_of(message),
        message_id=message.message_id,
        asker=asker,
        text=asked.text,
        sent_at=message.date,
        private=is_private(message),
        quote=asked.quote,
        chat_title=message.chat.title or "",
        topic_name=topic.name if topic is not None else "",
        replies_to=asked.replies_to,
    )


def _replies_to(message: Message, me: User) -> int | None:
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None or not _is_from(replied, me):
        return None
    return replied.message_id


def _is_from(message: Message, me: User) -> bool:
    return message.from_user is not None and message.from_user.id == me.id


def _author(message: Message) -> str:
    if message.forward_origin is not None:
        return _origin(message.forward_origin)
    if message.sender_chat is not None:
        return message.sender_chat.effective_name or ""
    return message.from_user.full_name if message.from_user is not None else ""


def _origin(origin: object) -> str:
    if isinstance(origin, MessageOriginUser):
        return origin.sender_user.full_name
    if isinstance(origin, MessageOriginChat):
        return origin.sender_chat.effective_name or ""
    if isinstance(origin, MessageOriginChannel):
        return origin.chat.effective_name or ""
    name = getattr(origin, "sender_user_name", "")
    return name if isinstance(name, str) else ""


def _without_mention(message: Message, me: User) -> str | None:
    """The text without the bot's mentions, or None where there is none: only entities count."""
    text = words(message)
    encoded = text.encode("utf-16-le")
    handle = f"@{me.username}".lower()
    spans: list[tuple[int, int]] = []
    for entity in (*message.entities, *message.caption_entities):
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        named = (
            entity.type == MessageEntity.MENTION and encoded[start:end].decode("utf-16-le").lower() == handle
        )
        linked = (
            entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id
        )
        if named or linked:
            spans.append((start, end))
    if not spans:
        return None
    for start, end in reversed(spans):
        encoded = encoded[:start] + encoded[end:]
    left = encoded.decode("utf-16-le").strip()
    return re.sub(r"^[,:;.!?\-–—]+\s*(?=\S)|^[,:;.!?\-–—]+$", "", left) if spans[0][0] == 0 else left


def _after_wake_word(text: str, wake_words: Sequence[str]) -> str | None:
    for word in wake_words:
        found = re.match(rf"\s*{re.escape(word)}(?!\w)[\s,:;.!?\-–—]*", text, re.IGNORECASE)
        if found is not None:
            return text[found.end() :].strip()
    return None
