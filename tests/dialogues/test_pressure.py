"""Many ask at once: order, fairness, limits, the waiting notice, and Stop."""

from __future__ import annotations

import re

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.handlers.questions import COMMANDS_PER_MIN
from tests.clocks import IN_REAL_TIME, FastClock, until
from tests.conftest import Running
from tests.dialogues.pressure import asked, questions, said, until_said, until_waiting

STOP = "Остановить"
NOT_YOURS = "Остановить ответ может тот, кто задал вопрос, или администратор группы."


@pytest.fixture
def clock() -> FastClock:
    return FastClock(30)


async def test_one_conversation_is_answered_one_at_a_time_and_in_order(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    under_way: list[int] = []

    def reply(_body: object) -> str:
        under_way.append(model.active)
        return f"Ответ: {asked(model.requests[-1])}"

    model.reply(reply, times=None)
    wanted = [f"Вопрос {n}" for n in range(5)]
    async with running():
        for question in wanted:
            await chat.say(anna, question)
        await chat.see("Ответ: Вопрос 4")
        await until_said(chat, [f"Ответ: {question}" for question in wanted])
    assert questions(model) == wanted
    assert under_way == [1] * 5


@IN_REAL_TIME
async def test_a_paste_that_the_client_split_is_one_question(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    paste = "слово " * 682 + "рассо"  # 4097: the client cuts inside the last word
    model.reply("Прочитано.")
    model.reply("И это.")
    async with running():
        await chat.say(anna, paste[:4096])
        await chat.say(anna, paste[4096:] + "льник")
        await chat.see("Прочитано.")
        await chat.say(anna, "Что это было?")
        await chat.see("И это.")
    assert questions(model) == [paste + "льник", "Что это было?"]


async def test_a_stranger_waits_for_one_answer_whoever_floods(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    chat, other = world.private(anna), world.private(boris)
    go_on = model.hold()
    async with running(model_concurrency=1, user_rate_per_min=0) as service:
        for n in range(20):
            await chat.say(anna, f"Поток {n}")
        await until_waiting(service, 19)
        await other.say(boris, "Один вопрос")
        await until_waiting(service, 20)
        go_on.set()
        await other.see()
    assert questions(model)[:2] == ["Поток 0", "Один вопрос"]


async def test_one_who_asks_too_fast_is_told_so_once(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Первый.")
    model.reply("Второй.")
    async with running(FastClock(3), user_rate_per_min=2):
        for n in range(6):
            await chat.say(anna, f"Вопрос {n}")
        await chat.see(re.compile(r"быстрее, чем я могу отвечать. Пожалуйста, повторите через \d+\s\w+\."))
        await chat.see("Первый.")
        await chat.see("Второй.")
        await chat.sees_nothing()
    assert questions(model) == ["Вопрос 0", "Вопрос 1"]


async def test_a_command_that_asks_too_fast_is_told_so_each_time(
    world: World, model: ModelServer, running: Running
) -> None:
    """By its name or without, in private and in a group, where others are told by themselves; up to what no
    person types in a minute.
    """
    anna, boris = world.user("Анна"), world.user("Борис", language="en")
    private, group = world.private(anna), world.group("Погода", owner=anna, members=[boris])
    too_fast = re.compile("быстрее, чем я могу|faster than I can")
    async with running(FastClock(8), user_rate_per_min=1):
        for chat, who in ((private, anna), (group, boris)):
            await chat.say(who, "/ask Первый?")
            await chat.see("Первый?")
            for command in ("/ask Ещё?", f"/ask@{world.bot['username']} И ещё?", "/ask А теперь?"):
                asking = await chat.say(who, command)
                line = await chat.see(too_fast)
                assert chat is private or line.reply_to_id == asking.id
        for n in range(COMMANDS_PER_MIN):
            await private.say(anna, f"/ask Поток {n}")
        for _ in range(COMMANDS_PER_MIN - 3):
            await private.see(too_fast)
        await private.sees_nothing()
    assert len(model.requests) == 2


async def test_a_full_queue_says_when_to_come_back(
    world: World, model: ModelServer, running: Running
) -> None:
    people = [world.user(name) for name in ("Анна", "Борис", "Вера")]
    chats = [world.private(person) for person in people]
    go_on = model.hold()
    async with running(model_concurrency=1, queue_limit=1) as service:
        await chats[0].say(people[0], "Вопрос")
        await model.wait(received=1)
        await chats[1].say(people[1], "Вопрос")
        await until_waiting(service, 1)
        await chats[2].say(people[2], "Вопрос")
        await chats[2].see(re.compile(r"больше, чем я успеваю принять.* повторите через \d+\s\w+\."))
        go_on.set()
        await chats[0].see("Вы спросили")
        await chats[1].see("Вы спросили")
    assert len(model.requests) == 2


async def test_those_who_wait_see_their_place_until_the_answer_comes(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris, vera = (world.user(name) for name in ("Анна", "Борис", "Вера"))
    chats = [world.private(person) for person in (anna, boris, vera)]
    go_on = model.hold("Анне.")
    model.reply("Вере.")
    async with running(model_concurrency=1, model_timeout_s=600, answer_deadline_s=600) as service:
        for waiting, (chat, person) in enumerate(zip(chats, (anna, boris, vera), strict=True)):
            await chat.say(person, "Вопрос")
            await model.wait(received=1)
            await until_waiting(service, waiting)
        second = await chats[1].see("Ваш вопрос следующий в очереди.")
        third = await chats[2].see("Ваш вопрос 2-й в очереди.")
        first = await chats[0].see("Отвечаю на ваш вопрос…")
        assert [[b["text"] for b in notice.buttons] for notice in (first, second, third)] == [[STOP]] * 3
        assert await chats[1].press(boris, second, STOP) == "Остановлено."
        await chats[1].sees_gone(second)
        assert (await chats[2].see("Ваш вопрос следующий в очереди.")).id == third.id
        go_on.set()
        await chats[0].see("Анне.")
        await chats[2].see("Вере.")
        await chats[0].sees_gone(first)
        await chats[2].sees_gone(third)
        await chats[1].sees_nothing()
    assert [[message.text for message in said(chat)] for chat in chats] == [["Анне."], [], ["Вере."]]


async def test_a_notice_that_telegram_refuses_is_left_out(
    world: World, model: ModelServer, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    go_on = model.hold("Ответ.")
    world.fail("sendMessage", status=400, description="Bad Request: not today")
    async with running():
        await chat.say(anna, "Вопрос")
        await until(lambda: world.called("sendMessage"))
        go_on.set()
        await chat.see("Ответ.")
    assert [message.text for message in said(chat)] == ["Ответ."]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_stop_ends_the_request_at_once_and_nothing_late_is_sent(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    async with running():
        await chat.say(anna, "/stop")
        await chat.see("Останавливать нечего")
        await chat.say(anna, "Вопрос")
        await model.wait(received=1)
        await chat.say(anna, "Ещё вопрос")
        await chat.say(anna, "/stop")
        await chat.see("Остановлено.")
        await model.wait(abandoned=1)
        await chat.sees_nothing()
        assert len(model.requests) == 1
        model.reply("Теперь да.")
        await chat.say(anna, "И снова")
        await chat.see("Теперь да.")


async def test_stop_does_not_wait_behind_a_reply_that_telegram_holds_back(
    world: World, model: ModelServer, running: Running
) -> None:
    """Nor does what is asked meanwhile, which it stops too; the replies come in their order."""
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    async with running(FastClock(1)) as service:
        await chat.say(anna, "Вопрос")
        await model.wait(received=1)
        held = world.fail("sendMessage", retry_after_s=3000)
        await chat.say(anna, "/help")
        await until(lambda: held.met)
        await chat.say(anna, "Ещё вопрос")
        await chat.say(anna, "/stop")
        await model.wait(abandoned=1)
        await until(lambda: not service.answering.scheduler.waiting)
        assert len(model.requests) == 1


async def test_a_stop_button_does_not_wait_behind_a_menu_that_telegram_holds_back(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    async with running(model_timeout_s=600, answer_deadline_s=600):
        await chat.say(anna, "/settings")
        menu = await chat.see("Настройки")
        await chat.say(anna, "Вопрос")
        notice = await chat.see("Отвечаю на ваш вопрос…")
        held = world.fail("editMessageText", retry_after_s=3000)
        chat.begin_press(anna, menu, menu.buttons[0]["text"])
        await until(lambda: held.met)
        assert await chat.press(anna, notice, STOP) == "Остановлено."
        await model.wait(abandoned=1)


async def test_in_a_group_an_admin_may_stop_anothers_answer_and_a_member_may_not(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris, olga = (world.user(name) for name in ("Анна", "Борис", "Ольга"))
    group = world.supergroup("Группа", members=[anna, boris], owner=olga)
    model.hang(times=2)
    async with running(model_timeout_s=600, answer_deadline_s=600):
        await group.say(anna, f"@{world.me.username} Вопрос")
        await model.wait(received=1)
        await group.see("Отвечаю на ваш вопрос…")
        await group.say(boris, "/stop")
        await group.see(NOT_YOURS)
        await group.say(olga, "/stop")
        await group.see("Остановлено.")
        await model.wait(abandoned=1)
        await group.say(anna, f"@{world.me.username} Вопрос")
        notice = await group.see("Отвечаю на ваш вопрос…")
        assert await group.press(boris, notice, STOP) == NOT_YOURS
        assert await group.press(olga, notice, STOP) == "Остановлено."
        await group.sees_gone(notice)
        await model.wait(abandoned=2)


async def test_who_asked_as_a_channel_stops_as_the_channel(
    world: World, model: ModelServer, running: Running
) -> None:
    """A press comes from the real person: they are told the way; an admin's press is enough."""
    anna, olga = world.user("Анна"), world.user("Ольга")
    group = world.supergroup("Группа", members=[anna], owner=olga)
    channel = world.channel("Вестник", owner=anna)
    model.hang(times=2)
    async with running():
        await group.say(anna, "/ask вопрос", as_=channel)
        notice = await group.see("Отвечаю на ваш вопрос…")
        assert "командой /stop от того же имени" in await group.press(anna, notice, STOP)
        await group.say(anna, "/stop", as_=channel)
        await group.see("Остановлено.")
        await model.wait(abandoned=1)
        await group.say(anna, "/ask вопрос", as_=channel)
        notice = await group.see("Отвечаю на ваш вопрос…")
        assert await group.press(olga, notice, STOP) == "Остановлено."
        await model.wait(abandoned=2)


async def test_ones_own_answer_is_stopped_even_if_telegram_does_not_tell_who_is_an_admin(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.supergroup("Группа", members=[anna, boris])
    world.fail("getChatAdministrators", status=500, times=float("inf"))
    model.hang()
    async with running():
        await group.say(anna, f"@{world.me.username} Вопрос")
        await model.wait(received=1)
        await group.say(boris, "/stop")
        await group.see(NOT_YOURS)
        await group.say(anna, "/stop")
        await group.see("Остановлено.")
        await model.wait(abandoned=1)
