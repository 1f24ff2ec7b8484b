"""What people send from the page besides words: files, albums, voices and forwards."""

from __future__ import annotations

import io
from typing import Any

import av
import pytest

from bot.emulator import pictures, recordings
from bot.emulator.page_api import FOLDER
from bot.emulator.page_uploads import MAX_BYTES, MAX_WAITING
from tests.emulator.client import Bot
from tests.page.desk import Desk

Json = dict[str, Any]
SAMPLE = FOLDER / "voice-ru.oga"


async def uploaded(desk: Desk, name: str, content: bytes) -> tuple[int, Json]:
    address = f"{desk.url}upload"
    headers = {"Content-Type": "application/octet-stream"}
    data = io.BytesIO(content)
    async with desk.session.post(address, params={"name": name}, data=data, headers=headers) as response:
        return response.status, await response.json()


async def attached(desk: Desk, *files: tuple[str, str, bytes], **more: Any) -> list[Json]:
    """Sends files, each as a kind, under a name; the messages that came of it."""
    chat = desk.private("member")
    given = []
    for kind, name, content in files:
        status, answer = await uploaded(desk, name, content)
        assert status == 200
        given.append({"as": kind, "id": answer["id"]})
    before = len(chat.messages)
    await desk.act("attach", chat_id=chat.id, files=given, **more)
    return [message.json for message in chat.messages[before:]]


async def test_a_photo_and_a_file_go_with_a_caption(desk: Desk, bot: Bot) -> None:
    photo, document = await attached(
        desk,
        ("photo", "a.png", pictures.sample(900, 600, "PNG")),
        ("document", "план.pdf", b"%PDF-1.7"),
        caption=" Что тут? ",
    )
    assert (photo["caption"], photo["photo"][-1]["width"]) == ("Что тут?", 900)
    assert (document["document"]["file_name"], document["document"]["mime_type"]) == (
        "план.pdf",
        "application/pdf",
    )
    assert "caption" not in document
    assert [u["message"]["message_id"] for u in await bot.updates()][-2:] == [
        photo["message_id"],
        document["message_id"],
    ]


async def test_photos_together_are_an_album_and_files_another(desk: Desk) -> None:
    one, two = pictures.sample(100, 100), pictures.sample(200, 100)
    sent = await attached(
        desk,
        ("photo", "1.jpg", one),
        ("document", "a.txt", b"1"),
        ("photo", "2.jpg", two),
        ("document", "b.txt", b"2"),
        caption="Вот",
    )
    kinds = [next(kind for kind in ("photo", "document") if kind in message) for message in sent]
    assert kinds == ["photo", "photo", "document", "document"]
    assert [message.get("caption", "") for message in sent] == ["Вот", "", "", ""]
    groups = [message["media_group_id"] for message in sent]
    assert groups[0] == groups[1] != groups[2] == groups[3]


async def test_more_than_ten_photos_are_two_albums(desk: Desk) -> None:
    sent = await attached(desk, *[("photo", f"{n}.jpg", pictures.sample(100 + n, 100)) for n in range(11)])
    assert [message.get("media_group_id") is not None for message in sent] == [True] * 10 + [False]


async def test_what_is_no_photo_goes_as_a_file(desk: Desk) -> None:
    (sent,) = await attached(desk, ("photo", "a.jpg", b"no picture"))
    assert sent["document"]["file_name"] == "a.jpg"


async def test_a_voice_message_is_ogg_with_opus_whatever_the_browser_gave(desk: Desk) -> None:
    (sample,) = await attached(desk, ("voice", "voice", SAMPLE.read_bytes()))
    assert sample["voice"]["duration"] == 4
    (sent,) = await attached(
        desk, ("voice", "voice", _webm(SAMPLE.read_bytes())), reply_to=sample["message_id"]
    )
    file = desk.world.state.files[sent["voice"]["file_id"]]
    assert recordings.read(file.content).duration_s == pytest.approx(3.7, abs=0.1)
    assert sent["reply_to_message"]["message_id"] == sample["message_id"]
    _, answer = await uploaded(desk, "voice", b"noise")
    files = [{"as": "voice", "id": answer["id"]}]
    await desk.refused("no_sound", "attach", chat_id=desk.private("member").id, files=files)


