"""Messages of many kinds, and reactions."""

from __future__ import annotations

import pytest

from bot.emulator.people import Message
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.emulator.client import Bot


async def test_reactions_go_both_ways(world: World, bot: Bot) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await bot.call("getUpdates", allowed_updates=["message", "message_reaction"])
    question = await chat.say(anna, "Привет")
    eyes = [{"type": "emoji", "emoji": "👀"}]
    await bot.call("setMessageReaction", chat_id=chat.id, message_id=question.id, reaction=eyes)
    await chat.sees_reaction(question, "👀")
    await bot.call("setMessageReaction", chat_id=chat.id, message_id=question.id)
    assert chat.reactions(question) == []
    await chat.react(anna, question, "👍")
    await chat.react(anna, question)
    changes = [u["message_reaction"] for u in await bot.updates() if "message_reaction" in u]
    assert [len(change["new_reaction"]) for change in changes] == [1, 0]


async def test_messages_of_many_kinds(world: World, bot: Bot) -> None:
    anna = world.user("Анна", last_name="К", username="anna_k")
    chat: Chat = world.private(anna)
    for sent in [
        await chat.sticker(anna),
        await chat.photo(anna, "Смотри"),
        await chat.video(anna, "Смотри"),
        await chat.voice(anna),
        await chat.poll(anna, "Когда?", "Сегодня", "Завтра"),
        await chat.document(anna, "план.txt", b"1"),
    ]:
        assert sent.kind in repr(sent) or sent.text in repr(sent)
    question = await chat.say(anna, "Вопрос")
    forwarded = await chat.forward(anna, question)
    assert forwarded.json["forward_origin"]["sender_user"]["id"] == anna.id
    world.pin(chat, question.id, by=anna)
    assert [Message(update["message"]).kind for update in await bot.updates()] == [
        "sticker",
        "photo",
        "video",
        "voice",
        "poll",
        "document",
        "text",
        "text",
        "pinned_message",
    ]
    assert chat.file(chat.messages[5]) == b"1"
    assert (chat.title, chat.messages[5].author) == ("", "Анна")
    await chat.edit(anna, chat.messages[1], "Смотри же")
    with pytest.raises(AssertionError, match="Борис did not write"):
        await chat.edit(world.user("Борис"), question, "-")
