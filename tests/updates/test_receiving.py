"""Updates from the inbox to the handlers: in order, each until it is done or set aside."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.ext import ExtBot, TypeHandler

from bot.delivery.transport import Transport
from bot.delivery.waiting import notify_flood_wait
from bot.emulator.world import World
from bot.handlers.registration import build_application
from bot.store import Store, StoreUnavailable
from bot.store.chat_moves import Moves
from bot.updates.raw import lane_of
from bot.updates.receiving import Receiver
from tests.clocks import FastClock, until

Json = dict[str, Any]


def message(update_id: int, text: str, *, chat_id: int = 5) -> Json:
    chat = {"id": chat_id, "type": "private", "first_name": "Анна"}
    return {
        "update_id": update_id,
        "message": {"message_id": update_id, "date": 1_760_000_000, "chat": chat, "text": text},
    }


async def told() -> None:
    notify_flood_wait()


async def told_of(given_up: list[Json], raw: Json) -> None:
    given_up.append(raw)
    raise KeyError("what is odd is odd for whoever is told of it too")


@dataclass
class Desk:
    """A receiver whose one handler does as the text says: fail, hang, be held, lock, write, else nothing."""

    store: Store
    receiver: Receiver
    path: Path
    counted: list[Json]
    given_up: list[Json]
    handled: list[str] = field(default_factory=list)
    other: sqlite3.Connection | None = None

    async def handle(self, update: Update, _context: Any) -> None:
        text = update.message.text if update.message is not None else None
        self.handled.append(text or "")
        if text == "fail":
            raise ValueError(text)
        if text == "quote" and update.message is not None and update.message.reply_to_message is not None:
            assert update.message.reply_to_message.chat.id == 5
        if text == "held":
            notify_flood_wait()
        if text == "other held":
            await asyncio.create_task(told())
        if text in {"hang", "held", "other held"}:
            await asyncio.Event().wait()
        if text == "lock":
            self.other = sqlite3.connect(self.path, isolation_level=None)
            self.other.execute("BEGIN IMMEDIATE")
        if text == "write":
            await self.store.inbox.forgive(0)

    async def until(self, *texts: str) -> None:
        await until(lambda: self.handled == list(texts))

    async def nothing_pends(self) -> None:
        await until(lambda: "new" not in {state for state, _ in self.states().values()})

    def states(self) -> dict[int, tuple[str, int]]:
        with closing(sqlite3.connect(self.path)) as other:
            rows = other.execute("SELECT update_id, state, attempts FROM inbox").fetchall()
        return {update_id: (state, attempts) for update_id, state, attempts in rows}


@asynccontextmanager
async def opened(world: World, path: Path, *, factor: float = 50) -> AsyncIterator[Desk]:
    clock = FastClock(factor)
    store = Store.open(f"sqlite:///{path}", clock=clock, pragmas={"busy_timeout": 1})
    counted: list[Json] = []
    bot: ExtBot[Any] = ExtBot(
        world.token, base_url=f"{world.url}/bot", request=Transport(), get_updates_request=Transport()
    )
    application = build_application(bot)
    given_up: list[Json] = []
    receiver = Receiver(
        application,
        store,
        clock,
        moved=Moves(store).moved,
        muted=partial(told_of, []),
        given_up=partial(told_of, given_up),
        count=counted.extend,
    )
    desk = Desk(store, receiver, path, counted, given_up)
    application.add_handler(TypeHandler(Update, desk.handle))
    await application.initialize()
    try:
        yield desk
    finally:
        await desk.receiver.close(0)
        await application.shutdown()
        await store.close()


async def test_what_fails_three_times_is_set_aside_and_the_next_one_goes_on(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(world, tmp_path / "bot.db") as desk:
        await desk.receiver.accept([message(7, "fail"), message(8, "fine")])
        await desk.until("fail", "fail", "fail", "fine")
        await desk.nothing_pends()
        assert desk.states() == {7: ("aside", 2), 8: ("done", 0)}
        await until(lambda: desk.given_up == [message(7, "fail")])
    assert "update 7 failed 3 times and is set aside" in caplog.text


async def test_half_a_character_stops_nothing(world: World, tmp_path: Path) -> None:
    """As in an emoji that something on the way has cut."""
    async with opened(world, tmp_path / "bot.db") as desk:
        await desk.receiver.accept([message(7, "fine \ud83d"), message(8, "fine")])
        await desk.until("fine \ud83d", "fine")
        await desk.nothing_pends()


async def test_what_cannot_be_read_is_set_aside_too(world: World, tmp_path: Path) -> None:
    async with opened(world, tmp_path / "bot.db") as desk:
        broken = message(7, "?")
        broken["message"]["chat"] = "not a chat"
        await desk.receiver.accept([broken, message(8, "fine")])
        await desk.until("fine")
        await desk.nothing_pends()
        assert desk.states()[7] == ("aside", 0)
        await until(lambda: desk.given_up == [broken])


async def test_what_can_be_read_in_part_is_handled_by_that(world: World, tmp_path: Path) -> None:
    """At the first try where the library refuses the whole, at the second where only a handler can't do."""
    async with opened(world, tmp_path / "bot.db") as desk:
        polled = message(7, "refused")
        polled["message"]["poll"] = {"id": "1"}
        nowhere = message(8, "quote")
        nowhere["message"]["reply_to_message"] = {"message_id": 3, "date": 1, "text": "?"}
        await desk.receiver.accept([polled, nowhere])
        await desk.until("refused", "quote", "quote")
        await desk.nothing_pends()
        assert desk.states() == {7: ("done", 0), 8: ("done", 1)}
        assert desk.given_up == []


