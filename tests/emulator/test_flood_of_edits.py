"""Edits of one chat that come too fast: a burst passes, then none does for a while."""

from __future__ import annotations

from typing import Any

from bot.emulator.flood import FloodRules
from bot.emulator.world import World
from tests.clocks import ManualClock
from tests.emulator.client import Bot, bot_of

Json = dict[str, Any]
WAIT = "Too Many Requests: retry after 30"


async def edited(bot: Bot, where: Json, clock: ManualClock, times: int, every_s: float) -> None:
    for number in range(times):
        await bot.call("editMessageText", **where, text=f"{clock.now()} {number}")
        await clock.advance(every_s)


async def test_a_debt_of_edits_accrues() -> None:
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        world.flood = FloodRules(private_burst=100)
        anna = world.user("Анна")
        chat = world.private(anna)
        await chat.say(anna, "Привет")
        sent = await bot.call("sendMessage", chat_id=chat.id, text="Да")
        where = {"chat_id": chat.id, "message_id": sent["message_id"]}
        await edited(bot, where, clock, times=60, every_s=1.0)
        await edited(bot, where, clock, times=10, every_s=0.01)
        parameters = await bot.refused(429, WAIT, "editMessageText", **where, text="!")
        assert parameters == {"retry_after": 30}
        await clock.advance(29)
        await bot.refused(429, "Too Many Requests: retry after 1", "editMessageText", **where, text="!")
        assert await bot.call("sendMessage", chat_id=chat.id, text="А сообщение проходит")
        await clock.advance(2)
        await bot.call("editMessageText", **where, text="!")


async def test_groups_are_slower() -> None:
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        world.flood = FloodRules(group_per_min=100)
        group = world.group("Работа")
        sent = await bot.call("sendMessage", chat_id=group.id, text="Да")
        where = {"chat_id": group.id, "message_id": sent["message_id"]}
        await edited(bot, where, clock, times=30, every_s=3.0)
        await edited(bot, where, clock, times=14, every_s=1.0)
        await bot.refused(429, WAIT, "editMessageText", **where, text="!")
