"""Comments under a channel's post: one conversation, with settings of its own, however deep the replies."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.service import Service
from tests.conftest import Running
from tests.dialogues.waiting import all_taken

ELSEWHERE, HERE = 0.8, 0.2


async def post_in(world: World, group: Chat, author: User) -> Message:
    """A post of a channel, as it stands in the group where it is discussed."""
    channel = world.channel("Вестник", owner=author, discussion=group)
    await channel.say(author, "Завтра снег.")
    return group.messages[-1]


@pytest.mark.usefixtures("bot")
async def test_comments_under_a_post_are_a_conversation_of_their_own(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Обсуждение", owner=anna)
    post = await post_in(world, group, anna)
    await group.say(anna, "/temperature 0.2", reply_to=post)
    await group.see("Готово, для комментариев к этой публикации")
    model.reply("Ответ.", times=3)
    comment = await group.say(anna, "/ask почему?", reply_to=post)
    answer = await group.see("Ответ.")
    assert answer.reply_to_id == comment.id
    assert model.requests[-1].body["temperature"] == HERE
    given = str(model.requests[-1].body["input"])
    assert "«Вестник»" in given
    assert "> Завтра снег." in given

    await group.say(anna, "А послезавтра?", reply_to=answer)
    await group.see("Ответ.")
    assert model.requests[-1].body["temperature"] == HERE
    await group.say(anna, "/ask вне комментариев")
    await group.see("Ответ.")
    assert model.requests[-1].body["temperature"] == ELSEWHERE
    assert all("message_thread_id" not in call.params for call in world.called("sendMessage"))


@pytest.mark.parametrize("seen_by", ["post", "comment"])
async def test_a_reply_to_another_comment_belongs_there_too_even_after_a_restart(
    world: World, model: ModelServer, running: Running, seen_by: str
) -> None:
    """The bot has seen the post itself, or in privacy mode only some word to it right under the post."""
    world.state.reads_all = seen_by == "post"
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.supergroup("Обсуждение", owner=anna, members=[boris])
    async with running() as bot:
        post = await post_in(world, group, anna)
        comment = await group.say(boris, "Не верю", reply_to=post)
        if seen_by == "comment":
            await group.say(anna, "/stop", reply_to=post)
            await group.see("Останавливать нечего")
        await all_taken(bot.store)
    async with running():
        await group.say(anna, "/temperature 0.2", reply_to=comment)
        set_ = await group.see("Готово, для комментариев к этой публикации")
        model.reply("Ответ.", times=2)
        await group.say(boris, "/ask почему?", reply_to=await group.say(boris, "И я", reply_to=comment))
        await group.see("Ответ.")
        assert model.requests[-1].body["temperature"] == HERE

        await group.say(anna, "/settings", reply_to=set_)
        menu = await group.see("Настройки для комментариев к этой публикации.")
        assert "тем" not in menu.text.replace("Темп", "")
        await group.press(anna, menu, "Температура")
        page = await group.see("Задано для комментариев к этой публикации: Анна")
        await group.press(anna, page, "Сбросить")
        await group.say(boris, "/ask а теперь?", reply_to=comment)
        await group.see("Ответ.")
        assert model.requests[-1].body["temperature"] == ELSEWHERE


async def test_what_is_forgotten_and_begun_anew_in_a_nested_reply_is_that_conversation(
    world: World, model: ModelServer, bot: Service
) -> None:
    world.state.reads_all = True
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.supergroup("Обсуждение", owner=anna, members=[boris])
    post = await post_in(world, group, anna)
    await all_taken(bot.store)
    comment = await group.say(boris, "Не верю", reply_to=post)
    await group.say(anna, "/memory linear", reply_to=comment)
    await group.see("Готово, для комментариев")
    model.reply("Ответ.", times=5)
    await group.say(anna, "/ask вне комментариев")
    await group.see("Ответ.")
    for words in ("/ask первый", "/ask второй"):
        await group.say(boris, words, reply_to=comment)
        await group.see("Ответ.")
    assert "первый" in str(model.requests[-1].body["input"])
    assert "вне комментариев" not in str(model.requests[-1].body["input"])

    await group.say(boris, "/new", reply_to=comment)
    await group.see("Начинаем новый разговор")
    await group.say(boris, "/ask третий", reply_to=comment)
    await group.see("Ответ.")
    assert "второй" not in str(model.requests[-1].body["input"])

    await group.say(boris, "/export", reply_to=comment)
    file = await group.see(lambda message: message.kind == "document")
    assert "вне комментариев" not in group.file(file).decode()
    await group.say(boris, "/forget", reply_to=comment)
    asked = await group.see("Удалить ваши вопросы в комментариях к этой публикации")
    await group.press(boris, asked, "Удалить моё")
    assert "3 вопроса" in (await group.see("Готово: удалены")).text


@pytest.mark.usefixtures("bot")
async def test_a_chain_of_replies_that_is_no_comment_belongs_to_the_group(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Обсуждение", owner=anna)
    first = await group.say(anna, "Завтра снег?")
    second = await group.say(anna, "Кажется, да", reply_to=first)
    await group.say(anna, "/temperature 0.2", reply_to=second)
    await group.see("Готово. Температура")
    model.reply("Ответ.")
    await group.say(anna, "/ask почему?")
    await group.see("Ответ.")
    assert model.requests[-1].body["temperature"] == HERE
