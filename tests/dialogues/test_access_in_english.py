"""What strangers, groups and operators are told of access, in English: the twins of the Russian dialogues."""

from __future__ import annotations

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.store.access import MOST_REQUESTS
from tests.conftest import Running
from tests.dialogues.menus import pressed, redrawn
from tests.dialogues.operators import labels, operator, variables
from tests.dialogues.pressing import forge

ENGLISH = {"default_language": "en"}


async def test_operators_list_let_in_and_take_back(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world, "Vera", language="en")
    bob, eve = world.user("Bob", language="en"), world.user("Eve", language="en")
    async with running(**variables(vera), **ENGLISH):
        await office.say(vera, "/access")
        empty = await office.see("Let in: 0. Besides these, everyone named in ALLOWED_USERS")
        assert labels(empty) == ["Waiting: 0", "Refused: 0"]
        model.reply("Because.")
        for who in (bob, eve):
            await world.private(who).say(who, "Why?")
            await world.private(who).see("passed your request on to its owner")
            await office.see(f"Asks to be let in: {who.first_name}")
        await office.say(vera, "/access")
        menu = await office.see("Waiting for a decision: 2")
        assert {"Let in: Bob", "Refuse", "Let in: 0", "Refused: 0"} <= set(labels(menu))
        assert await office.press(vera, menu, "Let in: Bob") == "Let in"
        await world.private(bob).see("The owner of the bot has let you in.")
        await world.private(bob).see("Because.")
        await redrawn(office, menu)
        assert f"Waiting for a decision: 1\n• Eve (ID {eve.id})" in menu.text
        await pressed(office, vera, menu, "Let in: 1")
        assert f"• Bob (ID {bob.id})" in menu.text
        assert await office.press(vera, menu, "Take back: Bob") == "Refused"
        await redrawn(office, menu)
        assert "Let in: 0." in menu.text
        await world.private(bob).say(bob, "And now?")
        await world.private(bob).see("The owner of the bot has not let you in.")
        await pressed(office, vera, menu, "Refused: 1")
        assert menu.text.startswith("Refused: 1\n• Bob")
        assert await office.press(vera, menu, "Let in: Bob") == "Let in"
    assert len(model.requests) == 1


async def test_the_rest_of_a_flood_is_counted_in_one_line(world: World, running: Running) -> None:
    vera, office = await operator(world, "Vera", language="en")
    strangers = [world.user(f"Guest{n}", language="en") for n in range(MOST_REQUESTS + 3)]
    async with running(**variables(vera), **ENGLISH):
        for stranger in strangers:
            await world.private(stranger).say(stranger, "Why?")
            await world.private(stranger).see("passed your request on to its owner")
        await office.see("Others who ask to be let in: 3. To see and decide: /access")
        for _ in range(MOST_REQUESTS):
            await office.see("Asks to be let in: Guest")
        assert len([shown for shown in office.messages if "Others who ask" in shown.text]) == 1


async def test_a_group_asks_and_is_let_in(world: World, model: ModelServer, running: Running) -> None:
    vera, office = await operator(world, "Vera", language="en")
    bob = world.user("Bob", language="en")
    group = world.group("Weather", owner=bob)
    async with running(**variables(vera), **ENGLISH):
        model.reply("Because.")
        await group.say(bob, "/ask Why?")
        line = await group.see("I have passed the request on to its owner and will write here")
        assert "within a day, I will leave" in line.text
        request = await office.see(f"The group “Weather” (ID {group.id}) asks to be let in.")
        assert request.text.endswith("Who asked there: Bob")
        assert await office.press(vera, request, "Let in") == "Let in"
        await group.see("The owner of the bot allows me to answer in this group. To ask, mention @")
        await group.see("Because.")


async def test_a_group_asks_and_is_refused(world: World, model: ModelServer, running: Running) -> None:
    vera, office = await operator(world, "Vera", language="en")
    bob = world.user("Bob", language="en")
    group = world.group("Weather", owner=bob)
    async with running(**variables(vera), **ENGLISH):
        await group.say(bob, "/ask Why?")
        await group.see("I have passed the request on")
        request = await office.see("The group “Weather”")
        assert await office.press(vera, request, "Refuse") == "Refused"
        await group.see("The owner of the bot does not allow me to answer in this group.")
        await redrawn(office, request)
        assert request.text.endswith("Refused. Decided by: Vera")
        await group.say(bob, "/ask And now?")
        await group.sees_nothing()
    assert model.requests == []


async def test_what_is_decided_already_stays_so(world: World, running: Running) -> None:
    vera, office = await operator(world, "Vera", language="en")
    joan, study = await operator(world, "Joan", language="en")
    bob = world.user("Bob", language="en")
    async with running(**variables(vera, joan), **ENGLISH):
        await world.private(bob).say(bob, "/start")
        here, there = await office.see("Asks to be let in"), await study.see("Asks to be let in")
        assert await office.press(vera, here, "Refuse") == "Refused"
        await redrawn(office, here)
        assert await study.press(joan, there, "Let in") == "This is decided already. To change it: /access"
        await redrawn(study, there)
        assert there.text.endswith("Refused. Decided by: Vera")


async def test_who_could_not_be_told_is_let_in_all_the_same(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world, "Vera", language="en")
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    async with running(**variables(vera), **ENGLISH):
        await chat.say(bob, "/start")
        await chat.see("passed your request on")
        request = await office.see("Asks to be let in: Bob")
        world.block(bob)
        assert await office.press(vera, request, "Let in") == "Let in, but they could not be told."
        world.block(bob, blocked=False)
        model.reply("Because.")
        await chat.say(bob, "Why?")
        await chat.see("Because.")


async def test_operators_only(world: World, model: ModelServer, running: Running) -> None:
    vera, office = await operator(world, "Vera", language="en")
    bob, eve = world.user("Bob", language="en"), world.user("Eve", language="en")
    chat = world.private(bob)
    async with running(**{**variables(vera), "allowed_users": str(bob.id)}, **ENGLISH):
        model.reply("Because.")
        await chat.say(bob, "Why?")
        answer = await chat.see("Because.")
        await world.private(eve).say(eve, "Hello")
        await office.see("Asks to be let in: Eve")
        for data in (f"1D:{eve.id:x}:let_in:request:0", "1L:let_in:0"):
            forge(answer, data)
            assert await chat.press(bob, answer, "*") == "The owner of the bot decides this."
        await chat.say(bob, "/access")
        await chat.see("I don't know that command. All commands: /help")
