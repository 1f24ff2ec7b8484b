"""Forget, export, migrate, purge, back up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.core.values import Conversation, Memory, Person, ShownPart, Turn
from bot.store import KnownChat, Store
from bot.store.bulk import BATCH, PAUSE_S
from tests.clocks import ManualClock
from tests.databases import query
from tests.store.memory import last_of
from tests.store.questions import ANNA, BORIS, PRIVATE, TOPIC, answered, overrides_of, question

NEW_TOPIC = Conversation(-200, TOPIC.thread_id)


async def _turn(
    store: Store,
    conversation: Conversation = TOPIC,
    asker: Person = ANNA,
    text: str = "Why?",
    **changes: Any,
) -> Turn:
    asked = question(text, conversation=conversation, asker=asker, **changes)
    turn = await answered(store, await store.turns.add(asked, memory=Memory.LINEAR))
    await store.parts.record(turn.id, ShownPart(0, 5000 + turn.id, "shown"))
    return turn


async def test_a_forgotten_conversation_is_gone_and_no_other(store: Store, url: str) -> None:
    other = await _turn(store, Conversation(TOPIC.chat_id))
    turn = await _turn(store, text="a secret")
    await _turn(store)
    waiting = await store.turns.add(question(conversation=TOPIC), memory=Memory.LINEAR)
    await store.turns.add_version(turn.id)
    await store.conversations.start_fresh(TOPIC)
    await store.conversations.tell_trimmed(TOPIC)
    assert waiting is not None

    assert await store.bulk.forget(TOPIC) == 3

    assert await store.bulk.export(TOPIC) == []
    assert await store.turns.unfinished() == []
    assert await store.parts.shown(turn.id) == []
    assert await store.turns.by_part(TOPIC.chat_id, 5000 + turn.id) is None
    assert await store.conversations.tell_trimmed(TOPIC)
    assert await store.bulk.export(Conversation(TOPIC.chat_id)) == [other]
    for path in Path(url.removeprefix("sqlite:///")).parent.glob("bot.db*"):
        assert b"a secret" not in path.read_bytes()


async def test_a_member_forgets_their_own_turns_only(store: Store) -> None:
    annas, boriss = await _turn(store), await _turn(store, asker=BORIS)
    assert boriss.parent_id == annas.id

    assert await store.bulk.forget(TOPIC, ANNA.id) == 1

    (kept,) = await store.bulk.export(TOPIC)
    assert (kept.id, kept.parent_id) == (boriss.id, None)


async def test_ids_of_forgotten_turns_are_not_given_again(store: Store) -> None:
    turn = await _turn(store)
    await store.bulk.forget(TOPIC)

    assert (await _turn(store)).id > turn.id


async def test_forgetting_empties_set_aside_updates_of_the_chat(store: Store, url: str) -> None:
    await store.inbox.accept([(1, f'{{"chat":{{"id":{TOPIC.chat_id}}}}}'), (2, '{"chat":{"id":55}}')])
    await store.inbox.set_aside(1)
    await store.inbox.set_aside(2)

    await store.bulk.forget(TOPIC)

    await store.close()
    rows = query(url, "SELECT raw FROM inbox ORDER BY update_id")
    assert rows == [("",), ('{"chat":{"id":55}}',)]


async def test_an_export_is_in_order_and_may_be_one_persons(store: Store) -> None:
    annas, boriss = await _turn(store), await _turn(store, asker=BORIS)
    version = await store.turns.add_version(annas.id)

    assert await store.bulk.export(TOPIC) == [annas, boriss, version]
    assert await store.bulk.export(TOPIC, BORIS.id) == [boriss]


async def test_a_migrated_chat_takes_everything_along_however_often_it_is_told(store: Store) -> None:
    done = await _turn(store)
    await store.settings.set(TOPIC, "temperature", 0.3, "Anna")
    await store.settings.set(TOPIC.chat, "temperature", 0.4, "Anna")
    await store.conversations.start_fresh(TOPIC)
    waiting = await store.turns.add(question(conversation=TOPIC), memory=Memory.LINEAR)
    assert waiting is not None
    await store.turns.set_notice(waiting.id, 9)

    assert (await overrides_of(store, TOPIC)).topic
    assert not (await overrides_of(store, NEW_TOPIC)).topic

    news = [await store.bulk.migrate(TOPIC.chat_id, NEW_TOPIC.chat_id) for _ in range(3)]

    assert news == [True, False, False]
    assert await store.bulk.export(TOPIC) == []
    moved = await store.bulk.export(NEW_TOPIC)
    assert [(turn.id, turn.question.message_id, turn.notice_id) for turn in moved] == [
        (done.id, 0, None),
        (waiting.id, 0, None),
    ]
    assert [turn.id for turn in await store.turns.unfinished()] == [waiting.id]
    assert await store.parts.shown(done.id) == [ShownPart(0, 0, "shown")]
    assert await store.turns.by_part(NEW_TOPIC.chat_id, 5000 + done.id) is None
    chats, topics = await overrides_of(store, NEW_TOPIC)
    assert (chats["temperature"].value, topics["temperature"].value) == (0.4, 0.3)
    assert await overrides_of(store, TOPIC) == ({}, {})
    last = await last_of(store, NEW_TOPIC)
    assert last is not None
    assert last.id == waiting.id


async def test_what_the_new_chat_already_has_stays_and_stragglers_move(store: Store) -> None:
    await store.settings.set(TOPIC, "temperature", 0.3, "Anna")
    await store.settings.set(NEW_TOPIC, "temperature", 0.9, "Boris")
    await store.bulk.migrate(TOPIC.chat_id, NEW_TOPIC.chat_id)
    straggler = await _turn(store)

    assert not await store.bulk.migrate(TOPIC.chat_id, NEW_TOPIC.chat_id)

    _, topics = await overrides_of(store, NEW_TOPIC)
    assert topics["temperature"].value == 0.9
    assert [turn.id for turn in await store.bulk.export(NEW_TOPIC)] == [straggler.id]


async def test_a_migrated_chat_is_not_greeted_again(store: Store, clock: ManualClock) -> None:
    await store.chats.save(KnownChat(-1, "group", "Погода", greeted_at=clock.now()))

    await store.bulk.migrate(-1, -100)

    assert await store.chats.get(-1) == KnownChat(
        -1, "group", "Погода", greeted_at=clock.now(), migrated_to=-100
    )
    assert await store.chats.get(-100) == KnownChat(-100, "supergroup", "Погода", greeted_at=clock.now())


async def test_old_turns_are_purged_and_young_ones_stay(store: Store, clock: ManualClock) -> None:
    old = await _turn(store, sent_at=clock.now())
    await clock.advance(100)
    young = await _turn(store, sent_at=clock.now())

    assert await store.bulk.purge(None) == 0
    assert await store.bulk.purge(clock.now()) == 1

    assert await store.turns.get(old.id) is None
    (kept,) = await store.bulk.export(TOPIC)
    assert (kept.id, kept.parent_id) == (young.id, None)


async def test_a_turn_that_is_old_by_one_clock_only_stays(store: Store, clock: ManualClock) -> None:
    """The machine's was wrong as it was made, or an old question got another version."""
    day = timedelta(days=1)
    await _turn(store, sent_at=clock.now() - day)
    await _turn(store, sent_at=clock.now() + day)
    assert await store.bulk.purge(clock.now() - day / 2) == 0
    assert await store.bulk.purge(clock.now() + day / 2) == 1


