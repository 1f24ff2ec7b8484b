"""What the buttons under the last answer do: another version, flipping, the rest of a cut one."""

from __future__ import annotations

import re

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.screens.callbacks import Continue, Flip, encode
from tests.conftest import Running
from tests.dialogues.pressing import AGAIN, BUSY, GO_ON, STALE, forge, press, turn_id
from tests.dialogues.remembering import (
    CONTINUE,
    ask,
    ask_cut,
    buttons,
    calm,
    cut,
    items,
    last_input,
    quick,
    stop,
)


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
        await ask(chat, anna, model, "Чем оно хорошо?", reply="Хорошее.")
        assert last_input(model) == items("Придумай имя", "Второй.", "Чем оно хорошо?")


async def test_a_version_says_too_to_which_answer_it_went_back(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    back = "Возвращаюсь к ответу «Раз.» и продолжаю с него."
    async with quick(running) as service:
        first = await ask(chat, anna, model, "1", reply="Раз.")
        await ask(chat, anna, model, "2", reply="Два.")
        answer = await ask(chat, anna, model, "3", reply="Три.", to=first)
        assert answer.text == f"Три.\n\n{back}"
        model.reply("Четыре.")
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
    async with quick(running) as service:
        answer = await ask(chat, anna, model, "Раз", reply="Первый.")
        model.fail(400)
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Ответ остаётся прежним.")
        line = r"Первый\.\n\nМодель не приняла запрос\. .* Код ошибки: [0-9a-f]{8}\nОтвет остаётся прежним\."
        assert re.fullmatch(line, answer.text)
        assert buttons(answer) == [AGAIN]
        await ask(chat, anna, model, "Два", reply="Да.")
        assert last_input(model) == items("Раз", "Первый.", "Два")


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
        await stop(chat, anna)
        await chat.see("Конеца")
        shown = [m for m in chat.messages if m.author == "YandexGPT" and m.text != "Остановлено."]
        assert [m.text[-1] for m in shown] == ["а", "а"]
        assert buttons(shown[-1]) == [AGAIN]
        await ask(chat, anna, model, "Два", reply="Да.")
        assert last_input(model) == items("Раз", first, "Два")


async def test_no_version_is_flipped_while_another_is_had(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running) as service:
        answer = await ask(chat, anna, model, "Раз", reply="Первый.")
        model.reply("Второй.")
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Второй.")
        model.hang()
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
    async with quick(running) as service:
        answer = await ask(chat, anna, model, "Раз", reply="Первый.")
        model.reply("Второй.")
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Второй.")
        model.hang()
        await press(service, chat, anna, answer, AGAIN)
        await model.wait(received=3)
        (unseen,) = await service.store.turns.unfinished()
        await stop(chat, anna)
        forge(answer, encode(Flip(unseen.id)))
        assert await press(service, chat, anna, answer, "*") == STALE
        await ask(chat, anna, model, "Два", reply="Да.")
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


async def test_too_many_versions_meet_the_limit(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running, user_rate_per_min=1) as service:
        answer = await ask(chat, anna, model, "Раз")
        assert "быстрее, чем я могу отвечать" in await press(service, chat, anna, answer, AGAIN)


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
        await ask(chat, anna, model, "А дальше?", reply="Конец.")
        assert last_input(model) == items("Сказку!", "Жили-были дед да баба.", "А дальше?")


async def test_a_cut_answer_is_remembered_as_cut_and_a_stopped_rest_changes_nothing(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running) as service:
        answer = await ask_cut(chat, anna, model, "Сказку!", "Жили-были")
        model.hang()
        await press(service, chat, anna, answer, GO_ON)
        await model.wait(received=2)
        assert await chat.press(anna, answer, GO_ON) == BUSY
        assert await chat.press(anna, answer, AGAIN) == BUSY
        await stop(chat, anna)
        await model.wait(abandoned=1)
        await ask(chat, anna, model, "Хватит", reply="Ладно.")
        assert last_input(model) == items("Сказку!", "Жили-были […]", "Хватит")


async def test_the_rest_may_fail_and_the_beginning_stays(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running) as service:
        answer = await ask_cut(chat, anna, model, "Сказку!", "Жили-были")
        model.fail(400)
        await press(service, chat, anna, answer, GO_ON)
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
    world.fail("editMessageText", status=400, times=99, when=lambda params: "дед" in params["text"])
    async with quick(running) as service:
        answer = await ask_cut(chat, anna, model, "Сказку!", "Жили-были")
        model.reply(" дед да баба.")
        await press(service, chat, anna, answer, GO_ON)
        answer = await chat.see(re.compile(r"Код ошибки: [0-9a-f]{8}\nОтвет остаётся прежним\."))
        assert buttons(answer) == [GO_ON, AGAIN]
        await calm(service)
        await ask(chat, anna, model, "Дальше?", reply="Да.")
        assert last_input(model) == items("Сказку!", "Жили-были […]", "Дальше?")


async def test_a_rest_stopped_while_it_is_shown_leaves_what_was_there_before(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    world.fail("sendMessage", times=99, when=lambda params: "Потом." in params["text"], drop="before")
    async with quick(running) as service:
        answer = await ask_cut(chat, anna, model, "Сказку!", "Жили-были")
        model.reply(f" дед да {'…' * 4090}\n\nПотом.")
        await press(service, chat, anna, answer, GO_ON)
        await chat.see("Жили-были дед да")
        await stop(chat, anna)
        restored = await chat.see("Жили-были\n\nОтвет не поместился")
        assert restored.id == answer.id
        assert buttons(restored) == [GO_ON, AGAIN]
        await ask(chat, anna, model, "А дальше?", reply="Да.")
        assert last_input(model) == items("Сказку!", "Жили-были […]", "А дальше?")


async def test_only_the_version_that_stands_is_carried_on(
    world: World, model: ModelServer, running: Running
) -> None:
    """The button of another, pressed before the edit that takes it away was seen."""
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running) as service:
        answer = await ask_cut(chat, anna, model, "Сказку!", "Жили-были")
        first = turn_id(answer)
        model.reply("Жил-был кот.")
        await press(service, chat, anna, answer, AGAIN)
        answer = await chat.see("Жил-был кот.")
        forge(answer, encode(Continue(first)))
        assert await press(service, chat, anna, answer, "*") == STALE
    assert len(model.requests) == 2