async def test_an_update_that_ends_the_process_three_times_is_set_aside(world: World, tmp_path: Path) -> None:
    """Each life begins with it; the third that it ends is the last that tries it."""
    path = tmp_path / "bot.db"
    async with opened(world, path) as desk:
        await desk.store.inbox.accept([(7, '{"update_id": 7}'), (8, '{"update_id": 8}')])
        for _ in range(2):  # lives 2 and 3 began it, and were killed; life 1 does not count what it takes
            await desk.store.inbox.begin(7)
        await desk.receiver.resume()
        await desk.nothing_pends()
        assert desk.states() == {7: ("aside", 2), 8: ("done", 1)}
        assert desk.handled == [""]
        assert desk.given_up == [{"update_id": 7}]


async def test_what_an_orderly_end_cuts_short_is_not_counted(world: World, tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with opened(world, path) as desk:
        await desk.receiver.accept([message(7, "hang")])
        await desk.until("hang")
    for _ in range(4):
        async with opened(world, path) as desk:
            await desk.receiver.resume()
            assert desk.handled == ["hang"]
        assert desk.states() == {7: ("new", 0)}


async def test_one_that_takes_long_does_not_hold_up_those_after_it(world: World, tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with opened(world, path) as desk:
        await desk.receiver.accept([message(7, "hang"), message(8, "later"), message(9, "else", chat_id=6)])
        await desk.until("hang", "else")
    async with opened(world, path) as desk:
        await desk.receiver.resume()
        assert desk.handled == ["hang"]
        await desk.receiver.accept([message(10, "fine", chat_id=6)])
        await desk.until("hang", "fine")


async def test_one_whose_handler_only_waits_for_telegram_is_detached_and_not_done_again(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "bot.db"
    async with opened(world, path) as desk:
        await desk.receiver.accept([message(7, "held"), message(8, "fine")])
        await desk.until("held", "fine")
        await desk.nothing_pends()
    async with opened(world, path) as desk:
        await desk.receiver.resume()
        assert desk.handled == []


async def test_what_another_task_waits_for_says_nothing_of_the_handler(world: World, tmp_path: Path) -> None:
    async with opened(world, tmp_path / "bot.db") as desk:
        await desk.receiver.accept([message(7, "other held"), message(8, "later")])
        await desk.until("other held")
        await desk.receiver.accept([message(9, "else", chat_id=6)])
        await desk.until("other held", "else")
        assert desk.states()[7] == ("new", 0)


async def test_a_delivery_repeated_meanwhile_is_handled_once(world: World, tmp_path: Path) -> None:
    async with opened(world, tmp_path / "bot.db") as desk:
        for _ in range(2):
            await desk.receiver.accept([message(7, "once"), message(7, "once")])
        await desk.receiver.accept([message(8, "next")])
        await desk.until("once", "next")
        assert desk.counted == [message(7, "once"), message(8, "next")]


async def test_a_commit_that_failed_and_yet_happened_loses_nothing(world: World, tmp_path: Path) -> None:
    """An error at a commit does not say whether what was written is found by the next connection."""
    path = tmp_path / "bot.db"
    async with opened(world, path) as desk:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                await desk.receiver.accept([message(7, "there")])
            raw = str(message(7, "there")).replace("'", '"')
            other.execute("INSERT INTO inbox VALUES (7, ?, 0, 0, 'new')", (raw,))
            other.execute("COMMIT")
        await desk.receiver.accept([message(7, "there"), message(8, "next")])
        await desk.until("there", "next")


async def test_a_database_that_is_away_is_waited_for(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a handler that can't write nor one whose end can't be noted counts as failed."""
    async with opened(world, tmp_path / "bot.db") as desk:
        await desk.receiver.accept([message(7, "lock"), message(8, "write", chat_id=6)])
        await until(lambda: caplog.text.count("update 7 waits for the database") >= 4)
        await until(lambda: caplog.text.count("update 8 waits for the database") >= 4)
        assert desk.other is not None
        desk.other.execute("ROLLBACK")
        desk.other.close()
        await desk.nothing_pends()
        assert desk.handled.count("lock") == 1
        assert desk.states() == {7: ("done", 0), 8: ("done", 0)}


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        (message(1, ""), (5, False)),
        ({"update_id": 1, "callback_query": {"message": {"chat": {"id": 5}}, "from": {"id": 6}}}, (5, True)),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}}}, (6, True)),
        ({"update_id": 1, "callback_query": {"message": "odd"}}, (0, True)),
        ({"update_id": 1, "my_chat_member": {"from": {"id": 6}}}, (6, False)),
        ({"update_id": 1, "odd": "odd"}, (0, False)),
    ],
)
def test_each_chat_has_a_lane_and_one_for_its_buttons(update: Json, lane: tuple[int, bool]) -> None:
    assert lane_of(update) == lane
