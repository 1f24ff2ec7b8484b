"""What operators are told of the month's budget, and whom they let go on with the buttons under it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.money.calendar import Calendar
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.operators import labels
from tests.dialogues.paying import PRICES, answers, ask, settled


async def test_operators_are_told_of_the_month_at_80_and_at_100_percent_once_each(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, anna = world.user("Вера"), world.user("Анна")
    office, chat = world.private(vera), world.private(anna)
    office.room.started = True
    month = {"model_prices": PRICES, "budget_month_rub": "10", "admin_users": str(vera.id)}
    async with running(**month):
        for tokens in (7900, 100):
            answers(model, tokens=tokens)
            await ask(chat, anna)
        near = await office.see("За месяц потрачено 8 ₽ из 10 ₽: это больше 80 %")
        assert near.buttons == []
        answers(model, tokens=100)
        await ask(chat, anna)
        await office.sees_nothing()
    async with running(**month):
        answers(model, tokens=1900)
        await ask(chat, anna)
        spent = await office.see("Лимит на месяц исчерпан: потрачено 10 ₽ из 10 ₽ (100 %)")
        assert "00:00 МСК" in spent.text
        await chat.say(anna, "Ещё?")
        line = await chat.see("Лимит бота на месяц исчерпан с")
        assert "10 ₽" not in line.text
        await office.sees_nothing()
        assert await office.press(vera, spent, "Анна: ещё 1 ₽ сегодня") == "Добавлено на сегодня."
        answers(model, tokens=1000)
        await ask(chat, anna)
        await chat.say(anna, "Ещё?")
        await chat.see("Лимит бота на месяц исчерпан с")
    async with running(**month):
        await chat.say(anna, "Ещё?")
        await chat.see("Лимит бота на месяц исчерпан с")
        await office.sees_nothing()


async def test_when_the_month_is_spent_an_operator_lets_a_group_go_on_that_spent_most(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, anna, boris = world.user("Вера"), world.user("Анна"), world.user("Борис")
    office, chat = world.private(vera), world.private(anna)
    home, work = world.group("Дом", owner=boris, members=[anna]), world.group("Работа", owner=boris)
    office.room.started = True
    month = {"model_prices": PRICES, "budget_month_rub": "10", "budget_chat_day_rub": "9"}
    async with running(**month, admin_users=str(vera.id)):
        for where, who, tokens in ((chat, anna, 3000), (work, boris, 1000), (home, boris, 6000)):
            answers(model, tokens=tokens)
            await ask(where, who, "/ask Вопрос?")
        spent = await office.see("Лимит на месяц исчерпан: потрачено 10 ₽ из 10 ₽")
        assert labels(spent) == [
            "Борис: ещё 1 ₽ сегодня",
            "Анна: ещё 1 ₽ сегодня",
            "Группа «Дом»: ещё 9 ₽ сегодня",
            "Группа «Работа»: ещё 9 ₽ сегодня",
        ]
        home_goes_on = "Группа «Дом»: ещё 9 ₽ сегодня"
        assert await office.press(vera, spent, home_goes_on) == "Добавлено на сегодня."
        assert await office.press(vera, spent, home_goes_on) == "Это уже добавлено."
        answers(model, tokens=1, times=2)
        await ask(home, boris, "/ask Ещё?")
        await ask(home, anna, "/ask И мне?")
        for where, who in ((work, boris), (chat, anna)):
            await where.say(who, "/ask А здесь?")
            await where.see("Лимит бота на месяц исчерпан с")
    assert len(model.requests) == 5


async def test_an_operator_out_of_reach_when_the_month_was_spent_is_told_later(
    world: World, model: ModelServer, running: Running, clock: FastClock
) -> None:
    vera, gleb, anna = world.user("Вера"), world.user("Глеб"), world.user("Анна")
    office, study, chat = world.private(vera), world.private(gleb), world.private(anna)
    study.room.started = True
    calendar = Calendar(ZoneInfo("Europe/Moscow"))
    clock.skip((calendar.next_day(clock.now()) - clock.now()).total_seconds())  # the month lasts an hour more
    async with running(
        model_prices=PRICES, budget_month_rub="1", admin_users=f"{vera.id},{gleb.id}"
    ) as service:
        answers(model, tokens=1000)
        await ask(chat, anna)
        await study.see("Лимит на месяц исчерпан")
        office.room.started = True
        clock.skip(3600)
        await chat.say(anna, "Ещё?")
        await chat.see("Лимит бота на месяц исчерпан с")
        await office.see("Лимит на месяц исчерпан")
        await settled(service)
        await study.sees_nothing()
