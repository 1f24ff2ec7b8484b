"""Dialogues between people and a bare bot."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.emulator.world import World
from tests.emulator.client import Bot, bot_of


async def test_a_question_and_its_answer(world: World, bot: Bot) -> None:
    anna = world.user("Анна", language="ru")
    chat = world.private(anna)
    await chat.say(anna, "Привет, @someone")
    (update,) = await bot.updates()
    assert update["message"]["text"] == "Привет, @someone"
    assert update["message"]["entities"] == [{"type": "mention", "offset": 8, "length": 8}]
    await bot.call("sendMessage", chat_id=anna.id, text="Здравствуйте!")
    reply = await chat.see("Здравствуйте")
    assert reply.text == "Здравствуйте!"
    assert await bot.updates() == []


async def test_an_edit_is_seen_too_and_by_a_pattern(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    question = await chat.say(anna, "Сколько?")
    sent = await bot.call(
        "sendMessage", chat_id=anna.id, text="Думаю", reply_parameters={"message_id": question.id}
    )
    notice = await chat.see("Думаю")
    assert notice.reply_to_id == question.id
    await bot.call("editMessageText", chat_id=anna.id, message_id=sent["message_id"], text="42 или 43")
    reply = await chat.see(re.compile(r"\d+"))
    assert reply.id == notice.id
    assert notice.text == "42 или 43"


async def test_what_is_not_seen_is_told_with_the_dialogue(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "Привет")
    await bot.call("sendMessage", chat_id=anna.id, text="И вам")
    with pytest.raises(AssertionError, match="Анна: Привет\nYandexGPT: И вам"):
        await chat.see("до свидания", timeout_s=0.01)


async def test_a_button_press_gets_its_toast(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/settings")
    keyboard = {"inline_keyboard": [[{"text": "Креативно", "callback_data": "t:0.9"}]]}
    await bot.call("sendMessage", chat_id=anna.id, text="Настройки", reply_markup=keyboard)
    menu = await chat.see("Настройки")

    async def answer() -> None:
        update = (await bot.updates(timeout=5))[-1]
        assert update["callback_query"]["data"] == "t:0.9"
        await bot.call(
            "answerCallbackQuery",
            callback_query_id=update["callback_query"]["id"],
            text="Температура 0,9",
            show_alert=True,
        )

    await bot.updates()
    toast, _ = await asyncio.gather(chat.press(anna, menu, "Креативно"), answer())
    assert toast == "Температура 0,9"
    assert toast.alert


async def test_nothing_is_seen_once_the_bot_has_taken_everything(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "Привет")
    with pytest.raises(AssertionError, match="the bot to take its updates"):
        await chat.sees_nothing(timeout_s=0.01)
    await bot.updates()
    await bot.updates()
    await chat.sees_nothing(for_s=0)
    await bot.call("sendMessage", chat_id=anna.id, text="Лишнее")
    with pytest.raises(AssertionError, match="unexpected: YandexGPT: Лишнее"):
        await chat.sees_nothing(for_s=0)


async def test_a_document_goes_up_and_comes_down(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "Код?")
    sent = await bot.upload("sendDocument", chat_id=anna.id, document=b"print(1)", caption="Вот")
    reply = await chat.see("Вот")
    assert reply.json["document"]["file_name"] == "ответ.py"
    file = await bot.call("getFile", file_id=sent["document"]["file_id"])
    async with bot.session.get(f"{world.url}/file/bot{world.token}/{file['file_path']}") as response:
        assert await response.read() == b"print(1)"


async def test_a_file_is_sent_again_by_its_id(world: World, bot: Bot) -> None:
    anna = world.user("Анна", username="anna_k")
    chat = world.private(anna)
    theirs = await chat.document(anna, "план.txt", b"1")
    file_id = theirs.json["document"]["file_id"]
    await bot.call("sendDocument", chat_id=anna.id, document=file_id, caption="Ваш /план @anna_k")
    back = await chat.see(lambda message: message.kind == "document")
    assert chat.file(back) == b"1"
    assert [entity["type"] for entity in back.entities] == ["mention"]
    assert anna.username == "anna_k"


async def test_an_update_is_fed_as_it_is(world: World, bot: Bot) -> None:
    first = world.feed({"poll_answer": {"poll_id": "1"}, "new_kind": {}})
    world.feed({"update_id": first["update_id"] + 10, "message": {}})
    assert [len(update) for update in await bot.updates()] == [3, 2]
    await world.private(anna := world.user("Анна")).say(anna, "Привет")
    (update,) = await bot.updates()
    assert update["update_id"] == first["update_id"] + 11


async def test_worlds_are_apart(world: World, bot: Bot) -> None:
    async with World(seed=1) as other, bot_of(other) as other_bot:
        await world.private(anna := world.user("Анна")).say(anna, "Привет")
        assert await other_bot.updates() == []
        assert len(await bot.updates()) == 1


async def test_typing_is_shown_until_the_message_comes(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "Привет")
    await bot.call("sendChatAction", chat_id=anna.id, action="typing")
    await chat.sees_typing()
    await bot.call("sendMessage", chat_id=anna.id, text="Вот")
    assert not chat.typing
