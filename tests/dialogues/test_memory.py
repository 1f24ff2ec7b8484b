"""A conversation that follows, branches and begins anew, and never crosses into another."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.conftest import Running
from tests.dialogues.remembering import ask, items, last_input, quick, stop


async def test_new_begins_anew_and_a_reply_leads_back(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running):
        first = await ask(chat, anna, model, "Раз")
        await ask(chat, anna, model, "Два")
        assert last_input(model) == items("Раз", "Раз!", "Два")
        await chat.say(anna, "/new")
        await chat.see("Начинаем новый разговор. Прежний я больше не учитываю.")
        await ask(chat, anna, model, "Три")
        assert last_input(model) == "Три"
        await ask(chat, anna, model, "Четыре")
        assert last_input(model) == items("Три", "Три!", "Четыре")
        back = await ask(chat, anna, model, "Пять", to=first)
        assert last_input(model) == items("Раз", "Раз!", "Пять")
        assert "Возвращаюсь к ответу «Раз!»" in back.text
        await ask(chat, anna, model, "Шесть")
        assert last_input(model) == items("Раз", "Раз!", "Пять", "Пять!", "Шесть")


async def test_new_cancels_what_waits_and_what_is_being_answered(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    async with quick(running):
        await chat.say(anna, "Раз")
        await model.wait(received=1)
        await chat.say(anna, "Два")
        await chat.say(anna, "/new")
        await chat.see("2 вопроса, которые ждали ответа, отменены.")
        await model.wait(abandoned=1)
        await ask(chat, anna, model, "Три")
    assert [request.body["input"] for request in model.requests] == ["Раз", "Три"]
    assert [m.text for m in chat.messages if "Раз!" in m.text or "Два!" in m.text] == []


async def test_a_branch_from_the_third_answer_back(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running):
        answers = [await ask(chat, anna, model, said) for said in ("Раз", "Два", "Три", "Четыре")]
        back = await ask(chat, anna, model, "А иначе?", to=answers[1])
        assert last_input(model) == items("Раз", "Раз!", "Два", "Два!", "А иначе?")
        assert "Возвращаюсь к ответу «Два!»" in back.text
        await ask(chat, anna, model, "Дальше", to=answers[3])
        assert last_input(model) == items(
            "Раз", "Раз!", "Два", "Два!", "Три", "Три!", "Четыре", "Четыре!", "Дальше"
        )


async def test_two_people_on_one_branch_of_a_group(
    world: World, model: ModelServer, running: Running
) -> None:
    """A mention starts afresh; whoever replies to an answer goes on with it."""
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Рыбалка", members=[anna, boris])
    bot = f"@{world.bot['username']}"

    def says(who: str, text: str) -> str:
        return f"Спрашивает «{who}»:\n{text}"

    async with quick(running):
        first = await ask(group, anna, model, f"{bot} Где щука?", reply="В реке.")
        await ask(group, boris, model, f"{bot} Где карп?", reply="В пруду.")
        assert last_input(model) == says("Борис", "Где карп?")
        second = await ask(group, boris, model, "А когда?", reply="Утром.", to=first)
        branch = [says("Анна", "Где щука?"), "В реке.", says("Борис", "А когда?")]
        assert last_input(model) == items(*branch)
        await ask(group, anna, model, "А на что?", reply="На живца.", to=second)
        assert last_input(model) == items(*branch, "Утром.", says("Анна", "А на что?"))


async def test_nothing_crosses_chats_or_topics(world: World, model: ModelServer, running: Running) -> None:
    """Not even by a reply to an answer whose number is the same elsewhere."""
    anna = world.user("Анна")
    private = world.private(anna)
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna], admins=[anna])
    async with quick(running):
        await ask(private, anna, model, "Личное")
        await forum.say(anna, "/memory linear")
        await forum.see("Готово")
        await ask(forum, anna, model, "/ask Общее")
        model.reply("Отпуск!")
        await forum.say(anna, "/ask Отпуск", topic="Отпуск")
        await forum.see("Отпуск!")
        assert last_input(model) == "Спрашивает «Анна»:\nОтпуск"
        await ask(forum, anna, model, "/ask Снова")
        assert last_input(model) == items(
            "Спрашивает «Анна»:\nОбщее", "/ask Общее!", "Спрашивает «Анна»:\nСнова"
        )
        await ask(private, anna, model, "Ещё личное")
        assert last_input(model) == items("Личное", "Личное!", "Ещё личное")


@pytest.mark.parametrize(
    ("memory", "plain", "reply"),
    [
        ("linear", ("Раз", "Раз!", "Два"), ("Раз", "Раз!", "Три")),
        ("branches", ("Два",), ("Раз", "Раз!", "Три")),
        ("off", ("Два",), ("Три",)),
    ],
)
@pytest.mark.parametrize("kind", ["private", "group"])
async def test_the_memory_setting(
    world: World,
    model: ModelServer,
    running: Running,
    kind: str,
    memory: str,
    plain: tuple[str, ...],
    reply: tuple[str, ...],
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna) if kind == "private" else world.group("Г", members=[anna], admins=[anna])
    asks = "" if kind == "private" else "/ask "

    def framed(texts: tuple[str, ...]) -> list[str]:
        frame = "" if kind == "private" else "Спрашивает «Анна»:\n"
        return [text if number % 2 else frame + text for number, text in enumerate(texts)]

    async with quick(running):
        await chat.say(anna, f"/memory {memory}")
        await chat.see("Готово")
        first = await ask(chat, anna, model, f"{asks}Раз", reply="Раз!")
        await ask(chat, anna, model, f"{asks}Два", reply="Два!")
        assert last_input(model) == items(*framed(plain))
        await ask(chat, anna, model, "Три", reply="Три!", to=first)
        assert last_input(model) == items(*framed(reply))


async def test_a_member_cancels_only_their_own_with_new(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    model.hang()
    async with quick(running):
        await group.say(anna, "/ask Раз")
        await model.wait(received=1)
        await group.say(boris, "/ask Два")
        await group.say(boris, "/new")
        await group.see("1 вопрос, который ждал ответа, отменён.")
        await group.say(anna, "/new")
        await group.see("1 вопрос, который ждал ответа, отменён.")
        await model.wait(abandoned=1)


async def test_commands_that_nobody_gave_are_not_obeyed(
    world: World, model: ModelServer, running: Running
) -> None:
    """A channel's post that says /forget, forwarded into the group by Telegram itself."""
    anna = world.user("Анна")
    group = world.supergroup("Обсуждение", members=[anna])
    channel = world.channel("Новости", owner=anna, discussion=group)
    async with quick(running):
        for command in ("/new", "/forget", "/export"):
            await channel.say(anna, command)
        await group.sees_nothing()
        await ask(group, anna, model, "/ask Раз")


async def test_a_stopped_or_failed_answer_is_not_remembered(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running):
        await ask(chat, anna, model, "Раз")
        model.hang()
        await chat.say(anna, "Стоп")
        await model.wait(received=2)
        await stop(chat, anna)
        model.fail(400)
        await chat.say(anna, "Плохо")
        await chat.see("Модель не приняла запрос")
        await ask(chat, anna, model, "Два")
        assert last_input(model) == items("Раз", "Раз!", "Два")


async def test_of_an_answer_stopped_while_it_is_sent_what_was_shown_is_remembered(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    first, second = "Начало " + "а" * 3900, "Конец " + "б" * 3900
    model.reply(f"{first}\n\n{second}")
    world.fail("sendMessage", when=lambda given: "Конец" in given["text"], delay_s=30)
    async with quick(running):
        await chat.say(anna, "Раз")
        await chat.see("Начало")
        await stop(chat, anna)
        await ask(chat, anna, model, "Два")
        assert last_input(model) == items("Раз", f"{first} […]", "Два")
