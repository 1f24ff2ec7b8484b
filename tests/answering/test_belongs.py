"""What belongs to a question that is being gathered, at its edges, and what is a question of its own."""

from __future__ import annotations

import pytest

from bot.answering.intake.pieces import WITHIN_S, Relation
from bot.answering.outcomes import Accepted
from bot.core.values import Attachment, AttachmentKind, Question, Quote, Turn
from tests.answering.stage import Stage
from tests.answering.values import BORIS, GROUP, question

FORWARDED = Relation(forwarded=True)
ALBUM = Relation(album="7")
NEWS = (Quote("Иван", "новость"),)
PICTURE = Attachment(AttachmentKind.PICTURE, "f", "u", message_id=1, album="7")


async def send(play: Stage, sent: Question, relation: Relation) -> Turn:
    result = await play.answering.submit(sent, relation)
    await play.quiet()
    assert isinstance(result, Accepted), result
    return result.turn


async def test_a_comment_is_one_until_the_last_moment(play: Stage) -> None:
    turn = await send(play, question("", forwards=NEWS), FORWARDED)
    assert (await play.ask(question("это правда?", later_s=WITHIN_S))).id == turn.id


@pytest.mark.parametrize(
    ("kind", "quoted", "comments"),
    [
        (AttachmentKind.VOICE, False, True),
        (AttachmentKind.VOICE, True, False),
        (AttachmentKind.PICTURE, False, False),
    ],
)
async def test_only_words_of_ones_own_are_a_comment(
    play: Stage, kind: AttachmentKind, quoted: bool, comments: bool
) -> None:
    turn = await send(play, question("", forwards=NEWS), FORWARDED)
    file = Attachment(kind, "f", "u", quoted=quoted, message_id=5)
    said = await play.ask(question("вот", message_id=5, attachments=(file,), later_s=1))
    assert (said.id == turn.id) is comments


async def test_what_somebody_else_asks_is_no_comment(play: Stage) -> None:
    turn = await send(play, question("", conversation=GROUP, forwards=NEWS), FORWARDED)
    other = await play.ask(question("другое", conversation=GROUP, asker=BORIS, later_s=1))
    assert other.id != turn.id


async def test_a_question_right_after_an_album_is_no_part_of_it(play: Stage) -> None:
    turn = await send(play, question("что тут?", message_id=1, attachments=(PICTURE,)), ALBUM)
    assert (await play.ask(question("другое"))).id != turn.id


async def test_the_rest_of_a_paste_in_a_group_needs_no_call(play: Stage) -> None:
    turn = await play.ask(question("я" * 4096, conversation=GROUP))
    rest = question("конец", conversation=GROUP, later_s=1)
    assert (await send(play, rest, Relation(addressed=False, asks=False))).id == turn.id


async def test_an_answer_about_an_album_is_sent_at_once_after_a_restart(play: Stage) -> None:
    turn = await send(play, question("что тут?", message_id=1, attachments=(PICTURE,)), ALBUM)
    await play.pass_s(1.0)
    play.chat.sending.clear()
    await play.say("кот")
    await play.answering.close(0)
    play.chat.sending.set()
    await play.restart()
    assert play.chat.answers == [(turn.id, "кот")]


async def test_another_version_about_an_album_is_asked_for_at_once_after_a_restart(play: Stage) -> None:
    turn = await send(play, question("что тут?", message_id=1, attachments=(PICTURE,)), ALBUM)
    await play.pass_s(1.0)
    await play.say("кот")
    assert isinstance(await play.answering.regeneration.again(turn.id), Accepted)
    await play.restart()
    assert play.model.questions == ["что тут?"]
