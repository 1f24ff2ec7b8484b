"""When the buttons under an answer or a failure leave, and which are out of date."""

from __future__ import annotations

import asyncio

from bot.emulator.model import ModelServer
from bot.emulator.wire import Call
from bot.emulator.world import World
from bot.screens.callbacks import Again, Flip, encode
from tests.clocks import until
from tests.conftest import Running
from tests.dialogues.pressing import AGAIN, STALE, forge, press, turn_id
from tests.dialogues.remembering import accepted, ask, buttons, last_input, quick, stop


async def test_buttons_leave_once_when_another_question_comes_and_with_new(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running):
        first = await ask(chat, anna, model, "Раз")
        pressed = encode(Again(turn_id(first)))
        model.hang()
        await chat.say(anna, "Два")
        await chat.sees_no_buttons(first)
        await model.wait(received=2)
        assert len(world.called("editMessageReplyMarkup")) == 1
        forge(first, pressed)
        assert await chat.press(anna, first, "*") == STALE
        await chat.sees_no_buttons(first)
        await stop(chat, anna)
        third = await ask(chat, anna, model, "Три")
        await chat.say(anna, "/new")
        await chat.sees_no_buttons(third)
    assert len(world.called("editMessageReplyMarkup")) == 3


async def test_new_that_telegram_holds_back_takes_no_buttons_from_the_answer_that_overtakes_it(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    begun = "Начинаем новый разговор"
    held = world.fail("sendMessage", retry_after_s=20, when=lambda given: given["text"].startswith(begun))
    async with quick(running):
        first = await ask(chat, anna, model, "Раз")
        await chat.say(anna, "/new")
        await until(lambda: held.met)
        second = await ask(chat, anna, model, "Два")
        await chat.see(begun)
        await chat.sees_no_buttons(first)
    assert [buttons(message) for message in chat.messages if message.id == second.id] == [[AGAIN]]
    assert last_input(model) == "Два"


async def test_an_answer_that_comes_after_the_next_question_has_no_buttons(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.slow(10)
    async with quick(running):
        await chat.say(anna, "Раз")
        await model.wait(received=1)
        await chat.say(anna, "Два")
        await chat.see(lambda message: message.author == "YandexGPT")
    assert world.called("editMessageReplyMarkup") == []


async def test_a_question_that_comes_while_an_answer_is_being_sent(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Раз!")
    model.hang()
    sending, released = asyncio.Event(), asyncio.Event()

    async def hold(call: Call) -> None:
        if call.params["text"] == "Раз!":
            sending.set()
            await released.wait()

    world.on("call:sendMessage:before", hold)
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        await sending.wait()
        await chat.say(anna, "Два")
        await accepted(service, 2)
        released.set()
        answer = await chat.see("Раз!")
        await chat.sees_no_buttons(answer)
    assert len(world.called("editMessageReplyMarkup")) == 1


async def test_buttons_leave_after_a_restart(world: World, model: ModelServer, running: Running) -> None:
    """The process ended between a question and the edit."""
    anna = world.user("Анна")
    chat = world.private(anna)
    refusal = world.fail("editMessageReplyMarkup", status=500, times=100)
    async with quick(running):
        first = await ask(chat, anna, model, "Раз")
        model.hang()
        await chat.say(anna, "Два")
        await model.wait(received=2)
    assert buttons(first) == [AGAIN]
    refusal.times = 0
    model.reply("Два!")
    async with quick(running):
        await chat.see("Два!")
        await chat.sees_no_buttons(first)


async def test_a_failures_retry_stays_when_the_conversation_moves_on(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.fail(400)
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        failed = await chat.see("Модель не приняла запрос")
        await ask(chat, anna, model, "Два")
        model.reply("Раз!")
        await press(service, chat, anna, failed, "Повторить")
        answer = await chat.see("Раз!")
    assert answer.id == failed.id
    assert buttons(answer) == []


async def test_the_retry_of_a_question_that_was_cancelled_leaves_when_it_is_pressed(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.fail(400)
    model.hang()
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        failed = await chat.see("Модель не приняла запрос")
        await press(service, chat, anna, failed, "Повторить")
        await model.wait(received=2)
        await chat.say(anna, "/new")
        await chat.see("Начинаем новый разговор")
        assert await press(service, chat, anna, failed, "Повторить") == STALE
        await chat.sees_no_buttons(failed)


async def test_buttons_of_another_chat_and_of_forgotten_answers_are_out_of_date(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    hers, his = world.private(anna), world.private(boris)
    async with quick(running) as service:
        hers_answer = await ask(hers, anna, model, "Раз")
        his_answer = await ask(his, boris, model, "Раз")
        for button in (Again(turn_id(hers_answer)), Flip(turn_id(hers_answer)), Flip(404)):
            forge(his_answer, encode(button))
            assert await press(service, his, boris, his_answer, "*") == STALE
