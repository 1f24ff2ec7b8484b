"""Files that people send: what messages say of them, and how bots fetch them."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.emulator import pictures
from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.clocks import ManualClock
from tests.emulator.client import Bot, bot_of

Json = dict[str, Any]
UNAVAILABLE = "Bad Request: wrong file_id or the file is temporarily unavailable"
TOO_BIG = "Bad Request: file is too big"


async def fetched(world: World, bot: Bot, file_id: str) -> bytes:
    """A file by its id, as a bot gets it: a link first."""
    file = await bot.call("getFile", file_id=file_id)
    status, content = await got(world, bot, file["file_path"])
    assert status == 200
    return content


async def got(world: World, bot: Bot, path: str) -> tuple[int, bytes]:
    async with bot.session.get(f"{world.url}/file/bot{world.token}/{path}") as response:
        return response.status, await response.read()


async def test_a_photo_has_true_sizes(world: World, chat: Chat, anna: User, bot: Bot) -> None:
    message = await chat.photo(anna, "Смотри", data=pictures.sample(3000, 1500, "PNG"))
    sizes = message.json["photo"]
    assert [(size["width"], size["height"]) for size in sizes] == [
        *((90, 45), (320, 160), (800, 400), (1280, 640)),
        (2560, 1280),
    ]
    for size in sizes:
        content = await fetched(world, bot, size["file_id"])
        picture = Image.open(io.BytesIO(content))
        assert (picture.format, picture.size) == ("JPEG", (size["width"], size["height"]))
        assert len(content) == size["file_size"]
    assert chat.file(message) == content
    small = await chat.photo(anna, data=pictures.sample(60, 40))
    assert [size["width"] for size in small.json["photo"]] == [60]


async def test_a_picture_as_a_file_stays_as_it_is(chat: Chat, anna: User) -> None:
    png = pictures.sample(1000, 500, "PNG")
    message = await chat.document(anna, "снимок.png", png, "Что тут?")
    document = message.json["document"]
    assert (document["mime_type"], document["file_size"]) == ("image/png", len(png))
    assert (document["thumbnail"]["width"], document["thumbnail"]["height"]) == (320, 160)
    assert (message.text, chat.file(message)) == ("Что тут?", png)
    lie = await chat.document(anna, "ложь.png", b"no picture")
    assert "thumbnail" not in lie.json["document"]


async def test_voices_audio_and_round_videos(world: World, chat: Chat, anna: User, bot: Bot) -> None:
    voice = await chat.voice(anna, b"OggS-1", duration_s=7)
    note = await chat.video_note(anna, b"ftyp-1", duration_s=9)
    audio = await chat.audio(anna, b"ID3-1", name="лекция.mp3", duration_s=600, caption="Послушай")
    assert (voice.json["voice"]["duration"], voice.json["voice"]["mime_type"]) == (7, "audio/ogg")
    assert (note.json["video_note"]["duration"], "mime_type" in note.json["video_note"]) == (9, False)
    assert (audio.json["audio"]["file_name"], audio.text) == ("лекция.mp3", "Послушай")
    for message in voice, note, audio:
        file_id = message.json[message.kind]["file_id"]
        assert await fetched(world, bot, file_id) == chat.file(message)


async def test_what_a_message_says_of_a_file_may_be_a_lie(
    world: World, chat: Chat, anna: User, bot: Bot
) -> None:
    claims = {"file_size": 10, "mime_type": None, "duration": 1}
    voice = await chat.voice(anna, b"-" * 500, claims=claims)
    said = voice.json["voice"]
    assert (said["file_size"], said["duration"], "mime_type" in said) == (10, 1, False)
    assert len(await fetched(world, bot, said["file_id"])) == 500
    silent = await chat.document(anna, "a.txt", b"1", claims={"file_size": None})
    assert "file_size" not in silent.json["document"]


@pytest.mark.parametrize(("real", "said"), [(20 * 2**20 + 1, None), (20 * 2**20 + 1, 1), (1, 20 * 2**20 + 1)])
async def test_20_megabytes_are_the_limit(
    chat: Chat, anna: User, bot: Bot, real: int, said: int | None
) -> None:
    claims = {} if said is None else {"file_size": said}
    message = await chat.document(anna, "big.bin", bytes(real), claims=claims)
    await bot.refused(400, TOO_BIG, "getFile", file_id=message.json["document"]["file_id"])


async def test_a_link_works_for_an_hour() -> None:
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        anna = world.user("Анна")
        voice = await world.private(anna).voice(anna)
        file_id = voice.json["voice"]["file_id"]
        path = world.private(anna).stored(voice).path
        assert (await got(world, bot, path))[0] == 404
        file = await bot.call("getFile", file_id=file_id)
        assert file["file_path"] == path
        await clock.advance(3599)
        assert (await got(world, bot, path))[0] == 200
        await clock.advance(2)
        assert (await got(world, bot, path))[0] == 404
        await fetched(world, bot, file_id)
        world.end_links()
        assert (await got(world, bot, path))[0] == 404


async def test_a_file_that_is_gone(world: World, chat: Chat, anna: User, bot: Bot) -> None:
    voice = await chat.voice(anna)
    file = await bot.call("getFile", file_id=voice.json["voice"]["file_id"])
    chat.stored(voice).gone = True
    assert (await got(world, bot, file["file_path"]))[0] == 404
    await bot.refused(400, UNAVAILABLE, "getFile", file_id=file["file_id"])
    await bot.refused(400, "Bad Request: file_id not specified", "getFile", file_id="")


async def test_fetching_meets_trouble_too(world: World, chat: Chat, anna: User, bot: Bot) -> None:
    voice = await chat.voice(anna, b"-" * 1000)
    file = await bot.call("getFile", file_id=voice.json["voice"]["file_id"])
    world.fail("download", status=500)
    assert (await got(world, bot, file["file_path"]))[0] == 500
    world.fail("download", drop="after")
    with pytest.raises(aiohttp.ClientPayloadError):
        await got(world, bot, file["file_path"])
    world.fail("download", drop="before", times=9)  # the client itself tries more than once
    with pytest.raises(aiohttp.ClientError):
        await got(world, bot, file["file_path"])
    world.mend()
    assert (await got(world, bot, file["file_path"])) == (200, b"-" * 1000)
    assert {call.dropped for call in world.called("download")} == {"", "after", "before"}


async def test_an_album_is_a_message_for_each_piece(chat: Chat, anna: User, bot: Bot) -> None:
    await bot.updates()
    pieces = await chat.album(anna, b"", b"", ("план.txt", b"1"), caption="Что тут?", caption_on=1)
    updates = [update["message"] for update in await bot.updates()]
    assert [update["message_id"] for update in updates] == [piece.id for piece in pieces]
    (group,) = {update["media_group_id"] for update in updates}
    assert [update.get("caption") for update in updates] == [None, "Что тут?", None]
    assert [piece.kind for piece in pieces] == ["photo", "photo", "document"]
    (late,) = await chat.album(anna, b"", group=group)
    assert late.json["media_group_id"] == group


async def test_a_world_keeps_its_files(world: World, chat: Chat, anna: User) -> None:
    voice: Message = await chat.voice(anna, b"OggS-1", claims={"file_size": 3})
    other = World()
    other.restore(world.dump())
    kept = other.chat(chat.id).stored(voice)
    assert (kept.content, kept.said_bytes) == (b"OggS-1", 3)
