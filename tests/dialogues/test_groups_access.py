"""Who may use the bot: the people and the groups that the operator lists."""

from __future__ import annotations

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.dialogues.waiting import comes, migrate_silently


async def test_a_person_not_listed_gets_their_number_once_and_then_silence(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, bob = world.user("Анна"), world.user("Bob", language="en")
    async with running(allowed_users=str(anna.id)):
        model.reply("Ответ.")
        await world.private(anna).say(anna, "Вопрос?")
        await world.private(anna).see("Ответ.")

        await world.private(bob).say(bob, "Question?")
        line = await world.private(bob).see("does not answer everyone")
        assert str(bob.id) in line.text
        await world.private(bob).say(bob, "Please!")
        await world.private(bob).say(bob, "/help")
        await world.private(bob).sees_nothing()
    async with running(allowed_users=str(anna.id)):
        await world.private(bob).say(bob, "After the restart?")
        await world.private(bob).sees_nothing()
    assert len(model.requests) == 1


async def test_a_line_that_cannot_be_said_lets_nobody_in(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, bob = world.user("Анна"), world.user("Bob", language="en")
    world.fail("sendMessage", status=400, description="Bad Request: something new")
    async with running(allowed_users=str(anna.id)):
        model.reply("Ответ.")
        await world.private(bob).say(bob, "Question?")
        await world.private(bob).sees_nothing()
        await world.private(anna).say(anna, "Вопрос?")
        await world.private(anna).see("Ответ.")
    assert len(model.requests) == 1


async def test_while_the_line_is_held_back_it_is_not_said_again(world: World, running: Running) -> None:
    anna, bob = world.user("Анна"), world.user("Bob", language="en")
    async with running(allowed_users=str(anna.id)):
        world.fail("sendMessage", retry_after_s=5)
        for _ in range(4):
            await world.private(bob).say(bob, "Question?")
        await world.private(bob).see("does not answer everyone")
        await world.private(bob).sees_nothing(for_s=1)


async def test_everyone_in_a_listed_group_may_ask_and_nobody_in_another(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    listed = world.group("Свои", owner=anna, members=[boris])
    other = world.group("Чужие", owner=anna, members=[boris])
    async with running(allowed_users=str(anna.id), allowed_chats=str(listed.id)):
        model.reply("Ответ.")
        await listed.say(boris, "/ask Вопрос?")
        await listed.see("Ответ.")

        await other.say(anna, "/ask Вопрос?")
        line = await other.see("Этот бот отвечает не во всех группах")
        assert str(other.id) in line.text
        await other.say(boris, "/ask Ещё?")
        await other.say(boris, "/settings")
        await other.sees_nothing()


async def test_in_a_topic_it_is_said_there_in_reply(world: World, running: Running) -> None:
    anna = world.user("Анна")
    forum = world.supergroup("Чужие", topics=["Общее", "Дождь"], owner=anna)
    async with running(allowed_users="1"):
        question = await forum.say(anna, "/ask Вопрос?", topic="Дождь")
        line = await forum.see("не во всех группах")
        assert (line.thread_id, line.reply_to_id) == (forum.topic("Дождь").id, question.id)
        await forum.say(anna, "/ask Вопрос?")
        await forum.sees_nothing()


async def test_operators_are_always_let_in(world: World, model: ModelServer, running: Running) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    async with running(allowed_users=str(anna.id), admin_users=str(boris.id)):
        model.reply("Ответ.")
        await world.private(boris).say(boris, "Вопрос?")
        await world.private(boris).see("Ответ.")


async def test_added_to_a_group_not_listed_it_says_so_at_once_and_again_when_it_is_added_again(
    world: World, running: Running
) -> None:
    bob = world.user("Bob", language="en")
    group = world.group("Weather", owner=bob, with_bot=False)
    async with running(allowed_users="1"):
        for _ in range(2):
            world.add_bot(group, by=bob)
            line = await group.see("does not answer in every group")
            assert str(group.id) in line.text
            world.promote(group, world.me, by=bob)
            await group.say(bob, "/help")
            await group.sees_nothing()
            world.remove_bot(group, by=bob)


async def test_a_group_not_listed_is_left_after_a_day(world: World, running: Running) -> None:
    anna = world.user("Анна")
    group, listed_later = world.group("Чужие", owner=anna), world.group("Потом свои", owner=anna)
    async with running(allowed_users="1"):
        for chat in (group, listed_later):
            await chat.say(anna, "/help")
            await chat.see("не во всех группах")
        assert world.called("leaveChat") == []
    clock = FastClock(200_000)  # half a second is more than a day
    async with running(clock, allowed_users="1", allowed_chats=str(listed_later.id)):
        await group.leaves(world.me)
    assert {call.params["chat_id"] for call in world.called("leaveChat")} == {group.id}


async def test_one_group_that_cannot_be_left_keeps_the_bot_in_no_other(
    world: World, running: Running
) -> None:
    """Two have become supergroups, of which one has told it, and for one Telegram has no answer."""
    anna = world.user("Анна")
    told, untold, faulty, last = [
        world.group(title, owner=anna) for title in ("Первая", "Вторая", "Третья", "Четвёртая")
    ]
    async with running(allowed_users="1") as bot:
        for chat in (told, untold, faulty, last):
            await chat.say(anna, "/help")
            await chat.see("не во всех группах")
        supergroup = world.migrate(told)
        await comes(lambda: bot.store.chats.get(supergroup.id))
    another = migrate_silently(world, untold)
    world.fail("leaveChat", status=500, times=1000, when=lambda asked: asked["chat_id"] == faulty.id)
    clock = FastClock(200_000)
    async with running(clock, allowed_users="1") as bot:
        for chat in (last, supergroup, another):
            await chat.leaves(world.me)
        asked = len(world.called("leaveChat"))
        await until(lambda: len(world.called("leaveChat")) > asked)  # an hour later
        moved = await bot.store.chats.get(untold.id)
    calls = [call.params["chat_id"] for call in world.called("leaveChat")]
    assert told.id not in calls
    assert calls.count(untold.id) == 1
    assert calls.count(last.id) == 1
    assert moved is not None
    assert moved.migrated_to is not None


async def test_while_telegram_says_to_wait_no_other_group_is_left(world: World, running: Running) -> None:
    anna = world.user("Анна")
    groups = [world.group(title, owner=anna) for title in ("Первая", "Вторая")]
    async with running(allowed_users="1"):
        for chat in groups:
            await chat.say(anna, "/help")
            await chat.see("не во всех группах")
    world.fail("leaveChat", retry_after_s=1)
    async with running(FastClock(200_000), allowed_users="1"):
        for chat in groups:
            await chat.leaves(world.me)
    first, second = (chat.id for chat in groups)
    assert [call.params["chat_id"] for call in world.called("leaveChat")] == [first, first, second]


async def test_a_press_by_someone_who_is_not_let_in_any_more_ends_quietly(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running():
        model.reply("Ответ.")
        await chat.say(anna, "Вопрос?")
        answer = await chat.see("Ответ.")
    async with running(allowed_users="1"):
        assert await chat.press(anna, answer, answer.buttons[0]["text"]) == ""
        await chat.sees_nothing()
    assert len(model.requests) == 1


async def test_a_listed_group_stays_listed_as_a_supergroup(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    group = world.group("Свои", owner=anna)
    variables = {"allowed_chats": str(group.id)}
    async with running(**variables):
        await group.say(anna, "/help")
        await group.see("/settings")
        supergroup = world.migrate(group)
        model.reply("Ответ.", times=2)
        await supergroup.say(anna, "/ask Вопрос?")
        await supergroup.see("Ответ.")
    async with running(**variables):
        await supergroup.say(anna, "/ask Ещё?")
        await supergroup.see("Ответ.")
