"""Showing answers in the emulator's chats, over HTTP: what stands there afterwards, whatever was refused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, Literal

import pytest
import pytest_asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.core.unreachable import Muted, TopicGone, Unreachable
from bot.core.values import ShownPart
from bot.delivery.fingerprints import fingerprint, has_keyboard
from bot.delivery.flood import FloodControl, Priority
from bot.delivery.posting import Content, Destination
from bot.delivery.refusals import FilesRefused, Migrated
from bot.delivery.sending import TYPING_AFTER_S, Sender
from bot.delivery.standing_in import StandIn
from bot.delivery.transport import FateUnknown, Transport
from bot.emulator.flood import FloodRules
from bot.emulator.people import Message
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.markup import Document, Entity, Text
from tests.clocks import FastClock, ManualClock, until
from tests.delivery.test_transport import free_port

BOLD = Text("жирно 👋", (Entity("bold", 0, 5),))
CODE = Text("x = 1", (Entity("pre", 0, 5, language="python"),))
LINK = Text("сюда", (Entity("text_link", 0, 4, url="https://example.org/a"),))
FILE = Document("ответ.py", b"print(1)\n", Text("код", (Entity("italic", 0, 3),)))


def keyboard(*texts: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=text) for text in texts]])


class Record:
    """What the store keeps of the parts shown, and in which order it was told."""

    def __init__(self) -> None:
        self.parts: dict[int, ShownPart] = {}
        self.log: list[str] = []

    async def record(self, part: ShownPart) -> None:
        self.parts[part.n] = part
        self.log.append(f"+{part.n}")

    async def unrecord(self, n: int) -> None:
        del self.parts[n]
        self.log.append(f"-{n}")


async def ignored(_: object) -> None:
    """For what is not looked at again."""


class Desk:
    """A sender, with the flood control and the transport that it has in the bot."""

    def __init__(self, world: World, clock: FastClock | None = None) -> None:
        self.clock = clock or FastClock(50)
        self.bot: ExtBot[Priority] = ExtBot(
            world.token,
            base_url=f"{world.url}/bot",
            request=Transport(),
            get_updates_request=Transport(),
            rate_limiter=FloodControl(per_s=30, clock=self.clock),
        )
        self.sender = Sender(self.bot, clock=self.clock)
        self.kept = Record()

    async def show(
        self,
        chat: Chat,
        contents: Sequence[Content],
        keys: InlineKeyboardMarkup | None = None,
        *,
        thread_id: int = 0,
        reply_to: int | None = None,
        stand_in: StandIn | None = None,
    ) -> None:
        await self.sender.show(
            Destination(chat.id, thread_id, reply_to),
            contents,
            keyboard=keys,
            shown=list(self.kept.parts.values()),
            record=self.kept.record,
            unrecord=self.kept.unrecord,
            stand_in=stand_in,
        )


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


@pytest_asyncio.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    desk = Desk(world)
    async with desk.bot:
        yield desk


@pytest_asyncio.fixture
async def chat(world: World) -> Chat:
    anna = world.user("Аня")
    chat = world.private(anna)
    await chat.say(anna, "привет")
    return chat


def of_the_bot(chat: Chat) -> list[Message]:
    return [message for message in chat.messages if message.json["from"]["is_bot"]]


def texts(chat: Chat) -> list[str]:
    return [message.text for message in of_the_bot(chat)]


async def test_parts_stand_in_order_the_first_replying_the_last_with_the_keyboard(
    chat: Chat, desk: Desk, world: World
) -> None:
    question = chat.messages[0]
    await desk.show(chat, [BOLD, CODE, LINK, FILE], keyboard("ещё"), reply_to=question.id)
    bold, code, link, file = of_the_bot(chat)
    assert [m.reply_to_id for m in (bold, code, link, file)] == [question.id, 0, 0, 0]
    assert [len(m.buttons) for m in (bold, code, link, file)] == [0, 0, 0, 1]
    assert bold.entities == [{"type": "bold", "offset": 0, "length": 5}]
    assert code.entities == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]
    assert link.entities == [{"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/a"}]
    assert (file.text, file.json["document"]["file_name"]) == ("код", "ответ.py")
    assert file.entities == [{"type": "italic", "offset": 0, "length": 3}]
    assert desk.kept.log == ["+0", "+1", "+2", "+3"]
    assert all(call.params["link_preview_options"]["is_disabled"] for call in world.called("sendMessage"))


async def test_what_is_shown_already_is_left_alone(chat: Chat, desk: Desk, world: World) -> None:
    await desk.show(chat, [BOLD, FILE], keyboard("a"))
    calls = len(world.calls)
    await desk.show(chat, [BOLD, FILE], keyboard("a"))
    assert len(world.calls) == calls


async def test_showing_carries_on_after_the_last_part_recorded(chat: Chat, desk: Desk, world: World) -> None:
    world.fail("sendMessage", status=403, description="Forbidden: gone", when=lambda p: p["text"] == "два")
    contents = [Text("раз"), Text("два"), Text("три")]
    with pytest.raises(Unreachable):
        await desk.show(chat, contents)
    await desk.show(chat, contents)
    assert texts(chat) == ["раз", "два", "три"]


async def test_changed_parts_are_edited_where_they_stand(chat: Chat, desk: Desk, world: World) -> None:
    await desk.show(chat, [Text("раз"), Text("два"), FILE], keyboard("a"))
    before = [message.id for message in of_the_bot(chat)]
    other = Document("b.txt", b"2", Text("вот", (Entity("bold", 0, 3),)))
    await desk.show(chat, [Text("раз"), BOLD, other], keyboard("a"))
    first, second, third = of_the_bot(chat)
    assert [first.id, second.id, third.id] == before
    assert second.entities == [{"type": "bold", "offset": 0, "length": 5}]
    assert (third.json["document"]["file_name"], third.text) == ("b.txt", "вот")
    assert [b["text"] for b in third.buttons] == ["a"]
    assert len(world.called("editMessageText")) == len(world.called("editMessageMedia")) == 1


async def test_a_longer_answer_moves_the_keyboard_down_without_sending_the_text_again(
    chat: Chat, desk: Desk, world: World
) -> None:
    await desk.show(chat, [Text("раз")], keyboard("дальше"))
    await desk.show(chat, [Text("раз"), Text("два")], keyboard("дальше"))
    assert [len(message.buttons) for message in of_the_bot(chat)] == [0, 1]
    assert len(world.called("editMessageReplyMarkup")) == 1
    assert world.called("editMessageText") == []


async def test_a_keyboard_is_taken_away_once(chat: Chat, desk: Desk, world: World) -> None:
    """Shown again without it, nothing is left to do; a message that is gone is not tried twice either."""
    for text in ("раз", "два"):
        await desk.show(chat, [Text(text)], keyboard("a"))
        (part,) = desk.kept.parts.values()
        if text == "два":
            await chat.delete(of_the_bot(chat)[0])
        await desk.sender.take_keyboard(Destination(chat.id), part, record=desk.kept.record)
        assert not has_keyboard(desk.kept.parts[0].fingerprint)
        assert desk.kept.parts[0].fingerprint == fingerprint(Text(text), None)
    assert len(world.called("editMessageReplyMarkup")) == 2


async def test_a_shorter_answer_loses_its_surplus_from_the_end(chat: Chat, desk: Desk) -> None:
    await desk.show(chat, [Text("раз"), Text("два"), Text("три")], keyboard("a"))
    desk.kept.log.clear()
    await desk.show(chat, [Text("раз!")], keyboard("a"))
    assert texts(chat) == ["раз!"]
    assert desk.kept.log == ["+0", "-2", "-1"]
    await desk.show(chat, [])
    assert texts(chat) == []
    assert desk.kept.parts == {}


async def test_what_cannot_be_edited_comes_anew_with_all_that_follows(
    chat: Chat, desk: Desk, world: World
) -> None:
    await desk.show(chat, [Text("раз"), Text("два"), Text("три")])
    await chat.delete(of_the_bot(chat)[1])
    await desk.show(chat, [Text("раз"), Text("два!"), Text("три")])
    assert texts(chat) == ["раз", "два!", "три"]
    assert sorted(part.message_id for part in desk.kept.parts.values()) == [m.id for m in of_the_bot(chat)]
    world.fail("editMessageReplyMarkup", status=400, description="Bad Request: message can't be edited")
    await desk.show(chat, [Text("раз"), Text("два!"), Text("три")], keyboard("a"))
    assert texts(chat) == ["раз", "два!", "три"]
    assert [len(message.buttons) for message in of_the_bot(chat)] == [0, 0, 1]


async def test_text_in_place_of_a_document_comes_anew(chat: Chat, desk: Desk, world: World) -> None:
    await desk.show(chat, [FILE, Text("после")])
    await desk.show(chat, [Text("без файла"), Text("после")])
    assert texts(chat) == ["без файла", "после"]
    assert world.called("editMessageText") == [], "Telegram would refuse that"


async def test_a_message_that_may_not_be_deleted_stays_and_is_no_longer_ours(
    chat: Chat, desk: Desk, world: World
) -> None:
    await desk.show(chat, [Text("раз"), Text("два")])
    world.fail("deleteMessage", status=400, description="Bad Request: message can't be deleted")
    await desk.show(chat, [Text("раз")])
    assert texts(chat) == ["раз", "два"]
    assert list(desk.kept.parts) == [0]


async def test_not_modified_is_as_good_as_edited(chat: Chat, desk: Desk) -> None:
    await desk.show(chat, [BOLD], keyboard("a"))
    part = desk.kept.parts[0]
    desk.kept.parts[0] = ShownPart(0, part.message_id, "t0.0")
    await desk.show(chat, [BOLD], keyboard("a"))
    assert desk.kept.parts[0] == part
    desk.kept.parts[0] = ShownPart(0, part.message_id, part.fingerprint.partition(".")[0] + ".0")
    await desk.show(chat, [BOLD], keyboard("a"))
    assert desk.kept.parts[0] == part


@pytest.mark.parametrize("content", [BOLD, FILE])
async def test_what_is_refused_as_malformed_goes_once_as_plain_text(
    content: Content, chat: Chat, desk: Desk, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    malformed: dict[str, Any] = {"status": 400, "description": "Bad Request: ENTITY_BOUNDS_INVALID"}
    for method in ("sendMessage", "sendDocument", "editMessageText", "editMessageMedia"):
        world.fail(method, **malformed)
    await desk.show(chat, [content], reply_to=chat.messages[0].id)
    assert of_the_bot(chat)[0].entities == []
    assert of_the_bot(chat)[0].reply_to_id == chat.messages[0].id
    kept = desk.kept.parts[0]
    assert kept.fingerprint == fingerprint(content, None)  # a restart does not try again
    desk.kept.parts[0] = ShownPart(0, kept.message_id, kept.fingerprint[0] + "0.")
    await desk.show(chat, [content], keyboard("a"))
    assert of_the_bot(chat)[0].entities == []
    assert [record.levelno for record in caplog.records if "plain text" in record.message] == [
        logging.WARNING,
        logging.WARNING,
    ]
    assert "жирно" not in caplog.text


async def test_what_is_refused_even_as_plain_text_is_the_callers_affair(
    chat: Chat, desk: Desk, world: World
) -> None:
    world.fail("sendMessage", status=400, description="Bad Request: message is too long", times=2)
    with pytest.raises(BadRequest, match="too long"):
        await desk.show(chat, [BOLD])
    assert len(world.called("sendMessage")) == 2


async def test_without_its_question_the_answer_comes_without_a_reply(
    chat: Chat, desk: Desk, world: World
) -> None:
    question = chat.messages[0]
    await chat.delete(question)
    await desk.show(chat, [Text("раз")], reply_to=question.id)
    assert len(world.called("sendMessage")) == 1
    refused = {"status": 400, "description": "Bad Request: message to be replied not found"}
    world.fail("sendMessage", **refused)  # type: ignore[arg-type]
    desk.kept.parts.clear()
    await desk.show(chat, [Text("два")], reply_to=question.id)
    assert texts(chat) == ["раз", "два"]
    assert "reply_parameters" not in world.called("sendMessage")[-1].params


async def test_a_topic_is_kept_and_general_left_out(desk: Desk, world: World) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Новости", "Код"], owner=owner)
    code = forum.topic("Код").id
    question = await forum.say(owner, "вопрос", topic="Код")
    await desk.show(forum, [Text("раз"), FILE], thread_id=code, reply_to=question.id)
    desk.kept.parts.clear()
    await desk.show(forum, [Text("всем")])
    assert [message.thread_id for message in of_the_bot(forum)] == [code, code, 0]


@pytest.mark.parametrize("fate", ["deleted", "closed"])
async def test_where_the_topic_is_gone_the_answer_comes_beside_it(
    fate: str, desk: Desk, world: World
) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Новости", "Код"], owner=owner)
    topic = forum.topic("Код")
    question = await forum.say(owner, "вопрос", topic="Код")
    setattr(topic, fate, True)
    await desk.show(forum, [Text("раз"), Text("два")], thread_id=topic.id, reply_to=question.id)
    assert [(m.text, m.thread_id) for m in of_the_bot(forum)] == [("раз", 0), ("два", 0)]
    assert len(world.called("sendMessage")) == 3  # the topic was tried once


async def test_where_general_refuses_too_it_is_given_up(desk: Desk, world: World) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Новости", "Код"], owner=owner)
    world.fail("sendMessage", status=400, description="Bad Request: TOPIC_CLOSED", times=2)
    with pytest.raises(TopicGone):
        await desk.show(forum, [Text("раз")], thread_id=forum.topic("Код").id)
    world.fail("editMessageText", status=400, description="Bad Request: TOPIC_CLOSED")
    await desk.show(forum, [Text("раз")])
    first = desk.kept.parts[0].message_id
    await desk.show(forum, [Text("два")])
    assert desk.kept.parts[0].message_id > first


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", Unreachable),
        (403, "Forbidden: bot was kicked from the supergroup chat", Unreachable),
        (403, "Forbidden: CHAT_WRITE_FORBIDDEN", Muted),
        (400, "Bad Request: chat not found", Unreachable),
        (400, "Bad Request: not enough rights to send text messages to the chat", Muted),
    ],
)
async def test_a_chat_that_is_closed_to_the_bot_is_unreachable(
    status: int, description: str, kind: type[Exception], chat: Chat, desk: Desk, world: World
) -> None:
    for method in ("sendMessage", "editMessageText", "editMessageReplyMarkup", "deleteMessage"):
        world.fail(method, status=status, description=description)
    with pytest.raises(Unreachable) as closed:
        await desk.show(chat, [Text("раз")])
    assert type(closed.value) is kind
    await desk.show(chat, [Text("раз")])
    for contents in ([Text("два")], []):
        with pytest.raises(Unreachable):
            await desk.show(chat, contents)
    with pytest.raises(Unreachable):
        await desk.show(chat, [Text("раз")], keyboard("a"))


@pytest.mark.parametrize(
    "words", ["not enough rights to send documents to the chat", "CHAT_SEND_DOCS_FORBIDDEN"]
)
async def test_a_chat_that_takes_no_files_takes_text(
    words: str, chat: Chat, desk: Desk, world: World
) -> None:
    world.fail("sendDocument", status=400, description=f"Bad Request: {words}")
    with pytest.raises(FilesRefused):
        await desk.show(chat, [BOLD, FILE])
    await desk.show(chat, [BOLD, CODE])
    assert texts(chat) == [BOLD.text, CODE.text]


async def test_a_group_that_moved_tells_its_new_id(desk: Desk, world: World) -> None:
    group = world.group("Группа")
    supergroup = world.migrate(group)
    with pytest.raises(Migrated) as moved:
        await desk.show(group, [Text("раз")])
    assert moved.value.new_chat_id == supergroup.id
    assert str(supergroup.id) in str(moved.value)
    await desk.show(supergroup, [Text("раз")])
    assert texts(supergroup)[-1] == "раз"


async def test_a_final_part_outlasts_trouble(chat: Chat, desk: Desk, world: World) -> None:
    world.fail("sendMessage", status=502, body="<html>", times=2)
    world.fail("sendMessage", retry_after_s=3, times=1)
    world.fail("sendMessage", drop="before", times=1)
    await desk.show(chat, [Text("раз"), Text("два")])
    assert texts(chat) == ["раз", "два"]


async def test_a_part_whose_reply_was_lost_is_sent_once_more_and_no_more(
    chat: Chat, desk: Desk, world: World
) -> None:
    world.fail("sendMessage", drop="after", times=1)
    await desk.show(chat, [Text("раз"), Text("два")])
    assert texts(chat) == ["раз", "раз", "два"]


async def test_an_answer_overtakes_what_is_not_one(chat: Chat, world: World) -> None:
    """The chat's budget is spent: a notice's edit and buttons that leave came first, and wait longest."""
    desk = Desk(world, FastClock(5))  # the three seconds of a budget last longer than three sends take
    async with desk.bot:
        await desk.show(chat, [Text("место 2")], keyboard("стоп"))
        (notice,) = desk.kept.parts.values()
        old = ShownPart(0, notice.message_id, fingerprint(Text("раз"), keyboard("стоп")))
        await desk.sender.show(
            Destination(chat.id), [Text("раз"), Text("два")], record=ignored, unrecord=ignored
        )
        interim = desk.sender.show(
            Destination(chat.id),
            [Text("место 1")],
            shown=[notice],
            record=ignored,
            unrecord=ignored,
            priority=Priority.INTERIM,
        )
        leaving = desk.sender.take_keyboard(Destination(chat.id), old, record=ignored)
        answer = desk.sender.show(Destination(chat.id), [Text("ответ")], record=ignored, unrecord=ignored)
        await asyncio.gather(interim, leaving, answer)
        assert [call.method for call in world.calls if call.method != "getMe"][3:] == [
            "sendMessage",
            "editMessageReplyMarkup",
            "editMessageText",
        ]


def short() -> StandIn:
    return StandIn(Text("дошло?"), keyboard("показать"), asyncio.Queue())


@pytest.mark.parametrize(
    ("fates", "stands"),
    [
        (["before"], ["раз"]),
        (["after"], ["раз", "раз"]),
        (["before", "before"], ["раз"]),
        (["before", "after"], ["раз", "раз"]),
        (["after", "after"], ["раз", "раз", "раз"]),
        (["before", "before", "before"], ["дошло?"]),
        (["after", "before", "after"], ["раз", "раз", "дошло?"]),
        (["after", "after", "after"], ["раз", "раз", "раз", "дошло?"]),
        (["before", "before", "before", "before"], ["дошло?"]),
        (["before", "before", "before", "after"], ["дошло?", "дошло?"]),
        (["before"] * 7, ["дошло?"]),
        (["before"] * 3 + ["after"] * 4, ["дошло?"] * 5),
    ],
)
async def test_connections_cut_in_a_row_cost_copies_of_the_short_message_after_three(
    fates: list[Literal["before", "after"]], stands: list[str], chat: Chat, desk: Desk, world: World
) -> None:
    for fate in fates:
        world.fail("sendMessage", drop=fate)
    await desk.show(chat, [Text("раз"), Text("два")], keyboard("a"), stand_in=short())
    assert texts(chat) == [*stands, "два"]
    part = desk.kept.parts[0]
    assert part.message_id == of_the_bot(chat)[-2].id
    assert not has_keyboard(part.fingerprint)
    if stands[-1] == "раз":
        return
    await desk.show(chat, [Text("раз"), Text("два")], keyboard("a"), stand_in=short())
    assert texts(chat) == [*stands[:-1], "раз", "два"]
    assert [len(message.buttons) for message in of_the_bot(chat)[-2:]] == [0, 1]


async def test_a_last_part_gets_its_buttons_with_its_text(chat: Chat, desk: Desk, world: World) -> None:
    world.fail("sendMessage", drop="before", times=3)
    await desk.show(chat, [Text("раз")], keyboard("a"), stand_in=short())
    (stand_in,) = of_the_bot(chat)
    assert (stand_in.text, [button["text"] for button in stand_in.buttons]) == ("дошло?", ["показать"])
    await desk.show(chat, [Text("раз")], keyboard("a"), stand_in=short())
    (answer,) = of_the_bot(chat)
    assert (answer.id, answer.text) == (stand_in.id, "раз")
    assert [button["text"] for button in answer.buttons] == ["a"]


async def test_a_document_comes_anew_in_place_of_what_stands_in_for_it(
    chat: Chat, desk: Desk, world: World
) -> None:
    world.fail("sendDocument", drop="before", times=3)
    await desk.show(chat, [Text("раз"), FILE, Text("три")], stand_in=short())
    assert texts(chat) == ["раз", "дошло?", "три"]
    await desk.show(chat, [Text("раз"), FILE, Text("три")], stand_in=short())
    assert texts(chat) == ["раз", "код", "три"]


async def test_a_start_anew_goes_on_with_the_short_message(chat: Chat, desk: Desk, world: World) -> None:
    world.fail("sendMessage", drop="before", times=float("inf"))
    showing = asyncio.create_task(desk.show(chat, [Text("раз"), Text("два")], stand_in=short()))
    await until(lambda: any(call.params["text"] == "дошло?" for call in world.called("sendMessage")))
    showing.cancel()
    await asyncio.wait({showing})
    assert desk.kept.parts[0].message_id == 0
    world.mend()
    await desk.show(chat, [Text("раз"), Text("два")], stand_in=short())
    assert texts(chat) == ["дошло?", "два"]
    await desk.show(chat, [Text("раз"), Text("два")])
    assert texts(chat) == ["раз", "два"]


async def test_who_sees_the_short_message_stand_ends_its_repeats(
    chat: Chat, desk: Desk, world: World
) -> None:
    world.fail("sendMessage", drop="after", times=float("inf"), when=lambda sent: sent["text"] != "два")
    stand_in = short()
    showing = asyncio.create_task(desk.show(chat, [Text("раз"), Text("два")], stand_in=stand_in))
    seen = await chat.see("дошло?")
    stand_in.arrivals.put_nowait(seen.id)
    await showing
    assert desk.kept.parts[0].message_id == seen.id
    assert texts(chat)[-1] == "два"


async def test_what_has_no_short_form_is_repeated_itself_until_it_is_acknowledged(
    chat: Chat, desk: Desk, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.fail("sendMessage", drop="before", times=8)
    await desk.show(chat, [Text("раз")], keyboard("a"))
    assert texts(chat) == ["раз"]
    assert desk.kept.parts[0].fingerprint == fingerprint(Text("раз"), keyboard("a"))
    assert [record.message for record in caplog.records].count("A message is not acknowledged") == 1
    assert "раз" not in caplog.text


async def test_an_interim_whose_reply_is_lost_is_not_taken_as_shown(
    chat: Chat, desk: Desk, world: World
) -> None:
    world.fail("sendMessage", drop="after")
    with pytest.raises(FateUnknown):
        await desk.sender.show(
            Destination(chat.id),
            [Text("место 1")],
            record=desk.kept.record,
            unrecord=ignored,
            priority=Priority.INTERIM,
        )
    assert desk.kept.parts == {}


async def test_while_telegram_cannot_be_reached_nothing_is_taken_as_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Refused connections for minutes, in the middle of an answer too: each part comes once."""
    world = World(port=free_port())
    anna = world.user("Аня")
    chat = world.private(anna)

    def waits(times: int) -> bool:
        return [record.message for record in caplog.records].count("The chat's messages wait") >= times

    async with world:
        desk = Desk(world, FastClock(1000))
        await desk.bot.initialize()
        await chat.say(anna, "привет")
    for times, contents in ((12, [Text("раз")]), (24, [Text("раз"), Text("два")])):
        showing = asyncio.create_task(desk.show(chat, contents))
        await until(partial(waits, times))
        async with world:
            await showing
    await desk.bot.shutdown()
    assert texts(chat) == ["раз", "два"]
    assert all(part.message_id for part in desk.kept.parts.values())


