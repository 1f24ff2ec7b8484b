"""Strangers who ask to be let in, and operators who decide it with a button."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.dialogues.menus import redrawn
from tests.dialogues.operators import OPEN, REFUSE, labels, operator, variables
from tests.dialogues.pressing import forge
from tests.dialogues.waiting import all_taken, comes


async def test_a_stranger_asks_is_let_in_told_and_answered(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна", last_name="Петрова", username="anna_p")
    chat = world.private(anna)
    async with running(**variables(vera)):
        model.reply("Потому что рассеяние.")
        await chat.say(anna, "/start")
        line = await chat.see("Я передал вашу просьбу его владельцу")
        assert line.buttons == []
        request = await office.see("Анна Петрова (@anna_p")
        assert str(anna.id) in request.text
        assert labels(request) == [OPEN, REFUSE]
        assert [button.get("style") for button in request.buttons] == [None, "danger"]
        await chat.say(anna, "Почему небо голубое?")
        await chat.say(anna, "Ау?")
        await chat.sees_nothing()
        assert model.requests == []

        assert await office.press(vera, request, OPEN) == "Доступ открыт"
        await office.see("Решение: Вера")
        assert request.text.endswith("Доступ открыт. Решение: Вера")
        assert request.buttons == []
        await chat.see("Владелец бота открыл вам доступ.")
        await chat.see("Потому что рассеяние.")
        assert "Почему небо голубое?" in str(model.requests[0].body["input"])
        model.reply("Пожалуйста.")
        await chat.say(anna, "Спасибо!")
        await chat.see("Пожалуйста.")
        await office.sees_nothing()
    async with running(**variables(vera)):
        model.reply("И после перезапуска.")
        await chat.say(anna, "А теперь?")
        await chat.see("И после перезапуска.")


async def test_in_english_too(world: World, model: ModelServer, running: Running) -> None:
    vera, office = await operator(world, "Vera", language="en")
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    async with running(**variables(vera), default_language="en"):
        model.reply("Because.")
        await chat.say(bob, "Why?")
        await chat.see("passed your request on to its owner")
        request = await office.see("Asks to be let in: Bob (ID ")
        assert labels(request) == ["Let in", "Refuse"]
        assert await office.press(vera, request, "Let in") == "Let in"
        await redrawn(office, request)
        assert request.text.endswith("Let in. Decided by: Vera")
        await chat.see("The owner of the bot has let you in.")
        await chat.see("Because.")
        eve = world.user("Eve", language="en")
        await world.private(eve).say(eve, "Hello")
        refused = await office.see("Asks to be let in: Eve")
        assert await office.press(vera, refused, "Refuse") == "Refused"
        await world.private(eve).see("passed your request on")
        await world.private(eve).see("has not let you in")


async def test_a_refusal_is_told_once_and_then_there_is_silence(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(**variables(vera)):
        await chat.say(anna, "Вопрос?")
        await chat.see("передал вашу просьбу")
        request = await office.see("Анна")
        assert await office.press(vera, request, REFUSE) == "Отказано"
        await chat.see("Владелец бота не открыл вам доступ.")
        await office.see("Отказано. Решение: Вера")
        await chat.say(anna, "Почему?")
        await chat.say(anna, "/start")
        await chat.sees_nothing()
    async with running(**variables(vera)):
        await chat.say(anna, "А сегодня?")
        await chat.sees_nothing()
        await office.sees_nothing()
    assert model.requests == []


async def test_a_press_whose_outcome_waits_for_another_chat_is_answered_all_the_same(
    world: World, running: Running
) -> None:
    """Whoever is let in is told so, and Telegram holds their chat: the operator's spinner ends at once."""
    vera, office = await operator(world)
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(**variables(vera)):
        await chat.say(anna, "Вопрос?")
        await chat.see("передал")
        request = await office.see("Анна")
        world.fail("sendMessage", retry_after_s=20, when=lambda sent: sent["chat_id"] == chat.id)
        assert await office.press(vera, request, OPEN) == ""
        assert "открыл вам доступ" not in chat.dialogue
        await chat.see("открыл вам доступ")
        await office.see("Доступ открыт")


