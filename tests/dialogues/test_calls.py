"""The bot's name, or /ask, alone: what is forwarded right after it is the question. In real time."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.service import Service
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.test_gathering import IVAN, answers, asked, ended, nothing_pending, pending
from tests.dialogues.waiting import comes


@pytest.fixture
def clock() -> FastClock:
    """Two seconds are two seconds: what follows a call is dealt with by then on a busy machine too."""
    return FastClock(1)


@pytest.mark.parametrize("call", ["mention", "command"])
async def test_forwards_after_a_call_of_the_bot_are_the_question(
    world: World, model: ModelServer, bot: Service, call: str
) -> None:
    world.state.reads_all = True
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Двор", members=[anna, boris])
    model.reply("О разном.")
    called = await group.say(anna, f"@{world.me.json['username']}" if call == "mention" else "/ask")
    await group.forwards(boris, "Чужое.", origin=IVAN)
    await group.forwards(anna, "Раз.", "Два.", origin=IVAN)
    answer = await group.see("О разном.")
    assert answer.reply_to_id == called.id
    assert [line for line in asked(model).splitlines() if line.startswith(">")] == ["> Раз.", "> Два."]
    await ended(group, anna, model)
    assert answers(group) == ["О разном.", "Конец."]
    await comes(lambda: nothing_pending(bot))


@pytest.mark.usefixtures("bot")
async def test_who_calls_the_bot_and_then_asks_gets_no_line_for_the_call(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    group = world.group("Двор", members=[anna])
    model.reply("Да.")
    await group.say(anna, "/ask")
    await group.say(anna, "/ask Да?")
    await group.see("Да.")
    await ended(group, anna, model)
    assert answers(group) == ["Да.", "Конец."]


async def test_a_call_and_its_forward_with_a_kill_between_are_one_question(
    world: World, model: ModelServer, running: Running
) -> None:
    world.state.reads_all = True
    anna = world.user("Анна")
    group = world.group("Двор", members=[anna])
    model.reply("О снеге.")
    async with running() as service:
        await group.say(anna, f"@{world.me.json['username']}")
        await comes(lambda: pending(service, 1))
    await group.forwards(anna, "Снег.", origin=IVAN)
    async with running():
        await group.see("О снеге.")
        await ended(group, anna, model)
    assert "> Снег." in asked(model, 0)
    assert answers(group) == ["О снеге.", "Конец."]


async def test_the_line_for_a_call_tells_of_a_muted_group_when_it_is_refused(
    world: World, bot: Service
) -> None:
    anna = world.user("Анна")
    group = world.group("Двор", members=[anna])
    group.room.muted = True
    await group.say(anna, "/ask")

    async def is_muted() -> bool:
        known = await bot.store.chats.get(group.id)
        return known is not None and known.muted_at is not None

    await comes(is_muted)
    assert answers(group) == []


async def test_the_line_for_a_call_tells_of_a_supergroup_when_it_is_refused(
    world: World, bot: Service
) -> None:
    """The service message of that is one of those that were lost."""
    anna = world.user("Анна")
    group = world.group("Двор", members=[anna])
    await group.say(anna, "/ask")
    await comes(lambda: pending(bot, 1))
    waiting = list(world.state.updates.waiting)
    supergroup = world.migrate(group)
    world.state.updates.waiting = waiting

    async def has_moved() -> bool:
        known = await bot.store.chats.get(group.id)
        return known is not None and known.migrated_to == supergroup.id

    await comes(has_moved)
    assert answers(group) == answers(supergroup) == []
