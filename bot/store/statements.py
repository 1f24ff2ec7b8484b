"""The statements on single turns: built once, so that SQLAlchemy compiles each once."""

from __future__ import annotations

import sqlalchemy as sa

from bot.core.values import TurnState
from bot.store.rows import CHAT, FIRST_VERSION, ID, NO_ANSWER, TURN
from bot.store.tables import is_unfinished, parts, spelt, turns

_THIS = sa.update(turns).where(turns.c.id == ID)

BY_ID = TURN.where(turns.c.id == ID)
IS_UNFINISHED = sa.select(turns.c.id).where(turns.c.id == ID, is_unfinished)
BY_QUESTION = (
    TURN.where(turns.c.chat_id == CHAT, turns.c.message_id == sa.bindparam("message"))
    .where(turns.c.version_of.is_(None))
    .order_by(turns.c.id.desc())
)
ALL_UNFINISHED = TURN.where(is_unfinished).order_by(turns.c.id)
_CHOSEN_ID = sa.select(sa.func.coalesce(turns.c.chosen_id, turns.c.id)).where(
    turns.c.id == FIRST_VERSION.scalar_subquery()
)
CHOSEN = TURN.where(turns.c.id == _CHOSEN_ID.scalar_subquery())


def _is_answered(version: sa.FromClause) -> sa.ColumnElement[bool]:
    gone = [spelt(TurnState.DROPPED.value), spelt(TurnState.FAILED.value)]
    return sa.and_(version.c.answer_text.is_not(None), version.c.state.not_in(gone))


_LATER = turns.alias("later")
# Without those of which a later one is the whole.
VERSION_IDS = (
    sa.select(turns.c.id)
    .where(
        sa.or_(turns.c.id == ID, turns.c.version_of == ID),
        _is_answered(turns),
        ~sa.exists().where(_LATER.c.version_of == ID, _LATER.c.continues == turns.c.id, _is_answered(_LATER)),
    )
    .order_by(turns.c.id)
)

APPEND = (
    _THIS.where(turns.c.state == TurnState.WAITING.value)
    .values(text=turns.c.text + sa.bindparam("more"))
    .returning(turns.c.id)
)
SAVE_ANSWER = _THIS.where(is_unfinished).values(
    **{name: sa.bindparam(name) for name in NO_ANSWER if name != "failure"},
    state=TurnState.ANSWERED.value,
)
CLOSE = (
    _THIS.where(is_unfinished)
    .values(state=sa.bindparam("new_state"), failure=sa.bindparam("why"))
    .returning(turns.c.version_of, turns.c.chosen_id)
)
_REOPEN = _THIS.values(
    **NO_ANSWER,
    state=TurnState.WAITING.value,
    text=sa.func.coalesce(sa.bindparam("new_text", type_=sa.Text), turns.c.text),
)
_FORGET_VERSIONS = sa.delete(turns).where(turns.c.version_of == ID)
CHOOSE = _THIS.values(chosen_id=sa.bindparam("chosen"))
UNFINISHED_VERSION = sa.select(turns.c.id).where(
    sa.or_(turns.c.id == ID, turns.c.version_of == ID), is_unfinished
)
# What stands in the chat is not of the answer that is to come.
NOT_SHOWN = (
    sa.update(parts).where(parts.c.turn_id == FIRST_VERSION.scalar_subquery()).values(answer_chars=None)
)
SET_QUESTION = _THIS.where(is_unfinished).values(
    **{name: sa.bindparam(name) for name in ("text", "attachments", "forwards")}
)
SET_NOTICE = _THIS.values(notice_id=sa.bindparam("notice"))


def begin_anew(connection: sa.Connection, turn_id: int, text: str | None = None) -> None:
    """A question that has changed waits again, without its answer and the versions of that."""
    connection.execute(_FORGET_VERSIONS, {"its_id": turn_id})
    connection.execute(CHOOSE, {"its_id": turn_id, "chosen": None})
    reopen(connection, turn_id, text)


def reopen(connection: sa.Connection, turn_id: int, text: str | None = None) -> None:
    """A turn waits again, without its answer; its question stays as it is where it has no new text."""
    connection.execute(_REOPEN, {"its_id": turn_id, "new_text": text})
    connection.execute(NOT_SHOWN, {"its_id": turn_id})
