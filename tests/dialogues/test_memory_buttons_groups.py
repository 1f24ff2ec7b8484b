"""The buttons under answers in groups: who has them, whose they are, and when they leave."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.screens.callbacks import Again, encode
from tests.clocks import until
from tests.conftest import Running
from tests.dialogues.pressing import AGAIN, GO_ON, STALE, forge, press, turn_id
from tests.dialogues.remembering import buttons, cut, quick

NEW = "Начинаем новый разговор"


async def switch(group: Chat, admin: User, *commands: str) -> None:
    for command in commands:
        await group.say(admin, command)
        await group.see("Готово")


async def ask(group: Chat, who: User, model: ModelServer, said: str, *, to: Message | None = None) -> Message:
    model.reply(f"{said}!")
    await group.say(who, said if to else f"/ask {said}", reply_to=to)
    answer = await group.see(f"{said}!")
    assert buttons(answer) == [AGAIN]
    return answer


async def test_in_groups_there_are_none_unless_the_group_wants_them(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", owner=anna)
    model.reply(cut("Жили-были"), times=3)
    async with quick(running):
        await group.say(anna, "/ask Сказку!")
        assert buttons(await group.see("Жили-были")) == []
        for switch, shown in (("on", [GO_ON, AGAIN]), ("off", [])):
            await group.say(anna, f"/buttons {switch}")
            await group.see("Готово. Кнопки под ответами")
            await group.say(anna, "/ask Сказку!")
            assert buttons(await group.see("Жили-были")) == shown


async def test_in_a_group_they_are_for_who_asked_and_leave_with_the_next_question_of_the_branch(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris, clara = (world.user(name) for name in ("Анна", "Борис", "Клара"))
    group = world.group("Группа", members=[anna, boris, clara], admins=[clara])
    for text in ("Целый.", cut("Жили-были"), " дед да баба.", "Жил-был кот."):
        model.reply(text)
    async with quick(running) as service:
        await group.say(clara, "/buttons on")
        await group.see("Готово")
        await group.say(anna, "/ask Раз")
        other = await group.see("Целый.")
        await group.say(boris, "/ask Сказку!")
        answer = await group.see("Жили-были")
        assert buttons(answer) == [GO_ON, AGAIN]
        assert "администратор группы" in await press(service, group, anna, answer, GO_ON)
        await press(service, group, boris, answer, GO_ON)
        answer = await group.see("Жили-были дед да баба.")
        await press(service, group, clara, answer, AGAIN)
        answer = await group.see("Жил-был кот.")
        assert buttons(answer) == ["‹", "2/2", "›", AGAIN]
        assert await press(service, group, boris, answer, "2/2") == "Уже выбрано"
        await press(service, group, boris, answer, "‹")
        await group.see("Жили-были дед да баба.")
        flipping = [button["callback_data"] for button in answer.buttons]

        model.reply("Вот.")
        await group.say(anna, "Ну и?", reply_to=answer)
        assert buttons(await group.see("Вот.")) == [AGAIN]
        assert "Жили-были дед да баба." in str(model.requests[-1].body["input"])
        await group.sees_no_buttons(answer)
        assert buttons(other) == [AGAIN]
        forge(answer, flipping[0])
        assert await press(service, group, boris, answer, "*") == STALE


@pytest.mark.parametrize("memory", ["linear", "off"])
async def test_where_a_group_has_one_last_answer_they_leave_as_in_a_private_chat(
    world: World, model: ModelServer, running: Running, memory: str
) -> None:
    """With the next question, whoever asks it, with /new, and with all that is forgotten."""
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    async with quick(running) as service:
        await switch(group, anna, "/buttons on", f"/memory {memory}")
        first = await ask(group, anna, model, "Раз")
        pressed = encode(Again(turn_id(first)))
        second = await ask(group, boris, model, "Два")
        await group.sees_no_buttons(first)
        forge(first, pressed)
        assert await press(service, group, anna, first, "*") == STALE

        pressed = encode(Again(turn_id(second)))
        await group.say(anna, "/new")
        await group.see(NEW)
        await group.sees_no_buttons(second)
        forge(second, pressed)
        assert await press(service, group, boris, second, "*") == STALE
        assert len(model.requests) == 2

        third = await ask(group, boris, model, "Три")
        await group.say(anna, "/forget")
        await group.press(anna, await group.see("Что удалить"), "Удалить всё")
        await group.sees_no_buttons(third)


async def test_new_takes_them_from_every_branch(world: World, model: ModelServer, running: Running) -> None:
    """A version of an answer from before it is not to be had; a reply still goes on from there."""
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    async with quick(running) as service:
        await switch(group, anna, "/buttons on")
        branches = [await ask(group, anna, model, "Раз"), await ask(group, boris, model, "Два")]
        pressed = [encode(Again(turn_id(answer))) for answer in branches]
        await group.say(boris, "/new")
        await group.see(NEW)
        for answer, data in zip(branches, pressed, strict=True):
            await group.sees_no_buttons(answer)
            forge(answer, data)
            assert await press(service, group, anna, answer, "*") == STALE
        assert len(model.requests) == 2
        await ask(group, boris, model, "Три", to=branches[0])
        assert "Раз!" in str(model.requests[-1].body["input"])


async def test_forgetting_takes_them_from_what_is_forgotten(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    async with quick(running):
        await switch(group, anna, "/buttons on")
        others = [await ask(group, anna, model, "Раз"), await ask(group, anna, model, "Два")]
        own = await ask(group, boris, model, "Три")
        model.fail(400)
        await group.say(boris, "/ask Четыре")
        failed = await group.see("Модель не приняла запрос")
        await group.say(boris, "/forget")
        await group.press(boris, await group.see("Удалить ваши вопросы"), "Удалить моё")
        for message in (own, failed):
            await group.sees_no_buttons(message)
        assert [buttons(answer) for answer in others] == [[AGAIN], [AGAIN]]
        await group.say(anna, "/forget")
        await group.press(anna, await group.see("Что удалить"), "Удалить всё")
        for answer in others:
            await group.sees_no_buttons(answer)


async def test_buttons_that_were_left_behind_leave_when_they_are_pressed(
    world: World, model: ModelServer, running: Running
) -> None:
    """Telegram did not let them be taken away when the conversation moved on, or was forgotten."""
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna], admins=[anna])
    async with quick(running) as service:
        await switch(group, anna, "/buttons on")
        forgotten = await ask(group, anna, model, "Раз")
        refusal = world.fail("editMessageReplyMarkup", status=400, times=100)
        await group.say(anna, "/forget")
        await group.press(anna, await group.see("Что удалить"), "Удалить всё")
        await group.see("Готово: удалён 1 вопрос")
        passed = await ask(group, anna, model, "Два")
        await group.say(anna, "/new")
        await group.see(NEW)
        last = await ask(group, anna, model, "Три")
        await until(lambda: refusal.met == 2)
        refusal.times = 0
        for answer in (forgotten, passed):
            assert buttons(answer) == [AGAIN]
            assert await press(service, group, anna, answer, AGAIN) == STALE
            await group.sees_no_buttons(answer)
        forge(last, encode(Again(404)))
        assert await press(service, group, anna, last, "*") == STALE
        assert len(model.requests) == 3
