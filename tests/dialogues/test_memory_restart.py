"""An answer on its way to take another's place when the bot ended: stopped after the next start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.wire import Failure
from bot.emulator.world import World
from tests.clocks import until
from tests.conftest import Running
from tests.databases import Databases
from tests.dialogues.pressing import AGAIN, GO_ON, press
from tests.dialogues.remembering import accepted, ask, buttons, cut, items, last_input, quick, stop

TOO_LONG = {"error": {"message": "This model's maximum context length was exceeded.", "code": None}}
FIRST_HALF = f"{'а' * 3000}\n\n{'б' * 3000}"


def unseen(world: World, words: str) -> Failure:
    """Telegram does not take an answer with these words, unless it says that it was cut."""
    return world.fail(
        "editMessageText",
        status=500,
        times=999,
        when=lambda params: words in params["text"] and "Ответ не поместился" not in params["text"],
    )


async def remembered(chat: Chat, who: User, model: ModelServer, *exchange: str) -> None:
    await ask(chat, who, model, "Дальше?")
    assert last_input(model) == items(*exchange, "Дальше?")


async def test_the_version_that_was_flipped_to_comes_back(
    world: World, model: ModelServer, running: Running
) -> None:
    """Not the newest of the others."""
    anna = world.user("Анна")
    chat = world.private(anna)
    first, second, third = (f"{word * 3000}\n\nКонец {word * 3000}" for word in "абв")
    for text in (first, second, third):
        model.reply(text)
    refused = unseen(world, "Конец в")
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        await press(service, chat, anna, await chat.see("Конец а"), AGAIN)
        await press(service, chat, anna, await chat.see("Конец б"), "‹")
        end = await chat.see("Конец а")
        await press(service, chat, anna, end, AGAIN)
        beginning = await chat.see("ввв")
        await until(lambda: refused.met > 0)
    met = refused.met
    async with quick(running):
        await until(lambda: refused.met > met)
        await stop(chat, anna)
        await chat.see("ааа")
        assert (beginning.text[0], end.text[:7]) == ("а", "Конец а")
        await until(lambda: buttons(end) == ["‹", "1/2", "›", AGAIN])
        await remembered(chat, anna, model, "Раз", first)


async def test_a_version_that_nobody_has_seen_yet_is_not_taken_for_shown(
    world: World, model: ModelServer, running: Running
) -> None:
    """It waits for a slot, which another person's question has."""
    anna, boris = world.user("Анна"), world.user("Борис")
    chat, other = world.private(anna), world.private(boris)
    model.hang()
    refused = unseen(world, "Второй.")
    async with quick(running, model_concurrency=2) as service:
        await other.say(boris, "Долго?")
        await model.wait(received=1)
        for text in ("Первый.", "Второй."):
            model.reply(text)
        await chat.say(anna, "Раз")
        answer = await chat.see("Первый.")
        await accepted(service, 1)
        await chat.press(anna, answer, AGAIN)
        await until(lambda: refused.met > 0)
    world.mend()
    model.hang()
    async with quick(running, model_concurrency=1):
        await model.wait(received=4)
        await stop(chat, anna)
        await stop(other, boris)
        await remembered(chat, anna, model, "Раз", "Первый.")
        assert answer.text == "Первый."


@pytest.mark.parametrize("rest", ["в" * 3000, "в" * 100], ids=["in a message of its own", "below"])
async def test_a_rest_that_is_not_shown_yet_leaves_all_of_the_first_half(
    world: World, model: ModelServer, running: Running, rest: str
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(cut(FIRST_HALF))
    model.reply(f"\n\n{rest}")
    refused = unseen(world, "б")
    async with quick(running) as service:
        await chat.say(anna, "Сказку!")
        answer = await chat.see("Ответ не поместился")
        await press(service, chat, anna, answer, GO_ON)
        await until(lambda: refused.met > 0)
    met = refused.met
    async with quick(running):
        await until(lambda: refused.met > met)
        await stop(chat, anna)
        await remembered(chat, anna, model, "Сказку!", f"{FIRST_HALF} […]")
        assert answer.text.startswith(f"{'б' * 3000}\n\nОтвет не поместился")


async def test_a_version_that_ended_the_process_each_time_leaves_the_one_before(
    world: World, model: ModelServer, running: Running, tmp_path: Path, databases: Databases
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    for text in ("Первый.", "Второй."):
        model.reply(text)
    refused = unseen(world, "Второй.")
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        await press(service, chat, anna, await chat.see("Первый."), AGAIN)
        await until(lambda: refused.met > 0)
    databases.execute(tmp_path, "UPDATE inbox SET attempts = 3")
    async with quick(running) as service:
        answer = await chat.see("Ответ остаётся прежним.")
        assert answer.text.startswith("Первый.")
        assert buttons(answer) == [AGAIN]
        await accepted(service, 0)
        await remembered(chat, anna, model, "Раз", "Первый.")


async def test_what_was_shown_with_a_line_below_it_is_shown(
    world: World, model: ModelServer, running: Running, tmp_path: Path, databases: Databases
) -> None:
    """The process was killed between the last part and the end of the turn; the line is written nowhere."""
    anna, boris = world.user("Анна"), world.user("Борис")
    chat, other = world.private(anna), world.private(boris)
    model.hang()
    async with quick(running, model_concurrency=2) as service:
        await other.say(boris, "Долго?")
        await model.wait(received=1)
        model.reply("Раз.")
        model.fail(400, body=TOO_LONG)
        model.reply("Два.")
        await chat.say(anna, "Первый")
        await chat.see("Раз.")
        await chat.say(anna, "Второй")
        answer = await chat.see("Два.\n\n")
        await accepted(service, 1)
    databases.execute(tmp_path, "UPDATE turns SET state = 'answered' WHERE text = 'Второй'")
    model.hang()
    async with quick(running, model_concurrency=1):
        await model.wait(received=5)
        await chat.say(anna, "/stop")
        await chat.see("Останавливать нечего")
        await stop(other, boris)
        await remembered(chat, anna, model, "Первый", "Раз.", "Второй", "Два.")
    assert answer.text.startswith("Два.\n\n")
