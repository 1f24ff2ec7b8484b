"""From a message to a question: what the message itself tells, and what the database knows besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.intake.pieces import Relation
from bot.core.values import Conversation, Question, Quote
from bot.handlers.addressing import Addressed, addressed, forwarded
from bot.handlers.attachments import attachments_of
from bot.handlers.incoming import is_forward, markdown_of, quote_of, topic_name_of, words
from bot.handlers.messages import Said
from bot.handlers.services import Services

if TYPE_CHECKING:
    from telegram import Message


def relation_of(message: Message, asked: Addressed | None) -> Relation:
    """How a message stands to those around it."""
    return Relation(
        album=message.media_group_id or "",
        forwarded=is_forward(message),
        addressed=asked is not None,
        asks=asked is not None and asked.asks,
        calls=asked is not None and asked.calls,
    )


class Reading:
    def __init__(self, services: Services) -> None:
        self._services = services

    def addressed(self, said: Said) -> Addressed | None:
        """None where the message does not speak to the bot."""
        return addressed(
            said.message,
            self._services.me,
            wake_words=said.settings.wake_words,
            unseen=said.texts("attachment-unseen"),
        )

    async def question(self, said: Said, asked: Addressed) -> Question:
        message = said.message
        return Question(
            update_id=said.update_id,
            conversation=said.conversation,
            message_id=message.message_id,
            asker=said.person,
            text=asked.text,
            sent_at=message.date,
            private=said.private,
            quote=asked.quote or await self._own_words(message, asked.replies_to),
            chat_title=message.chat.title or "",
            topic_name=await self._topic_name(message, said.conversation),
            replies_to=asked.replies_to,
            forwards=asked.forwards,
            attachments=asked.attachments,
        )

    async def piece(self, said: Said, asked: Addressed | None) -> Question | None:
        """A message that is no question by itself as what may be part of one: a forward, a piece of an album,
        a call of the bot, or the next part of a long paste, which need not name the bot again.
        """
        message = said.message
        if is_forward(message):
            return await self.question(said, forwarded(message, unseen=said.texts("attachment-unseen")))
        if message.media_group_id is not None:
            files = attachments_of(message, album=message.media_group_id)
            return await self.question(said, asked or Addressed(markdown_of(message), attachments=files))
        if asked is not None and asked.calls:
            return await self.question(said, asked)
        piece = Question(
            update_id=said.update_id,
            conversation=said.conversation,
            message_id=message.message_id,
            asker=said.person,
            text=markdown_of(message),
            sent_at=message.date,
            private=said.private,
            quote=quote_of(message, self._services.me),
        )
        return piece if self._services.answering.pastes.continued_by(piece) else None

    async def _topic_name(self, message: Message, conversation: Conversation) -> str:
        if conversation.thread_id <= 0:
            return ""
        known = await self._services.store.topics.name(conversation)
        name = known or topic_name_of(message)
        if name and not known:
            await self._services.store.topics.call(conversation, name)
        return name

    async def _own_words(self, message: Message, replies_to: int | None) -> Quote | None:
        """What the bot said where it is not in the history: no answer, or one forgotten since."""
        replied = message.reply_to_message
        if replies_to is None or replied is None or not words(replied):
            return None
        if await self._services.store.turns.by_part(message.chat.id, replies_to) is not None:
            return None
        return Quote(self._services.me.full_name, markdown_of(replied))
