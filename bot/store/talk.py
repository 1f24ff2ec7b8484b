"""The room's talk: the newest messages of each topic that lets the bot listen, and which of them a question
is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from bot.core.clock import Clock
from bot.core.values import Conversation, Person, TalkMessage, Turn
from bot.store.engine.database import Database
from bot.store.inbox import Inbox, finish
from bot.store.rows import CHAT, here, place
from bot.store.tables import from_us, settings, talk, to_us, turns
from bot.store.tree import NEWEST_ID

KEPT: Final = 50
"""Messages of a topic: the newest."""
KEPT_HOURS: Final = 48
KEPT_FOR: Final = timedelta(hours=KEPT_HOURS)
BEFORE_LAST_ANSWER: Final = 5
"""Messages before the last answer that go along with what was said since."""
TEXT_CHARACTERS: Final = 4096
"""Of one message: Telegram's own limit, which links written out as Markdown could pass."""

_BEFORE = sa.bindparam("before", type_=sa.BigInteger)
# A topic listens if it has said so itself: nothing is inherited.
_LISTENS = sa.select(settings.c.value).where(*here(settings), settings.c.name == "listen")
_NEWEST_TURN = NEWEST_ID.where(*here(turns))
_NEWEST_FIRST = sa.select(talk).where(*here(talk)).order_by(talk.c.id.desc()).limit(KEPT)
_TRIM = sa.delete(talk).where(
    *here(talk),
    sa.or_(
        talk.c.id.not_in(_NEWEST_FIRST.with_only_columns(talk.c.id)),
        talk.c.said_at < sa.bindparam("too_old", type_=sa.BigInteger),
    ),
)
_THIS = (talk.c.chat_id == CHAT, talk.c.message_id == sa.bindparam("message", type_=sa.BigInteger))
_EDIT = sa.update(talk).where(*_THIS).values(text=sa.bindparam("new_text"))
_REMOVE = sa.delete(talk).where(*_THIS)
_LAST_ANSWERED = NEWEST_ID.where(*here(turns), turns.c.id < _BEFORE, turns.c.answer_text.is_not(None))
_LAST_ASKED = NEWEST_ID.where(
    *here(turns),
    turns.c.asker_id == sa.bindparam("person", type_=sa.BigInteger),
    turns.c.version_of.is_(None),
)
_PURGE = sa.delete(talk).where(talk.c.said_at < _BEFORE)


class Missed(NamedTuple):
    """Talk that a person may want told: how many messages, after which `TalkMessage.id`."""

    messages: int
    after: int