class Pausing(ManualClock):
    """Tells when somebody goes to sleep on it."""

    def __init__(self) -> None:
        super().__init__()
        self.paused = asyncio.Semaphore(0)

    async def sleep(self, seconds: float) -> None:
        self.paused.release()
        await super().sleep(seconds)


async def test_within_telegrams_flood_limits_everything_arrives_in_order() -> None:
    clock = FastClock(50)
    async with World(clock) as world:
        world.flood = FloodRules()
        desk = Desk(world, clock)
        owner = world.user("Ольга")
        chats = [world.group("Группа", owner=owner)]
        for name in ("Аня", "Боря"):
            person = world.user(name)
            chats.append(world.private(person))
            await chats[-1].say(person, "привет")
        wanted = [str(number) for number in range(23)]
        kept = Record()
        async with desk.bot:
            await asyncio.gather(
                *(
                    desk.sender.show(
                        Destination(chat.id),
                        [Text(text) for text in wanted],
                        record=kept.record,
                        unrecord=kept.unrecord,
                    )
                    for chat in chats
                )
            )
    assert [texts(chat) for chat in chats] == [wanted] * 3


async def test_typing_is_shown_at_once_renewed_and_ends(desk: Desk, world: World) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Новости", "Код"], owner=owner)
    clock = Pausing()
    sender = Sender(desk.bot, clock=clock)
    code = forum.topic("Код").id
    async with sender.typing(Destination(forum.id, code)):
        for pause_s in (TYPING_AFTER_S, 4.0, 4.0):
            await clock.paused.acquire()
            await clock.advance(pause_s)
        await clock.paused.acquire()
    await clock.advance(8.0)
    async with sender.typing(Destination(forum.id)):
        await clock.paused.acquire()
        await clock.advance(TYPING_AFTER_S)
        await clock.paused.acquire()
    threads = [call.params.get("message_thread_id") for call in world.called("sendChatAction")]
    assert threads == [code, code, code, None]


