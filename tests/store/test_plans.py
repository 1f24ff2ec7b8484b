"""Look-ups stay flat: no statement of an answer's path reads a whole table."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.values import Memory, ShownPart, TalkMessage, Turn, TurnState
from bot.store import AccessState, Store, Stranger, Whose
from bot.store.engine.database import Database
from tests.clocks import ManualClock
from tests.store.memory import history_of, last_of
from tests.store.questions import TOPIC, answer, answered, overrides_of, question

if TYPE_CHECKING:
    import sqlalchemy as sa


@pytest.fixture
def url(tmp_path: Path) -> str:
    """PostgreSQL's planner reads whole tables as long as they are small."""
    return f"sqlite:///{tmp_path}/bot.db"


async def test_no_statement_on_the_path_of_an_answer_scans_a_table(url: str, clock: ManualClock) -> None:
    database = Database.open(url)
    store = Store(database, clock)
    statements: list[str] = []
    for trace in (database.read, database.look):
        await trace(lambda connection: _driver(connection).set_trace_callback(statements.append))

    await _use_everything(store)

    for trace in (database.read, database.look):
        await trace(lambda connection: _driver(connection).set_trace_callback(None))
    plans = await database.read(lambda connection: {sql: _plan(connection, sql) for sql in statements})
    await store.close()
    assert sum(sql.startswith(("SELECT", "WITH", "UPDATE", "INSERT", "DELETE")) for sql in plans) > 40
    scans = [(sql, step) for sql, plan in plans.items() for step in plan if _is_scan(step)]
    assert scans == []


async def _use_everything(store: Store) -> None:
    asked = question(conversation=TOPIC, replies_to=10)
    await store.inbox.accept([(asked.update_id, "raw"), (9002, "raw"), (9003, "raw")])
    await store.inbox.begin(asked.update_id)
    await store.inbox.pending()
    turn = await store.turns.add(asked, memory=Memory.LINEAR)
    assert turn is not None
    await store.turns.append(turn.id, "more", 9002)
    await store.pieces.recent(TOPIC, asked.asker.id)
    await store.pieces.amend(turn.id, lambda question: question, 9003)
    await store.turns.set_notice(turn.id, 1)
    await overrides_of(store, TOPIC)
    await store.settings.set(TOPIC, "temperature", 0.3, "Anna")
    await store.settings.reset(TOPIC, "temperature")
    await answered(store, turn)
    await store.parts.record(turn.id, ShownPart(0, 10, "a"))
    await store.parts.shown(turn.id)
    await store.parts.unrecord(turn.id, 1)
    await history_of(store, turn.id, limit=50)
    await store.turns.history_if_open(turn, limit=50)
    await store.turns.by_part(TOPIC.chat_id, 10)
    await store.turns.by_question(TOPIC.chat_id, asked.message_id)
    await last_of(store, TOPIC)
    for of_branch in (True, False):
        await store.turns.is_last(turn, of_branch=of_branch)
    for asker_id in (None, asked.asker.id):
        await store.parts.last(TOPIC, asker_id=asker_id, failures=False)
    await store.turns.gone_back_to(turn)
    await store.topics.is_known(TOPIC)
    version = await store.turns.add_version(turn.id)
    assert version is not None
    await store.turns.save_answer(version.id, answer())
    await store.turns.close(version.id, TurnState.DONE)
    await store.turns.previous(TOPIC, before_id=version.id)
    await store.turns.versions_of_last(turn, of_branch=True)
    await store.turns.choose(turn.id)
    await store.turns.reopen(turn.id, "other", update_id=9003)
    await store.turns.set_question(turn.id, turn.question)
    await store.turns.add_version(turn.id, continues=True)
    await store.turns.unfinished()
    await store.conversations.tell_trimmed(TOPIC)
    await store.conversations.start_fresh(TOPIC)
    await store.chats.get(TOPIC.chat_id)
    await store.bulk.export(TOPIC)
    today = date(2026, 11, 27)
    for of in ({"person_id": asked.asker.id}, {"chat_id": TOPIC.chat_id}, {}):
        await store.ledger.spent(Whose(today, today, **of))
    await store.limits.granted("person", asked.asker.id, today)
    await store.access.knock(Stranger(asked.asker.id, "Anna"), update_id=asked.update_id)
    waiting = [AccessState.WAITING]
    await store.access.decide(asked.asker.id, AccessState.LET_IN, by=1, when=waiting, told=True)
    await _use_talk(store, turn)
    await store.inbox.finish(asked.update_id)


async def _use_talk(store: Store, turn: Turn) -> None:
    asked = turn.question
    await store.settings.set(TOPIC, "listen", value=True, changed_by="Anna")
    await store.talk.hear(TalkMessage(TOPIC, 7, asked.asker, "Hm.", asked.sent_at), 9004)
    await store.talk.edit(TOPIC.chat_id, 7, "Aha.", 9005)
    await store.talk.edit(TOPIC.chat_id, 7, "", 9006)
    await store.talk.before(turn)
    await store.talk.missed_by(TOPIC, asked.asker.id)
    await store.talk.forget(TOPIC)
    await store.talk.purge()


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


def _plan(connection: sa.Connection, sql: str) -> list[str]:
    if sql in {"COMMIT", "BEGIN", "BEGIN IMMEDIATE"} or sql.startswith("--"):
        return []
    return [row[3] for row in _driver(connection).execute(f"EXPLAIN QUERY PLAN {sql}")]


def _is_scan(step: str) -> bool:
    """Reading a partial index from end to end is what it is for; rows just found are read too."""
    return "SCAN" in step and not re.search(
        r"ix_turns_unfinished|ix_inbox_new|SCAN (walk|newest)|CONSTANT ROW", step
    )