async def test_a_purge_goes_through_more_than_one_batch_and_rests_in_between(
    store: Store, clock: ManualClock
) -> None:
    for _ in range(2 * BATCH + 1):
        await store.turns.add(question(conversation=TOPIC, sent_at=clock.now()), memory=Memory.OFF)
    purging = asyncio.create_task(store.bulk.purge(clock.now() + timedelta(seconds=1)))
    for left in (BATCH + 1, 1):
        for _ in range(10):
            waiting = await store.turns.unfinished()
        assert len(waiting) == left
        await clock.advance(PAUSE_S)

    assert await purging == 2 * BATCH + 1


async def test_finished_updates_are_forgotten_after_two_days_and_waiting_ones_never(
    store: Store, clock: ManualClock
) -> None:
    await store.inbox.accept([(1, "done"), (2, "new"), (3, "aside")])
    await store.inbox.finish(1)
    await store.inbox.set_aside(3)
    await clock.advance(timedelta(hours=47).total_seconds())
    await store.bulk.purge(None)
    assert await store.inbox.accept([(1, "done"), (2, "new"), (3, "aside")]) == []

    await clock.advance(timedelta(hours=2).total_seconds())
    await store.bulk.purge(None)

    assert await store.inbox.accept([(1, "done"), (2, "new"), (3, "aside")]) == [1, 3]


async def test_a_removed_chats_settings_are_kept_for_thirty_days(store: Store, clock: ManualClock) -> None:
    await store.settings.set(TOPIC, "temperature", 0.3, "Anna")
    await store.settings.set(PRIVATE, "temperature", 0.3, "Anna")
    await _turn(store)
    await store.chats.save(KnownChat(TOPIC.chat_id, "supergroup", removed_at=clock.now()))
    await clock.advance(timedelta(days=29, hours=23).total_seconds())
    assert await store.bulk.purge(None) == 0
    assert (await overrides_of(store, TOPIC))[1]
    assert await store.chats.get(TOPIC.chat_id) is not None
    await clock.advance(timedelta(hours=1).total_seconds())
    assert await store.bulk.purge(None) == 0, "to the last moment"

    await clock.advance(timedelta(hours=2).total_seconds())

    assert await store.bulk.purge(None) == 1
    assert await overrides_of(store, TOPIC) == ({}, {})
    assert await store.chats.get(TOPIC.chat_id) is None
    assert (await overrides_of(store, PRIVATE))[0]


async def test_a_chat_that_lets_the_bot_in_again_during_a_purge_keeps_what_is_new(
    store: Store, clock: ManualClock
) -> None:
    for n in range(BATCH):
        await store.turns.add(question(str(n), conversation=TOPIC), memory=Memory.OFF)
    removed = KnownChat(TOPIC.chat_id, "supergroup", removed_at=clock.now() - timedelta(days=31))
    await store.chats.save(removed)
    purging = asyncio.create_task(store.bulk.purge(None))
    for _ in range(10):
        left = await store.bulk.export(TOPIC)
    assert left == []
    let_in = replace(removed, removed_at=None)
    await store.chats.save(let_in)
    turn = await _turn(store)
    await store.settings.set(TOPIC, "temperature", 0.3, "Anna")

    await clock.advance(2 * PAUSE_S)

    assert await purging == BATCH
    assert await store.bulk.export(TOPIC) == [turn]
    assert await store.chats.get(TOPIC.chat_id) == let_in
    assert (await overrides_of(store, TOPIC)).topic