class Talk:
    """Kept for 48 hours at most, by Telegram's dates; never more than 50 messages of a topic."""

    def __init__(self, database: Database, clock: Clock, inbox: Inbox) -> None:
        self._database = database
        self._clock = clock
        self._inbox = inbox
        self._insert = database.insert(talk).on_conflict_do_nothing(
            index_elements=[talk.c.chat_id, talk.c.message_id]
        )

    async def hear(self, message: TalkMessage, update_id: int) -> None:
        """Keeps a message if its topic listens, and marks the update as dealt with in the same transaction.

        Whether it listens is read there: what is heard as listening ends is not kept after it.
        """
        where = place(message.conversation)
        too_old = to_us(message.said_at - KEPT_FOR)

        def job(connection: sa.Connection) -> None:
            finish(connection, update_id)
            if connection.execute(_LISTENS, where).scalar() != "true":
                return
            newest = connection.execute(_NEWEST_TURN, where).scalar_one()
            connection.execute(self._insert, _to_row(message, turn_id=newest))
            connection.execute(_TRIM, {**where, "too_old": too_old})

        await self._write(job, update_id)

    async def edit(self, chat_id: int, message_id: int, text: str, update_id: int) -> None:
        """Replaces the text of a message that is kept; with an empty one it is kept no more."""
        this = {"chat": chat_id, "message": message_id}

        def job(connection: sa.Connection) -> None:
            finish(connection, update_id)
            if text:
                connection.execute(_EDIT, {**this, "new_text": text[:TEXT_CHARACTERS]})
            else:
                connection.execute(_REMOVE, this)

        await self._write(job, update_id)

    async def before(self, turn: Turn) -> list[TalkMessage]:
        """What goes along with a question, oldest first; all of it was heard before the question came.

        That is what was said since the last answer there and a little from before it; with /recap what the
        question is about.
        """
        question, first = turn.question, turn.first_id
        where = place(question.conversation)

        def job(connection: sa.Connection) -> list[TalkMessage]:
            rows = connection.execute(_NEWEST_FIRST, where).all()
            answered = connection.execute(_LAST_ANSWERED, {**where, "before": first}).scalar_one()
            young = question.sent_at - KEPT_FOR
            heard = [row for row in rows if row.turn_id < first and from_us(row.said_at) >= young]
            if question.talk_after is not None:
                chosen = [row for row in heard if row.id > question.talk_after]
            else:
                since = sum(row.turn_id >= answered for row in heard)
                chosen = heard[: since + BEFORE_LAST_ANSWER]
            return [_message(row) for row in reversed(chosen)]

        return await self._database.read(job)

    async def missed_by(self, conversation: Conversation, person_id: int) -> Missed:
        """What was said since a person's own last message there, to the others or to the bot."""
        where = place(conversation)

        def job(connection: sa.Connection) -> Missed:
            asked = connection.execute(_LAST_ASKED, {**where, "person": person_id}).scalar_one()
            rows = self._young(connection, conversation)
            seen = [row.id for row in rows if row.author_id == person_id or row.turn_id < asked]
            return _missed(rows, max(seen, default=0))

        return await self._database.read(job)

    async def missed_since(self, conversation: Conversation, moment: datetime) -> Missed:
        """What was said there since then."""

        def job(connection: sa.Connection) -> Missed:
            rows = self._young(connection, conversation)
            seen = [row.id for row in rows if from_us(row.said_at) < moment]
            return _missed(rows, max(seen, default=0))

        return await self._database.read(job)

    async def kept(self, conversation: Conversation) -> list[TalkMessage]:
        """All that is kept of a topic, oldest first."""
        rows = await self._database.read(lambda connection: self._young(connection, conversation))
        return [_message(row) for row in reversed(rows)]

    async def forget(self, conversation: Conversation, author_id: int | None = None) -> int:
        """Deletes a topic's talk, or what one person said in it; how many messages there were."""
        theirs = [talk.c.chat_id == conversation.chat_id, talk.c.thread_id == conversation.thread_id]
        if author_id is not None:
            theirs.append(talk.c.author_id == author_id)
        return await self._delete(sa.delete(talk).where(*theirs))

    async def drop_chat(self, chat_id: int) -> int:
        """Deletes the talk of a whole chat."""
        return await self._delete(sa.delete(talk).where(talk.c.chat_id == chat_id))

    async def purge(self) -> int:
        """Deletes what is older than it is kept."""
        before = to_us(self._clock.now() - KEPT_FOR)
        return await self._database.write(
            lambda connection: connection.execute(_PURGE, {"before": before}).rowcount
        )

    def _young(self, connection: sa.Connection, conversation: Conversation) -> Sequence[sa.Row[Any]]:
        """Newest first."""
        too_old = to_us(self._clock.now() - KEPT_FOR)
        rows = connection.execute(_NEWEST_FIRST, place(conversation)).all()
        return [row for row in rows if row.said_at >= too_old]

    async def _write(self, job: Any, update_id: int) -> None:
        # Lost with the power, the update is still to be dealt with: it was on the disk before.
        await self._database.write(job, durable=False)
        self._inbox.leave(update_id)

    async def _delete(self, statement: sa.Delete) -> int:
        deleted = await self._database.write(lambda connection: connection.execute(statement).rowcount)
        if deleted:
            await self._database.scrub()
        return deleted


def _missed(rows: Sequence[sa.Row[Any]], after: int) -> Missed:
    return Missed(sum(row.id > after for row in rows), after)


def _to_row(message: TalkMessage, *, turn_id: int) -> dict[str, Any]:
    return {
        "chat_id": message.conversation.chat_id,
        "thread_id": message.conversation.thread_id,
        "message_id": message.message_id,
        "author_id": message.author.id,
        "author_name": message.author.name,
        "origin": message.origin,
        "text": message.text[:TEXT_CHARACTERS],
        "said_at": to_us(message.said_at),
        "turn_id": turn_id,
    }


def _message(row: sa.Row[Any]) -> TalkMessage:
    return TalkMessage(
        Conversation(row.chat_id, row.thread_id),
        row.message_id,
        Person(row.author_id, row.author_name),
        row.text,
        from_us(row.said_at),
        row.origin,
        row.id,
    )
