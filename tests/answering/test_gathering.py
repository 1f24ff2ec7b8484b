"""Questions that come in several messages: asked once, amended by what follows, and none of it lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.gathering import ONE_MORE_S
from bot.answering.intake.loose_pieces import KEPT_S
from bot.answering.intake.pieces import WITHIN_S, Relation
from bot.answering.outcomes import Accepted, Declined, Reason
from bot.core.values import Attachment, AttachmentKind, Person, Question, Quote, Turn, TurnState
from tests.answering.stage import Stage, declined
from tests.answering.values import ANNA, BORIS, GROUP, HOME, question
from tests.clocks import settle
from tests.databases import Databases

FORWARDED = Relation(forwarded=True)
OVERHEARD = Relation(forwarded=True, addressed=False, asks=False)
UNASKED = "О чём это? Расскажи коротко."


def forward(text: str, *, later_s: float = 0.0, asker: Person = ANNA) -> Question:
    return question("", forwards=(Quote("Иван", text),), later_s=later_s, asker=asker)


def picture(number: int, *, caption: str = "", later_s: float = 0.0, group: bool = False) -> Question:
    """A piece of the album «7», whose place in it is its message's id."""
    file = Attachment(AttachmentKind.PICTURE, f"f{number}", f"u{number}", message_id=number, album="7")
    where = GROUP if group else HOME
    return question(caption, conversation=where, message_id=number, attachments=(file,), later_s=later_s)


def piece(*, addressed: bool = True, asks: bool = True) -> Relation:
    return Relation(album="7", addressed=addressed, asks=asks and addressed)


async def send(play: Stage, sent: Question, relation: Relation) -> Accepted | Declined:
    result = await play.answering.submit(sent, relation)
    await play.quiet()
    return result


async def amended(play: Stage, sent: Question, relation: Relation) -> Turn:
    result = await send(play, sent, relation)
    assert isinstance(result, Accepted), result
    return result.turn


async def pictures_of(play: Stage, turn: Turn) -> list[str]:
    return [each.file_id for each in (await play.turn(turn.id)).question.attachments]


async def test_a_comment_is_asked_at_once_and_anew_with_what_is_forwarded(play: Stage) -> None:
    turn = await play.ask(question("перескажи"))
    assert play.model.questions == ["перескажи"]
    same = await amended(play, forward("раз"), FORWARDED)
    assert same.id == turn.id
    assert play.model.asked[0].aborted
    await amended(play, forward("два"), FORWARDED)
    await play.pass_s(ONE_MORE_S / 2)
    await amended(play, forward("три", later_s=1), FORWARDED)
    await play.pass_s(ONE_MORE_S / 2)
    assert len(play.model.asked) == 1
    await play.pass_s(ONE_MORE_S / 2)
    assert len(play.model.asked) == 2
    last = play.model.questions[-1]
    assert [line for line in last.splitlines() if line.startswith("> ")] == ["> раз", "> два", "> три"]
    assert last.endswith("перескажи")
    await play.say("пересказ")
    assert play.chat.answers == [(turn.id, "пересказ")]
    assert await play.state(turn) is TurnState.DONE


async def test_whose_time_for_more_is_over_while_it_is_edited_takes_no_slot_twice(
    play: Stage, tmp_path: Path
) -> None:
    turn = await amended(play, picture(1, caption="что тут"), piece())
    with Databases(None).unwritable(tmp_path):
        edited = replace(turn.question, text="что там?", update_id=4444)
        editing = asyncio.create_task(play.answering.regeneration.edit(edited, play.clock.now()))
        await settle()
        await play.clock.advance(ONE_MORE_S)
        assert play.answering.scheduler.slots.in_use == 0
    assert isinstance(await editing, Accepted)
    await play.quiet()
    assert play.model.questions == ["что там?"]
    await play.say()
    assert play.answering.scheduler.slots.in_use == 0


async def test_an_answer_that_came_already_is_given_anew_once(play: Stage) -> None:
    turn = await play.ask(question("перескажи"))
    await play.say("что?")
    for number in range(3):
        await amended(play, forward(f"№{number}", later_s=1), FORWARDED)
    await play.pass_s(ONE_MORE_S)
    await play.say("пересказ")
    assert play.chat.answers == [(turn.id, "что?"), (turn.id, "пересказ")]
    assert len(play.model.asked) == 2


