"""One question from several messages: a comment with forwards, and the pieces of an album."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.emulator import origins, pictures
from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.service import Service
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.waiting import all_taken, comes

IVAN = origins.hidden("Иван", 1)
SEES = {"yandex_cloud_vision_model": "qwen3.6-35b-a3b"}
PICTURES = [pictures.sample(40 * n, 40, "PNG") for n in range(1, 11)]
"""Told apart by their width."""


@pytest.fixture
def clock() -> FastClock:
    """Two seconds are two seconds: a forward is sent and dealt with by then on a busy machine too."""
    return FastClock(1)


@pytest.fixture
async def bot(running: Running) -> AsyncIterator[Service]:
    async with running(**SEES) as service:
        yield service


def asked(model: ModelServer, number: int = -1) -> str:
    """A question, as the model was given it."""
    given = model.requests[number].body["input"]
    if isinstance(given, str):
        return given
    return "".join(part.get("text", "") for part in given[-1]["content"])


def widths_seen(model: ModelServer, number: int = -1) -> list[int]:
    """Of the pictures that go with a question, in order."""
    given = model.requests[number].body["input"]
    if isinstance(given, str):
        return []
    urls = [part["image_url"] for part in given[-1]["content"] if part["type"] == "input_image"]
    return [Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).width for url in urls]


def answers(chat: Chat) -> list[str]:
    return [message.text for message in chat.messages if message.json["from"]["is_bot"]]


async def ended(chat: Chat, who: User, model: ModelServer) -> None:
    """Another question is asked and answered: by then the one before it is over."""
    model.reply("Конец.")
    await chat.say(who, "/ask Всё?")
    await chat.see("Конец.")


async def pending(bot: Service, count: int) -> bool:
    """Whether so many updates are in the inbox that are not dealt with."""
    return len(await bot.store.inbox.pending()) == count


async def nothing_pending(bot: Service) -> bool:
    return await pending(bot, 0)


async def test_a_comment_and_five_forwards_are_one_question_with_one_answer(
    world: World, model: ModelServer, bot: Service
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("О погоде.", times=2)
    await chat.forwards(anna, *(f"Новость {n}." for n in range(5)), comment="Перескажи.", origin=IVAN)
    await all_taken(bot.store)
    await chat.see("О погоде.")
    while "Новость 4." not in asked(model):
        await model.wait(received=len(model.requests) + 1)
    assert re.findall(r"> Новость (\d)\.", asked(model)) == ["0", "1", "2", "3", "4"]
    assert asked(model).endswith("\n\nПерескажи.")
    assert len(model.requests) <= 2


@pytest.mark.usefixtures("bot")
async def test_forwards_without_a_comment_are_one_question(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("О разном.")
    await chat.forwards(anna, "Раз.", "Два.", "Три.", origin=IVAN)
    await chat.see("О разном.")
    assert [line for line in asked(model).splitlines() if line.startswith(">")] == [
        "> Раз.",
        "> Два.",
        "> Три.",
    ]
    assert asked(model).endswith("О чём это? Расскажи коротко.")
    assert len(model.requests) == 1


@pytest.mark.usefixtures("bot")
async def test_in_a_group_a_forward_amends_its_own_authors_question(world: World, model: ModelServer) -> None:
    world.state.reads_all = True
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Двор", members=[anna, boris])
    model.hang()
    await group.say(anna, "/ask Перескажи.")
    await model.wait(received=1)
    await group.forwards(boris, "Чужое.", origin=IVAN)
    await group.forwards(anna, "Своё.", origin=IVAN)
    model.reply("Пересказ.")
    await group.see("Пересказ.")
    assert "> Своё." in asked(model)
    await ended(group, anna, model)
    assert "Чужое" not in str([request.body for request in model.requests])


@pytest.mark.usefixtures("bot")
async def test_an_album_of_ten_is_one_request_with_all_its_pictures(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Десять полос.")
    await chat.album(anna, *PICTURES, caption="Сколько?", caption_on=4)
    await chat.see("Десять полос.")
    assert widths_seen(model) == [40 * n for n in range(1, 11)]
    assert asked(model) == "Сколько?"
    assert len(model.requests) == 1
    assert answers(chat) == ["Десять полос."]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("how", ["command", "mention", "reply"])
@pytest.mark.parametrize("caption_on", [0, 2])
async def test_in_a_group_an_album_is_asked_about_where_it_addresses_the_bot(
    world: World, model: ModelServer, how: str, caption_on: int
) -> None:
    anna = world.user("Анна")
    group = world.group("Двор", members=[anna])
    world.state.reads_all = True
    model.reply("Привет.")
    await group.say(anna, "/ask Привет?")
    greeting = await group.see("Привет.")
    await group.album(anna, *PICTURES[:2], caption="Просто так.")
    model.reply("Три.")
    name = world.me.json["username"]
    caption = {"command": "/ask Сколько?", "mention": f"@{name} Сколько?", "reply": "Сколько?"}[how]
    reply_to = greeting if how == "reply" else None
    await group.album(anna, *PICTURES[:3], caption=caption, caption_on=caption_on, reply_to=reply_to)
    await group.see("Три.")
    assert widths_seen(model) == [40, 80, 120]
    assert asked(model).endswith("Сколько?")
    await ended(group, anna, model)
    assert len(model.requests) == 3


async def test_after_kills_an_album_is_answered_once_and_whole(
    world: World, model: ModelServer, running: Running
) -> None:
    world.state.reads_all = True
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Двор", members=[anna, boris])
    async with running(**SEES) as service:
        (first,) = await group.album(anna, PICTURES[0])
        await group.sees_nothing()
        assert len(await service.store.inbox.pending()) == 1
    album = first.json["media_group_id"]
    await group.say(boris, "Ух ты!")
    model.hang()
    async with running(**SEES):
        await group.album(anna, PICTURES[1], caption="/ask Сколько?", group=album)
        await model.wait(received=1)
    await group.album(anna, PICTURES[2], group=album)
    model.reply("Три.")
    async with running(**SEES):
        await group.see("Три.")
        await ended(group, anna, model)
    assert widths_seen(model, 0) == [40, 80]
    assert widths_seen(model, 1) == [40, 80, 120]
    assert len(model.requests) == 3
    assert answers(group) == ["Три.", "Конец."]


@pytest.mark.usefixtures("bot")
async def test_a_piece_that_comes_late_is_answered_in_the_same_message(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Две.")
    first, _ = await chat.album(anna, *PICTURES[:2], caption="Сколько?")
    await chat.see("Две.")
    model.reply("Три.")
    await chat.album(anna, PICTURES[2], group=first.json["media_group_id"])
    await chat.see("Три.")
    assert widths_seen(model) == [40, 80, 120]
    assert answers(chat) == ["Три."]


@pytest.mark.usefixtures("bot")
async def test_of_an_album_with_a_film_the_pictures_are_asked_about(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    boris = world.user("Борис")
    film = (await world.private(boris).video(boris)).content
    model.reply("Одна.")
    await chat.send(anna, film | {"media_group_id": "77", "caption": "Что тут?"})
    await chat.album(anna, PICTURES[0], group="77")
    await chat.see("Одна.")
    await ended(chat, anna, model)
    assert answers(chat) == ["Одна.", "Конец."]
    assert asked(model, 0) == "Что тут?"
    assert widths_seen(model, 0) == [40]


async def test_of_an_album_of_films_alone_one_line_tells_that_they_are_not_seen(
    world: World, model: ModelServer, bot: Service
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    boris = world.user("Борис")
    film = (await world.private(boris).video(boris)).content
    await chat.send(anna, film | {"media_group_id": "77", "caption": "Что тут?"})
    await chat.send(anna, film | {"media_group_id": "77"})
    await chat.see("Такое я читать не умею")
    await ended(chat, anna, model)
    assert len(answers(chat)) == 2
    assert len(model.requests) == 1
    await comes(lambda: nothing_pending(bot))


async def test_a_call_that_nothing_follows_gets_its_line_and_what_comes_late_is_not_for_the_bot(
    world: World, model: ModelServer, bot: Service, clock: FastClock
) -> None:
    world.state.reads_all = True
    anna = world.user("Анна")
    group = world.group("Двор", members=[anna])
    await group.say(anna, f"@{world.me.json['username']}")
    await group.see("Слушаю!")
    await clock.sleep(2)
    await group.forwards(anna, "Раз.", origin=IVAN)
    await ended(group, anna, model)
    assert len(model.requests) == 1
    await comes(lambda: nothing_pending(bot))


@pytest.mark.usefixtures("bot")
async def test_stop_and_new_end_an_album_that_is_not_whole_yet(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    for command, told in (("/stop", "Остановлено"), ("/new", "")):
        first, _ = await chat.album(anna, *PICTURES[:2], caption="Сколько?")
        await chat.say(anna, command)
        await chat.see(told)
        await chat.album(anna, PICTURES[2], group=first.json["media_group_id"])
    await ended(chat, anna, model)
    assert len(model.requests) == 1


async def test_an_album_counts_as_one_question(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Четыре.")
    async with running(**SEES, user_rate_per_min=1):
        await chat.album(anna, *PICTURES[:4], caption="Сколько?")
        await chat.see("Четыре.")
        await chat.say(anna, "А теперь?")
        await chat.see(lambda message: "Четыре." not in message.text)
    assert len(model.requests) == 1


async def test_documents_together_are_read_together(world: World, model: ModelServer, bot: Service) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Разное.")
    await chat.album(
        anna, ("a.txt", "первый".encode()), ("b.txt", "второй".encode()), caption="Чем отличаются?"
    )
    await chat.see("Разное.")
    assert "«a.txt»" in asked(model)
    assert "> первый" in asked(model)
    assert "«b.txt»" in asked(model)
    assert "> второй" in asked(model)
    assert await bot.store.inbox.pending() == []
