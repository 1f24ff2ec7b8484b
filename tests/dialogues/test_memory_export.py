"""/export: a conversation as documents, for those who may have it."""

from __future__ import annotations

import json
from typing import Any

from bot.emulator.model import ModelServer
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.clocks import until
from tests.conftest import Running
from tests.dialogues.remembering import calm, quick, stop


def named(ending: str) -> Any:
    return lambda message: message.json.get("document", {}).get("file_name") == f"conversation.{ending}"


async def exported(chat: Chat, who: User, caption: str) -> tuple[str, Any]:
    """The Markdown, and the JSON."""
    await chat.say(who, "/export")
    markdown: Message = await chat.see(named("md"))
    assert caption in markdown.text
    return chat.file(markdown).decode(), json.loads(chat.file(await chat.see(named("json"))))


async def test_a_private_conversation_with_its_versions(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    for text in ("**Первый.**", "Второй.", "Дальше."):
        model.reply(text)
    async with quick(running) as service:
        await chat.say(anna, "/export")
        await chat.see("Разговора пока нет: присылать нечего.")
        await chat.say(anna, "Придумай имя")
        answer = await chat.see("Первый.")
        await calm(service)
        await chat.press(anna, answer, "Другой ответ")
        await chat.see("Второй.")
        await chat.say(anna, "А дальше?")
        await chat.see("Дальше.")
        markdown, data = await exported(chat, anna, "Разговор целиком: 2 вопроса с ответами.")
    order = ["# Разговор на", "## Анна, ", "Придумай имя", "### Ответ (", "**Первый.**", "### Ответ (",
             "Второй.", "## Анна, ", "А дальше?", "Дальше."]  # fmt: skip
    at = 0
    for piece in order:
        at = markdown.index(piece, at) + 1
    first, second = data["questions"]
    assert first["text"] == "Придумай имя"
    assert first["asked_by"] == "Анна"
    assert first["state"] == "done"
    assert [answer["text"] for answer in first["answers"]] == ["**Первый.**", "Второй."]
    assert (first["continues"], second["continues"]) == (None, first["id"])
    assert second["answers"][0]["ending"] == "completed"


async def test_a_version_stopped_before_anybody_saw_it_is_not_in_it(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Первый.")
    model.reply("Второй.")
    unseen = world.fail(
        "editMessageText", times=99, when=lambda given: given["text"] == "Второй.", drop="before"
    )
    async with quick(running) as service:
        await chat.say(anna, "Придумай имя")
        answer = await chat.see("Первый.")
        await calm(service)
        await chat.press(anna, answer, "Другой ответ")
        await until(lambda: unseen.met)
        await stop(chat, anna)
        markdown, data = await exported(chat, anna, "Разговор целиком: 1 вопрос с ответом.")
    assert "Второй." not in markdown
    (question,) = data["questions"]
    assert [answer["text"] for answer in question["answers"]] == ["Первый."]


async def test_in_a_group_a_member_gets_their_own_part_and_an_admin_all(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Группа", members=[anna, boris], admins=[anna])
    async with quick(running):
        said = await group.say(anna, "Завтра дождь\nи ветер")
        model.reply("Раз!")
        await group.say(boris, "/ask", reply_to=said)
        await group.see("Раз!")
        model.fail(400)
        await group.say(anna, "/ask Два")
        await group.see("Модель не приняла запрос")
        markdown, data = await exported(group, boris, "Ваша часть разговора: 1 вопрос с ответом.")
        assert "> Анна:\n> Завтра дождь\n> и ветер" in markdown
        assert "Два" not in markdown
        (question,) = data["questions"]
        assert question["quote"] == {"author": "Анна", "text": "Завтра дождь\nи ветер"}
        _, data = await exported(group, anna, "Разговор целиком: 2 вопроса с ответами.")
        assert [(q["text"], q["state"], len(q["answers"])) for q in data["questions"]] == [
            ("", "done", 1),
            ("Два", "failed", 0),
        ]


async def test_what_was_read_of_a_document_is_in_it(world: World, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with quick(running) as service:
        await chat.document(anna, "счёт.txt", "Раз.\nДва.".encode(), "Что тут?")
        await chat.see("Вы спросили")
        await calm(service)
        markdown, data = await exported(chat, anna, "Разговор целиком: 1 вопрос с ответом.")
    assert "> счёт.txt:\n> Раз.\n> Два.\n\nЧто тут?" in markdown
    assert data["questions"][0]["attachments"] == [
        {"kind": "document", "name": "счёт.txt", "text": "Раз.\nДва."}
    ]
