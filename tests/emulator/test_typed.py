"""Fidelity against python-telegram-bot: what the emulator sends parses, and nothing in it is unknown."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import telegram
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    TelegramObject,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.emulator import origins, pictures
from bot.emulator.declarations import METHODS, OBJECTS
from bot.emulator.methods import sending
from bot.emulator.people import Message, User
from bot.emulator.schema import fields
from bot.emulator.talk import Chat
from bot.emulator.world import World

Json = dict[str, Any]
MENU = InlineKeyboardMarkup([[InlineKeyboardButton("А", callback_data="a")]])


def leftovers(value: object, path: str = "") -> list[str]:
    """Fields that PTB's types do not know, anywhere inside."""
    if isinstance(value, (list, tuple)):
        return [found for n, item in enumerate(value) for found in leftovers(item, f"{path}[{n}]")]
    if not isinstance(value, TelegramObject):
        return []
    path = f"{path} {type(value).__name__}"
    slots = {name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())}
    names = {name for name in slots if not name.startswith("_")}
    inside = [leftovers(getattr(value, name, None), f"{path}.{name}") for name in sorted(names)]
    unknown = value.api_kwargs.keys() - NEWER
    return [f"{path}: {name}" for name in unknown] + [found for some in inside for found in some]


NEWER = {"can_send_welcome_messages", "supports_join_request_queries"}
"""Fields of the Bot API 10.1 to 10.3, which PTB 22.8 does not know; test_schema.py does."""


@pytest.fixture
async def ptb(world: World) -> AsyncIterator[Bot]:
    bot = Bot(world.token, base_url=f"{world.url}/bot", base_file_url=f"{world.url}/file/bot")
    async with bot:
        yield bot


OF_PTB_ONLY = {
    "self",
    "api_kwargs",
    *("read_timeout", "write_timeout", "connect_timeout", "pool_timeout"),
    *("filename", "reply_to_message_id", "allow_sending_without_reply", "disable_web_page_preview"),
}
"""Parameters that PTB turns into others, or keeps to itself."""


UNIONS = {"Keyboard", "InputMedia", "BotCommandScope", "ReactionType"}
"""Declared under one name; PTB has a class for each member."""
NEW = {"EphemeralMessageParameters", "DisabledButton"}
"""Of the Bot API 10.3, which PTB 22.8 does not know."""


@pytest.mark.parametrize("method", METHODS)
def test_every_field_that_ptb_can_send_is_declared(method: str) -> None:
    snake = re.sub(r"[A-Z]", lambda upper: f"_{upper.group().lower()}", method)
    sendable = set(inspect.signature(getattr(Bot, snake)).parameters) - OF_PTB_ONLY
    assert sendable - fields(METHODS[method]).keys() == set()


@pytest.mark.parametrize("kind", [kind for kind in OBJECTS if kind not in UNIONS | NEW])
def test_every_field_of_ptbs_objects_is_declared(kind: str) -> None:
    sendable = set(inspect.signature(getattr(telegram, kind)).parameters) - OF_PTB_ONLY
    assert sendable - fields(OBJECTS[kind]).keys() == set()


async def everything_is_sent(world: World, chat: Chat, anna: User, question: Message) -> None:
    await chat.sticker(anna)
    await chat.photo(anna, "@anna_k")
    await chat.video(anna)
    await chat.voice(anna)
    await chat.poll(anna, "Когда?", "Сегодня", "Завтра")
    await chat.document(anna, "план.txt")
    await chat.document(anna, "снимок.jpg", pictures.sample())
    await chat.video_note(anna)
    await chat.audio(anna)
    await chat.album(anna, b"", b"", caption="Выставка")
    await chat.forward(anna, question)
    await chat.forwards(anna, "Тайно", comment="Кто?", origin=origins.hidden("Некто", 1))
    await chat.say(anna, "Это?", reply_to=question, quote="руг")
    markup = {"inline_keyboard": [[{"text": "А", "callback_data": "a", "style": "danger"}]]}
    sending.send_message(world.state, {"chat_id": chat.id, "text": "Меню", "reply_markup": markup})
    menu = chat.messages[-1]
    chat.begin_press(anna, menu, "А")
    await chat.delete(menu)
    chat.begin_press(anna, menu, "А")


async def everything_happens(world: World) -> None:
    anna = world.user("Анна", last_name="К", username="anna_k")
    boris = world.user("Борис", language="en")
    chat = world.private(anna)
    question = await chat.say(anna, "Смотри https://ya.ru и @anna_k, /start, #тег, a@b.ru")
    await chat.edit(anna, question, "Другое")
    await everything_is_sent(world, chat, anna, question)
    await chat.react(anna, question, "👍")
    world.block(anna)
    world.block(anna, blocked=False)
    world.pin(chat, question.id, by=anna)
    world.pin(chat, 10**6, by=anna)
    group = world.group("Группа", members=[anna])
    world.join(group, boris, by=anna)
    world.remove_bot(group, by=anna)
    world.add_bot(group, by=anna, admin=True)
    await group.say(anna, "Привет", as_="anonymous")
    world.restrict(group, boris, by=anna, can_send_messages=False)
    world.leave(group, boris)
    supergroup = world.migrate(group)
    channel = world.channel("Новости", owner=anna, discussion=supergroup, with_bot=True)
    post = await channel.say(anna, "Пост")
    await channel.edit(anna, post, "Пост, исправлено")
    await supergroup.forward(anna, post)
    await supergroup.say(anna, "Ура", as_=channel, reply_to=supergroup.messages[-1])
    await supergroup.say(anna, "И тут?", reply_to=await channel.photo(anna, "Снимок"))
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna], username="forum")
    world.promote(forum, world.me, by=anna, anonymous=True)
    world.promote(forum, anna, by=anna)
    world.topic(forum, "Каникулы", by=anna)
    world.rename_topic(forum, "Каникулы", "Лето", by=anna)
    world.close_topic(forum, "Лето", by=anna)
    world.close_topic(forum, "Лето", by=anna, closed=False)
    world.retitle(forum, "Клуб", by=anna)
    said = await forum.say(anna, "Привет", topic="Отпуск")
    await forum.forward(anna, await forum.say(anna, "Тайно", as_="anonymous"), reply_to=said)


