"""Calls of the bot and pieces of albums that wait for their question: none is lost, none told of twice."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.answering.answering import Limits
from bot.answering.intake.loose_pieces import KEPT_S
from bot.answering.intake.pieces import WITHIN_S, Relation
from bot.answering.outcomes import Accepted, Declined, Reason
from bot.core.values import Attachment, AttachmentKind, Question, Quote
from bot.store import StoreUnavailable
from tests.answering.stage import Stage, declined, stage
from tests.answering.values import GROUP, question
from tests.databases import Databases

CALL = Relation(asks=False, calls=True)
FORWARDED = Relation(forwarded=True, addressed=False, asks=False)
PIECE = Relation(album="7", addressed=False, asks=False)
CAPTIONED = Relation(album="7")
CAPTION_ALONE = Relation(album="7", asks=False)
"""Under what is not seen."""


@dataclass
class Hints:
    """How often telling the author of a message was begun and came to its end; what holds or breaks it."""

    begun: int = 0
    told: int = 0
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.taken.set()

    async def tell(self) -> None:
        self.begun += 1
        await self.taken.wait()
        if self.error is not None:
            raise self.error
        self.told += 1


def call() -> Question:
    return question("", conversation=GROUP)


def forward() -> Question:
    return question("", conversation=GROUP, forwards=(Quote("Иван", "новость"),))


def picture(number: int, caption: str = "") -> Question:
    file = Attachment(AttachmentKind.PICTURE, f"f{number}", f"u{number}", message_id=number, album="7")
    return question(caption, conversation=GROUP, message_id=number, attachments=(file,))


async def receive(
    play: Stage, sent: Question, relation: Relation, hints: Hints | None = None
) -> Accepted | Declined:
    """As the receiver does, once more where the database could not be used."""
    await play.store.inbox.accept([(sent.update_id, "raw")])
    hint = None if hints is None else hints.tell
    result = await play.answering.submit(sent, relation, hint)
    await play.store.inbox.finish(sent.update_id)
    await play.quiet()
    return result


async def pending(play: Stage) -> int:
    return len(await play.store.inbox.pending())


@pytest.mark.parametrize("album", [False, True])
async def test_what_waits_for_its_question_outlasts_a_database_that_fails(
    tmp_path: Path, *, album: bool
) -> None:
    """However often the question comes again meanwhile; and nobody is told that there was none."""
    hints = Hints()
    first, second = (picture(1), picture(2, "что тут?")) if album else (call(), forward())
    async with stage(tmp_path, pragmas={"synchronous": "OFF", "busy_timeout": 1}) as play:
        await receive(play, first, PIECE if album else CALL, hints)
        await play.store.inbox.accept([(second.update_id, "raw")])
        relation = CAPTIONED if album else FORWARDED
        with Databases(None).unwritable(tmp_path):
            for _ in range(int(KEPT_S) + 1):
                with pytest.raises(StoreUnavailable):
                    await play.answering.submit(second, relation)
                await play.clock.advance(1)
        assert isinstance(await receive(play, second, relation), Accepted)
        await play.pass_s(WITHIN_S)
        asked = play.model.questions
        assert len(asked) == 1
        assert ("что тут?" if album else "> новость") in asked[0]
        await play.say()
        await play.pass_s(KEPT_S)
        assert hints.told == 0
        assert await pending(play) == 0


async def test_a_question_of_several_messages_that_is_declined_leaves_none_of_them_behind(
    tmp_path: Path,
) -> None:
    hints = Hints()
    async with stage(tmp_path, limits=Limits(user_rate_per_min=1)) as play:
        await play.ask(question("первое"))
        await play.say()
        for first, its, second, relation in (
            (call(), CALL, forward(), FORWARDED),
            (picture(1), PIECE, picture(2, "что тут?"), CAPTIONED),
        ):
            await receive(play, first, its, hints)
            assert await pending(play) == 1
            assert declined(await receive(play, second, relation)).reason is Reason.PERSON_RATE
            assert await pending(play) == 0
        await play.pass_s(KEPT_S)
        assert hints.told == 0
        assert len(play.model.asked) == 1


async def test_a_call_that_comes_again_out_of_the_inbox_is_told_of_once(play: Stage) -> None:
    hints, sent = Hints(), call()
    for waited_s in (WITHIN_S / 2, WITHIN_S / 2, KEPT_S - WITHIN_S):
        assert declined(await receive(play, sent, CALL, hints)).reason is Reason.INCOMPLETE
        assert await pending(play) == 1
        await play.pass_s(waited_s)
    assert hints.told == 1
    assert await pending(play) == 0


async def test_a_line_that_telegram_holds_up_is_said_once_whatever_comes_meanwhile(play: Stage) -> None:
    hints = Hints()
    hints.taken.clear()
    await receive(play, replace(picture(1), attachments=()), CAPTION_ALONE, hints)
    await play.pass_s(WITHIN_S)
    another = replace(picture(2), attachments=())
    await receive(play, another, PIECE)
    hints.taken.set()
    await play.pass_s(KEPT_S)
    assert (hints.begun, hints.told) == (1, 1)
    assert await pending(play) == 0


async def test_a_line_that_fails_leaves_nothing_in_the_inbox(
    play: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await receive(play, call(), CALL, Hints(error=RuntimeError("why")))
    await play.pass_s(KEPT_S)
    assert await pending(play) == 0
    assert [record.message for record in caplog.records] == ["background task failed"]
    assert declined(await receive(play, forward(), FORWARDED)).reason is Reason.NO_QUESTION
