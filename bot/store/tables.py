"""The tables as they are now; `migrations` tells how they came to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

# SQLite gives numbers to rows only in a column whose type is exactly INTEGER.
_RowId = BigInteger().with_variant(Integer, "sqlite")


def spelt(value: str) -> sa.ColumnElement[str]:
    """A value as a literal: a partial index serves only statements that say the same, without parameters."""
    return sa.literal_column(f"'{value}'", Text)


# Raw updates as Telegram sent them, until they are dealt with.
inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("raw", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
is_new = inbox.c.state == spelt("new")
# What PostgreSQL is told of these partial indexes stands in the migrations: here it would load its dialect.
Index("ix_inbox_new", inbox.c.update_id, sqlite_where=is_new)
is_posted = inbox.c.state == spelt("posted")
Index("ix_inbox_posted", inbox.c.update_id, sqlite_where=is_posted)
Index("ix_inbox_received_at", inbox.c.received_at)

# A question with its answer. A version of an answer is a row of its own, that points to the first one.
turns = Table(
    "turns",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("parent_id", _RowId, ForeignKey("turns.id", ondelete="SET NULL")),
    Column("version_of", _RowId, ForeignKey("turns.id", ondelete="CASCADE")),
    Column("chosen_id", _RowId),
    Column("update_id", BigInteger, unique=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("asker_id", BigInteger, nullable=False),
    Column("asker_name", Text, nullable=False),
    Column("asker_language", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", BigInteger, nullable=False),
    Column("private", Integer, nullable=False),
    Column("quote_author", Text),
    Column("quote_text", Text),
    Column("chat_title", Text, nullable=False),
    Column("topic_name", Text, nullable=False),
    Column("replies_to", BigInteger),
    Column("state", Text, nullable=False),
    Column("answer_text", Text),
    Column("answer_ending", Text, nullable=False),
    Column("answer_model", Text, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("reasoning_tokens", Integer, nullable=False),
    Column("failure", Text, nullable=False),
    Column("notice_id", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("continues", _RowId),
    Column("attachments", Text),
    Column("forwards", Text),
    Column("talk_after", BigInteger),
    Column("answer_sources", Text),
    # An id is never given twice: buttons in the chat hold ids of turns that may be gone.
    sqlite_autoincrement=True,
)
Index("ix_turns_conversation", turns.c.chat_id, turns.c.thread_id, turns.c.id)
Index("ix_turns_question", turns.c.chat_id, turns.c.message_id)
Index("ix_turns_parent_id", turns.c.parent_id)
Index("ix_turns_version_of", turns.c.version_of)
is_unfinished = turns.c.state.in_([spelt("waiting"), spelt("answered")])
Index("ix_turns_unfinished", turns.c.id, sqlite_where=is_unfinished)

# The messages that show an answer. All versions of an answer are shown in the first one's messages.
parts = Table(
    "parts",
    metadata,
    Column(
        "turn_id", _RowId, ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("answer_chars", Integer),
)
Index("ix_parts_message", parts.c.chat_id, parts.c.message_id)

conversations = Table(
    "conversations",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("fresh_from", BigInteger, nullable=False),
    Column("trimmed_told", Integer, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("greeted_at", BigInteger),
    Column("removed_at", BigInteger),
    Column("refused_at", BigInteger),
    Column("migrated_to", BigInteger),
    Column("muted_at", BigInteger),
)

topics = Table(
    "topics",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
)

# What people say in groups that listen, the newest of each topic. `turn_id`: its newest turn until then, 0 if
# none. Messages of a group that became a supergroup have no number any more.
talk = Table(
    "talk",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("author_id", BigInteger, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("said_at", BigInteger, nullable=False),
    Column("turn_id", BigInteger, nullable=False),
    # Questions point to where they begin, even when that is gone.
    sqlite_autoincrement=True,
)
Index("ix_talk_conversation", talk.c.chat_id, talk.c.thread_id, talk.c.id)
Index("ix_talk_message", talk.c.chat_id, talk.c.message_id, unique=True)
Index("ix_talk_said_at", talk.c.said_at)

# What was paid for, one row a request, in nanoroubles: exact, and without a word of anybody's. Rows are only
# added; those older than 13 months are added up to one a day, which is nobody's.
ledger = Table(
    "ledger",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("day", Integer, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("turn_id", BigInteger),
    Column("model", Text, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("estimated", Integer, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("reasoning_tokens", BigInteger, nullable=False),
    Column("searches", Integer, nullable=False),
    Column("speech_s", BigInteger, nullable=False),
    Column("tokens_nrub", BigInteger, nullable=False),
    Column("search_nrub", BigInteger, nullable=False),
    Column("speech_nrub", BigInteger, nullable=False),
)
Index("ix_ledger_day", ledger.c.day)
Index("ix_ledger_person", ledger.c.person_id, ledger.c.day)
Index("ix_ledger_chat", ledger.c.chat_id, ledger.c.day)

# Who the ledger's people and groups are, for operators.
names = Table(
    "names",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("day", Integer, nullable=False),
)

# How far an operator lets a person or a chat go on a day.
grants = Table(
    "grants",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("up_to_nrub", BigInteger, nullable=False),
)

# What operators were told and are not to be told again, by a name of its own.
told = Table(
    "told",
    metadata,
    Column("what", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# Who asked to be let in, and what the operators decided.
access = Table(
    "access",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("came_at", BigInteger, nullable=False),
    Column("asked_at", BigInteger),
    Column("told", Integer, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", BigInteger),
    Column("question", Text),
    Column("asks", Integer, nullable=False),
    Column("asker", Text),
)
Index("ix_access_state", access.c.state, access.c.id)
Index("ix_access_asked_at", access.c.asked_at)

# One row: how often a process became the active one. Whoever finds another number than its own is not it.
terms = Table(
    "terms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_us(moment: datetime) -> int:
    """Microseconds since the epoch: exact, and the same in every database."""
    return (moment - _EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
