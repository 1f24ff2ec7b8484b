"""How often one question makes the database read: nothing is looked up twice on its way."""

from __future__ import annotations

from bot.emulator.model import ModelServer
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.service import Service


async def fewest(
    bot: Service, model: ModelServer, chat: Chat, who: User, *, reply_to: Message | None = None
) -> int:
    """Of several questions in a group, each until its answer is seen: what one leaves to do may fall in the
    next one's time.
    """
    counts = []
    for _ in range(4):
        before = bot.store.database.lookups
        model.reply("Ответ.")
        await chat.say(who, "/ask Вопрос", reply_to=reply_to)
        await chat.see("Ответ.")
        counts.append(bot.store.database.lookups - before)
    return min(counts)


async def test_a_question_in_a_group_is_two_look_ups(world: World, model: ModelServer, bot: Service) -> None:
    """Whether it is still to be answered, with what came before it, and which messages show its answer; the
    settings are remembered.
    """
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna)
    assert await fewest(bot, model, group, anna) == 2


async def test_in_a_chain_of_replies_it_is_asked_once_whether_they_are_comments(
    world: World, model: ModelServer, bot: Service
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.supergroup("Погода", owner=anna, members=[boris])
    assert await fewest(bot, model, group, anna) == 2
    said = await group.say(boris, "Дождь?")
    assert await fewest(bot, model, group, anna, reply_to=said) == 3