def _webm(ogg: bytes) -> bytes:
    made = io.BytesIO()
    with av.open(io.BytesIO(ogg), "r") as given, av.open(made, "w", format="webm") as out:
        stream = out.add_stream_from_template(given.streams.audio[0])
        for packet in given.demux(given.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return made.getvalue()


async def test_uploads_are_checked(desk: Desk) -> None:
    chat = desk.private("member")
    assert await uploaded(desk, "a", b"") == (409, {"error": "empty"})
    assert await uploaded(desk, "a", bytes(MAX_BYTES + 1)) == (409, {"error": "file_big"})
    _, first = await uploaded(desk, "a", b"1")
    for _ in range(MAX_WAITING):
        await uploaded(desk, "b", b"2")
    where: Json = {"chat_id": chat.id, "caption": ""}
    await desk.refused("no_file", "attach", **where, files=[{"as": "document", "id": first["id"]}])
    await desk.refused("empty", "attach", **where, files=[])
    await desk.refused("caption_long", "attach", **where | {"caption": "а" * 1025}, files=[])
    group = desk.chat("group")
    await desk.refused("not_member", "attach", "stranger", chat_id=group.id, files=[])
    async with desk.session.post(f"{desk.url}upload", data="a=1") as response:
        assert response.status == 415


async def test_only_what_is_safe_is_shown_in_place(desk: Desk) -> None:
    evil = b"<script>alert(1)</script>"
    (page,) = await attached(desk, ("document", "a.html", evil))
    (photo,) = await attached(desk, ("photo", "a.jpg", pictures.sample()))
    for file_id, more, kind, place in [
        (page["document"]["file_id"], "", "application/octet-stream", "attachment"),
        (photo["photo"][0]["file_id"], "", "image/jpeg", "inline"),
        (photo["photo"][0]["file_id"], "?save", "application/octet-stream", "attachment"),
    ]:
        async with desk.session.get(f"{desk.url}files/{file_id}{more}") as response:
            assert (response.content_type, response.headers["X-Content-Type-Options"]) == (kind, "nosniff")
            assert response.headers["Content-Disposition"].startswith(place)


async def test_messages_are_forwarded_with_a_comment(desk: Desk, bot: Bot) -> None:
    channel, private = desk.chat("channel"), desk.private("member")
    post = channel.messages[0]
    await desk.act(
        "forward",
        chat_id=private.id,
        from_chat_id=channel.id,
        message_ids=[post.id],
        comment=" перескажи ",
    )
    comment, forwarded = [update["message"] for update in await bot.updates()]
    assert (comment["text"], forwarded["text"]) == ("перескажи", post.text)
    assert forwarded["forward_origin"]["type"] == "channel"
    forum = desk.chat("forum")
    topic = forum.topic("Идеи")
    where: Json = {"chat_id": forum.id, "thread_id": topic.id, "from_chat_id": private.id}
    await desk.act("forward", **where, message_ids=[message.id for message in private.messages])
    assert [message.thread_id for message in forum.messages[-2:]] == [topic.id] * 2


async def test_what_is_not_forwarded(desk: Desk) -> None:
    private, group, channel = desk.private("member"), desk.chat("group"), desk.chat("channel")
    said = await desk.act("say", chat_id=private.id, text="Личное")
    ids: Json = {"message_ids": [said["message_id"]], "from_chat_id": private.id}
    await desk.refused("no_chat", "forward", "admin", chat_id=group.id, **ids)
    await desk.refused("not_member", "forward", "stranger", chat_id=group.id, **ids)
    await desk.refused("not_admin", "forward", chat_id=channel.id, **ids)
    await desk.refused("no_message", "forward", chat_id=group.id, **ids | {"message_ids": [10**6]})
    private.messages[-1].json["has_protected_content"] = True
    await desk.refused("protected", "forward", chat_id=group.id, **ids)
