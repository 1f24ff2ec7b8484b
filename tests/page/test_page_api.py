"""Who gets in at the chat page, and what they are shown."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import pytest

from bot.emulator import page_api, page_feed
from tests.emulator.client import Bot
from tests.page.desk import Desk, desk_of


@pytest.mark.parametrize("path", ["", "index.html", "wrong-token/", "wrong-token/main.js", "favicon.ico"])
async def test_without_the_token_there_is_nothing(desk: Desk, path: str) -> None:
    root = re.sub(r"[^/]+/$", "", desk.url)
    async with desk.session.get(root + path) as response:
        assert response.status == 403
        assert "token" not in await response.text()


async def test_actions_and_events_need_the_token_too(desk: Desk) -> None:
    root = re.sub(r"[^/]+/$", "", desk.url)
    async with desk.session.post(f"{root}wrong/api/privacy", json={"as": "member", "on": False}) as response:
        assert response.status == 403
    async with desk.session.get(f"{root}wrong/events") as response:
        assert response.status == 403
    assert desk.world.state.reads_all is False


async def test_the_token_is_long_and_another_each_time(desk: Desk) -> None:
    async with desk_of() as other:
        tokens = {urlsplit(url).path.strip("/") for url in (desk.url, other.url)}
    assert len(tokens) == 2
    assert all(len(token) >= 32 for token in tokens)


async def test_only_this_machine_is_listened_to(desk: Desk) -> None:
    assert urlsplit(desk.url).hostname == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("LOCALHOST:8080", 200),
        ("[::1]:8080", 200),
        ("192.168.1.5:8080", 200),
        ("evil.example", 403),
        ("evil.example:8080", 403),
        ("127.0.0.1.evil.example", 403),
    ],
)
async def test_a_name_that_somebody_points_here_is_refused(desk: Desk, host: str, status: int) -> None:
    async with desk.session.get(desk.url, headers={"Host": host}) as response:
        assert response.status == status


async def test_a_name_given_at_the_start_is_served() -> None:
    async with desk_of(host="localhost") as desk:
        assert urlsplit(desk.url).hostname == "localhost"
        async with desk.session.get(desk.url) as response:
            assert response.status == 200


async def test_every_address_of_the_machine_may_be_asked_for() -> None:
    async with desk_of(host="0.0.0.0") as desk:  # noqa: S104
        assert urlsplit(desk.url).hostname == "127.0.0.1"
        async with desk.session.get(desk.url) as response:
            assert response.status == 200


@pytest.mark.parametrize("path", ["", "main.js", "base.css", "icon.svg", "no-such-file", "events"])
async def test_every_answer_carries_the_strict_policy(desk: Desk, path: str) -> None:
    async with desk.session.get(desk.url + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_every_file_that_the_page_names_is_there(desk: Desk) -> None:
    async with desk.session.get(desk.url) as response:
        assert response.content_type == "text/html"
        html = await response.text()
    named = set(re.findall(r'(?:src|href)="([^"]+)"', html))
    for script in page_api.FOLDER.glob("*.js"):
        named |= set(re.findall(r'from "\./([^"]+)"', script.read_text(encoding="utf-8")))
    assert len(named) > 10
    for name in named:
        async with desk.session.get(desk.url + name) as response:
            assert response.status == 200, name


def test_no_script_reads_text_as_markup() -> None:
    for script in page_api.FOLDER.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert word not in text, f"{script.name}: {word}"


def test_both_languages_have_the_same_words() -> None:
    text = (page_api.FOLDER / "i18n.js").read_text(encoding="utf-8")
    russian, english = re.findall(r"^ {2}(?:ru|en): \{\n(.*?)^ {2}\},", text, re.DOTALL | re.MULTILINE)
    names = [re.findall(r"(?:^ {4}|, )(\w+): \"", words, re.MULTILINE) for words in (russian, english)]
    assert len(names[0]) > 100
    assert names[0] == names[1]
    for name in names[0]:
        blanks = [
            set(re.findall(r"\{(\w+)\}", re.findall(rf'\b{name}: "([^"]*)"', words)[0]))
            for words in (russian, english)
        ]
        assert blanks[0] == blanks[1], name


async def test_the_snapshot_comes_first(desk: Desk) -> None:
    async with desk.events() as events:
        snapshot = await events.next()
    assert snapshot["type"] == "snapshot"
    assert {room["type"] for room in snapshot["rooms"]} == {"private", "group", "supergroup", "channel"}
    forum = next(room for room in snapshot["rooms"] if room["is_forum"])
    assert [topic["name"] for topic in forum["topics"]] == ["Общее", "Идеи", "Поддержка"]
    personas = snapshot["extra"]["personas"]["list"]
    assert [persona["key"] for persona in personas] == ["member", "admin", "anonymous", "stranger"]
    assert desk.world.token not in str(snapshot)


async def test_what_happens_is_told(desk: Desk, bot: Bot) -> None:
    member = desk.personas["member"].user
    async with desk.events() as events:
        await desk.act("say", chat_id=member.id, text="Привет")
        update = await events.row("message", "ok")
        assert update["request"]["message"]["text"] == "Привет"
        said = await events.until(lambda e: e["type"] == "message")
        assert said["message"]["text"] == "Привет"
        await bot.call("sendChatAction", chat_id=member.id, action="typing")
        assert (await events.until(lambda e: e["type"] == "action"))["chat_id"] == member.id
        await bot.upload("sendDocument", chat_id=member.id, document=b"42")
        call = await events.row("sendDocument", "ok")
        assert call["request"]["document"] == {"file": "ответ.py", "mime_type": "text/x-python", "bytes": 2}
        assert call["response"]["document"]["file_name"] == "ответ.py"
        await bot.refused(400, "Bad Request: chat not found", "sendMessage", chat_id=1, text="Эй")
        refused = await events.row("sendMessage", "refused")
        assert refused["response"]["error_code"] == 400


async def test_a_deletion_a_reaction_and_new_commands_are_told(desk: Desk, bot: Bot) -> None:
    member = desk.personas["member"].user
    sent = await desk.act("say", chat_id=member.id, text="Привет")
    async with desk.events() as events:
        reaction = [{"type": "emoji", "emoji": "👀"}]
        where = {"chat_id": member.id, "message_id": sent["message_id"]}
        await bot.call("setMessageReaction", **where, reaction=reaction)
        shown = [{"emoji": "👀", "by": [desk.world.me.id]}]
        assert (await events.until(lambda e: e["type"] == "message"))["reactions"] == shown
        await bot.call("setMyCommands", commands=[{"command": "ask", "description": "Спросить"}])
        commands = (await events.until(lambda e: e["type"] == "bot"))["bot"]["commands"]
        assert list(commands.values()) == [[{"command": "ask", "description": "Спросить"}]]
        await desk.act("delete", **where)
        gone = await events.until(lambda e: e["type"] == "message")
        assert gone == {"type": "message", **where}


async def test_what_is_cut_off_is_shown_as_cut(desk: Desk, bot: Bot) -> None:
    async with desk.events() as events:
        poll = asyncio.create_task(bot.updates(timeout=50))
        await events.row("getUpdates", "pending")
        desk.feed.connections_lost()
        assert (await events.row("getUpdates", "cut"))["took_s"] >= 0
        poll.cancel()


async def test_a_watcher_too_far_behind_is_let_go(desk: Desk) -> None:
    with desk.feed.watch() as queue:
        for _ in range(page_feed.MAX_BEHIND + 2):
            desk.feed.show("anything", {})
        items = [queue.get_nowait() for _ in range(queue.qsize())]
    assert items[-1] is None
    assert None not in items[:-1]


async def test_the_timeline_is_bounded(desk: Desk) -> None:
    for number in range(page_feed.TIMELINE_ROWS + 5):
        desk.feed.row({"id": f"x-{number}"})
    async with desk.events() as events:
        timeline = (await events.next())["timeline"]
    assert [timeline[0]["id"], len(timeline)] == ["x-5", page_feed.TIMELINE_ROWS]


async def test_a_quiet_stream_is_kept_open() -> None:
    async with desk_of(still_here_s=0.01) as desk, desk.events() as events:
        await events.next()
        lines = [await events.response.content.readline() for _ in range(2)]
    assert b": still here\n" in lines


async def test_the_page_ends_its_streams_when_it_stops() -> None:
    async with desk_of() as desk, desk.events() as events:
        await events.next()
        desk.feed.close()
        with pytest.raises(EOFError):
            await events.next()


async def test_a_document_is_downloaded_and_never_opened(desk: Desk, bot: Bot) -> None:
    chat = desk.private("member")
    await desk.act("say", chat_id=chat.id, text="file")
    sent = await bot.upload("sendDocument", chat_id=chat.id, document=b"<script>")
    async with desk.session.get(f"{desk.url}files/{sent['document']['file_id']}") as response:
        assert await response.read() == b"<script>"
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D0%BE")
    async with desk.session.get(f"{desk.url}files/none") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("no_such_action", {"as": "member"}),
        ("say", {"as": "nobody", "chat_id": 1, "text": "x"}),
        ("say", {"as": "member", "text": "x"}),
        ("say", {"as": "member", "chat_id": "x", "text": "x"}),
        ("say", []),
        ("trouble", {"name": "none", "on": True}),
        ("process", {}),
        ("language", {"as": "member", "language": "de"}),
    ],
)
async def test_what_can_not_be_read_is_refused(desk: Desk, action: str, params: object) -> None:
    status, answer = await desk.post(action, params)
    assert status == 400
    assert answer["error"]


async def test_a_form_of_another_site_is_refused(desk: Desk) -> None:
    async with desk.session.post(f"{desk.url}api/privacy", data={"as": "member"}) as response:
        assert response.status == 415
    async with desk.session.post(
        f"{desk.url}api/privacy", data=b"{", headers={"Content-Type": "application/json"}
    ) as response:
        assert response.status == 400


async def test_without_a_process_there_is_nothing_to_kill(desk: Desk) -> None:
    await desk.refused("no_process", "process", do="kill")