async def test_every_update_parses_without_leftovers(world: World, ptb: Bot) -> None:
    await ptb.get_updates(allowed_updates=Update.ALL_TYPES)
    await everything_happens(world)
    raw = [waiting.json for waiting in world.state.updates.waiting]
    updates = await ptb.get_updates()
    assert len(updates) == len(raw)
    left = [found for update in updates for found in leftovers(update)]
    # PTB 22.8 itself does not take the `date` 0 by which an inaccessible message is told.
    assert left == [" Update.message Message.pinned_message InaccessibleMessage: date"]
    kinds = {name for update in raw for name in update} - {"update_id"}
    assert kinds == {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "callback_query",
        "message_reaction",
        "my_chat_member",
        "chat_member",
    }


async def test_every_method_is_served_to_ptb(world: World, ptb: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    question = await chat.say(anna, "Привет")
    entity = telegram.MessageEntity("bold", 0, 2)
    sent = await ptb.send_message(
        anna.id,
        "Да, вот",
        entities=[entity],
        reply_markup=MENU,
        reply_to_message_id=question.id,
        link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
    )
    document = await ptb.send_document(anna.id, b"print(1)", filename="ответ.py", caption="Код")
    photo = await ptb.send_photo(anna.id, pictures.sample())
    edited = [
        await ptb.edit_message_text("Нет", anna.id, sent.message_id),
        await ptb.edit_message_reply_markup(anna.id, sent.message_id, reply_markup=MENU),
        await ptb.edit_message_caption(anna.id, document.message_id, caption="Новый код"),
        await ptb.edit_message_media(
            InputMediaDocument(b"print(2)", filename="ещё.py"), anna.id, document.message_id
        ),
    ]
    query = chat.begin_press(anna, await chat.see("Нет"), "А")
    press = (await ptb.get_updates())[-1]
    assert press.callback_query is not None
    assert await press.callback_query.answer("Готово", show_alert=True)
    assert query.answer is not None
    assert document.document is not None
    file = await ptb.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"print(1)"
    group = world.supergroup("Клуб", topics=["Общее"], members=[anna])
    world.promote(group, world.me, by=anna)
    results: list[object] = [
        await ptb.get_me(),
        sent,
        document,
        photo,
        *edited,
        press,
        await ptb.get_chat(anna.id),
        await ptb.get_chat(group.id),
        await ptb.get_chat_administrators(group.id),
        await ptb.get_chat_member(group.id, anna.id),
        await ptb.get_webhook_info(),
        await ptb.get_my_description(),
    ]
    assert leftovers(results) == []
    assert document.document.file_name == "ответ.py"
    assert await ptb.send_chat_action(anna.id, "typing")
    assert await ptb.set_message_reaction(anna.id, question.id, "👀")
    assert await ptb.send_message_draft(anna.id, 1, "Дум")
    assert await ptb.delete_message(anna.id, photo.message_id)
    assert await ptb.delete_messages(anna.id, [sent.message_id, document.message_id])
    assert await ptb.get_chat_member_count(group.id) == 3
    assert await ptb.leave_chat(group.id)


async def test_the_bots_own_profile(ptb: Bot) -> None:
    scope = telegram.BotCommandScopeAllGroupChats()
    assert await ptb.set_my_commands([("start", "Начать")])
    assert await ptb.set_my_commands([("ask", "Ask")], scope=scope, language_code="en")
    assert [c.command for c in await ptb.get_my_commands()] == ["start"]
    assert [c.command for c in await ptb.get_my_commands(scope=scope, language_code="en")] == ["ask"]
    assert await ptb.delete_my_commands()
    assert await ptb.get_my_commands() == ()
    assert await ptb.set_my_name("Бот")
    assert (await ptb.get_my_name()).name == "Бот"
    assert await ptb.set_my_description("Отвечает", language_code="ru")
    assert (await ptb.get_my_description("ru")).description == "Отвечает"
    assert (await ptb.get_my_description()).description == ""
    assert await ptb.set_my_short_description("Бот")
    assert (await ptb.get_my_short_description("en")).short_description == "Бот"
    assert await ptb.set_webhook("https://bot.example.org", max_connections=7)
    info = await ptb.get_webhook_info()
    assert (info.url, info.max_connections) == ("https://bot.example.org", 7)
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await ptb.get_updates()
    assert await ptb.delete_webhook(drop_pending_updates=True)


async def test_refusals_become_ptbs_errors(world: World, ptb: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    anna = world.user("Анна")
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(1, "Да")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await ptb.send_message(world.private(anna).id, "Да")
    group = world.group("Группа")
    new = world.migrate(group)
    with pytest.raises(ChatMigrated) as migrated:
        await ptb.send_message(group.id, "Да")
    assert migrated.value.new_chat_id == new.id
    world.fail("sendMessage", retry_after_s=9)
    with pytest.raises(RetryAfter) as retry:
        await ptb.send_message(new.id, "Да")
    assert retry.value.retry_after == timedelta(seconds=9)
    wrong = Bot("1:wrong", base_url=f"{world.url}/bot")
    with pytest.raises(InvalidToken):
        await wrong.initialize()
    await wrong.shutdown()
