"""What is prepared before the model is asked holds no slot meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.answering.answering import Limits
from bot.answering.ports import Prepared
from bot.core.values import Attachment, AttachmentKind, ChatSettings, Conversation, Exchange, Turn, TurnState
from tests.answering.stage import stage
from tests.answering.values import BORIS, GROUP, question

PICTURE = Attachment(AttachmentKind.PICTURE, "AwAC", "AgAD")


class Fetches:
    """A preparer that fetches the pictures of the turns before, as long as the test wants."""

    def __init__(self) -> None:
        self.fetched = asyncio.Event()
        self.known: list[list[str]] = []
        """What each question was told of the conversation."""

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        del settings
        self.known.append([exchange.question for exchange in newest_first])
        if any(exchange.attachments for exchange in newest_first):
            await self.fetched.wait()
        return Prepared(turn)


async def test_while_earlier_pictures_are_fetched_others_are_answered(tmp_path: Path) -> None:
    fetches = Fetches()
    async with stage(tmp_path, limits=Limits(model_concurrency=1), preparers=(fetches,)) as play:
        await play.ask(question("что тут?", attachments=(PICTURE,)))
        await play.say()
        await play.ask(question("а слева?"))
        assert play.model.questions == ["что тут?"]
        await play.ask(question("другое", conversation=Conversation(BORIS.id), asker=BORIS))
        assert play.model.questions == ["что тут?", "другое"]
        await play.say()
        fetches.fetched.set()
        await play.quiet()
        assert play.model.questions == ["что тут?", "другое", "а слева?"]


class Hears:
    """A preparer that takes its time to hear what was said."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        del settings, newest_first
        await self.heard.wait()
        return Prepared(replace(turn, question=replace(turn.question, text="что сказано")))


async def test_a_chat_that_gets_another_id_meanwhile_is_answered_there(tmp_path: Path) -> None:
    hears = Hears()
    async with stage(tmp_path, preparers=(hears,)) as play:
        turn = await play.ask(question("", conversation=GROUP))
        play.answering.moved(GROUP.chat_id, -1007)
        play.chat.unreachable.add(GROUP.chat_id)
        hears.heard.set()
        await play.quiet()
        await play.say()
        assert (await play.turn(turn.id)).question.text == "что сказано"
        assert play.chat.answers == [(turn.id, "ответ")]


async def test_a_recap_is_of_the_talk_and_looks_at_no_picture_of_the_turns_before(tmp_path: Path) -> None:
    fetches = Fetches()
    async with stage(tmp_path, preparers=(fetches,)) as play:
        await play.ask(question("что тут?", attachments=(PICTURE,)))
        await play.say()
        await play.ask(replace(question("Перескажи."), talk_after=0))
        assert fetches.known == [[], []]
        assert play.model.open[0].request.history == ()


def test_a_model_that_one_preparer_asks_for_stays_until_another_asks_for_its_own() -> None:
    turn = Turn(1, question(), TurnState.WAITING)
    plain, sees, reads = Prepared(turn), Prepared(turn, model="sees"), Prepared(turn, model="reads")
    assert plain.followed_by(plain).model is None
    assert plain.followed_by(sees).model == "sees"
    assert sees.followed_by(plain).model == "sees"
    assert sees.followed_by(reads).model == "reads"
