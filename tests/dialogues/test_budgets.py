"""Budgets: who may ask no more is told until when, all else works, and operators are told once."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.money.calendar import Calendar
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.paying import PRICES, answers, ask, settled
from tests.dialogues.pressing import forge
from tests.dialogues.waiting import comes

MORE = "Ещё 1 ₽ на сегодня"


async def test_a_person_who_has_spent_the_days_budget_is_told_until_when(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    chat, group = world.private(anna), world.group("Дом", owner=boris, members=[anna])
    async with running(model_prices=PRICES, budget_user_day_rub="1", default_max_output_tokens=100):
        for tokens in (600, 400):
            answers(model, tokens=tokens)
            await ask(chat, anna)
        for _ in range(2):
            await chat.say(anna, "Ещё?")
            line = await chat.see("Ваш лимит на день (1 ₽) исчерпан с")
            assert "до" in line.text
            assert "00:00 МСК." in line.text
        await group.say(anna, "/ask А здесь?")
        refused = await group.see("Ваш лимит на день (1 ₽) исчерпан")
        assert refused.reply_to_id
        answers(model, tokens=10)
        await ask(group, boris, "/ask А мне?")
        await chat.say(anna, "/temperature 0,5")
        await chat.see("Температура: 0,5")
        await chat.say(anna, "/usage")
        assert "около 1 ₽ из 1 ₽" in (await chat.see("Ваши вопросы")).text
    async with running(model_prices=PRICES, budget_user_day_rub="1"):
        await chat.say(anna, "После перезапуска?")
        await chat.see("Ваш лимит на день (1 ₽) исчерпан")
    assert len(model.requests) == 3


async def test_what_pictures_cost_is_set_aside_while_they_are_looked_at_and_with_a_follow_up(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat, group = world.private(anna), world.group("Дом", owner=anna)
    sees = {"yandex_cloud_vision_model": "qwen3.6-35b-a3b", "model_prices": "qwen3.6-35b-a3b=0.1/0.1"}
    async with running(**sees, budget_user_day_rub="1.5") as service:
        for number in range(2):
            go_on = model.hold()
            if number:
                await chat.say(anna, "А слева?")
            else:
                await chat.album(anna, *[b""] * 6, caption="Что тут?")
            await model.wait(received=len(model.requests) + 1)
            await group.say(anna, f"/ask А тут? {number}")
            line = await group.see("Остаток вашего лимита отложен на вопросы")
            assert line.reply_to_id
            go_on.set()
            await settled(service)
            answers(model, tokens=10)
            await ask(group, anna, f"/ask А теперь? {number}")


async def test_in_english_and_by_the_chat(world: World, model: ModelServer, running: Running) -> None:
    bob, eve = world.user("Bob", language="en"), world.user("Eve", language="en")
    group = world.group("Home", owner=bob, members=[eve])
    async with running(model_prices=PRICES, budget_chat_day_rub="0.5", default_language="en"):
        answers(model, tokens=500)
        await ask(group, bob, "/ask Why?")
        await group.say(eve, "/ask And why?")
        line = await group.see("This chat's limit for the day (0.50 ₽) is spent, since")
        assert "and until" in line.text
        answers(model, tokens=1)
        await ask(world.private(eve), eve, "Here?")


async def test_the_next_day_begins_at_midnight_of_the_zone(
    world: World, model: ModelServer, running: Running, clock: FastClock
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES, budget_user_day_rub="1", time_zone="Asia/Kolkata"):
        answers(model, tokens=1000)
        await ask(chat, anna)
        await chat.say(anna, "Ещё?")
        await chat.see("00:00 IST.")
        calendar = Calendar(ZoneInfo("Asia/Kolkata"))
        clock.skip((calendar.next_day(clock.now()) - clock.now()).total_seconds() + 1)
        answers(model, tokens=1)
        await ask(chat, anna, "Новый день?")


async def test_what_others_ask_meanwhile_waits_for_what_is_set_aside(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chats = [world.group(f"Дом {n}", owner=anna) for n in range(6)]
    async with running(
        model_prices=PRICES, budget_user_day_rub="0.25", default_max_output_tokens=100
    ) as service:
        model.hang(times=3)
        for chat in chats:
            await chat.say(anna, "/ask Вопрос?")
        held = [await chat.see("Остаток вашего лимита отложен на вопросы") for chat in chats[3:]]
        assert all("00:00 МСК" in line.text for line in held)
        assert len(model.requests) <= 3
        for chat in chats[:3]:
            await chat.say(anna, "/stop")
            await chat.see("Остановлено")
        await settled(service)
        model.clear()
        answers(model, tokens=1)
        await ask(chats[3], anna, "/ask А теперь?")


async def test_forgotten_and_made_anew_it_is_still_spent(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES, budget_user_day_rub="1"):
        answers(model, tokens=1000)
        await ask(chat, anna)
        await chat.say(anna, "/new")
        await chat.see("Начинаем новый разговор")
        await chat.say(anna, "/forget")
        await chat.press(anna, await chat.see("Удалить весь этот разговор"), "Удалить всё")
        await chat.see("Готово: удалён 1 вопрос")
        await chat.say(anna, "Ещё?")
        await chat.see("Ваш лимит на день (1 ₽) исчерпан")
        await chat.say(anna, "/usage")
        assert "около 1 ₽ из 1 ₽" in (await chat.see("Ваши вопросы")).text


async def test_a_button_that_asks_again_is_declined_by_a_toast(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES, budget_user_day_rub="1") as service:
        answers(model, tokens=1000)
        answer = await ask(chat, anna)
        await settled(service)
        assert "Ваш лимит на день (1 ₽) исчерпан" in await chat.press(anna, answer, "Другой ответ")
    assert len(model.requests) == 1


async def test_an_operator_gives_a_person_more_for_today(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, gleb, anna = world.user("Вера"), world.user("Глеб"), world.user("Анна")
    office, study, chat = world.private(vera), world.private(gleb), world.private(anna)
    office.room.started = study.room.started = True
    nina = world.user("Нина")  # an operator who never wrote to the bot
    operators = ",".join(str(who.id) for who in (vera, gleb, nina))
    async with running(model_prices=PRICES, budget_user_day_rub="1", admin_users=operators):
        answers(model, tokens=1000)
        await ask(chat, anna)
        for _ in range(2):
            await chat.say(anna, "Ещё?")
            await chat.see("исчерпан")
        here = await office.see("Исчерпан лимит на день. Человек: Анна (ID")
        there = await study.see("Исчерпан лимит на день. Человек: Анна (ID")
        assert "Потрачено 1 ₽ из 1 ₽" in here.text
        assert await office.press(vera, here, MORE) == "Добавлено на сегодня."
        assert await office.press(vera, here, MORE) == "Это уже добавлено."
        assert await study.press(gleb, there, MORE) == "Это уже добавлено."
        for _ in range(2):
            answers(model, tokens=500)
            await ask(chat, anna)
        await chat.say(anna, "Ещё?")
        await chat.see("Ваш лимит на день (2 ₽) исчерпан")
        await office.see("Потрачено 2 ₽ из 2 ₽")


async def test_nobody_else_gives_more(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES, budget_user_day_rub="1", admin_users="1"):
        answers(model, tokens=1000)
        answer = await ask(chat, anna)
        forge(answer, f"1G:person:{anna.id:x}:{10**9:x}")
        assert await chat.press(anna, answer, "*") == "Это решает владелец бота."
        await chat.say(anna, "Ещё?")
        await chat.see("исчерпан")


async def test_what_is_spent_goes_with_a_group_that_becomes_a_supergroup(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    group = world.group("Дом", owner=anna)
    async with running(model_prices=PRICES, budget_chat_day_rub="1") as service:
        answers(model, tokens=1000)
        await ask(group, anna, "/ask Вопрос?")
        supergroup = world.migrate(group)

        async def moved() -> bool:
            known = await service.store.chats.get(group.id)
            return known is not None and known.migrated_to is not None

        await comes(moved)
        await supergroup.say(anna, "/ask Ещё?")
        await supergroup.see("Лимит этого чата на день (1 ₽) исчерпан")
        await supergroup.say(anna, "/usage")
        assert "около 1 ₽ из 1 ₽" in (await supergroup.see("Вопросы в этом чате")).text


async def test_many_at_once_spend_no_more_than_what_was_under_way(
    world: World, model: ModelServer, running: Running
) -> None:
    people = [world.user(f"Гость{n}") for n in range(12)]
    async with running(model_prices=PRICES, budget_month_rub="0.5", default_max_output_tokens=100) as service:
        answers(model, tokens=100, times=12)
        await asyncio.gather(*(world.private(who).say(who, "Вопрос?") for who in people))
        seen = [await world.private(who).see("") for who in people]
        await settled(service)
        answered = sum("Ответ." in message.text for message in seen)
        assert answered == len(model.requests)
        assert 5 <= answered <= 6
