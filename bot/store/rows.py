"""A turn as a row and as a value: the two directions side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from bot.core.values import (
    Answer,
    Attachment,
    AttachmentKind,
    Conversation,
    Ending,
    Person,
    Question,
    Quote,
    Turn,
    TurnState,
    Usage,
)
from bot.store.tables import from_us, to_us, turns

ID = sa.bindparam("its_id", type_=sa.BigInteger)
CHAT = sa.bindparam("chat", type_=sa.BigInteger)
THREAD = sa.bindparam("thread", type_=sa.BigInteger)

TURN = sa.select(turns)
FIRST = sa.func.coalesce(turns.c.version_of, turns.c.id)
"""The id under which all versions of an answer, and their parts, hang together."""
FIRST_VERSION = sa.select(FIRST).where(turns.c.id == ID)

NO_ANSWER: Mapping[str, Any] = {
    "answer_text": None,
    "answer_ending": "",
    "answer_model": "",
    "answer_sources": None,
    "input_tokens": 0,
    "output_tokens": 0,
    "cached_tokens": 0,
    "reasoning_tokens": 0,
    "failure": "",
}


def here(table: sa.Table) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Finds a table's rows of a conversation, by the values of `place`."""
    return table.c.chat_id == CHAT, table.c.thread_id == THREAD


def place(conversation: Conversation) -> dict[str, int]:
    """The values by which statements find a conversation."""
    return {"chat": conversation.chat_id, "thread": conversation.thread_id}


def to_row(question: Question) -> dict[str, Any]:
    """A new turn's row, but for when it was made and where it stands in the tree."""
    quote = question.quote
    return {
        "update_id": question.update_id,
        "chat_id": question.conversation.chat_id,
        "thread_id": question.conversation.thread_id,
        "message_id": question.message_id,
        "asker_id": question.asker.id,
        "asker_name": question.asker.name,
        "asker_language": question.asker.language,
        "text": question.text,
        "sent_at": to_us(question.sent_at),
        "private": int(question.private),
        "quote_author": None if quote is None else quote.author,
        "quote_text": None if quote is None else quote.text,
        "chat_title": question.chat_title,
        "topic_name": question.topic_name,
        "replies_to": question.replies_to,
        "attachments": _to_json(question.attachments),
        "forwards": _to_json(question.forwards),
        "talk_after": question.talk_after,
        "state": TurnState.WAITING.value,
        **NO_ANSWER,
    }


def answer_to_row(answer: Answer) -> dict[str, Any]:
    return {
        "answer_text": answer.text,
        "answer_ending": answer.ending.value,
        "answer_model": answer.model,
        "answer_sources": json.dumps(answer.sources) if answer.sources else None,
        "input_tokens": answer.usage.input_tokens,
        "output_tokens": answer.usage.output_tokens,
        "cached_tokens": answer.usage.cached_tokens,
        "reasoning_tokens": answer.usage.reasoning_tokens,
    }


def to_turn(row: sa.Row[Any]) -> Turn:
    return Turn(
        id=row.id,
        question=_question(row),
        state=TurnState(row.state),
        parent_id=row.parent_id,
        answer=None if row.answer_text is None else _answer(row),
        failure=row.failure,
        notice_id=row.notice_id,
        version_of=row.version_of,
        continues=row.continues,
    )


def quote_of(author: Any, text: Any) -> Quote | None:
    """A row has both of it, or neither."""
    return None if text is None else Quote(author, text)


def forwards_of(written: str | None) -> tuple[Quote, ...]:
    return tuple(Quote(**each) for each in _listed(written))


def _question(row: sa.Row[Any]) -> Question:
    return Question(
        update_id=row.update_id or 0,
        conversation=Conversation(row.chat_id, row.thread_id),
        message_id=row.message_id,
        asker=Person(row.asker_id, row.asker_name, row.asker_language),
        text=row.text,
        sent_at=from_us(row.sent_at),
        private=bool(row.private),
        quote=quote_of(row.quote_author, row.quote_text),
        chat_title=row.chat_title,
        topic_name=row.topic_name,
        replies_to=row.replies_to,
        attachments=attachments_of(row.attachments),
        forwards=forwards_of(row.forwards),
        talk_after=row.talk_after,
    )


def _to_json(values: Sequence[Attachment | Quote]) -> str | None:
    return json.dumps([asdict(value) for value in values], ensure_ascii=False) if values else None


def attachments_of(written: str | None) -> tuple[Attachment, ...]:
    return tuple(Attachment(**{**each, "kind": AttachmentKind(each["kind"])}) for each in _listed(written))


def _listed(written: str | None) -> list[dict[str, Any]]:
    return json.loads(written) if written else []


def _answer(row: sa.Row[Any]) -> Answer:
    usage = Usage(row.input_tokens, row.output_tokens, row.cached_tokens, row.reasoning_tokens)
    sources = tuple(json.loads(row.answer_sources or "[]"))
    return Answer(row.answer_text, Ending(row.answer_ending), usage, row.answer_model, sources)
