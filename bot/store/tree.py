"""Look-ups in the tree of turns: what a question continues, and what came before it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.core.values import Conversation, Ending, Exchange, Question, Turn, TurnState
from bot.store.rows import CHAT, ID, THREAD, attachments_of, forwards_of, here, place, quote_of
from bot.store.tables import conversations, parts, spelt, turns

FARTHEST = 1000
"""Turns a look back goes at most, those that were never answered included."""

# Where a conversation begins anew is one row; none: it has never done so.
FRESH_FROM = sa.func.coalesce(
    sa.select(conversations.c.fresh_from).where(*here(conversations)).scalar_subquery(), 0
)

_FRESH_FROM = sa.select(FRESH_FROM)

NEWEST_ID = sa.select(sa.func.coalesce(sa.func.max(turns.c.id), 0))

LAST_ID = sa.select(sa.func.max(turns.c.id)).where(
    *here(turns), turns.c.id > FRESH_FROM, turns.c.version_of.is_(None)
)

PREVIOUS_ID = sa.select(sa.func.max(turns.c.id)).where(
    *here(turns), turns.c.id < sa.bindparam("before", type_=sa.BigInteger), turns.c.version_of.is_(None)
)

# The turn whose answer a message shows a part of; the newest, where ids repeat.
ID_BY_PART = (
    sa.select(sa.func.max(parts.c.turn_id))
    .join_from(parts, turns, turns.c.id == parts.c.turn_id)
    .where(
        parts.c.chat_id == CHAT,
        parts.c.message_id == sa.bindparam("message"),
        turns.c.thread_id == sa.func.coalesce(THREAD, turns.c.thread_id),
    )
)


def _history() -> sa.Select[Any]:
    """Walks from a turn to the root by primary keys, one step an ancestor, until enough are delivered.

    The first row is the turn's own.
    """
    ancestor, version = turns.alias("ancestor"), turns.alias("version")
    delivered = sa.and_(
        version.c.state.in_([spelt(TurnState.DONE.value), spelt(TurnState.STOPPED.value)]),
        version.c.answer_text != "",
        # The provider: a blocked answer, and its question, must not go along again.
        version.c.answer_ending != spelt(Ending.REFUSED.value),
    )
    walk = (
        sa.select(
            turns.c.parent_id.label("next_id"),
            sa.literal(0).label("steps"),
            sa.literal(0).label("taken"),
            sa.null().cast(sa.BigInteger).label("version_id"),
        )
        .where(turns.c.id == ID)
        .cte("walk", recursive=True)
    )
    walk = walk.union_all(
        sa.select(
            ancestor.c.parent_id,
            walk.c.steps + 1,
            walk.c.taken + sa.case((delivered, 1), else_=0),
            sa.case((delivered, version.c.id)),
        )
        .select_from(walk)
        .join(ancestor, ancestor.c.id == walk.c.next_id)
        .join(version, version.c.id == sa.func.coalesce(ancestor.c.chosen_id, ancestor.c.id))
        .where(walk.c.taken < sa.bindparam("limit"), walk.c.steps < FARTHEST)
    )
    return (
        sa.select(
            turns.c.text,
            turns.c.answer_text,
            turns.c.asker_name,
            turns.c.quote_author,
            turns.c.quote_text,
            turns.c.forwards,
            turns.c.state,
            turns.c.answer_ending,
            turns.c.attachments,
        )
        .select_from(walk)
        .join(turns, turns.c.id == sa.func.coalesce(walk.c.version_id, ID))
        .where(sa.or_(walk.c.steps == 0, walk.c.version_id.is_not(None)))
        .order_by(walk.c.steps)
    )


_HISTORY = _history()


def history(connection: sa.Connection, turn_id: int, limit: int) -> tuple[TurnState | None, list[Exchange]]:
    """A turn's state, None where it is gone, and its delivered ancestors, newest first, each in its chosen
    version.
    """
    rows = connection.execute(_HISTORY, {"its_id": turn_id, "limit": limit}).all()
    return TurnState(rows[0].state) if rows else None, [
        Exchange(
            text,
            answer,
            asker=asker,
            quote=quote_of(author, quoted),
            forwards=forwards_of(forwarded),
            cut=state == TurnState.STOPPED or ending == Ending.CUT,
            attachments=attachments_of(attached),
        )
        for text, answer, asker, author, quoted, forwarded, state, ending, attached in rows[1:]
    ]


def last_id(connection: sa.Connection, conversation: Conversation) -> int | None:
    return connection.execute(LAST_ID, place(conversation)).scalar()


_IS_FOLLOWED = sa.select(sa.exists().where(turns.c.parent_id == ID))


def is_last(connection: sa.Connection, turn: Turn, *, of_branch: bool) -> bool:
    """Whether the conversation, or the branch, still stands at an answer."""
    first, conversation = turn.first_id, turn.question.conversation
    if not of_branch:
        return last_id(connection, conversation) == first
    if first <= _fresh_from(connection, conversation):
        return False
    return not connection.execute(_IS_FOLLOWED, {"its_id": first}).scalar_one()


def previous_id(connection: sa.Connection, conversation: Conversation, before: int) -> int | None:
    """The newest turn under this id, whether or not the conversation has begun anew since."""
    return connection.execute(PREVIOUS_ID, {**place(conversation), "before": before}).scalar()


def last_id_before(connection: sa.Connection, conversation: Conversation, before: int) -> int | None:
    """The newest turn under this id, if the conversation has not begun anew between the two."""
    last = previous_id(connection, conversation, before)
    fresh_from = _fresh_from(connection, conversation)
    return None if last is not None and last <= fresh_from < before else last


def _fresh_from(connection: sa.Connection, conversation: Conversation) -> int:
    return int(connection.execute(_FRESH_FROM, place(conversation)).scalar_one())


def id_by_part(
    connection: sa.Connection, chat_id: int, message_id: int, *, thread_id: int | None = None
) -> int | None:
    """The first version's id of the turn that a message shows; with a thread, only if it is of that topic."""
    return connection.execute(
        ID_BY_PART, {"chat": chat_id, "message": message_id, "thread": thread_id}
    ).scalar()


def replied_to(connection: sa.Connection, question: Question) -> int | None:
    """The turn whose answer a question replies to."""
    if question.replies_to is None:
        return None
    conversation = question.conversation
    return id_by_part(connection, conversation.chat_id, question.replies_to, thread_id=conversation.thread_id)