async def test_a_forward_alone_waits_for_a_comment_and_then_stands(play: Stage) -> None:
    turn = await amended(play, forward("новость"), FORWARDED)
    await play.pass_s(WITHIN_S - 0.5)
    assert play.model.asked == []
    await play.pass_s(0.5)
    assert play.model.questions[0].endswith(f"> новость\n\n{UNASKED}")
    await play.say("о погоде")
    assert play.chat.answers == [(turn.id, "о погоде")]


async def test_a_comment_that_comes_after_is_asked_with_it_at_once(play: Stage) -> None:
    turn = await amended(play, forward("новость"), FORWARDED)
    said = question("это правда?", later_s=1)
    assert (await play.ask(said)).id == turn.id
    assert play.model.questions == ["Пересланное сообщение; откуда: «Иван».\n> новость\n\nэто правда?"]
    assert (await play.turn(turn.id)).question.message_id == said.message_id


async def test_a_question_long_after_a_forward_is_another(play: Stage) -> None:
    """By the dates of the messages: they come at once when the bot was away."""
    first = await amended(play, forward("новость"), FORWARDED)
    second = await play.ask(question("а вот ещё", later_s=60))
    assert second.id != first.id
    await play.say()
    await play.say()
    assert play.model.questions[1] == "а вот ещё"


async def test_a_forward_long_after_a_question_is_another(play: Stage) -> None:
    first = await play.ask(question("первое"))
    second = await amended(play, forward("новость", later_s=WITHIN_S + 1), FORWARDED)
    assert second.id != first.id
    assert not play.model.asked[0].aborted


async def test_somebody_elses_forward_amends_nothing(play: Stage) -> None:
    turn = await play.ask(question("первое", conversation=GROUP))
    theirs = replace(forward("новость", asker=BORIS), conversation=GROUP, private=False)
    assert declined(await send(play, theirs, OVERHEARD)).reason is Reason.NO_QUESTION
    assert not play.model.asked[0].aborted
    mine = replace(forward("новость"), conversation=GROUP, private=False)
    await play.ask(question("второе", conversation=GROUP, asker=BORIS))
    assert (await amended(play, mine, OVERHEARD)).id == turn.id
    await play.pass_s(ONE_MORE_S)
    assert "> новость" in play.model.questions[1]
    await play.say()
    assert "второе" in play.model.questions[2]


async def test_what_is_forwarded_after_a_stop_stands_alone(play: Stage) -> None:
    turn = await play.ask(question("перескажи"))
    await play.answering.stopping.stop(HOME, by=ANNA.id, admin=False)
    other = await amended(play, forward("новость", later_s=1), FORWARDED)
    assert other.id != turn.id
    await play.pass_s(WITHIN_S)
    await play.say()
    assert await play.state(turn) is TurnState.STOPPED
    assert await play.state(other) is TurnState.DONE


async def test_a_stop_ends_what_is_being_gathered(play: Stage) -> None:
    turn = await amended(play, forward("новость"), FORWARDED)
    await play.answering.stopping.stop(HOME, by=ANNA.id, admin=False)
    await play.pass_s(2 * WITHIN_S)
    assert play.model.asked == []
    assert await play.state(turn) is TurnState.STOPPED
    await play.ask(question("дальше", later_s=1))
    assert play.model.questions == ["дальше"]


async def test_a_conversation_begun_anew_is_not_amended(play: Stage) -> None:
    turn = await play.ask(question("перескажи"))
    await play.say()
    await play.store.conversations.start_fresh(HOME)
    other = await amended(play, forward("новость", later_s=1), FORWARDED)
    assert other.id != turn.id


async def test_a_forward_after_a_restart_finds_its_comment(play: Stage) -> None:
    turn = await play.ask(question("перескажи"))
    await play.restart()
    assert (await amended(play, forward("новость", later_s=1), FORWARDED)).id == turn.id
    await play.pass_s(ONE_MORE_S)
    await play.say()
    assert play.model.questions[-1].endswith("> новость\n\nперескажи")


async def test_what_was_gathered_is_asked_once_after_a_restart(play: Stage) -> None:
    turn = await amended(play, forward("раз"), FORWARDED)
    await amended(play, forward("два"), FORWARDED)
    await play.restart()
    assert play.model.asked == []
    await play.pass_s(WITHIN_S)
    await play.say()
    await play.pass_s(60)
    assert "> раз" in play.model.questions[0]
    assert "> два" in play.model.questions[0]
    assert play.chat.answers == [(turn.id, "ответ")]


