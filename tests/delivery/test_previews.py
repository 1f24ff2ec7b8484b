"""An answer that grows in the emulator's chats, over HTTP: what is sent, when, and what stands then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import pytest
import pytest_asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.core.unreachable import Muted, Unreachable
from bot.core.values import ShownPart
from bot.delivery.fingerprints import fingerprint, has_keyboard
from bot.delivery.flood import FloodControl, Priority
from bot.delivery.posting import Destination
from bot.delivery.previews import GROUP_EVERY_S, PRIVATE_EVERY_S, MessageGone, Preview
from bot.delivery.refusals import Migrated
from bot.delivery.sending import Sender
from bot.delivery.transport import FateUnknown, Transport
from bot.emulator.flood import FloodRules
from bot.emulator.talk import Chat
from bot.emulator.wire import Call
from bot.emulator.world import World
from bot.markup import Entity, Text
from tests.clocks import FastClock, until

STOP = InlineKeyboardMarkup([[InlineKeyboardButton("Остановить", callback_data="stop")]])
WORDS = [f"слово{n}" for n in range(40)]


def grown(count: int) -> Text:
    return Text(" ".join(WORDS[:count]), (Entity("bold", 0, 5),))


@dataclass
class Desk:
    """A sender as in the bot, on the clock that is Telegram's too."""

    world: World
    clock: FastClock
    kept: dict[int, ShownPart] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bot: ExtBot[Priority] = ExtBot(
            self.world.token,
            base_url=f"{self.world.url}/bot",
            request=Transport(),
            get_updates_request=Transport(),
            rate_limiter=FloodControl(per_s=30, clock=self.clock),
        )
        self.sender = Sender(self.bot, clock=self.clock)

    async def record(self, part: ShownPart) -> None:
        self.kept[part.n] = part
        self.log.append("?" if part.fingerprint[1:2] == "?" else "+")

    async def unrecord(self, n: int) -> None:
        del self.kept[n]

    def preview(self, chat: Chat, **place: int) -> Preview:
        return self.sender.preview(
            Destination(chat.id, **place), record=self.record, shown=list(self.kept.values())
        )

    async def finish(
        self, chat: Chat, contents: Sequence[Text], keys: InlineKeyboardMarkup | None = None
    ) -> None:
        await self.sender.show(
            Destination(chat.id),
            contents,
            keyboard=keys,
            shown=list(self.kept.values()),
            record=self.record,
            unrecord=self.unrecord,
        )

    def shows(self) -> list[Call]:
        """What was asked of Telegram to show, in order."""
        return [call for call in self.world.calls if call.method.startswith(("send", "edit"))]

    def gaps_s(self) -> list[float]:
        return [(b.at - a.at).total_seconds() for a, b in pairwise(self.shows())]

    async def grow(self, preview: Preview, *, to: int = 40, every_s: float = 0.1) -> None:
        """As a model's words come: ten times a second."""
        for count in range(1, to + 1):
            show(preview, [grown(count)], STOP)
            await self.clock.sleep(every_s)

    async def shown(self, chat: Chat, text: str) -> None:
        await until(lambda: texts(chat)[-1:] == [text])


@pytest.fixture
def clock() -> FastClock:
    return FastClock(10)


@pytest_asyncio.fixture
async def world(clock: FastClock) -> AsyncIterator[World]:
    async with World(clock) as world:
        yield world


@pytest_asyncio.fixture
async def desk(world: World, clock: FastClock) -> AsyncIterator[Desk]:
    desk = Desk(world, clock)
    async with desk.bot:
        yield desk


@pytest_asyncio.fixture
async def chat(world: World) -> Chat:
    anna = world.user("Аня")
    chat = world.private(anna)
    await chat.say(anna, "привет")
    return chat


def show(preview: Preview, contents: Sequence[Text], keyboard: InlineKeyboardMarkup | None = None) -> None:
    preview.grow(lambda: contents, keyboard)


def texts(chat: Chat) -> list[str]:
    return [message.text for message in chat.messages if message.author == "YandexGPT"]


