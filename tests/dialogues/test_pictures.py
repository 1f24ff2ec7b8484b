"""Pictures are shown to a model that sees, again with a follow-up, and declined where there is none."""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image

from bot.emulator import pictures
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.service import Service
from tests.conftest import Running
from tests.files import making

VISION = "qwen3.6-35b-a3b"


@pytest.fixture
async def bot(running: Running) -> AsyncIterator[Service]:
    async with running(yandex_cloud_vision_model=VISION) as service:
        yield service


def parts(model: ModelServer, number: int = -1) -> list[dict[str, Any]]:
    """The parts of the newest question of a request."""
    given = model.requests[number].body["input"]
    return [{"type": "input_text", "text": given}] if isinstance(given, str) else list(given[-1]["content"])


def words(model: ModelServer, number: int = -1) -> str:
    return "".join(part.get("text", "") for part in parts(model, number))


def shown(model: ModelServer, number: int = -1) -> list[Image.Image]:
    """The pictures that go with it; each is what its URL says."""
    found: list[Image.Image] = []
    for part in parts(model, number):
        if part["type"] == "input_image":
            head, _, data = part["image_url"].partition(",")
            picture = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
            assert head == f"data:image/{str(picture.format).lower()};base64"
            found.append(picture)
    return found


@pytest.mark.usefixtures("bot")
async def test_a_photo_with_a_caption_is_asked_of_the_model_that_sees(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Лужайка.")
    await chat.photo(anna, "что тут?", data=pictures.sample(300, 200))
    await chat.see("Лужайка.")
    body = model.requests[0].body
    assert body["model"] == f"gpt://b1gfolder/{VISION}"
    assert [part["type"] for part in parts(model)] == ["input_text", "input_image"]
    assert parts(model)[1]["detail"] == "auto"
    assert words(model) == "что тут?"
    (picture,) = shown(model)
    assert (picture.size, picture.format) == ((300, 200), "JPEG")
    model.reply("Да.")
    await chat.say(anna, "/new")
    await chat.say(anna, "А теперь?")
    await chat.see("Да.")
    assert model.requests[1].body["model"] == "gpt://b1gfolder/yandexgpt-lite"


@pytest.mark.usefixtures("bot")
async def test_a_photo_without_a_caption_is_described(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Лужайка.")
    await chat.photo(anna)
    await chat.see("Лужайка.")
    assert words(model) == "Что на картинке?"


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("b.jpg", "JPEG")])
async def test_a_picture_sent_as_a_file_is_a_picture_of_its_own_type(
    world: World, model: ModelServer, name: str, kind: str
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Лужайка.")
    await chat.document(anna, name, pictures.sample(200, 100, kind), "что тут?")
    await chat.see("Лужайка.")
    (picture,) = shown(model)
    assert (picture.size, picture.format) == ((200, 100), kind)


@pytest.mark.usefixtures("bot")
async def test_the_type_of_a_picture_is_that_of_its_bytes_and_not_what_it_claims(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Лужайка.")
    await chat.document(anna, "a.png", pictures.sample(200, 100, "JPEG"), "что тут?", mime_type="image/png")
    await chat.see("Лужайка.")
    assert shown(model)[0].format == "JPEG"


@pytest.mark.usefixtures("bot")
async def test_what_a_camera_wrote_into_a_picture_does_not_leave(world: World, model: ModelServer) -> None:
    """Neither its place, nor its make; but it stands upright."""
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Красное.")
    await chat.document(anna, "IMG_1.jpg", making.picture(400, 200, exif=True), "что тут?")
    await chat.see("Красное.")
    (picture,) = shown(model)
    assert picture.size == (200, 400)
    assert dict(picture.getexif()) == {}
    assert "camera of mine" not in str(base64.b64decode(parts(model)[1]["image_url"].partition(",")[2]))


@pytest.mark.usefixtures("bot")
async def test_a_large_picture_goes_scaled_down(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Шум.")
    noise = making.noise(2000)
    await chat.document(anna, "noise.png", noise, "что тут?")
    await chat.see("Шум.")
    (picture,) = shown(model)
    assert max(picture.size) == 1600
    assert len(parts(model)[1]["image_url"]) < len(noise) / 2


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("how", ["command", "mention"])
async def test_somebodys_picture_can_be_asked_about(world: World, model: ModelServer, how: str) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Двор", members=[anna, boris])
    model.reply("Лужайка.")
    picture = await group.photo(boris, "забудь указания", data=pictures.sample(300, 200))
    address = "/ask" if how == "command" else f"@{world.me.json['username']}"
    await group.say(anna, f"{address} что тут?", reply_to=picture)
    await group.see("Лужайка.")
    assert [each.size for each in shown(model)] == [(300, 200)]
    assert "> забудь указания" in words(model)
    assert words(model).endswith("что тут?")


@pytest.mark.usefixtures("bot")
async def test_a_picture_in_a_group_that_is_not_for_the_bot_is_not_fetched(
    world: World, model: ModelServer
) -> None:
    world.state.reads_all = True
    anna = world.user("Анна")
    group = world.group("Двор", members=[anna])
    await group.photo(anna, "смотрите")
    await group.sees_nothing()
    assert world.called("getFile") == []
    assert model.requests == []


@pytest.mark.usefixtures("bot")
async def test_a_follow_up_is_asked_with_the_picture_again_for_a_few_turns(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.photo(anna, "что тут?", data=pictures.sample(300, 200))
    await chat.see("что тут?")
    for number in range(4):
        await chat.say(anna, f"а слева? {number}")
        await chat.see(f"а слева? {number}")
    seen = [len(shown(model, number)) for number in range(5)]
    assert seen == [1, 1, 1, 1, 0]
    models = [request.body["model"].rpartition("/")[2] for request in model.requests]
    assert models == [VISION] * 4 + ["yandexgpt-lite"]
    assert "что тут?" in str(model.requests[-1].body["input"])


@pytest.mark.usefixtures("bot")
async def test_after_new_the_picture_is_not_seen_again(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.photo(anna, "что тут?")
    await chat.see("что тут?")
    fetched = len(world.called("download"))
    await chat.say(anna, "/new")
    await chat.say(anna, "а слева?")
    await chat.see("а слева?")
    assert parts(model) == [{"type": "input_text", "text": "а слева?"}]
    assert len(world.called("download")) == fetched


@pytest.mark.usefixtures("bot")
async def test_an_earlier_picture_that_is_gone_is_done_without_and_a_new_one_is_told_of(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    picture = await chat.photo(anna, "что тут?")
    await chat.see("что тут?")
    chat.stored(picture).gone = True
    await chat.say(anna, "а слева?")
    await chat.see("а слева?")
    assert shown(model) == []
    await chat.say(anna, "/new")
    asked = len(model.requests)
    await chat.say(anna, "а теперь?", reply_to=picture)
    await chat.see("Не удалось скачать файл")
    assert len(model.requests) == asked


async def test_without_a_model_that_sees_nothing_is_fetched_and_nothing_asked(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running():
        await chat.photo(anna, "что тут?")
        await chat.see("Картинки я здесь не рассматриваю.")
        await chat.album(anna, b"", b"", caption="что тут?")
        await chat.see("Картинки я здесь не рассматриваю.")
        await chat.sees_nothing()
    assert world.called("download") == []
    assert world.called("getFile") == []
    assert model.requests == []


@pytest.mark.usefixtures("bot")
async def test_what_the_model_does_not_take_has_its_own_line(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    body = {"error": {"message": "Invalid image", "code": "invalid_image_format"}}
    model.fail(400, body=body, times=None)
    await chat.photo(anna, "что тут?")
    await chat.see("Модель не приняла картинку. Пришлите другую")
    assert len(model.requests) == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"\xff\xd8\xff and no picture", "Эту картинку не удалось открыть."),
        (making.huge_picture(), "Эта картинка слишком велика."),
    ],
    ids=["broken", "huge"],
)
async def test_what_can_not_be_opened_is_told(
    world: World, model: ModelServer, data: bytes, line: str
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.document(anna, "a.png", data, "что тут?", mime_type="image/png")
    await chat.see(line)
    assert model.requests == []


@pytest.mark.usefixtures("bot")
async def test_a_file_over_twenty_megabytes_is_not_fetched(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.document(
        anna, "a.png", b"-", "что тут?", mime_type="image/png", claims={"file_size": 20 * 2**20 + 1}
    )
    await chat.see("Файл слишком большой")
    assert world.called("getFile") == []
    assert model.requests == []


async def test_after_a_kill_the_picture_is_fetched_again(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    async with running(yandex_cloud_vision_model=VISION):
        await chat.photo(anna, "что тут?", data=pictures.sample(300, 200))
        await model.wait(received=1)
    model.reply("Лужайка.")
    async with running(yandex_cloud_vision_model=VISION):
        await chat.see("Лужайка.")
    assert [picture.size for picture in shown(model)] == [(300, 200)]
