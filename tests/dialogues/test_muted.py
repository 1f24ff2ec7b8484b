"""Groups where the bot may not write: nothing is asked of the model there until it may again."""

from __future__ import annotations

import logging

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.screens.callbacks import Again, encode
from bot.service import Service
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.dialogues.menus import forge
from tests.dialogues.waiting import all_taken, comes

REFUSALS = [
    "not enough rights to send text messages to the chat",
    "have no rights to send a message",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_RESTRICTED",
    "CHAT_SEND_PLAIN_FORBIDDEN",
    "Have no write access to the chat",
]
MINUTE_S = 60.0


def lines(caplog: pytest.LogCaptureFixture) -> int:
    """Those in the log about a chat where the bot may not write."""
    return sum("may not write" in record.message for record in caplog.records)


async def ask(world: World, bot: Service, group: Chat, who: User, *, times: int = 1) -> None:
    """Asks, each time when the bot is done with the question before."""
    for _ in range(times):
        await group.say(who, f"@{world.me.username} Вопрос")
        await over(world, bot)


async def over(world: World, bot: Service) -> None:
    """Returns when the bot is done with all that it was told."""
    await until(lambda: not world.state.updates.waiting)
    await all_taken(bot.store)

    async def ended() -> bool:
        return not await bot.store.turns.unfinished()

    await comes(ended)


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_of_five_questions_in_a_muted_group_one_is_paid_for_and_one_line_is_in_the_log(
    world: World, model: ModelServer, running: Running, refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    """However Telegram words it, and whoever asks; elsewhere everything goes on."""
    owner, anna = world.user("Ольга"), world.user("Анна")
    group = world.supergroup("Тихая", owner=owner, members=[anna])
    other = world.supergroup("Другая", owner=owner)
    model.reply("Ответ.", times=None)
    world.fail(
        "sendMessage",
        status=400,
        description=f"Bad Request: {refusal}",
        times=float("inf"),
        when=lambda sent: sent["chat_id"] == group.id,
    )
    async with running(FastClock(1)) as bot:
        for who in (owner, anna, owner, anna, anna):
            await ask(world, bot, group, who)
        await group.say(owner, f"/help@{world.me.username}")
        await over(world, bot)
        assert len(model.requests) == 1
        await ask(world, bot, other, owner)
        await other.see("Ответ.")
    assert lines(caplog) == 1
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_command_that_is_refused_tells_it_too(
    world: World, model: ModelServer, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    owner = world.user("Ольга")
    group = world.supergroup("Тихая", owner=owner)
    group.room.muted = True
    async with running(FastClock(1)) as bot:
        await group.say(owner, f"/help@{world.me.username}")
        await over(world, bot)
        await ask(world, bot, group, owner, times=3)
    assert model.requests == []
    assert lines(caplog) == 1


async def test_it_is_asked_again_once_it_may_write_and_a_restart_forgets_nothing(
    world: World, model: ModelServer, running: Running
) -> None:
    """Of a group's general permissions Telegram tells bots nothing: the bot looks once a minute."""
    owner = world.user("Ольга")
    group = world.supergroup("Тихая", owner=owner)
    group.room.muted = True
    model.reply("Ответ.", times=None)
    clock = FastClock(1)
    async with running(clock) as bot:
        await ask(world, bot, group, owner, times=2)
        assert len(model.requests) == 1
        clock.skip(MINUTE_S)
        await ask(world, bot, group, owner, times=2)
        assert len(model.requests) == 1
        assert len(world.called("getChatMember")) == 1
    async with running(clock) as bot:
        await ask(world, bot, group, owner, times=2)
        assert len(model.requests) == 1
        group.room.muted = False
        clock.skip(MINUTE_S)
        await ask(world, bot, group, owner)
        await group.see("Ответ.")
        await ask(world, bot, group, owner)
        await group.see("Ответ.")
    assert len(model.requests) == 3


async def test_what_telegram_tells_of_the_bots_own_rights_counts_at_once(
    world: World, model: ModelServer, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """What is being asked just then is asked no further."""
    owner = world.user("Ольга")
    group = world.supergroup("Тихая", owner=owner)
    model.hang()
    async with running(FastClock(1)) as bot:
        await group.say(owner, f"@{world.me.username} Вопрос")
        await model.wait(received=1)
        world.restrict(group, world.me, by=owner, can_send_messages=False)
        await model.wait(abandoned=1)
        await ask(world, bot, group, owner, times=5)
        assert len(model.requests) == 1
        assert lines(caplog) == 1
        model.clear()
        model.reply("Ответ.", times=None)
        world.restrict(group, world.me, by=owner, can_send_messages=True, can_send_documents=False)
        await ask(world, bot, group, owner)
        await group.see("Ответ.")
        world.restrict(group, world.me, by=owner, can_send_messages=False)
        world.promote(group, world.me, by=owner)
        await ask(world, bot, group, owner)
        await group.see("Ответ.")
    assert lines(caplog) == 2


async def test_where_telegram_contradicts_itself_ever_fewer_questions_are_paid_for(
    world: World, model: ModelServer, running: Running
) -> None:
    """It says that the bot may write, and refuses what it writes: for a day somebody asks each minute."""
    owner = world.user("Ольга")
    group = world.supergroup("Тихая", owner=owner)
    model.reply("Ответ.", times=None)
    refusal = "Bad Request: CHAT_RESTRICTED"
    world.fail("sendMessage", status=400, description=refusal, times=float("inf"))
    clock = FastClock(1)
    async with running(clock, user_rate_per_min=0) as bot:
        for _ in range(60):
            await ask(world, bot, group, owner)
            clock.skip(MINUTE_S)
    assert 3 <= len(model.requests) <= 7


async def test_a_button_pressed_there_asks_nothing_and_says_why(
    world: World, model: ModelServer, bot: Service
) -> None:
    owner = world.user("Ольга")
    group = world.supergroup("Тихая", owner=owner)
    model.reply("Ответ.")
    await group.say(owner, "/buttons on")
    await group.see("Готово")
    await group.say(owner, f"@{world.me.username} Вопрос")
    answer = await group.see("Ответ.")
    world.restrict(group, world.me, by=owner, can_send_messages=False)
    await over(world, bot)
    for data in (answer.buttons[0]["callback_data"], encode(Again(1))):
        toast = await group.press(owner, answer, forge(group, answer, data))
        assert toast == "Сейчас мне нельзя писать в этом чате."
    assert len(model.requests) == 1


def closed(world: World, forum: Chat) -> None:
    """Whatever is said there is refused, as where the topic and General are closed."""
    refusal = "Bad Request: TOPIC_CLOSED"
    world.fail(
        "sendMessage",
        status=400,
        description=refusal,
        times=float("inf"),
        when=lambda sent: sent["chat_id"] == forum.id,
    )


@pytest.mark.parametrize("topic", ["Код", ""], ids=["a topic", "General"])
async def test_where_the_topic_and_general_are_closed_one_question_is_paid_for(
    world: World, model: ModelServer, running: Running, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asks, edits or presses there; the other topics and chats go on as far as they take anything."""
    owner, anna = world.user("Ольга"), world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее", "Код", "Отпуск"], owner=owner, members=[anna])
    other = world.supergroup("Другая", owner=owner)
    model.reply("Ответ.", times=None)
    closed(world, forum)
    async with running(FastClock(1)) as bot:
        for who in (owner, anna, owner, anna):
            asked = await forum.say(who, f"@{world.me.username} Вопрос", topic=topic)
            await over(world, bot)
        await forum.edit(anna, asked, f"@{world.me.username} Другой вопрос")
        await over(world, bot)
        assert len(model.requests) == 1
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Отпуск")
        await over(world, bot)
        assert len(model.requests) == 2
        await ask(world, bot, other, owner)
        await other.see("Ответ.")
    assert lines(caplog) == 2
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("how", ["the topic", "another topic", "rights"])
async def test_when_something_is_reopened_it_is_asked_again(
    world: World, model: ModelServer, running: Running, how: str
) -> None:
    """At once, since Telegram tells of it; General beside it may take what the topic does not."""
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код", "Отпуск"], owner=owner)
    model.reply("Ответ.", times=None)
    closed(world, forum)
    async with running(FastClock(1)) as bot:
        for _ in range(2):
            await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
            await over(world, bot)
        assert len(model.requests) == 1
        world.mend()
        if how == "rights":
            world.promote(forum, world.me, by=owner)
        else:
            world.close_topic(forum, "Код" if how == "the topic" else "Отпуск", by=owner, closed=False)
        await over(world, bot)
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        await forum.see("Ответ.")
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        await forum.see("Ответ.")
    assert len(model.requests) == 3


async def test_of_a_topic_that_stays_closed_ever_fewer_questions_are_paid_for(
    world: World, model: ModelServer, running: Running
) -> None:
    """Somebody asks each minute for hours; opened again unnoticed, it is found out by one of the tries."""
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код"], owner=owner)
    model.reply("Ответ.", times=None)
    closed(world, forum)
    clock = FastClock(1)
    async with running(clock, user_rate_per_min=0) as bot:
        for _ in range(60):
            await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
            await over(world, bot)
            clock.skip(MINUTE_S)
        assert 3 <= len(model.requests) <= 7
        world.mend()
        clock.skip(60 * MINUTE_S)
        for _ in range(2):
            await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
            await forum.see("Ответ.")


async def test_chatter_commands_and_presses_take_no_try_from_a_question(
    world: World, model: ModelServer, running: Running
) -> None:
    """Administrators may write in a closed topic; opened unnoticed, the first to ask is answered."""
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код"], owner=owner)
    model.reply("Ответ.", times=None)
    clock = FastClock(1)
    async with running(clock) as bot:
        await forum.say(owner, "/buttons on", topic="Код")
        await forum.see("Готово")
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        answer = await forum.see("Ответ.")
        again = answer.buttons[0]["callback_data"]
        closed(world, forum)
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        await over(world, bot)
        toast = await forum.press(owner, answer, forge(forum, answer, again))
        assert toast == "В этой теме мне сейчас нельзя писать."
        assert len(model.requests) == 2
        clock.skip(MINUTE_S)
        said = await forum.say(owner, "Закрыли тему.", topic="Код")
        await forum.edit(owner, said, "Закрыли эту тему.")
        await forum.say(owner, f"/help@{world.me.username}", topic="Код")
        await forum.press(owner, answer, forge(forum, answer, encode(Again(99))))
        await over(world, bot)
        world.mend()
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        await forum.see("Ответ.")
    assert len(model.requests) == 3


async def test_a_button_that_asks_is_a_try_too(world: World, model: ModelServer, running: Running) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код"], owner=owner)
    model.reply("Ответ.", times=None)
    clock = FastClock(1)
    async with running(clock, user_rate_per_min=0) as bot:
        await forum.say(owner, "/buttons on", topic="Код")
        await forum.see("Готово")
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        answer = await forum.see("Ответ.")
        again = answer.buttons[0]["callback_data"]
        closed(world, forum)
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        await over(world, bot)
        clock.skip(MINUTE_S)
        model.clear()
        model.hang()
        assert await forum.press(owner, answer, forge(forum, answer, again)) == "Спрашиваю ещё раз"
        await model.wait(received=3)
        toast = await forum.press(owner, answer, forge(forum, answer, again))
        assert toast == "В этой теме мне сейчас нельзя писать."
    assert len(model.requests) == 3


async def test_questions_under_way_when_a_topic_closes_are_no_tries(
    world: World, model: ModelServer, running: Running
) -> None:
    """Seven answers are refused, and after a minute it is tried as if it had been one."""
    owner = world.user("Ольга")
    people = [world.user(f"Гость{number}") for number in range(7)]
    forum = world.supergroup("Форум", topics=["Общее", "Код"], owner=owner, members=people)
    held = [model.hold("Ответ.") for _ in people]
    model.reply("Ответ.", times=None)
    clock = FastClock(1)
    async with running(clock) as bot:
        for who in people:
            await forum.say(who, f"@{world.me.username} Вопрос", topic="Код")

        async def all_asked() -> bool:
            return len(await bot.store.turns.unfinished()) == len(people)

        await comes(all_asked)
        closed(world, forum)
        for answer in held:
            answer.set()
        await over(world, bot)
        world.mend()
        clock.skip(MINUTE_S)
        await forum.say(owner, f"@{world.me.username} Вопрос", topic="Код")
        await forum.see("Ответ.")
    assert len(model.requests) == len(people) + 1