async def test_typing_is_not_shown_while_something_else_tells_it(
    chat: Chat, desk: Desk, world: World
) -> None:
    """An answer that is seen to grow, and then stops growing."""
    clock, grows = Pausing(), [False, True, True, False]
    typing = Sender(desk.bot, clock=clock).typing(Destination(chat.id), unless=lambda: grows.pop(0))
    async with typing:
        for pause_s in (TYPING_AFTER_S, 4.0, 4.0, 4.0):
            await clock.paused.acquire()
            assert len(world.called("sendChatAction")) == (len(grows) < 4)
            await clock.advance(pause_s)
        await clock.paused.acquire()
    assert len(world.called("sendChatAction")) == 2


async def test_typing_outlives_trouble_and_ends_where_the_bot_may_not(
    chat: Chat, desk: Desk, world: World
) -> None:
    clock = Pausing()
    world.fail("sendChatAction", status=500, times=1)
    world.fail("sendChatAction", status=403, description="Forbidden: bot was blocked by the user", times=1)
    async with Sender(desk.bot, clock=clock).typing(Destination(chat.id)):
        for pause_s in (TYPING_AFTER_S, 4.0):
            await clock.paused.acquire()
            await clock.advance(pause_s)
        await asyncio.sleep(0.1)
        await clock.advance(8.0)
    assert len(world.called("sendChatAction")) == 2