async def test_of_two_operators_the_first_decides_and_the_other_is_told_so(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    gleb, study = await operator(world, "Глеб")
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(**variables(vera, gleb)):
        model.reply("Ответ.")
        await chat.say(anna, "Вопрос?")
        await chat.see("передал")
        here, there = await office.see("Анна"), await study.see("Анна")
        assert await office.press(vera, here, OPEN) == "Доступ открыт"
        await redrawn(office, here)
        await chat.see("открыл вам доступ")
        await chat.see("Ответ.")
        assert await study.press(gleb, there, REFUSE) == "Это уже решено. Изменить решение: /access"
        await redrawn(study, there)
        assert there.text.endswith("Доступ открыт. Решение: Вера")
        forge(here, f"1D:{anna.id:x}:let_in:request:0")
        assert await office.press(vera, here, "*") == "Это уже решено. Изменить решение: /access"
        await chat.sees_nothing()
    assert len(model.requests) == 1


async def test_nobody_else_decides(world: World, model: ModelServer, running: Running) -> None:
    vera, office = await operator(world)
    anna, boris = world.user("Анна"), world.user("Борис")
    chat = world.private(boris)
    async with running(**{**variables(vera), "allowed_users": str(boris.id)}):
        model.reply("Ответ.")
        await chat.say(boris, "Вопрос?")
        answer = await chat.see("Ответ.")
        await world.private(anna).say(anna, "Пустите!")
        await office.see("Анна")
        forge(answer, f"1D:{anna.id:x}:let_in:request:0")
        assert await chat.press(boris, answer, "*") == "Это решает владелец бота."
        forge(answer, f"1D:{anna.id:x}:let_in:waiting:0")
        assert await chat.press(boris, answer, "*") == "Это решает владелец бота."
        forge(answer, "1L:let_in:0")
        assert await chat.press(boris, answer, "*") == "Это решает владелец бота."
        await chat.say(boris, "/access")
        await chat.see("Такой команды я не знаю")
        await world.private(anna).see("передал")
        await world.private(anna).sees_nothing()


async def test_a_button_made_up_does_nothing(world: World, running: Running) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    async with running(**variables(vera)):
        await world.private(anna).say(anna, "Пустите!")
        request = await office.see("Анна")
        for data in ("1D:7:let_in:request:0", f"1D:{anna.id:x}:king:request:0", "1L:nowhere:0"):
            forge(request, data)
            assert await office.press(vera, request, "*") == "Эта кнопка устарела."


async def test_who_has_left_meanwhile_is_let_in_all_the_same(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(**variables(vera)):
        await chat.say(anna, "/start")
        await chat.see("передал")
        request = await office.see("Анна")
        world.block(anna)
        assert await office.press(vera, request, OPEN) == "Доступ открыт, но сообщить об этом не удалось."
        world.block(anna, blocked=False)
        model.reply("Ответ.")
        await chat.say(anna, "Вопрос?")
        await chat.see("Ответ.")


async def test_a_group_asks_in_its_topic_and_is_answered_there(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    forum = world.supergroup("Дача", topics=["Общее", "Погода"], owner=anna)
    async with running(**variables(vera)):
        model.reply("Будет дождь.")
        question = await forum.say(anna, "/ask Что с погодой?", topic="Погода")
        line = await forum.see("Я передал просьбу его владельцу")
        assert (line.thread_id, line.buttons) == (forum.topic("Погода").id, [])
        request = await office.see("группы «Дача»")
        assert "От кого просьба: Анна" in request.text
        assert await office.press(vera, request, OPEN) == "Доступ открыт"
        told = await forum.see("разрешил мне отвечать в этой группе")
        assert (told.thread_id, told.reply_to_id) == (forum.topic("Погода").id, question.id)
        answer = await forum.see("Будет дождь.")
        assert answer.thread_id == forum.topic("Погода").id
        model.reply("И завтра.")
        await forum.say(anna, "/ask А завтра?")
        await forum.see("И завтра.")


async def test_a_group_that_moved_before_it_was_let_in_is_answered_where_it_is(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    group = world.group("Дача", owner=anna)
    async with running(**variables(vera)) as service:
        model.reply("Ответ.")
        await group.say(anna, "/ask Вопрос?")
        await group.see("передал просьбу")
        request = await office.see("группы «Дача»")
        supergroup = world.migrate(group)
        await all_taken(service.store)
        assert await office.press(vera, request, OPEN) == "Доступ открыт"
        await supergroup.see("разрешил мне отвечать")
        await supergroup.see("Ответ.")


async def test_a_group_let_in_stays_so_as_a_supergroup(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    group = world.group("Дача", owner=anna, with_bot=False)
    async with running(**variables(vera)) as service:
        world.add_bot(group, by=anna)
        await group.see("передал просьбу")
        assert await office.press(vera, await office.see("От кого просьба: Анна"), OPEN) == "Доступ открыт"
        await group.see("разрешил мне отвечать")
        supergroup = world.migrate(group)
        await all_taken(service.store)
        model.reply("Ответ.")
        await supergroup.say(anna, "/ask Вопрос?")
        await supergroup.see("Ответ.")


async def test_an_operator_out_of_reach_spoils_nothing(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    stranger_to_the_bot, anna = world.user("Нина"), world.user("Анна")
    async with running(**variables(stranger_to_the_bot, vera)):
        model.reply("Ответ.")
        await world.private(anna).say(anna, "Вопрос?")
        await world.private(anna).see("передал")
        await office.press(vera, await office.see("Анна"), OPEN)
        await world.private(anna).see("открыл вам доступ")
        await world.private(anna).see("Ответ.")


@pytest.mark.parametrize("held", ["office", "chat", "both"])
@pytest.mark.parametrize("group", [False, True], ids=["a person", "a group"])
async def test_a_request_that_a_kill_kept_from_the_operators_comes_after_the_next_start(
    world: World, model: ModelServer, running: Running, held: str, group: bool
) -> None:
    """It is written down, and Telegram takes no message to the operator, or to who asks and is told first."""
    vera, office = await operator(world)
    anna = world.user("Анна")
    chat = world.supergroup("Дача", owner=anna) if group else world.private(anna)
    ids = {"office": {office.id}, "chat": {chat.id}, "both": {office.id, chat.id}}[held]
    world.fail(
        "sendMessage", retry_after_s=3600, times=float("inf"), when=lambda sent: sent["chat_id"] in ids
    )
    async with running(**variables(vera)) as service:
        await chat.say(anna, f"@{world.me.username} Вопрос?" if group else "Вопрос?")

        async def owed() -> bool:
            return len(await service.store.access.owed()) == 1

        await comes(owed)
        await until(lambda: any(call.params["chat_id"] in ids for call in world.called("sendMessage")))
    world.mend()
    async with running(**variables(vera)) as service:
        model.reply("Ответ.")
        request = await office.see("группы «Дача»" if group else "Просит")
        assert "Анна" in request.text

        async def passed_on() -> bool:
            return not await service.store.access.owed()

        await comes(passed_on)
        assert await office.press(vera, request, OPEN) == "Доступ открыт"
        await chat.see("Ответ.")
    async with running(**variables(vera)):
        await office.see("Доступ открыт")
        await office.sees_nothing()


async def test_a_request_that_the_only_operator_could_not_be_told_of_comes_within_the_hour(
    world: World, running: Running
) -> None:
    """Without a new start; another that can't be passed on then is in nobody's way."""
    vera, office = await operator(world)
    anna, boris = world.user("Анна"), world.user("Борис")
    world.fail(
        "sendMessage",
        status=400,
        description="Bad Request: chat not found",
        times=3,
        when=lambda sent: sent["chat_id"] == office.id,
    )
    async with running(FastClock(1000), **variables(vera)) as service:
        for who in (anna, boris):
            await world.private(who).say(who, "Вопрос?")
            await world.private(who).see("передал")
        await office.see("Просит")
        await office.see("Просит")

        async def passed_on() -> bool:
            return not await service.store.access.owed()

        await comes(passed_on)
        await office.sees_nothing()


@pytest.mark.parametrize("off", [{"access_requests": False}, {"admin_users": ""}])
async def test_switched_off_a_stranger_is_told_their_number(
    world: World, running: Running, off: dict[str, object]
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    async with running(**{**variables(vera), **off}):
        await world.private(anna).say(anna, "Вопрос?")
        line = await world.private(anna).see("отправьте владельцу бота свой ID")
        assert str(anna.id) in line.text
        await office.sees_nothing()


async def test_where_all_are_let_in_nobody_is_asked(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    async with running(admin_users=str(vera.id)):
        model.reply("Ответ.")
        await world.private(anna).say(anna, "Вопрос?")
        await world.private(anna).see("Ответ.")
        await office.sees_nothing()
