"""/usage: what each may see of what was spent, and nothing of anybody's questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.core.values import Conversation, Person, Question, Usage
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.money.billing import Billing
from bot.money.calendar import Calendar
from bot.money.prices import BUILT_IN, Prices
from bot.service import Service
from tests.clocks import FastClock
from tests.conftest import Running

BILLING = Billing(
    Prices(BUILT_IN, search=Decimal("0.915"), speech=Decimal("0.1626")), Calendar(ZoneInfo("Europe/Moscow"))
)


async def spent(
    service: Service, who: User, chat: Chat, at: datetime, *, thousands: int, searches: int = 0
) -> None:
    """A question of theirs there took so many thousand tokens of YandexGPT Lite, 0.20 ₽ each."""
    question = Question(
        update_id=0,
        conversation=Conversation(chat.id),
        message_id=1,
        asker=Person(who.id, who.first_name),
        text="Тайна?",
        sent_at=at,
        private=chat.id > 0,
        chat_title="" if chat.id > 0 else chat.room.title,
    )
    usage = Usage(0, 1000 * thousands, searches=searches)
    charge = BILLING.request(question, at, model="yandexgpt-lite", usage=usage)
    await service.store.ledger.add([replace(charge, question=True)])


async def test_a_person_sees_their_own_sums_in_private(
    world: World, running: Running, clock: FastClock
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    chat, group = world.private(anna), world.group("Дом", owner=anna, members=[boris])
    async with running(budget_user_day_rub="50") as service:
        now = clock.now()
        await spent(service, anna, chat, now, thousands=5)
        await spent(service, anna, group, now, thousands=300)
        await spent(service, anna, chat, now - timedelta(days=200), thousands=9000)
        await spent(service, boris, group, now, thousands=7777)
        await chat.say(anna, "/usage")
        usage = await chat.see("Ваши вопросы")
        lines = usage.text.splitlines()
        assert lines[1] == "Сегодня: вопросов 2, токенов 305\u00a0000, около 61 ₽ из 50 ₽"
        assert lines[2] == "Эта неделя: вопросов 2, токенов 305\u00a0000, около 61 ₽"
        assert lines[3] == "Этот месяц: вопросов 2, токенов 305\u00a0000, около 61 ₽"
        assert len(lines) == 4
        assert "Тайна" not in usage.text


async def test_in_english_with_no_limit(world: World, running: Running, clock: FastClock) -> None:
    bob = world.user("Bob", language="en")
    chat = world.private(bob)
    async with running() as service:
        await chat.say(bob, "/usage")
        assert "Today: questions 0, tokens 0, about 0 ₽\n" in (await chat.see("Your questions")).text
        await spent(service, bob, chat, clock.now(), thousands=6, searches=1)
        await chat.say(bob, "/usage")
        assert "Today: questions 1, tokens 6,000, about 2.12 ₽\n" in (await chat.see("Your questions")).text


async def test_a_groups_sums_are_for_its_admins_and_of_that_group_alone(
    world: World, running: Running, clock: FastClock
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group, other = world.group("Дом", owner=anna, members=[boris]), world.group("Дача", owner=anna)
    async with running(admin_users=str(boris.id), budget_chat_day_rub="100") as service:
        now = clock.now()
        await spent(service, boris, group, now, thousands=25)
        await spent(service, anna, group, now, thousands=50)
        await spent(service, anna, other, now, thousands=1000)
        await spent(service, anna, world.private(anna), now, thousands=3000)
        await group.say(boris, "/usage")
        await group.see("Расходы этой группы может посмотреть её администратор")
        await group.say(anna, "/usage")
        usage = await group.see("Вопросы в этом чате")
        assert usage.text.splitlines()[1] == "Сегодня: вопросов 2, токенов 75\u00a0000, около 15 ₽ из 100 ₽"
        assert len(usage.text.splitlines()) == 4


async def test_an_anonymous_admin_sees_the_groups_too(
    world: World, running: Running, clock: FastClock
) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Дом", owner=anna)
    async with running() as service:
        await spent(service, anna, group, clock.now(), thousands=5)
        await group.say(anna, "/usage", as_=group)
        assert "около 1 ₽" in (await group.see("Вопросы в этом чате")).text


async def test_an_operator_sees_all_by_day_and_by_name_in_private(
    world: World, running: Running, clock: FastClock
) -> None:
    vera, anna = world.user("Вера"), world.user("\u202eАнна")
    crowd = [world.user(f"Гость{n}") for n in range(12)]
    office, group = world.private(vera), world.group("Дом", owner=anna)
    async with running(admin_users=str(vera.id), budget_month_rub="1000") as service:
        now = clock.now()
        await spent(service, anna, group, now, thousands=300)
        await spent(service, anna, world.private(anna), now, thousands=5, searches=20)
        for n, guest in enumerate(crowd):
            await spent(service, guest, world.private(guest), now, thousands=n)
        await spent(service, anna, group, now - timedelta(days=3), thousands=150)
        await office.say(vera, "/usage")
        usage = await office.see("Все люди и чаты")
        assert usage.text.startswith("Ваши вопросы\nСегодня: вопросов 0")
        assert "Этот месяц: " in usage.text
        assert "₽ из 1000 ₽" in usage.text
        assert "поиск — " in usage.text
        (pre,) = [entity for entity in usage.entities if entity["type"] == "pre"]
        chart = usage.text.encode("utf-16-le")[2 * pre["offset"] : 2 * (pre["offset"] + pre["length"])]
        days = chart.decode("utf-16-le").splitlines()
        assert len(days) == 14
        assert days[-1].endswith("92,50")
        assert days[-4].endswith("30")
        people = usage.text.partition("Кто потратил больше всех за месяц\n")[2].splitlines()
        assert people[0].startswith("1. Анна: ")
        assert people[1] == "2. Гость11: 2,20 ₽"
        assert people[9] == "10. Гость3: 0,60 ₽"
        assert "Гость2:" not in usage.text
        assert "Дом: " in usage.text.partition("Группы, потратившие больше всех")[2]
        assert "Тайна" not in usage.text
        assert "\u202e" not in usage.text
