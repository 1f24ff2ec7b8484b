"""/forget: who is asked what, who may confirm, what is deleted, and what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.values import Conversation
from bot.emulator.model import ModelServer
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.screens.callbacks import Forget, encode
from bot.service import Service
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.remembering import ask, buttons, items, last_input, quick, until

OWN, ALL, KEEP = "Удалить моё", "Удалить всё", "Не удалять"
NOT_YOURS = "Решить может только тот, кто отправил /forget."
NOTHING = "Удалять нечего: таких вопросов у меня нет."


async def kept(service: Service, chat: Chat, thread_id: int = 0) -> list[str]:
    """The questions that the database has of a conversation."""
    turns = await service.store.bulk.export(Conversation(chat.id, thread_id))
    return [turn.question.text for turn in turns]


async def test_a_private_conversation_is_forgotten_once_confirmed(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running) as service:
        await ask(chat, anna, model, "Раз")
        last = await ask(chat, anna, model, "Два")
        await chat.say(anna, "/forget")
        asked = await chat.see("Удалить весь этот разговор")
        assert buttons(asked) == [ALL, KEEP]
        data = asked.buttons[0]["callback_data"]
        assert await chat.press(anna, asked, KEEP) == ""
        asked = await chat.see("Хорошо, ничего не удаляю.")
        assert buttons(asked) == []
        assert await kept(service, chat) == ["Раз", "Два"]
        await chat.say(anna, "/forget")
        asked = await chat.see("Удалить весь этот разговор")
        await chat.press(anna, asked, ALL)
        asked = await chat.see("Готово: удалены 2 вопроса вместе с ответами.")
        await chat.sees_no_buttons(last)
        assert await kept(service, chat) == []
        asked.json["reply_markup"] = {"inline_keyboard": [[{"text": ALL, "callback_data": data}]]}
        assert await chat.press(anna, asked, ALL) == NOTHING
        await chat.sees_no_buttons(asked)
        assert "Готово: удалены 2 вопроса" in asked.text
        await ask(chat, anna, model, "Три")
        assert last_input(model) == "Три"


async def test_buttons_leave_though_the_word_of_it_is_refused(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running) as service:
        answer = await ask(chat, anna, model, "Раз")
        assert buttons(answer)
        await chat.say(anna, "/forget")
        world.fail("editMessageText", status=400)
        await chat.press(anna, await chat.see("Удалить весь"), ALL)
        await chat.sees_no_buttons(answer)
        assert await kept(service, chat) == []


async def test_what_waits_and_what_is_being_answered_goes_too(
    world: World, model: ModelServer, running: Running
) -> None:
    """The request is closed, and the notices of those who wait are removed."""
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    async with quick(running) as service:
        await chat.say(anna, "Раз")
        await model.wait(received=1)
        await chat.say(anna, "Два")
        notice = await chat.see("Ваш вопрос следующий в очереди.")
        await chat.say(anna, "/forget")
        await chat.press(anna, await chat.see("Удалить весь"), ALL)
        await chat.see("Готово: удалены 2 вопроса вместе с ответами.")
        await model.wait(abandoned=1)
        await chat.sees_gone(notice)
        assert await kept(service, chat) == []
    assert len(model.requests) == 1


async def test_a_member_forgets_their_own_part(world: World, model: ModelServer, running: Running) -> None:
    """Another's question stays, and no longer shows the model what it went on from."""
    anna, boris, clara = (world.user(name) for name in ("Анна", "Борис", "Клара"))
    group = world.group("Группа", members=[anna, boris, clara], admins=[clara])
    async with quick(running) as service:
        first = await ask(group, anna, model, "/ask Раз")
        second = await ask(group, boris, model, "Два", to=first)
        await group.say(anna, "/forget")
        asked = await group.see("Удалить ваши вопросы в этом чате")
        assert buttons(asked) == [OWN, KEEP]
        for other in (boris, clara):
            assert await group.press(other, asked, OWN) == NOT_YOURS
            assert await group.press(other, asked, KEEP) == NOT_YOURS
        assert await kept(service, group) == ["Раз", "Два"]
        await group.press(anna, asked, OWN)
        await group.see("Готово: удалён 1 вопрос вместе с ответом.")
        assert await kept(service, group) == ["Два"]
        await ask(group, clara, model, "Три", to=second)
        assert last_input(model) == items("Спрашивает «Борис»:\nДва", "Два!", "Спрашивает «Клара»:\nТри")
        await group.say(anna, "/forget")
        asked = await group.see("Удалить ваши вопросы")
        assert await group.press(anna, asked, OWN) == NOTHING
        await group.sees_no_buttons(asked)


async def test_a_press_under_a_question_deleted_meanwhile_is_answered_by_a_toast(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running) as service:
        await ask(chat, anna, model, "Раз")
        for button, told, left in ((KEEP, "Хорошо, ничего не удаляю.", ["Раз"]), (ALL, "Готово: удалён", [])):
            await chat.say(anna, "/forget")
            asked = await chat.see("Удалить весь этот разговор")
            await chat.delete(asked)
            assert (await chat.press(anna, asked, button)).startswith(told)
            assert await kept(service, chat) == left
            await chat.sees_nothing()


