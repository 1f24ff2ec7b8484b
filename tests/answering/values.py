"""Questions and settings for the tests of answering."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from bot.core.values import Attachment, ChatSettings, Conversation, Person, Question, Quote

START = datetime(2026, 1, 1, 0, 16, 40, tzinfo=UTC)
"""The moment at which `ManualClock` begins."""
HOME = Conversation(101)
GROUP = Conversation(-500)
ANNA = Person(101, "Анна", "ru")
BORIS = Person(102, "Boris", "en")
_numbers = itertools.count(1)


def settings(
    *,
    max_output_tokens: int = 100,
    instructions: str = "Отвечай кратко.",
    language: str = "",
    memory: str = "",
    share_title: bool = True,
) -> ChatSettings:
    return ChatSettings(
        temperature=0.8,
        max_output_tokens=max_output_tokens,
        model="yandexgpt-lite",
        instructions=instructions,
        language=language,
        memory=memory,
        share_title=share_title,
    )


def question(
    text: str = "Почему небо голубое?",
    *,
    conversation: Conversation = HOME,
    asker: Person = ANNA,
    message_id: int | None = None,
    sent_at: datetime = START,
    later_s: float = 0.0,
    quote: Quote | None = None,
    replies_to: int | None = None,
    chat_title: str = "",
    topic_name: str = "",
    forwards: tuple[Quote, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Question:
    number = next(_numbers)
    return Question(
        update_id=number,
        conversation=conversation,
        message_id=number if message_id is None else message_id,
        asker=asker,
        text=text,
        sent_at=sent_at + timedelta(seconds=later_s),
        private=conversation.chat_id > 0,
        quote=quote,
        replies_to=replies_to,
        chat_title=chat_title,
        topic_name=topic_name,
        forwards=forwards,
        attachments=attachments,
    )