async def test_it_is_one_message_edited_no_faster_than_allowed_and_ends_as_the_answer(
    chat: Chat, desk: Desk, world: World
) -> None:
    """No rule of Telegram's is met, and the newest text stands at once when nothing newer comes."""
    world.flood = FloodRules()
    preview = desk.preview(chat)
    await desk.grow(preview)
    await desk.shown(chat, grown(40).text)
    await preview.settle()
    await desk.finish(chat, [grown(40)])
    assert texts(chat) == [grown(40).text]
    assert [call.refusal for call in desk.shows()] == [None] * len(desk.shows())
    assert [call.method for call in desk.shows()][:2] == ["sendMessage", "editMessageText"]
    assert len(world.called("sendMessage")) == 1
    assert min(desk.gaps_s()[:-1]) >= PRIVATE_EVERY_S
    assert chat.messages[-1].buttons == []
    assert preview.ended is None


async def test_in_a_group_it_is_slower_and_replies_to_the_question(desk: Desk, world: World) -> None:
    world.flood = FloodRules()
    owner = world.user("Ольга")
    group = world.group("Группа", owner=owner)
    question = await group.say(owner, "вопрос")
    preview = desk.preview(group, reply_to=question.id)
    await desk.grow(preview, every_s=0.3)
    await preview.settle()
    await desk.finish(group, [grown(40)])
    assert min(desk.gaps_s()[:-1]) >= GROUP_EVERY_S
    assert texts(group) == [grown(40).text]
    assert group.messages[-1].reply_to_id == question.id
    assert [call.refusal for call in desk.shows()] == [None] * len(desk.shows())


async def test_equal_looks_are_sent_once_and_an_answer_that_stands_is_not_sent_again(
    chat: Chat, desk: Desk, world: World
) -> None:
    preview = desk.preview(chat)
    for _ in range(5):
        show(preview, [grown(3)])
        await desk.clock.sleep(1.5)
    await preview.settle()
    await desk.finish(chat, [grown(3)])
    assert len(desk.shows()) == 1
    preview = desk.preview(chat)
    show(preview, [grown(3)])
    await preview.stop()
    assert len(desk.shows()) == 1
    assert world.called("editMessageText") == []


async def test_what_is_recorded_is_never_what_may_not_stand_any_more(chat: Chat, desk: Desk) -> None:
    """A process killed in between finds the message, and that nobody knows what it shows."""
    preview = desk.preview(chat)
    show(preview, [grown(1)], STOP)
    await desk.shown(chat, grown(1).text)
    await until(lambda: desk.log)
    assert desk.kept[0].message_id == chat.messages[-1].id
    assert desk.kept[0].fingerprint not in {fingerprint(grown(n), STOP) for n in range(40)}
    assert has_keyboard(desk.kept[0].fingerprint)
    show(preview, [grown(9)], STOP)
    await desk.shown(chat, grown(9).text)
    assert desk.log == ["?"]
    await preview.stop()
    assert desk.log == ["?", "+"]
    assert desk.kept[0].fingerprint == fingerprint(grown(9), STOP)
    again = desk.preview(chat)
    show(again, [grown(12)], STOP)
    await desk.shown(chat, grown(12).text)
    assert desk.log == ["?", "+", "?"]
    await again.stop()


async def test_past_one_message_it_goes_on_in_the_next_and_what_stands_stays(
    chat: Chat, desk: Desk, world: World
) -> None:
    preview = desk.preview(chat)
    show(preview, [grown(5)], STOP)
    await desk.shown(chat, grown(5).text)
    for last in range(1, 20):
        show(preview, [grown(10), Text(f"дальше {last}")], STOP)
        await desk.clock.sleep(0.3)
    await desk.shown(chat, "дальше 19")
    first, second = (message for message in chat.messages if message.author == "YandexGPT")
    assert first.text == grown(10).text
    assert [len(first.buttons), len(second.buttons)] == [0, 1]
    edits = [call.params["message_id"] for call in world.called("editMessageText")]
    assert edits.count(first.id) == 1
    await preview.settle()
    await desk.finish(chat, [grown(10), Text("дальше 19, и всё")], STOP)
    assert texts(chat) == [grown(10).text, "дальше 19, и всё"]
    assert len(world.called("sendMessage")) == 2
    assert world.called("deleteMessage") == []


async def test_a_refusal_for_a_while_silences_it_for_that_while_and_slows_it(
    chat: Chat, desk: Desk, world: World
) -> None:
    preview = desk.preview(chat)
    show(preview, [grown(1)], STOP)
    await desk.shown(chat, grown(1).text)
    world.fail("editMessageText", retry_after_s=7)
    await desk.grow(preview, every_s=0.4)
    await desk.shown(chat, grown(40).text)
    await preview.stop()
    refused = next(n for n, call in enumerate(desk.shows()) if call.refusal)
    later = desk.gaps_s()[refused:]
    assert later[0] >= 7
    assert min(later[1:]) >= 2 * PRIVATE_EVERY_S


