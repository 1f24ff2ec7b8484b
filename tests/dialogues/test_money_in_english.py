"""What people and operators are told of costs and budgets, in English: the twins of the Russian dialogues."""

from __future__ import annotations

from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.operators import labels
from tests.dialogues.paying import PRICES, answers, ask, settled
from tests.dialogues.test_usage import spent


def office_of(world: World) -> tuple[User, Chat]:
    """An operator whom the bot may write to."""
    vera = world.user("Vera", language="en")
    office = world.private(vera)
    office.room.started = True
    return vera, office


async def test_of_the_month_operators_are_told_at_80_and_100_percent_and_people_that_it_is_spent(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = office_of(world)
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    month = {"model_prices": PRICES, "budget_month_rub": "10", "admin_users": str(vera.id)}
    async with running(**month, default_language="en"):
        answers(model, tokens=8000)
        await ask(chat, bob)
        near = await office.see("8 ₽ of 10 ₽ are spent this month: more than 80%.")
        assert "Once the limit is reached, the bot answers no questions until" in near.text
        assert near.buttons == []
        answers(model, tokens=2000)
        await ask(chat, bob)
        over = await office.see("The limit for the month is spent: 10 ₽ of 10 ₽ (100%). Until")
        assert "the bot answers no questions; commands and settings work" in over.text
        assert labels(over) == ["Bob: 1 ₽ more today"]
        await chat.say(bob, "And?")
        line = await chat.see("The bot's limit for the month is spent, since")
        assert "and until" in line.text
        assert "10 ₽" not in line.text
        await chat.say(bob, "/temperature 0.5")
        await chat.see("0.5")
        assert await office.press(vera, over, "Bob: 1 ₽ more today") == "Given for today."
        assert await office.press(vera, over, "Bob: 1 ₽ more today") == "It is given already."
        answers(model, tokens=1)
        await ask(chat, bob)
    assert len(model.requests) == 3


async def test_a_person_out_of_budget_is_told_until_when_and_an_operator_gives_more(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = office_of(world)
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    day = {"model_prices": PRICES, "budget_user_day_rub": "1", "admin_users": str(vera.id)}
    async with running(**day, default_language="en") as service:
        answers(model, tokens=1000)
        answer = await ask(chat, bob)
        await chat.say(bob, "And?")
        line = await chat.see("Your limit for the day (1 ₽) is spent, since")
        assert "and until" in line.text
        notice = await office.see(
            f"A limit for the day is spent. Person: Bob (ID {bob.id}). Spent: 1 ₽ of 1 ₽."
        )
        await settled(service)
        assert "Your limit for the day (1 ₽) is spent" in await chat.press(bob, answer, "Another answer")
        await chat.say(bob, "/usage")
        assert "Today: questions 1, tokens 1,010, about 1 ₽ of 1 ₽" in (await chat.see("Your questions")).text
        assert await office.press(vera, notice, "1 ₽ more for today") == "Given for today."
        answers(model, tokens=1)
        await ask(chat, bob)


async def test_what_is_left_is_set_aside_for_what_is_being_answered(
    world: World, model: ModelServer, running: Running
) -> None:
    bob = world.user("Bob", language="en")
    groups = [world.group(f"Home {n}", owner=bob) for n in range(2)]
    async with running(
        model_prices=PRICES, budget_user_day_rub="0.1", default_max_output_tokens=100, default_language="en"
    ):
        model.hang()
        await groups[0].say(bob, "/ask Why?")
        await model.wait(received=1)
        await groups[1].say(bob, "/ask And here?")
        line = await groups[1].see(
            "What is left of your limit is set aside for questions that I am answering"
        )
        assert "Ask again when I have, or after" in line.text
    assert len(model.requests) == 1


async def test_a_chats_spent_day_is_told_to_operators_too(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = office_of(world)
    bob = world.user("Bob", language="en")
    eve = world.user("Eve", language="en")
    group = world.group("Home", owner=bob, members=[eve])
    day = {"model_prices": PRICES, "budget_chat_day_rub": "1", "admin_users": str(vera.id)}
    async with running(**day, default_language="en"):
        answers(model, tokens=1000)
        await ask(group, bob, "/ask Why?")
        await group.say(bob, "/ask And why?")
        await group.see("This chat's limit for the day (1 ₽) is spent, since")
        notice = await office.see("A limit for the day is spent. Chat: Home (ID")
        assert labels(notice) == ["1 ₽ more for today"]
        await group.say(bob, "/usage")
        usage = await group.see("Questions in this chat")
        assert usage.text.splitlines()[1] == "Today: questions 1, tokens 1,010, about 1 ₽ of 1 ₽"
        await group.say(eve, "/usage")
        await group.see("An admin of this group can see what it costs.")


async def test_an_operator_sees_all_by_day_and_by_name(
    world: World, running: Running, clock: FastClock
) -> None:
    vera, office = office_of(world)
    bob = world.user("Bob", language="en")
    group = world.group("Home", owner=bob)
    async with running(admin_users=str(vera.id), budget_month_rub="1000", default_language="en") as service:
        await spent(service, bob, group, clock.now(), thousands=300)
        await spent(service, bob, world.private(bob), clock.now(), thousands=5, searches=20)
        await office.say(vera, "/usage")
        usage = await office.see("All people and chats")
        assert usage.text.startswith("Your questions\nToday: questions 0, tokens 0, about 0 ₽")
        everybody = usage.text.partition("All people and chats\n")[2].splitlines()
        assert everybody[0] == "Today: questions 2, tokens 305,000, about 79.30 ₽"
        assert everybody[2] == "This month: questions 2, tokens 305,000, about 79.30 ₽ of 1000 ₽"
        assert "By day, ₽" in usage.text
        assert "Of this month's, search is 23%, speech 0%" in usage.text
        assert "Who cost most this month\n1. Bob: 79.30 ₽" in usage.text
        assert "Groups that cost most this month\n1. Home: 60 ₽" in usage.text
        assert "Тайна" not in usage.text