async def test_an_update_that_comes_again_adds_nothing(play: Stage) -> None:
    await play.ask(question("перескажи"))
    sent = forward("новость")
    await play.store.inbox.accept([(sent.update_id, "raw")])
    await amended(play, sent, FORWARDED)
    assert declined(await send(play, sent, FORWARDED)).reason is Reason.REPEATED
    await play.pass_s(ONE_MORE_S)
    assert play.model.questions[-1].count("> новость") == 1


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
async def test_an_album_is_one_question_in_the_order_of_its_messages(
    play: Stage, order: tuple[int, int, int]
) -> None:
    for number in order:
        turn = await amended(play, picture(number, caption="что тут?" if number == 2 else ""), piece())
        await play.pass_s(ONE_MORE_S / 2)
        assert play.model.asked == []
    await play.pass_s(ONE_MORE_S / 2)
    assert play.model.questions == ["что тут?"]
    assert await pictures_of(play, turn) == ["f1", "f2", "f3"]
    assert (await play.turn(turn.id)).question.message_id == 2


async def test_a_piece_that_comes_late_is_asked_with_the_others(play: Stage) -> None:
    turn = await amended(play, picture(1, caption="что тут?"), piece())
    await play.pass_s(ONE_MORE_S)
    await play.say("одно")
    await play.ask(question("о другом", later_s=5))
    await play.say()
    late = await amended(play, picture(2, later_s=0), piece())
    assert late.id == turn.id
    await play.pass_s(ONE_MORE_S)
    await play.say("два")
    assert play.chat.shown[turn.id].text == "два"
    assert await pictures_of(play, turn) == ["f1", "f2"]


async def test_a_piece_of_an_album_that_was_stopped_is_kept_and_not_asked(play: Stage) -> None:
    turn = await amended(play, picture(1), piece())
    await play.answering.stopping.stop(HOME, by=ANNA.id, admin=False)
    assert declined(await send(play, picture(2), piece())).reason is Reason.REPEATED
    await play.pass_s(5)
    assert play.model.asked == []
    assert await pictures_of(play, turn) == ["f1", "f2"]
    assert isinstance(await play.answering.regeneration.retry(turn.id), Accepted)


async def test_in_a_group_the_caption_asks_about_the_whole_album(play: Stage) -> None:
    """Whichever of its pieces carries it."""
    quiet = piece(addressed=False)
    assert declined(await send(play, picture(1, group=True), quiet)).reason is Reason.NO_QUESTION
    await play.pass_s(KEPT_S - 1)
    turn = await amended(play, picture(2, caption="что тут?", group=True), piece())
    await amended(play, picture(3, group=True), quiet)
    await play.pass_s(ONE_MORE_S)
    assert len(play.model.asked) == 1
    assert await pictures_of(play, turn) == ["f1", "f2", "f3"]


async def test_a_caption_under_what_is_not_seen_asks_about_the_rest(play: Stage) -> None:
    film = replace(picture(1, caption="что тут?", group=True), attachments=())
    assert declined(await send(play, film, Relation("7", asks=False))).reason is Reason.NO_QUESTION
    turn = await amended(play, picture(2, group=True), piece(addressed=False))
    await play.pass_s(ONE_MORE_S)
    assert play.model.questions[0].endswith("что тут?")
    assert await pictures_of(play, turn) == ["f2"]


async def test_an_album_that_nobody_speaks_of_is_forgotten(play: Stage) -> None:
    """Its updates wait in the inbox until then: a process that is killed meanwhile comes back to them."""
    pieces = [picture(number, group=True) for number in (1, 2)]
    await play.store.inbox.accept([(each.update_id, "raw") for each in pieces])
    for each in pieces:
        await send(play, each, piece(addressed=False))
        await play.store.inbox.finish(each.update_id)  # as the receiver does
    assert len(await play.store.inbox.pending()) == 2
    await play.pass_s(KEPT_S)
    assert await play.store.inbox.pending() == []
    assert play.model.asked == []


async def test_an_album_that_asks_leaves_nothing_in_the_inbox(play: Stage) -> None:
    first, second = picture(1, group=True), picture(2, caption="что тут?", group=True)
    await play.store.inbox.accept([(each.update_id, "raw") for each in (first, second)])
    await send(play, first, piece(addressed=False))
    await play.store.inbox.finish(first.update_id)
    await amended(play, second, piece())
    assert await play.store.inbox.pending() == []
