"""Questions with their answers: the life of each, recorded so that it can be resumed at any instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.core.clock import Clock
from bot.core.values import Answer, Conversation, Exchange, Memory, Question, Turn, TurnState
from bot.money.billing import Charge
from bot.store import statements, tree
from bot.store.engine.database import Database
from bot.store.inbox import Inbox, finish, is_done
from bot.store.ledger import Ledger
from bot.store.rows import answer_to_row, place, to_row, to_turn
from bot.store.tables import to_us, turns

if TYPE_CHECKING:
    import sqlalchemy as sa

_OPEN: Final = frozenset({TurnState.WAITING, TurnState.ANSWERED})
_STANDS: Final = frozenset({TurnState.DONE, TurnState.STOPPED})


class Turns:
    """The tree of turns. `update_id` arguments mark that update as dealt with in the same transaction.

    What changes a turn on its way to an answer, its notice aside, does so only while the turn is unfinished:
    whoever closed it first has the last word, and the late-comer is told by False.
    """

    def __init__(self, database: Database, clock: Clock, inbox: Inbox, ledger: Ledger) -> None:
        self._database = database
        self._clock = clock
        self._inbox = inbox
        self._ledger = ledger
        self._insert, self._insert_next = (
            insert.on_conflict_do_nothing(index_elements=[turns.c.update_id]).returning(*turns.c)
            for insert in (
                database.insert(turns),
                database.insert(turns).values(parent_id=tree.LAST_ID.scalar_subquery()),
            )
        )

    async def add(self, question: Question, *, memory: Memory, also: Sequence[int] = ()) -> Turn | None:
        """A waiting turn, placed in the tree; None: this update has made its turn before.

        `also`: other updates that are in the question.
        """
        row = to_row(question) | {"created_at": to_us(self._clock.now())}

        def job(connection: sa.Connection) -> Turn | None:
            for update_id in (question.update_id, *also):
                finish(connection, update_id)
            answered = None if memory is Memory.OFF else tree.replied_to(connection, question)
            if answered is None and memory is Memory.LINEAR:
                return _inserted(connection, self._insert_next, row | place(question.conversation))
            return _inserted(connection, self._insert, row | {"parent_id": answered})

        # Lost with the power, the update is still to be dealt with: it was on the disk before.
        turn = await self._database.write(job, durable=False)
        self._inbox.leave(question.update_id)
        return turn

    async def append(self, turn_id: int, text: str, update_id: int) -> Turn | None:
        """Adds the next piece of a long paste to a question; None: it no longer waits, or has this piece."""

        def job(connection: sa.Connection) -> Turn | None:
            if is_done(connection, update_id):
                return None
            if connection.execute(statements.APPEND, {"its_id": turn_id, "more": text}).first() is None:
                return None
            finish(connection, update_id)
            return _get(connection, turn_id)

        return await self._database.write(job)

    async def get(self, turn_id: int) -> Turn | None:
        return await self._database.look(lambda connection: _get(connection, turn_id))

    async def by_question(self, chat_id: int, message_id: int) -> Turn | None:
        """The turn of a question's message, in its first version."""
        return await self._database.look(
            lambda connection: _one(connection, statements.BY_QUESTION, chat=chat_id, message=message_id)
        )

    async def by_part(self, chat_id: int, message_id: int) -> Turn | None:
        """The turn whose answer a message shows, in its chosen version."""

        def job(connection: sa.Connection) -> Turn | None:
            return _chosen(connection, tree.id_by_part(connection, chat_id, message_id))

        return await self._database.look(job)

    async def chosen(self, turn_id: int) -> Turn | None:
        """Of all versions of a turn's answer, any of them given, the one that is remembered."""
        return await self._database.look(lambda connection: _chosen(connection, turn_id))

    async def previous(self, conversation: Conversation, *, before_id: int) -> Turn | None:
        """The newest turn with a lower id, /new or not, in its chosen version."""

        def job(connection: sa.Connection) -> Turn | None:
            return _chosen(connection, tree.previous_id(connection, conversation, before_id))

        return await self._database.look(job)

    async def gone_back_to(self, turn: Turn) -> Turn | None:
        """The answer that a turn goes on from, in its chosen version, where another was the last then."""
        first, conversation = turn.first_id, turn.question.conversation
        if turn.question.replies_to is None:
            return None

        def job(connection: sa.Connection) -> Turn | None:
            if turn.parent_id in {None, tree.last_id_before(connection, conversation, first)}:
                return None
            return _chosen(connection, turn.parent_id)

        return await self._database.look(job)

    async def is_last(self, turn: Turn, *, of_branch: bool) -> bool:
        """Whether nothing follows an answer in the conversation, or on its branch, and no /new came since."""
        return await self._database.look(
            lambda connection: tree.is_last(connection, turn, of_branch=of_branch)
        )

    async def versions_of_last(self, turn: Turn, *, of_branch: bool) -> list[int]:
        """The ids of all answered versions of an answer, oldest first; none where it is not the last."""

        def job(connection: sa.Connection) -> list[int]:
            if not tree.is_last(connection, turn, of_branch=of_branch):
                return []
            first = {"its_id": turn.first_id}
            return [row.id for row in connection.execute(statements.VERSION_IDS, first).all()]

        return await self._database.look(job)

    async def to_be_replaced(self, turn: Turn) -> Turn | None:
        """What stood in the chat until this answer came: the version chosen before, if there is one."""
        chosen = await self.chosen(turn.id)
        return None if chosen is None or chosen.id == turn.id or not _stands(chosen) else chosen

    async def unfinished(self) -> list[Turn]:
        """What waits or is not wholly delivered, in the order it came."""
        return [to_turn(row) for row in await self._database.rows(statements.ALL_UNFINISHED)]

    async def history_if_open(self, turn: Turn, *, limit: int) -> list[Exchange] | None:
        """Up to `limit` earlier exchanges, newest first, of the branch of a turn that is to be asked: those
        that were delivered. None: it is closed.

        Raises `StoreUnavailable` too while nothing can be written: the answer could not be kept.
        """
        self._database.check()

        def job(connection: sa.Connection) -> list[Exchange] | None:
            if turn.parent_id is not None:
                state, exchanges = tree.history(connection, turn.id, limit)
                return exchanges if state in _OPEN else None
            is_open = connection.execute(statements.IS_UNFINISHED, {"its_id": turn.id}).first()
            return None if is_open is None else []

        # A long history may be read from many places of a slow disk.
        return await (self._database.look if turn.parent_id is None else self._database.read)(job)

    async def save_answer(self, turn_id: int, answer: Answer, charges: Sequence[Charge] = ()) -> bool:
        """Keeps the answer before it is sent, and what it cost, which is owed though the turn be closed."""
        values = answer_to_row(answer)
        return await self._change(statements.SAVE_ANSWER, charges, its_id=turn_id, **values)

    async def close(
        self,
        turn_id: int,
        state: TurnState,
        failure: str = "",
        charges: Sequence[Charge] = (),
        *,
        durable: bool = True,
    ) -> bool:
        """A version that was shown becomes the chosen one: until then it is the one before.

        Not `durable` for a delivered answer: its parts tell, it would be closed again and nothing sent.
        """
        values = {"its_id": turn_id, "new_state": state.value, "why": failure}

        def job(connection: sa.Connection) -> bool:
            self._ledger.write(connection, charges, turn_id)
            closed = connection.execute(statements.CLOSE, values).first()
            if closed is None:
                return False
            if closed.version_of is not None or closed.chosen_id is not None:
                turn = _get(connection, turn_id)
                if turn is not None and _stands(turn):
                    first = closed.version_of or turn_id
                    connection.execute(statements.CHOOSE, {"its_id": first, "chosen": turn_id})
            return True

        return await self._database.write(job, durable=durable)

    async def reopen(
        self, turn_id: int, text: str | None = None, *, update_id: int | None = None
    ) -> Turn | None:
        """Waiting again, without an answer, to retry; with a text: the question was edited.

        The parts stay, so that the new answer is edited into them. Versions of an edited question's old
        answer are dropped. None: no such turn, or this update has been dealt with.
        """

        def job(connection: sa.Connection) -> Turn | None:
            if is_done(connection, update_id):
                return None
            finish(connection, update_id)
            if text is not None:
                statements.begin_anew(connection, turn_id, text)
            else:
                statements.reopen(connection, turn_id)
            return _get(connection, turn_id)

        return await self._database.write(job)

    async def set_question(self, turn_id: int, question: Question, charges: Sequence[Charge] = ()) -> bool:
        """Keeps what was made of a question before it is asked: its text, and what is still attached; and
        what that cost.
        """
        row = to_row(question)
        values = {name: row[name] for name in ("text", "attachments", "forwards")}
        return await self._change(statements.SET_QUESTION, charges, its_id=turn_id, **values)

    async def set_notice(self, turn_id: int, message_id: int | None) -> None:
        await self._change(statements.SET_NOTICE, its_id=turn_id, notice=message_id)

    async def add_version(
        self, turn_id: int, *, continues: bool = False, update_id: int | None = None
    ) -> Turn | None:
        """A waiting turn for another answer to the same question, or for the one that carries this one on.

        It is shown in the same messages, and chosen as soon as it was. None: no such turn, or a repeated
        update.
        """
        now_us = to_us(self._clock.now())

        def job(connection: sa.Connection) -> Turn | None:
            turn = _get(connection, turn_id)
            if turn is None or is_done(connection, update_id):
                return None
            finish(connection, update_id)
            connection.execute(statements.NOT_SHOWN, {"its_id": turn_id})
            standing = {
                "created_at": now_us,
                "parent_id": turn.parent_id,
                "version_of": turn.first_id,
                "continues": turn.id if continues else None,
            }
            row = {**to_row(turn.question), **standing, "update_id": update_id}
            return _inserted(connection, self._insert, row)

        return await self._database.write(job)

    async def choose(self, turn_id: int) -> Turn | None:
        """Makes a version the one that is remembered; None: it has no answer that stands, or another version
        is under way, which is chosen when it was shown.
        """

        def job(connection: sa.Connection) -> Turn | None:
            turn = _get(connection, turn_id)
            if turn is None or turn.answer is None or turn.state not in _STANDS:
                return None
            first = turn.first_id
            if connection.execute(statements.UNFINISHED_VERSION, {"its_id": first}).first() is not None:
                return None
            connection.execute(statements.CHOOSE, {"its_id": first, "chosen": turn_id})
            return turn

        return await self._database.write(job)

    async def _change(
        self, statement: sa.Update, charges: Sequence[Charge] = (), *, its_id: int, **values: Any
    ) -> bool:
        values["its_id"] = its_id

        def job(connection: sa.Connection) -> bool:
            self._ledger.write(connection, charges, its_id)
            return connection.execute(statement, values).rowcount == 1

        return await self._database.write(job, single=not charges)


def _inserted(connection: sa.Connection, insert: sa.Insert, row: dict[str, Any]) -> Turn | None:
    inserted = connection.execute(insert, row).first()
    return None if inserted is None else to_turn(inserted)


def _one(connection: sa.Connection, statement: sa.Select[Any], **values: Any) -> Turn | None:
    row = connection.execute(statement, values).first()
    return None if row is None else to_turn(row)


def _get(connection: sa.Connection, turn_id: int) -> Turn | None:
    return _one(connection, statements.BY_ID, its_id=turn_id)


def _stands(turn: Turn) -> bool:
    """Whether the chat was shown an answer, were it empty; of one that was stopped, any of it."""
    if turn.answer is None:
        return False
    return turn.state is TurnState.DONE or (turn.state is TurnState.STOPPED and bool(turn.answer.text))


def _chosen(connection: sa.Connection, turn_id: int | None) -> Turn | None:
    return None if turn_id is None else _one(connection, statements.CHOSEN, its_id=turn_id)
