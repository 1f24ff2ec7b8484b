"""The buttons under the last answer: another version, flipping, the rest of a cut one; when they leave."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from bot.callbacks import Again, Continue, Flip, encode
from tests.clocks import until
from tests.dialogues.pressing import AGAIN, BUSY, GO_ON, STALE, forge, press, turn_id
from tests.dialogues.remembering import CONTINUE, accepted, buttons, calm, cut, items, last_input, quick

if TYPE_CHECKING:
    from bot.emulator.model import ModelServer
    from bot.emulator.talk import Chat
    from bot.emulator.wire import Call
    from bot.emulator.world import World
    from tests.conftest import Running


async def test_versions_are_flipped_and_the_chosen_one_is_remembered(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    for text in ("Первый.", "Второй.", "Третий."):
        model.reply(text)
    async with quick(running) as service:
        await chat.say(anna, "Придумай имя")
        answer = await chat.see("Первый.")
        assert buttons(answer) == [AGAIN]
        assert await press(service, chat, anna, answer, AGAIN) == "Спрашиваю ещё раз"
        answer = await chat.see("Второй.")
        assert buttons(answer) == ["‹", "2/2", "›", AGAIN]
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Третий.")
        assert last_input(model) == "Придумай имя"
        assert await press(service, chat, anna, answer, "3/3") == "Уже выбрано"
        await press(service, chat, anna, answer, "›")
        answer = await chat.see("Первый.")
        assert buttons(answer) == ["‹", "1/3", "›", AGAIN]
        await press(service, chat, anna, answer, "›")
        answer = await chat.see("Второй.")
    assert len([m for m in chat.messages if m.author == "YandexGPT"]) == 1
    async with quick(running) as service:
        model.reply("Хорошее.")
        await chat.say(anna, "Чем оно хорошо?")
        await chat.see("Хорошее.")
        assert last_input(model) == items("Придумай имя", "Второй.", "Чем оно хорошо?")


async def test_a_version_says_too_to_which_answer_it_went_back(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    for text in ("Раз.", "Два.", "Три.", "Четыре."):
        model.reply(text)
    async with quick(running) as service:
        await chat.say(anna, "1")
        first = await chat.see("Раз.")
        await chat.say(anna, "2")
        await chat.see("Два.")
        await chat.say(anna, "3", reply_to=first)
        back = "Возвращаюсь к ответу «Раз.» и продолжаю с него."
        answer = await chat.see("Три.")
        assert answer.text == f"Три.\n\n{back}"
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Четыре.")
        assert answer.text == f"Четыре.\n\n{back}"
        await press(service, chat, anna, answer, "‹")
        assert (await chat.see("Три.")).text == f"Три.\n\n{back}"


async def test_a_version_that_fails_leaves_the_one_before(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Первый.")
    model.fail(400)
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        answer = await chat.see("Первый.")
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Ответ остаётся прежним.")
        line = r"Первый\.\n\nМодель не приняла запрос\. .* Код ошибки: [0-9a-f]{8}\nОтвет остаётся прежним\."
        assert re.fullmatch(line, answer.text)
        assert buttons(answer) == [AGAIN]
        model.reply("Да.")
        await chat.say(anna, "Два")
        await chat.see("Да.")
        assert last_input(model) == items("Раз", "Первый.", "Два")


async def test_continue_joins_without_a_seam(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(cut("Жили-были дед"))
    model.reply(" да баба.")
    async with quick(running) as service:
        await chat.say(anna, "Сказку!")
        answer = await chat.see("Ответ не поместился")
        assert buttons(answer) == [GO_ON, AGAIN]
        assert await press(service, chat, anna, answer, GO_ON) == "Продолжаю"
        answer = await chat.see("Жили-были дед да баба.")
        assert answer.text == "Жили-были дед да баба."
        assert buttons(answer) == [AGAIN]
        assert last_input(model) == items("Сказку!", "Жили-были дед", CONTINUE)
        forge(answer, encode(Continue(turn_id(answer))))
        assert await press(service, chat, anna, answer, "*") == STALE
        model.reply("Конец.")
        await chat.say(anna, "А дальше?")
        await chat.see("Конец.")
        assert last_input(model) == items("Сказку!", "Жили-были дед да баба.", "А дальше?")


async def test_a_cut_answer_is_remembered_as_cut_and_a_stopped_rest_changes_nothing(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(cut("Жили-были"))
    model.hang()
    async with quick(running) as service:
        await chat.say(anna, "Сказку!")
        answer = await chat.see("Жили-были")
        await press(service, chat, anna, answer, GO_ON)
        await model.wait(received=2)
        assert await chat.press(anna, answer, GO_ON) == BUSY
        assert await chat.press(anna, answer, AGAIN) == BUSY
        await chat.say(anna, "/stop")
        await chat.see("Остановлено.")
        await model.wait(abandoned=1)
        model.reply("Ладно.")
        await chat.say(anna, "Хватит")
        await chat.see("Ладно.")
        assert last_input(model) == items("Сказку!", "Жили-были […]", "Хватит")


async def test_the_rest_may_fail_and_the_beginning_stays(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(cut("Жили-были"))
    model.fail(400)
    async with quick(running) as service:
        await chat.say(anna, "Сказку!")
        await press(service, chat, anna, await chat.see("Жили-были"), GO_ON)
        answer = await chat.see(re.compile(r"Код ошибки: [0-9a-f]{8}\nОтвет остаётся прежним\."))
        assert buttons(answer) == [GO_ON, AGAIN]
        model.reply(" дед и баба.")
        await press(service, chat, anna, answer, GO_ON)
        assert (await chat.see("Жили-были дед и баба.")).id == answer.id


async def test_a_rest_that_telegram_refuses_leaves_the_beginning(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(cut("Жили-были"))
    model.reply(" дед да баба.")
    world.fail("editMessageText", status=400, times=99, when=lambda params: "дед" in params["text"])
    async with quick(running) as service:
        await chat.say(anna, "Сказку!")
        await press(service, chat, anna, await chat.see("Жили-были"), GO_ON)
        answer = await chat.see(re.compile(r"Код ошибки: [0-9a-f]{8}\nОтвет остаётся прежним\."))
        assert buttons(answer) == [GO_ON, AGAIN]
        await calm(service)
        model.reply("Да.")
        await chat.say(anna, "Дальше?")
        await chat.see("Да.")
        assert last_input(model) == items("Сказку!", "Жили-были […]", "Дальше?")


async def test_buttons_leave_once_when_another_question_comes_and_with_new(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running):
        model.reply("Раз!")
        await chat.say(anna, "Раз")
        first = await chat.see("Раз!")
        pressed = encode(Again(turn_id(first)))
        model.hang()
        await chat.say(anna, "Два")
        await chat.sees_no_buttons(first)
        await model.wait(received=2)
        assert len(world.called("editMessageReplyMarkup")) == 1
        forge(first, pressed)
        assert await chat.press(anna, first, "*") == STALE
        await chat.sees_no_buttons(first)
        await chat.say(anna, "/stop")
        await chat.see("Остановлено.")
        model.reply("Три!")
        await chat.say(anna, "Три")
        third = await chat.see("Три!")
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
        model.reply("Раз!")
        await chat.say(anna, "Раз")
        first = await chat.see("Раз!")
        await chat.say(anna, "/new")
        await until(lambda: held.met)
        model.reply("Два!")
        await chat.say(anna, "Два")
        second = await chat.see("Два!")
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


async def test_no_version_is_flipped_while_another_is_had(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    for text in ("Первый.", "Второй."):
        model.reply(text)
    model.hang()
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        await press(service, chat, anna, await chat.see("Первый."), AGAIN)
        answer = await chat.see("Второй.")
        await press(service, chat, anna, answer, AGAIN)
        await model.wait(received=3)
        assert await chat.press(anna, answer, "‹") == BUSY
        assert answer.text == "Второй."


async def test_a_version_that_was_never_given_is_not_flipped_to(
    world: World, model: ModelServer, running: Running
) -> None:
    """One that was stopped before anybody saw it, and a question that its edit left without an answer."""
    anna = world.user("Анна")
    chat = world.private(anna)
    for text in ("Первый.", "Второй."):
        model.reply(text)
    model.hang()
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        answer = await chat.see("Первый.")
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Второй.")
        await press(service, chat, anna, answer, AGAIN)
        await model.wait(received=3)
        (unseen,) = await service.store.turns.unfinished()
        await chat.say(anna, "/stop")
        await chat.see("Остановлено.")
        forge(answer, encode(Flip(unseen.id)))
        assert await press(service, chat, anna, answer, "*") == STALE
        model.reply("Да.")
        await chat.say(anna, "Два")
        await chat.see("Да.")
        assert last_input(model) == items("Раз", "Второй.", "Два")

        await chat.say(anna, "/new")
        await chat.see("Начинаем новый разговор")
        model.reply("Третий.")
        question = await chat.say(anna, "Три")
        answer = await chat.see("Третий.")
        first = turn_id(answer)
        await calm(service)
        model.fail(400)
        await chat.edit(anna, question, "Четыре")
        answer = await chat.see("Модель не приняла запрос")
        forge(answer, encode(Flip(first)))
        assert await press(service, chat, anna, answer, "*") == STALE


async def test_buttons_leave_after_a_restart(world: World, model: ModelServer, running: Running) -> None:
    """The process ended between a question and the edit."""
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Раз!")
    refusal = world.fail("editMessageReplyMarkup", status=500, times=100)
    async with quick(running):
        await chat.say(anna, "Раз")
        first = await chat.see("Раз!")
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
    model.reply("Два!")
    model.reply("Раз!")
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        failed = await chat.see("Модель не приняла запрос")
        await chat.say(anna, "Два")
        await chat.see("Два!")
        await press(service, chat, anna, failed, "Повторить")
        answer = await chat.see("Раз!")
    assert answer.id == failed.id
    assert buttons(answer) == []


async def test_a_version_stopped_while_it_is_shown_leaves_the_one_before(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    first, second = (f"{word * 3000}\n\nКонец{word * 3000}" for word in ("а", "б"))
    model.reply(first)
    model.reply(second)
    world.fail(
        "editMessageText",
        times=99,
        when=lambda params: params["text"].startswith("Конецб"),
        drop="after",
    )
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        answer = await chat.see("Конеца")
        await press(service, chat, anna, answer, AGAIN)
        await chat.see("Конецб")
        await chat.say(anna, "/stop")
        await chat.see("Остановлено.")
        await chat.see("Конеца")
        shown = [m for m in chat.messages if m.author == "YandexGPT" and m.text != "Остановлено."]
        assert [m.text[-1] for m in shown] == ["а", "а"]
        assert buttons(shown[-1]) == [AGAIN]
        model.reply("Да.")
        await chat.say(anna, "Два")
        await chat.see("Да.")
        assert last_input(model) == items("Раз", first, "Два")


async def test_a_rest_stopped_while_it_is_shown_leaves_what_was_there_before(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(cut("Жили-были"))
    model.reply(f" дед да {'…' * 4090}\n\nПотом.")
    world.fail("sendMessage", times=99, when=lambda params: "Потом." in params["text"], drop="before")
    async with quick(running) as service:
        await chat.say(anna, "Сказку!")
        answer = await chat.see("Жили-были")
        await press(service, chat, anna, answer, GO_ON)
        await chat.see("Жили-были дед да")
        await chat.say(anna, "/stop")
        await chat.see("Остановлено.")
        restored = await chat.see("Жили-были\n\nОтвет не поместился")
        assert restored.id == answer.id
        assert buttons(restored) == [GO_ON, AGAIN]
        model.reply("Да.")
        await chat.say(anna, "А дальше?")
        await chat.see("Да.")
        assert last_input(model) == items("Сказку!", "Жили-были […]", "А дальше?")


async def test_only_the_version_that_stands_is_carried_on(
    world: World, model: ModelServer, running: Running
) -> None:
    """The button of another, pressed before the edit that takes it away was seen."""
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(cut("Жили-были"))
    model.reply("Жил-был кот.")
    async with quick(running) as service:
        await chat.say(anna, "Сказку!")
        answer = await chat.see("Жили-были")
        first = turn_id(answer)
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Жил-был кот.")
        forge(answer, encode(Continue(first)))
        assert await press(service, chat, anna, answer, "*") == STALE
    assert len(model.requests) == 2


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
        for chat, who in ((hers, anna), (his, boris)):
            model.reply("Да.")
            await chat.say(who, "Раз")
            await chat.see("Да.")
        hers_answer, his_answer = hers.messages[-1], his.messages[-1]
        for button in (Again(turn_id(hers_answer)), Flip(turn_id(hers_answer)), Flip(404)):
            forge(his_answer, encode(button))
            assert await press(service, his, boris, his_answer, "*") == STALE


async def test_too_many_versions_meet_the_limit(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    chat: Chat = world.private(anna)
    model.reply("Раз!")
    async with quick(running, user_rate_per_min=1) as service:
        await chat.say(anna, "Раз")
        answer = await chat.see("Раз!")
        assert "быстрее, чем я могу отвечать" in await press(service, chat, anna, answer, AGAIN)