async def test_a_member_cannot_make_up_the_button_for_all(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    async with quick(running) as service:
        await ask(group, anna, model, "/ask Раз")
        await group.say(boris, "/forget")
        asked = await group.see("Удалить ваши вопросы")
        for place, told in ((group.id, NOT_YOURS), (boris.id, "Эта кнопка устарела.")):
            data = encode(Forget(Conversation(place), boris.id, "all"))
            asked.json["reply_markup"] = {"inline_keyboard": [[{"text": "*", "callback_data": data}]]}
            assert await group.press(boris, asked, "*") == told
        assert await kept(service, group) == ["Раз"]


async def test_an_admin_chooses_between_their_own_and_all(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    async with quick(running) as service:
        await ask(group, anna, model, "/ask Раз")
        await ask(group, boris, model, "/ask Два")
        await group.say(anna, "/forget")
        asked = await group.see("Что удалить")
        assert buttons(asked) == [OWN, ALL, KEEP]
        await group.press(anna, asked, OWN)
        await group.see("Готово: удалён 1 вопрос вместе с ответом.")
        assert await kept(service, group) == ["Два"]
        await group.say(anna, "/forget")
        asked = await group.see("Что удалить")
        assert await group.press(boris, asked, ALL) == NOT_YOURS
        await group.press(anna, asked, ALL)
        await group.see("Готово: удалён 1 вопрос вместе с ответом.")
        assert await kept(service, group) == []


async def test_whoever_is_no_admin_any_more_may_not_delete_all(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna, boris])
    async with quick(running):
        await ask(group, anna, model, "/ask Раз")
        await group.say(boris, "/forget")
        asked = await group.see("Что удалить")
    world.demote(group, boris, by=anna)
    async with quick(running) as service:
        assert await group.press(boris, asked, ALL) == NOT_YOURS
        assert await kept(service, group) == ["Раз"]


async def test_an_anonymous_admin_confirms_under_their_own_name(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.supergroup("Группа", members=[anna, boris], admins=[anna])
    async with quick(running) as service:
        model.reply("Раз!")
        await group.say(anna, "/ask Раз", as_="anonymous")
        await group.see("Раз!")
        await group.say(anna, "/forget", as_="anonymous")
        asked = await group.see("Что удалить")
        assert await group.press(boris, asked, OWN) == NOT_YOURS
        await group.press(anna, asked, OWN)
        await group.see("Готово: удалён 1 вопрос вместе с ответом.")
        assert await kept(service, group) == []


async def test_a_topic_is_forgotten_alone(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna], admins=[anna])
    async with quick(running) as service:
        await ask(forum, anna, model, "/ask Раз")
        model.reply("Два!")
        await forum.say(anna, "/ask Два", topic="Отпуск")
        await forum.see("Два!")
        await forum.say(anna, "/forget", topic="Отпуск")
        await forum.press(anna, await forum.see("Что удалить"), ALL)
        await forum.see("Готово: удалён 1 вопрос вместе с ответом.")
        assert await kept(service, forum) == ["Раз"]
        assert await kept(service, forum, forum.topic("Отпуск").id) == []


class Later(FastClock):
    """A hundred days from now, here and at Telegram."""

    def at_telegram(self) -> datetime:
        return super().at_telegram() + timedelta(days=100)


async def test_what_is_too_old_is_deleted_at_a_start(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running):
        await ask(chat, anna, model, "Раз")
    async with running(Later()) as service:

        async def gone() -> bool:
            return await kept(service, chat) == []

        await until(gone)


async def test_where_telegram_does_not_tell_who_administers_nobody_does(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna], admins=[anna])
    async with quick(running):
        await ask(group, anna, model, "/ask Раз")
        await group.say(anna, "/forget")
        asked = await group.see("Что удалить")
    world.fail("getChatAdministrators", status=400, times=100)
    async with quick(running) as service:
        assert "Не удалось узнать" in await group.press(anna, asked, ALL)
        await group.say(anna, "/forget")
        assert buttons(await group.see("Удалить ваши вопросы")) == [OWN, KEEP]
        assert await kept(service, group) == ["Раз"]


async def test_a_forgotten_answer_that_is_replied_to_brings_its_code_and_addresses(
    world: World, model: ModelServer, running: Running
) -> None:
    """They are in its entities alone: the history, which had them as Markdown, is gone."""
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running):
        model.reply("Наберите `x = *y*`, [читайте](https://e.com/a).")
        await chat.say(anna, "Как?")
        answer = await chat.see("Наберите")
        await chat.say(anna, "/forget")
        await chat.press(anna, await chat.see("Удалить весь этот разговор"), ALL)
        await chat.see("Готово: удал")
        await ask(chat, anna, model, "Что это?", to=answer)
    given = str(last_input(model))
    assert "`x = *y*`" in given
    assert "[читайте](https://e.com/a)" in given
