"""The tree of turns against a small model of it, through random lives of two people's conversation."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.values import Conversation, Memory, ShownPart, Turn, TurnState
from bot.store import Store
from tests.clocks import ManualClock
from tests.store.memory import history_of, last_of
from tests.store.questions import ANNA, BORIS, answer, question

if TYPE_CHECKING:
    import pytest

ENDS = [TurnState.DONE, TurnState.DONE, TurnState.STOPPED, TurnState.FAILED, TurnState.DROPPED]
_chat_ids = itertools.count(1000)


@dataclass
class _Version:
    id: int
    text: str
    asker: int
    answer: str = ""
    state: TurnState = TurnState.WAITING

    @property
    def delivered(self) -> bool:
        return self.state in {TurnState.DONE, TurnState.STOPPED} and bool(self.answer)


@dataclass
class _Node:
    """A question in the model: all its versions, the first one first."""

    message_id: int
    parent: _Node | None
    versions: list[_Version]
    shown: bool = False
    chosen: int = field(init=False)

    def __post_init__(self) -> None:
        self.chosen = self.versions[0].id

    @property
    def remembered(self) -> _Version:
        return next(version for version in self.versions if version.id == self.chosen)

    def part_id(self) -> int:
        return self.versions[0].id + 1_000_000


class _Life:
    """Does the same to a store and to the model of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = ManualClock()
        self.store = Store.open(url, clock=self.clock)
        self.conversation = Conversation(next(_chat_ids), 3)
        self.nodes: list[_Node] = []
        self.fresh_from = 0

    def pick(self, number: int) -> _Node | None:
        return self.nodes[number % len(self.nodes)] if self.nodes else None

    async def say(self, number: int, memory: Memory = Memory.LINEAR, to: _Node | None = None) -> None:
        asker = (ANNA, BORIS)[number % 2]
        replies_to = None if to is None else to.part_id()
        asked = question(f"q{number}", conversation=self.conversation, asker=asker, replies_to=replies_to)
        turn = await self.store.turns.add(asked, memory=memory)
        assert turn is not None
        since = [node for node in self.nodes if node.versions[0].id > self.fresh_from]
        last = since[-1] if since and memory is Memory.LINEAR else None
        parent = to if to is not None and to.shown else last
        self.nodes.append(_Node(asked.message_id, parent, [_Version(turn.id, asked.text, asker.id)]))
        await self.end(number, self.nodes[-1])

    async def end(self, number: int, node: _Node) -> None:
        version = node.versions[-1]
        state = ENDS[number % len(ENDS)]
        if state in {TurnState.DONE, TurnState.STOPPED} and number % 7:
            version.answer = f"a{number}"
            assert await self.store.turns.save_answer(version.id, answer(version.answer))
            await self.store.parts.record(version.id, ShownPart(0, node.part_id(), version.answer))
            node.shown = True
            node.chosen = version.id
        version.state = state
        assert await self.store.turns.close(version.id, state)

    async def reply(self, number: int) -> None:
        await self.say(number, Memory.BRANCHES if number % 3 else Memory.LINEAR, self.pick(number))

    async def again(self, number: int) -> None:
        if node := self.pick(number):
            turn = await self.store.turns.add_version(node.versions[number % len(node.versions)].id)
            assert turn is not None
            first = node.versions[0]
            node.versions.append(_Version(turn.id, first.text, first.asker))
            await self.end(number // 2, node)

    async def choose(self, number: int) -> None:
        if node := self.pick(number):
            version = node.versions[number % len(node.versions)]
            chosen = await self.store.turns.choose(version.id)
            assert (chosen is None) == (not version.answer)
            if chosen is not None:
                node.chosen = version.id

    async def edit(self, number: int) -> None:
        if node := self.pick(number):
            first = node.versions[0]
            assert await self.store.turns.reopen(first.id, f"e{number}") is not None
            node.versions = [_Version(first.id, f"e{number}", first.asker)]
            node.chosen = first.id
            await self.end(number, node)

    async def new(self, _number: int) -> None:
        await self.store.conversations.start_fresh(self.conversation)
        self.fresh_from = max((version.id for node in self.nodes for version in node.versions), default=0)

    async def forget(self, number: int) -> None:
        asker_id = (ANNA.id, BORIS.id, None)[number % 3]
        gone = [node for node in self.nodes if asker_id in {None, node.versions[0].asker}]
        assert await self.store.bulk.forget(self.conversation, asker_id) == len(gone)
        self.nodes = [node for node in self.nodes if node not in gone]
        for node in self.nodes:
            if node.parent in gone:
                node.parent = None
        if asker_id is None:
            self.fresh_from = 0

    async def restart(self, _number: int) -> None:
        await self.store.close()
        self.store = Store.open(self.url, clock=self.clock)

    async def check(self) -> None:
        chat_id = self.conversation.chat_id
        for node in self.nodes:
            remembered = node.remembered
            for version in node.versions:
                history = await history_of(self.store, version.id, limit=3)
                assert [(exchange.question, exchange.answer) for exchange in history] == _window(node, 3)
            by_part = await self.store.turns.by_part(chat_id, node.part_id())
            assert _brief(by_part) == ((remembered.id, remembered.state) if node.shown else None)
            by_question = await self.store.turns.by_question(chat_id, node.message_id)
            assert by_question is not None
            assert by_question.id == node.versions[0].id
        since = [node for node in self.nodes if node.versions[0].id > self.fresh_from]
        last = await last_of(self.store, self.conversation)
        assert (last and last.id) == (since[-1].chosen if since else None)
        assert await self.store.turns.unfinished() == []


def _brief(turn: Turn | None) -> tuple[int, TurnState] | None:
    return None if turn is None else (turn.id, turn.state)


def _window(node: _Node, limit: int) -> list[tuple[str, str]]:
    """What is remembered before a turn, newest first."""
    window = []
    ancestor = node.parent
    while ancestor is not None:
        if ancestor.remembered.delivered:
            window.append((ancestor.remembered.text, ancestor.remembered.answer))
        ancestor = ancestor.parent
    return window[:limit]


STEPS = ["say", "reply", "again", "choose", "edit", "new", "forget", "restart"]


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 10_000)), max_size=25))
def test_any_life_of_a_conversation_is_remembered_as_the_model_says(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "tree.db"

    async def live() -> None:
        life = _Life(f"sqlite:///{path}")
        try:
            for name, number in steps:
                step: Callable[[int], Coroutine[None, None, None]] = getattr(life, name)
                await step(number)
                await life.check()
        finally:
            await life.store.close()

    asyncio.run(live())