async def test_the_answer_waits_out_a_refusal_of_the_same_message_and_is_never_dropped(
    chat: Chat, desk: Desk, world: World
) -> None:
    preview = desk.preview(chat)
    show(preview, [grown(1)], STOP)
    await desk.shown(chat, grown(1).text)
    world.fail("editMessageText", retry_after_s=12, times=2)
    show(preview, [grown(2)], STOP)
    await until(lambda: world.called("editMessageText"))
    await preview.settle()
    await desk.finish(chat, [grown(40)])
    assert texts(chat) == [grown(40).text]
    edits = world.called("editMessageText")
    assert [call.refusal is None for call in edits] == [False, False, True]
    assert all((b.at - a.at).total_seconds() >= 12 for a, b in pairwise(edits))


async def test_other_answers_in_the_chat_do_not_wait_for_a_refusal_of_a_preview(
    chat: Chat, desk: Desk, world: World
) -> None:
    preview = desk.preview(chat)
    show(preview, [grown(1)], STOP)
    await desk.shown(chat, grown(1).text)
    world.fail("editMessageText", retry_after_s=3600)
    show(preview, [grown(2)], STOP)
    await until(lambda: world.called("editMessageText"))
    sent = await desk.bot.send_message(chat.id, "другой ответ")
    assert sent.text == "другой ответ"
    await preview.stop()
    assert len(world.called("editMessageText")) == 1


async def test_an_answer_goes_before_it_and_the_newest_text_after(
    chat: Chat, desk: Desk, world: World
) -> None:
    """The chat is on hold by an answer's own refusal, and what was to be shown is out of date by then."""
    preview = desk.preview(chat)
    show(preview, [grown(1)], STOP)
    await desk.shown(chat, grown(1).text)
    world.fail("sendMessage", retry_after_s=6)
    answer = asyncio.create_task(desk.bot.send_message(chat.id, "ответ"))
    await until(lambda: len(world.called("sendMessage")) == 2)
    await desk.grow(preview, to=30)
    await answer
    await until(lambda: chat.messages[-2].text == grown(30).text)
    await preview.stop()
    assert [call.params.get("text") for call in desk.shows()] == [
        grown(1).text,
        "ответ",
        "ответ",
        grown(30).text,
    ]


async def test_not_modified_is_as_good_as_edited(chat: Chat, desk: Desk, world: World) -> None:
    """The reply to an edit is lost, and the edit is made once more."""
    preview = desk.preview(chat)
    show(preview, [grown(1)], STOP)
    await desk.shown(chat, grown(1).text)
    world.fail("editMessageText", drop="after")
    show(preview, [grown(2)], STOP)
    await until(lambda: len(world.called("editMessageText")) == 2)
    await preview.settle()
    assert desk.kept[0].fingerprint == fingerprint(grown(2), STOP)
    assert preview.ended is None


async def test_a_message_that_the_person_deletes_is_reported_and_the_answer_comes_once(
    chat: Chat, desk: Desk, world: World
) -> None:
    """Even where the last text shown was the whole answer already."""
    preview = desk.preview(chat)
    show(preview, [grown(39)], STOP)
    await desk.shown(chat, grown(39).text)
    await chat.delete(chat.messages[-1])
    show(preview, [grown(40)], STOP)
    await until(lambda: preview.ended)
    assert isinstance(preview.ended, MessageGone)
    show(preview, [grown(12)], STOP)
    await preview.settle()
    await desk.finish(chat, [grown(39)], STOP)
    assert texts(chat) == [grown(39).text]
    assert len(world.called("sendMessage")) == 2
    assert len(world.called("editMessageText")) == 1


@pytest.mark.parametrize(
    ("trouble", "ends"),
    [
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, Unreachable),
        ({"status": 400, "description": "Bad Request: CHAT_WRITE_FORBIDDEN"}, Muted),
        ({"status": 400, "description": "Bad Request: nobody knows why"}, BadRequest),
        ({"drop": "before"}, FateUnknown),
        ({"drop": "after"}, FateUnknown),
    ],
)
async def test_what_can_not_be_helped_ends_it_and_is_told(
    chat: Chat, desk: Desk, world: World, trouble: dict[str, Any], ends: type[Exception]
) -> None:
    """Of a send whose fate is unknown another one could be one too many."""
    world.fail("sendMessage", times=2, **trouble)
    preview = desk.preview(chat)
    show(preview, [Text("раз")], STOP)
    await until(lambda: preview.ended)
    assert isinstance(preview.ended, ends)
    show(preview, [Text("два")], STOP)
    await preview.settle()
    assert len([call for call in desk.shows() if call.params["text"] == "два"]) == 0
    assert desk.kept == {}


