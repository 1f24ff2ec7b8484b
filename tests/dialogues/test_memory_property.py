"""Any conversation, over HTTP, against a small model of what each request to the model must contain."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.values import Conversation
from bot.emulator.model import ModelServer
from bot.emulator.model_rules import Rules
from bot.emulator.people import Message
from bot.emulator.world import World
from bot.service import Service
from tests.clocks import FastClock
from tests.conftest import API_KEY, FOLDER, alive
from tests.databases import Databases
from tests.dialogues.remembering import buttons, calm, items, last_input

STEPS = ["say", "say", "reply", "edit", "again", "again", "flip", "new", "stop", "forget", "restart"]
HASTE = 10.0
GROWS = ": достаточно слов, чтобы он показался прежде, чем будет целым, и ещё немного слов после них."
STOPPED = "(ответ остановлен)"


@dataclass
class Node:
    """A question, as the model of the conversation has it."""

    parent: Node | None
    asked: Message
    text: str
    reply: str = ""
    """Empty: stopped before there was an answer; without its full stop: while it grew."""
    answer: Message | None = None
    versions: list[str] = field(default_factory=list)

    def before(self) -> list[str]:
        """The exchanges that it goes on from, oldest first."""
        if self.parent is None:
            return []
        reply = self.parent.reply
        cut = "" if reply.endswith(".") else " […]"
        own = [self.parent.text, f"{reply}{cut}"] if reply else []
        return self.parent.before() + own


class Stage:
    """One bot for all conversations, restarted where one of them says so."""

    def __init__(self, database_url: str, *, live: bool) -> None:
        self._database_url = database_url
        self.live = live
        self._clock = FastClock(HASTE)
        self.world = World(self._clock)
        self.model = ModelServer(rules=Rules(api_key=API_KEY, folder=FOLDER))
        self.service: Service
        self._all = AsyncExitStack()
        self._bot = AsyncExitStack()

    async def open(self) -> None:
        await self._all.enter_async_context(self.world)
        await self._all.enter_async_context(self.model)
        await self.start()

    async def close(self) -> None:
        await self.stop()
        await self._all.aclose()

    async def start(self) -> None:
        bot = alive(
            self.world,
            self.model,
            self._clock,
            self._database_url,
            user_rate_per_min=0,
            default_live=self.live,
        )
        self.service = await self._bot.enter_async_context(bot)

    async def stop(self) -> None:
        await self._bot.aclose()


@dataclass
class Life:
    """One person's conversation in a new chat; in a group its memory is linear, and it has buttons."""

    stage: Stage
    group: bool
    nodes: list[Node] = field(default_factory=list)
    last: Node | None = None
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.anna = self.stage.world.user("Анна")
        world = self.stage.world
        self.chat = world.group("Группа", owner=self.anna) if self.group else world.private(self.anna)
        self.ask, self.asker = ("/ask ", "Спрашивает «Анна»:\n") if self.group else ("", "")

    async def begin(self) -> None:
        if self.group:
            for name, value in (("memory", "linear"), ("buttons", True)):
                await self.stage.service.store.settings.set(Conversation(self.chat.id), name, value, "Анна")

    async def say(self, _: int) -> None:
        node = await self._ask(self.last)
        await self._answered(node)

    async def reply(self, number: int) -> None:
        known = [node for node in self.nodes if node.answer is not None]
        if not known:
            return
        parent = known[number % len(known)]
        await self._answered(await self._ask(parent, to=parent.answer))

    async def edit(self, number: int) -> None:
        if not self.nodes:
            return
        node = self.nodes[number % len(self.nodes)]
        node.text = f"Вопрос {next(self.numbers)}"
        node.versions.clear()
        self._script()
        await self.chat.edit(self.anna, node.asked, self.ask + node.text)
        await self._answered(node)

    async def again(self, _: int) -> None:
        node = self.last
        if node is None or node.answer is None or node is not self.nodes[-1]:
            return
        await calm(self.stage.service)
        self._script()
        await self.chat.press(self.anna, node.answer, "Другой ответ")
        await self._answered(node)

    async def flip(self, _: int) -> None:
        node = self.last
        if node is None or node.answer is None or node is not self.nodes[-1] or len(node.versions) < 2:
            return
        await calm(self.stage.service)
        reply = node.versions[node.versions.index(node.reply) - 1]
        await self.chat.press(self.anna, node.answer, "‹")
        node.answer = await self.chat.see(lambda message: message.text.startswith(reply))
        node.reply = reply

    async def new(self, _: int) -> None:
        await self.chat.say(self.anna, "/new")
        await self.chat.see("Начинаем новый разговор")
        self.last = None
        await self._no_buttons()

    async def stop(self, _: int) -> None:
        model = self.stage.model
        if self.stage.live:
            await self._stop_what_grows()
            return
        model.hang()
        received, abandoned = len(model.requests), model.abandoned
        node = await self._ask(self.last, script=False)
        await model.wait(received=received + 1)
        assert last_input(model) == self._input(node)
        await self.chat.say(self.anna, "/stop")
        await self.chat.see("Остановлено.")
        await model.wait(abandoned=abandoned + 1)

    async def _stop_what_grows(self) -> None:
        """As much of it as stands then is the answer."""
        abandoned = self.stage.model.abandoned
        self._reply = f"Ответ {next(self.numbers)}{GROWS}"
        self.stage.model.hold_stream(self._reply)
        node = await self._ask(self.last, script=False)
        await self.chat.see(self._reply[: len(self._reply) // 2 - 10])
        assert last_input(self.stage.model) == self._input(node)
        await self.chat.say(self.anna, "/stop")
        node.answer = await self.chat.see(STOPPED)
        await self.stage.model.wait(abandoned=abandoned + 1)
        node.reply = node.answer.text.partition(STOPPED)[0].strip()
        node.versions.append(node.reply)
        assert self._reply.startswith(node.reply)

    async def forget(self, _: int) -> None:
        await self.chat.say(self.anna, "/forget")
        question = await self.chat.see("Что удалить" if self.group else "Удалить весь этот разговор")
        await self.chat.press(self.anna, question, "Удалить всё")
        await self._no_buttons()
        self.nodes.clear()
        self.last = None

    async def restart(self, _: int) -> None:
        await self.stage.stop()
        await self.stage.start()

    async def _ask(self, parent: Node | None, *, to: Message | None = None, script: bool = True) -> Node:
        text = f"Вопрос {next(self.numbers)}"
        if script:
            self._script()
        asked = await self.chat.say(self.anna, self.ask + text, reply_to=to)
        self.last = Node(parent, asked, text)
        self.nodes.append(self.last)
        return self.last

    def _script(self) -> None:
        self._reply = f"Ответ {next(self.numbers)}{GROWS if self.stage.live else '.'}"
        self._requests = len(self.stage.model.requests)
        self.stage.model.reply(self._reply)

    async def _answered(self, node: Node) -> None:
        """Sees the answer, after exactly one request, which is what the model says."""
        reply = self._reply
        node.answer = await self.chat.see(
            lambda message: message.text.startswith(reply) and "Остановить" not in buttons(message)
        )
        node.reply = reply
        node.versions.append(reply)
        assert last_input(self.stage.model) == self._input(node)
        assert len(self.stage.model.requests) == self._requests + 1

    def _input(self, node: Node) -> object:
        before = node.before()
        before[::2] = [self.asker + text for text in before[::2]]
        return items(*before, self.asker + node.text)

    async def _no_buttons(self) -> None:
        for node in self.nodes:
            if node.answer is not None:
                await self.chat.sees_no_buttons(node.answer)


@pytest.mark.parametrize("live", [False, True], ids=["whole", "live"])
def test_any_conversation_is_shown_to_the_model_as_it_must_be(
    tmp_path: Path, databases: Databases, *, live: bool
) -> None:
    with asyncio.Runner() as runner:
        stage = Stage(databases.url(tmp_path), live=live)
        runner.run(stage.open())

        @settings(max_examples=12, deadline=None)
        @given(
            st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 100)), min_size=3, max_size=9),
            st.booleans(),
        )
        def conversation(steps: list[tuple[str, int]], group: bool) -> None:
            runner.run(_live(stage, steps, group=group))

        try:
            conversation()
        finally:
            runner.run(stage.close())
            databases.drop(tmp_path)


async def _live(stage: Stage, steps: list[tuple[str, int]], *, group: bool) -> None:
    stage.model.clear()
    life = Life(stage, group)
    await life.begin()
    for name, number in steps:
        await getattr(life, name)(number)
