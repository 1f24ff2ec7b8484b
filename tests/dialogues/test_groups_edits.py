"""An edited question is answered anew, in place."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock
from tests.conftest import Running


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("private", [True, False])
async def test_after_the_answer_it_is_edited_in_place(
    world: World, model: ModelServer, *, private: bool
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna) if private else world.group("Погода", owner=anna)
    mention = "" if private else f"@{world.bot['username']} "
    model.reply("Москва.")
    question = await chat.say(anna, f"{mention}Столица России?")
    first = await chat.see("Москва.")
    model.reply("Париж.")
    await chat.edit(anna, question, f"{mention}Столица Франции?")
    second = await chat.see("Париж.")
    assert second.id == first.id
    assert "Столица Франции?" in str(model.requests[-1].body["input"])
    assert "@" not in str(model.requests[-1].body["input"])


@pytest.mark.usefixtures("bot")
async def test_parts_are_added_and_removed_as_needed(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.group("Погода", owner=anna)
    model.reply("Коротко.")
    question = await chat.say(anna, "/ask Коротко?")
    await chat.see("Коротко.")
    model.reply("Длинно. " * 1000)
    await chat.edit(anna, question, "/ask Длинно?")
    await chat.see("Длинно.")
    last = await chat.see(lambda message: message.id > question.id + 1)
    model.reply("Снова коротко.")
    await chat.edit(anna, question, "/ask Снова?")
    await chat.see("Снова коротко.")
    await chat.sees_gone(last)


@pytest.mark.usefixtures("bot")
async def test_while_it_is_answered_it_starts_again(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.group("Погода", owner=anna)
    model.hang()
    question = await chat.say(anna, "/ask Столица России?")
    await model.wait(received=1)
    model.reply("Париж.")
    await chat.edit(anna, question, "/ask Столица Франции?")
    await model.wait(abandoned=1)
    answer = await chat.see("Париж.")
    assert answer.reply_to_id == question.id
    await chat.sees_nothing()


@pytest.mark.usefixtures("bot")
async def test_what_was_no_question_does_not_become_one(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.group("Погода", owner=anna)
    world.state.reads_all = True
    message = await chat.say(anna, "Столица России?")
    await chat.edit(anna, message, f"@{world.bot['username']} Столица России?")
    await chat.sees_nothing()
    assert model.requests == []


@pytest.mark.usefixtures("bot")
async def test_without_its_mention_it_is_still_the_question(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.group("Погода", owner=anna)
    world.state.reads_all = True
    model.reply("Москва.")
    message = await chat.say(anna, f"@{world.bot['username']} Столица России?")
    await chat.see("Москва.")
    model.reply("Париж.")
    await chat.edit(anna, message, "Столица Франции?")
    await chat.see("Париж.")


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("private", [True, False])
async def test_a_command_is_no_question_to_edit_one_into(
    world: World, model: ModelServer, *, private: bool
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna) if private else world.group("Погода", owner=anna)
    model.reply("Москва.")
    message = await chat.say(anna, "/ask Столица России?")
    await chat.see("Москва.")
    for command in ("/settings", "/ask@another_bot Столица Италии?"):
        await chat.edit(anna, message, command)
        await chat.sees_nothing()
    assert len(model.requests) == 1
    model.reply("Париж.")
    await chat.edit(anna, message, f"/ask@{world.bot['username']} Столица Франции?")
    await chat.see("Париж.")


@pytest.mark.usefixtures("bot")
async def test_the_same_words_are_not_asked_again(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Москва.")
    message = await chat.say(anna, "Столица России?")
    await chat.see("Москва.")
    await chat.edit(anna, message, "Столица России?")
    await chat.sees_nothing()
    assert len(model.requests) == 1


@pytest.mark.usefixtures("bot")
async def test_ten_minutes_later_it_is_too_late(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Москва.")
    message = await chat.say(anna, "Столица России?")
    await chat.see("Москва.")
    late = message.json | {"edit_date": message.json["date"] + 601, "text": "Столица Франции?"}
    world.feed({"edited_message": late})
    await chat.sees_nothing()
    assert len(model.requests) == 1


async def test_an_edit_made_in_time_counts_however_late_it_comes(
    world: World, model: ModelServer, running: Running, clock: FastClock
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running():
        model.reply("Москва.")
        message = await chat.say(anna, "Столица России?")
        first = await chat.see("Москва.")
    await chat.edit(anna, message, "Столица Франции?")
    clock.skip(3600)
    model.reply("Париж.")
    async with running():
        assert (await chat.see("Париж.")).id == first.id