async def test_a_group_that_moved_ends_it(desk: Desk, world: World) -> None:
    group = world.group("Группа")
    world.migrate(group)
    preview = desk.preview(group)
    show(preview, [Text("раз")])
    await until(lambda: preview.ended)
    assert isinstance(preview.ended, Migrated)
    await preview.stop()


@pytest.mark.parametrize("fate", ["before", "after"])
@pytest.mark.parametrize("trouble", ["drop", "status"])
async def test_an_edit_that_came_to_nothing_is_followed_by_a_newer_one(
    chat: Chat, desk: Desk, world: World, fate: Literal["before", "after"], trouble: str
) -> None:
    preview = desk.preview(chat)
    show(preview, [grown(1)], STOP)
    await desk.shown(chat, grown(1).text)
    if trouble == "drop":
        world.fail("editMessageText", drop=fate, times=2)
    else:
        world.fail("editMessageText", status=502, body="<html>", times=2)
    await desk.grow(preview, every_s=0.2)
    await desk.shown(chat, grown(40).text)
    await preview.settle()
    assert preview.ended is None
    assert len(world.called("sendMessage")) == 1
    assert min(desk.gaps_s()) >= PRIVATE_EVERY_S


async def test_stopped_it_finishes_what_is_under_way_and_sends_nothing_more(
    chat: Chat, desk: Desk, world: World
) -> None:
    world.fail("sendMessage", delay_s=3)
    preview = desk.preview(chat)
    show(preview, [grown(1)], STOP)
    await until(lambda: world.called("sendMessage"))
    show(preview, [grown(2)], STOP)
    await preview.stop()
    assert desk.kept[0].message_id == chat.messages[-1].id
    assert desk.kept[0].fingerprint == fingerprint(grown(1), STOP)
    await preview.stop()
    await desk.clock.sleep(3)
    assert len(desk.shows()) == 1


async def test_nothing_is_sent_where_nothing_was_shown(chat: Chat, desk: Desk) -> None:
    preview = desk.preview(chat)
    await preview.settle()
    assert desk.shows() == []
    assert desk.kept == {}


async def test_a_standing_answer_grows_anew_in_its_own_messages(chat: Chat, desk: Desk, world: World) -> None:
    """As when it is had again; what is not text, or stands there too much, is left to the answer itself."""
    await desk.finish(chat, [Text("старый"), Text("ответ")], STOP)
    before = [message.id for message in chat.messages]
    preview = desk.preview(chat)
    show(preview, [grown(4)], STOP)
    await until(lambda: texts(chat)[0] == grown(4).text)
    await preview.settle()
    await desk.finish(chat, [grown(8)], STOP)
    assert texts(chat) == [grown(8).text]
    assert [message.id for message in chat.messages] == before[:-1]
    assert len(world.called("sendMessage")) == 2


async def test_many_at_once_keep_within_telegrams_limits_and_leave_room_for_answers(
    desk: Desk, world: World
) -> None:
    """Four people see answers grow in one group, and a fifth one's comes whole, at once."""
    world.flood = FloodRules()
    owner = world.user("Ольга")
    group = world.group("Группа", owner=owner)
    previews = [desk.sender.preview(Destination(group.id), record=_nowhere) for _ in range(4)]
    growing = [asyncio.create_task(desk.grow(preview, every_s=1.5)) for preview in previews]
    await until(lambda: len(desk.shows()) >= 15)  # as much as they may have in a minute
    before = len(desk.shows())
    await desk.bot.send_message(group.id, "ответ")
    asked = [call.params["text"] for call in desk.shows()]
    assert asked.index("ответ") <= before + 1
    for preview, task in zip(previews, growing, strict=True):
        task.cancel()
        await preview.stop()
    assert [call.refusal for call in desk.shows()] == [None] * len(desk.shows())


async def _nowhere(_: ShownPart) -> None:
    """For what is not looked at again."""
