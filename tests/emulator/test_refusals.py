"""What Telegram refuses, in its words, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bot.emulator import pictures
from bot.emulator.methods.editing import CALLBACK_LIFETIME_S
from bot.emulator.people import Message
from bot.emulator.refusals import Refusal
from bot.emulator.rules import upload_size
from bot.emulator.schema import Upload
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.clocks import ManualClock
from tests.emulator.client import Bot, RefusedError, bot_of

Json = dict[str, Any]

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "message text is empty"),
        (" \n", "text must be non-empty"),
        ("а" * 4097, "message is too long"),
        ("😀" * 4097, "message is too long"),
    ],
)
async def test_texts(chat: Chat, bot: Bot, text: str, reason: str) -> None:
    await bot.refused(400, f"Bad Request: {reason}", "sendMessage", chat_id=chat.id, text=text)


async def test_a_text_of_exactly_the_limit_is_taken(chat: Chat, bot: Bot) -> None:
    sent = await bot.call("sendMessage", chat_id=chat.id, text="а" * 4096 + " ")
    assert len(sent["text"]) == 4096
    sent = await bot.call("sendMessage", chat_id=chat.id, text="😀" * 4096)
    assert len(sent["text"]) == 4096


async def test_captions_and_files(chat: Chat, bot: Bot) -> None:
    with pytest.raises(RefusedError, match="Bad Request: message caption is too long"):
        await bot.upload("sendDocument", chat_id=chat.id, document=b"-", caption="а" * 1025)
    with pytest.raises(RefusedError, match="Bad Request: file must be non-empty"):
        await bot.upload("sendDocument", chat_id=chat.id, document=b"")
    too_large = Upload("a", "b", bytes(50 * 1024 * 1024 + 1))
    with pytest.raises(Refusal, match="413 Request Entity Too Large"):
        upload_size(too_large)
    with pytest.raises(RefusedError, match="is too big for a photo"):
        await bot.upload("sendPhoto", chat_id=chat.id, photo=bytes(10 * 1024 * 1024 + 1))
    await bot.refused(
        400,
        "Bad Request: wrong file identifier/HTTP URL specified",
        "sendDocument",
        chat_id=chat.id,
        document="nonsense",
    )


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "А", "callback_data": "ж" * 32 + "!"}, "BUTTON_DATA_INVALID"),
        ({"text": "А", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "А"}, "Text buttons are unallowed in the inline keyboard"),
        (
            {"text": " ", "callback_data": "x"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "А", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_buttons(chat: Chat, bot: Bot, button: dict[str, str], reason: str) -> None:
    await bot.refused(
        400,
        f"Bad Request: {reason}",
        "sendMessage",
        chat_id=chat.id,
        text="Меню",
        reply_markup={"inline_keyboard": [[button]]},
    )


async def test_a_keyboard_too_large(chat: Chat, bot: Bot) -> None:
    rows = [[{"text": str(n), "callback_data": str(n)}] for n in range(101)]
    await bot.refused(
        400,
        "Bad Request: reply markup is too long",
        "sendMessage",
        chat_id=chat.id,
        text="Меню",
        reply_markup={"inline_keyboard": rows},
    )


async def test_replies_to_what_is_not_there(chat: Chat, bot: Bot) -> None:
    question = chat.messages[0]
    await chat.delete(question)
    reply = {"message_id": question.id}
    await bot.refused(
        400,
        "Bad Request: message to be replied not found",
        "sendMessage",
        chat_id=chat.id,
        text="Да",
        reply_parameters=reply,
    )
    reply["allow_sending_without_reply"] = True
    sent = await bot.call("sendMessage", chat_id=chat.id, text="Да", reply_parameters=reply)
    assert "reply_to_message" not in sent


async def test_edits(chat: Chat, reply: Message, bot: Bot) -> None:
    edit: Json = {"method": "editMessageText", "chat_id": chat.id, "message_id": reply.id}
    await bot.refused(400, NOT_MODIFIED, **edit, text="Да? \n")
    await bot.call("editMessageText", chat_id=chat.id, message_id=reply.id, text="Нет.")
    await bot.refused(400, NOT_MODIFIED, **edit, text="Нет.")
    foreign = edit | {"message_id": chat.messages[0].id}
    await bot.refused(400, "Bad Request: message can't be edited", **foreign, text="-")
    unknown = edit | {"message_id": 10**6}
    await bot.refused(400, "Bad Request: message to edit not found", **unknown, text="-")
    caption = edit | {"method": "editMessageCaption"}
    await bot.refused(400, "Bad Request: there is no caption in the message to edit", **caption, caption="-")
    await bot.refused(400, NOT_MODIFIED, "editMessageReplyMarkup", chat_id=chat.id, message_id=reply.id)


async def test_an_edit_without_a_keyboard_takes_the_keyboard_away(chat: Chat, bot: Bot) -> None:
    keyboard = {"inline_keyboard": [[{"text": "А", "callback_data": "a"}], []]}
    await bot.call("sendMessage", chat_id=chat.id, text="Меню", reply_markup=keyboard)
    menu = await chat.see("Меню")
    assert [button["text"] for button in menu.buttons] == ["А"]
    same = {"chat_id": chat.id, "message_id": menu.id, "text": "Меню", "reply_markup": keyboard}
    await bot.refused(400, NOT_MODIFIED, "editMessageText", **same)
    await bot.call("editMessageText", chat_id=chat.id, message_id=menu.id, text="Меню")
    assert menu.buttons == []


async def test_a_document_is_edited_as_a_document(chat: Chat, bot: Bot) -> None:
    await bot.upload("sendDocument", chat_id=chat.id, document=b"1", caption="Раз")
    sent = await chat.see("Раз")
    where = {"chat_id": chat.id, "message_id": sent.id}
    await bot.refused(
        400, "Bad Request: there is no text in the message to edit", "editMessageText", **where, text="-"
    )
    await bot.call("editMessageCaption", **where, caption="Два")
    assert (await chat.see("Два")).json["document"]["file_name"] == "ответ.py"
    await bot.upload(
        "editMessageMedia",
        **where,
        media='{"type": "document", "media": "attach://new", "caption": "Три"}',
        new=b"3",
    )
    assert chat.file(await chat.see("Три")) == b"3"
    await bot.upload("sendDocument", chat_id=chat.id, document="attach://new", new=b"4", caption="Четыре")
    assert chat.file(await chat.see("Четыре")) == b"4"
    await bot.refused(
        400,
        "Bad Request: media of this type is not modelled",
        "editMessageMedia",
        **where,
        media={"type": "video", "media": "x"},
    )
    await bot.upload(
        "editMessageMedia",
        **where,
        media='{"type": "photo", "media": "attach://new", "caption": "Пять"}',
        new=pictures.sample(),
    )
    photo = (await chat.see("Пять")).json
    assert ("document" in photo, photo["photo"][-1]["width"]) == (False, 640)


async def test_deletions(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    group = world.group("Группа", members=[anna])
    question = await group.say(anna, "Привет")
    where = {"chat_id": group.id, "message_id": question.id}
    await bot.refused(400, "Bad Request: message can't be deleted", "deleteMessage", **where)
    world.promote(group, world.me, by=anna)
    assert await bot.call("deleteMessage", **where)
    await group.sees_gone(question)
    await bot.refused(400, "Bad Request: message to delete not found", "deleteMessage", **where)
    assert await bot.call("deleteMessages", chat_id=group.id, message_ids=[question.id])


async def test_a_message_of_two_days_ago_stays() -> None:
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        anna = world.user("Анна")
        chat = world.private(anna)
        await chat.say(anna, "Привет")
        await bot.call("sendMessage", chat_id=chat.id, text="Да?")
        sent = await chat.see()
        await clock.advance(48 * 3600 + 1)
        await bot.refused(
            400,
            "Bad Request: message can't be deleted",
            "deleteMessage",
            chat_id=chat.id,
            message_id=sent.id,
        )


async def test_an_answer_to_a_press_comes_too_late_or_is_too_long() -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        anna = world.user("Анна")
        chat = world.private(anna)
        await chat.say(anna, "/settings")
        keyboard = {"inline_keyboard": [[{"text": "А", "callback_data": "a"}]]}
        await bot.call("sendMessage", chat_id=chat.id, text="Меню", reply_markup=keyboard)
        query = chat.begin_press(anna, await chat.see("Меню"), "А")
        answer: Json = {"method": "answerCallbackQuery", "callback_query_id": query.id}
        await bot.refused(400, "Bad Request: MESSAGE_TOO_LONG", **answer, text="а" * 201)
        await clock.advance(CALLBACK_LIFETIME_S + 1)
        await bot.refused(400, too_old, **answer)
        await bot.refused(400, too_old, "answerCallbackQuery", callback_query_id="1")


async def test_other_methods(world: World, chat: Chat, reply: Message, bot: Bot) -> None:
    await bot.refused(
        400,
        "Bad Request: wrong parameter action in request",
        "sendChatAction",
        chat_id=chat.id,
        action="dancing",
    )
    await bot.refused(
        400, "Bad Request: wrong file_id or the file is temporarily unavailable", "getFile", file_id="1"
    )
    big = world.state.add_file("big", "application/zip", bytes(20 * 1024 * 1024 + 1))
    await bot.refused(400, "Bad Request: file is too big", "getFile", file_id=big.id)
    await bot.refused(
        400,
        "Bad Request: there are no administrators in the private chat",
        "getChatAdministrators",
        chat_id=chat.id,
    )
    await bot.refused(400, "Bad Request: user not found", "getChatMember", chat_id=chat.id, user_id=1)
    await bot.refused(
        400,
        "Bad Request: chat member status can't be changed in private chats",
        "leaveChat",
        chat_id=chat.id,
    )
    react: Json = {"method": "setMessageReaction", "chat_id": chat.id}
    await bot.refused(400, "Bad Request: message to react not found", **react, message_id=10**6)
    wrong = [{"type": "emoji", "emoji": "🥒"}]
    await bot.refused(400, "Bad Request: REACTION_INVALID", **react, message_id=reply.id, reaction=wrong)


async def test_commands_and_descriptions(bot: Bot) -> None:
    set_commands: Json = {"method": "setMyCommands"}
    wrong = [{"command": "Start", "description": "x"}]
    await bot.refused(400, "Bad Request: BOT_COMMAND_INVALID", **set_commands, commands=wrong)
    wrong = [{"command": "start", "description": ""}]
    await bot.refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID", **set_commands, commands=wrong)
    many = [{"command": f"c{n}", "description": "x"} for n in range(101)]
    await bot.refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH", **set_commands, commands=many)
    await bot.refused(
        400,
        "Bad Request: bot short description is too long",
        "setMyShortDescription",
        short_description="x" * 121,
    )


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "http://bot.example.org"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://bot.example.org:8080"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "https://bot.example.org", "secret_token": "а"},
            "secret token contains unallowed characters",
        ),
        ({"url": "https://bot.example.org", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_webhooks(bot: Bot, params: dict[str, str], reason: str) -> None:
    await bot.refused(400, f"Bad Request: {reason}", "setWebhook", **params)


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/bot1:wrong/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/file/bot1:wrong/documents/x", 401, "Unauthorized"),
        ("/file/bot{token}/documents/x", 404, "Not Found"),
    ],
)
async def test_tokens_and_files(world: World, bot: Bot, path: str, status: int, description: str) -> None:
    async with bot.session.get(world.url + path.format(token=world.token)) as response:
        answer = await response.json()
    assert answer == {"ok": False, "error_code": status, "description": description}
    assert response.status == status


async def test_drafts(world: World, chat: Chat, bot: Bot) -> None:
    assert await bot.call("sendMessageDraft", chat_id=chat.id, draft_id=1, text="Дум")
    assert await bot.call("sendMessageDraft", chat_id=chat.id, draft_id=1)
    draft: Json = {"method": "sendMessageDraft", "text": "-"}
    await bot.refused(400, "Bad Request: RANDOM_ID_INVALID", **draft, chat_id=chat.id, draft_id=0)
    group = world.group("Группа")
    await bot.refused(400, "Bad Request: TEXTDRAFT_PEER_INVALID", **draft, chat_id=group.id, draft_id=1)
