"""Fair use in a group: the person's share, the group's, and who counts as a person."""

from __future__ import annotations

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.conftest import Running


async def test_one_member_can_not_use_up_the_groups_share(
    world: World, model: ModelServer, running: Running
) -> None:
    people = [world.user(name) for name in ("Анна", "Борис", "Вера", "Глеб")]
    group = world.group("Погода", members=people)
    model.reply("Ответ.", times=None)
    async with running(user_rate_per_min=1):
        await group.say(people[0], "/ask вопрос")
        await group.see("Ответ.")
        for _ in range(4):
            await group.say(people[0], "/ask ещё вопрос")
        for _ in range(4):
            await group.see("Вы спрашиваете быстрее")
        await group.sees_nothing()
        for other in people[1:3]:
            await group.say(other, "/ask вопрос")
            await group.see("Ответ.")
        await group.say(people[3], "/ask вопрос")
        await group.see("В этом чате слишком много вопросов")
    assert len(model.requests) == 3


async def test_anonymous_admins_count_as_the_group_that_they_speak_for(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.supergroup("Погода", admins=[anna, boris])
    model.reply("Ответ.", times=None)
    async with running(user_rate_per_min=1):
        await group.say(anna, "/ask вопрос", as_="anonymous")
        await group.see("Ответ.")
        await group.say(boris, "/ask вопрос", as_="anonymous")
        await group.see("Вы спрашиваете быстрее")
        await group.say(anna, "/ask вопрос")
        await group.see("Ответ.")
