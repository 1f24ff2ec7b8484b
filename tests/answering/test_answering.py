"""The use case on the real database: order, answers, memory, pastes, limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.answering.answering import Limits
from bot.answering.asking.circuit import CircuitState
from bot.answering.outcomes import Declined, Reason, Stopped
from bot.answering.ports import Note
from bot.answering.prompt.window import HISTORY_TURNS
from bot.core.values import Conversation, Exchange, Memory, Person, TurnState
from tests.answering.stage import Shown, Stage, declined, stage
from tests.answering.values import ANNA, BORIS, GROUP, HOME, START, question, settings
from tests.store.questions import answered

LONG = "я" * 4096


async def test_a_question_becomes_an_answer(play: Stage) -> None:
    """Typing is shown meanwhile; the turn is done and remembered."""
    turn = await play.ask(question())
    assert play.chat.typing_now == {turn.id}
    await play.say("Рассеяние света")
    assert play.chat.shown == {turn.id: Shown("Рассеяние света")}
    assert play.chat.typing_now == set()
    assert await play.state(turn) is TurnState.DONE
    assert play.chat.notices == {}


async def test_one_at_a_time_in_a_conversation_the_others_do_not_wait(play: Stage) -> None:
    first = await play.ask(question("первый"))
    second = await play.ask(question("второй"))
    await play.ask(question("чужой", conversation=Conversation(5), asker=BORIS))
    assert play.model.questions == ["первый", "чужой"]
    play.chat.sending.clear()
    await play.say()
    assert play.model.questions == ["первый", "чужой"]  # the lane is busy until the answer is delivered
    play.chat.sending.set()
    await play.quiet()
    assert play.model.questions == ["первый", "чужой", "второй"]
    await play.say()
    await play.say()
    assert [turn_id for turn_id, _ in play.chat.answers if turn_id in {first.id, second.id}] == [
        first.id,
        second.id,
    ]


async def test_delivery_does_not_keep_the_slot(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(model_concurrency=1)) as play:
        play.chat.sending.clear()
        await play.ask(question("первый"))
        await play.say()
        await play.ask(question("чужой", conversation=Conversation(5)))
        assert len(play.model.open) == 1


async def test_a_flood_delays_a_stranger_by_one_generation(tmp_path: Path) -> None:
    """Fifty messages in many chats by one person wait; a stranger is next."""
    async with stage(tmp_path, limits=Limits(model_concurrency=1, user_rate_per_min=0)) as play:
        for number in range(50):
            await play.answering.submit(question(f"{number}", conversation=Conversation(number + 1)))
        await play.answering.submit(question("чужой", conversation=Conversation(999), asker=BORIS))
        await play.quiet()
        await play.say()
        assert play.model.questions == ["0", "чужой"]
        scheduler = play.answering.scheduler
        assert (scheduler.waiting, scheduler.slots.in_use, scheduler.slots.limit) == (49, 1, 1)
        assert play.answering.circuit.state is CircuitState.CLOSED


async def test_the_conversation_so_far_goes_with_the_question(play: Stage) -> None:
    await play.ask(question("Кто написал «Тараса Бульбу»?"))
    await play.say("Гоголь.")
    await play.ask(question("А когда?"))
    assert play.model.open[0].request.history == (Exchange("Кто написал «Тараса Бульбу»?", "Гоголь."),)


async def test_in_a_group_the_branch_says_who_asked(play: Stage) -> None:
    first = await play.ask(question("Раз?", conversation=GROUP))
    await play.say("Раз.")
    await play.ask(question("Два?", conversation=GROUP, asker=BORIS, replies_to=9000 + first.id))
    request = play.model.open[0].request
    assert request.history == (Exchange("«Анна» asks:\nРаз?", "Раз."),)
    assert request.question == "«Boris» asks:\nДва?"
    await play.say()
    assert all(shown.notes == () for shown in play.chat.shown.values())


async def test_older_turns_fall_out_and_it_is_said_once(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(history_tokens=200)) as play:
        notes = []
        for number in range(5):
            turn = await play.ask(question(f"{number}" * 60))
            await play.say("х" * 60)
            notes.append(play.chat.shown[turn.id].notes)
        assert notes == [(), (), (Note.LEFT_OUT,), (), ()]
        assert [len(asked.request.history) for asked in play.model.asked] == [0, 1, 1, 1, 1]


async def test_turns_beyond_the_most_that_go_along_are_left_out_with_a_word(play: Stage) -> None:
    for number in range(HISTORY_TURNS):
        await answered(play.store, await play.store.turns.add(question(f"{number}"), memory=Memory.LINEAR))
    whole = await play.ask(question("все"))
    await play.say()
    one_less = await play.ask(question("без первого"))
    await play.say()
    assert [asked.request.history[0].question for asked in play.model.asked] == ["0", "1"]
    assert [len(asked.request.history) for asked in play.model.asked] == [HISTORY_TURNS] * 2
    assert [play.chat.shown[turn.id].notes for turn in (whole, one_less)] == [(), (Note.LEFT_OUT,)]


async def test_what_the_provider_counts_widens_the_window(tmp_path: Path) -> None:
    """A model that needs few tokens a letter soon gets more of the talk; a new process is cautious."""
    async with stage(tmp_path, limits=Limits(history_tokens=1000, user_rate_per_min=0)) as play:
        for _ in range(25):
            await play.ask(question("ы" * 300))
            request = play.model.open[0].request
            letters = len(request.question) + sum(len(e.question + e.answer) for e in request.history)
            await play.say("х" * 300, input_tokens=letters // 4)
        lengths = [len(asked.request.history) for asked in play.model.asked]
        assert lengths[2] == 2
        assert lengths[-1] == 4
        await play.restart()
        await play.ask(question("ы" * 300))
        assert len(play.model.open[0].request.history) == 2


async def test_memory_off_sends_nothing_along(tmp_path: Path) -> None:
    async with stage(tmp_path, chat_settings=settings(memory="off")) as play:
        await play.ask(question("раз"))
        await play.say()
        await play.ask(question("два"))
        assert play.model.open[0].request.history == ()


async def test_an_update_that_came_before_makes_no_second_turn(play: Stage) -> None:
    asked = question()
    await play.ask(asked)
    assert declined(await play.answering.submit(asked)).reason is Reason.REPEATED
    await play.quiet()
    assert len(play.model.asked) == 1


async def test_a_person_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(user_rate_per_min=1)) as play:
        await play.ask(question())
        assert await play.answering.submit(question(later_s=20.0)) == Declined(Reason.PERSON_RATE, 40.0)


async def test_a_group_has_a_share_of_its_own(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(user_rate_per_min=1)) as play:
        for number in range(3):
            await play.ask(question(conversation=GROUP, asker=Person(number, "Кто-то")))
        refused = await play.answering.submit(question(conversation=GROUP, asker=Person(9, "Ещё")))
        assert declined(refused).reason is Reason.CHAT_RATE


async def test_a_full_queue_is_said_politely(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(model_concurrency=1, queue_limit=1)) as play:
        await play.ask(question())
        await play.ask(question())
        assert await play.answering.submit(question()) == Declined(Reason.QUEUE_FULL, 5.0)


async def test_a_split_paste_is_one_question(play: Stage) -> None:
    """It waits two seconds for the rest; what comes is added in the database too."""
    first = await play.ask(question(LONG))
    assert play.model.asked == []
    await play.pass_s(1.5)
    second = question("конец", later_s=1.0)
    assert play.answering.pastes.continued_by(second)
    assert (await play.ask(second)).id == first.id
    assert play.model.questions == [LONG + "конец"]
    assert (await play.turn(first.id)).question.text == LONG + "конец"


async def test_a_paste_in_three_pieces(play: Stage) -> None:
    await play.ask(question(LONG))
    await play.pass_s(1.0)
    await play.ask(question("ю" * 4090))
    await play.pass_s(1.5)
    await play.ask(question("конец"))
    assert play.model.questions == [LONG + "ю" * 4090 + "\nконец"]


async def test_a_long_message_alone_waits_no_longer_than_two_seconds(play: Stage) -> None:
    await play.ask(question(LONG))
    await play.pass_s(2.0)
    assert play.model.questions == [LONG]
    await play.ask(question("следующий"))
    assert play.model.questions == [LONG]


async def test_a_piece_that_comes_when_its_beginning_is_being_asked_is_a_question_of_its_own(
    play: Stage,
) -> None:
    """An edit of the beginning sends it off before the two seconds are over."""
    beginning = question(LONG)
    first = await play.ask(beginning)
    edited = replace(beginning, update_id=5001, text="ю" * 4096)
    await play.answering.regeneration.edit(edited, START + timedelta(seconds=1))
    await play.quiet()
    second = await play.ask(question("конец", later_s=1.0))
    assert second.id != first.id
    await play.say()
    await play.say()
    assert play.model.questions == ["ю" * 4096, "конец"]


async def test_anything_between_ends_the_paste(play: Stage) -> None:
    """Another person's question, or something that is no question at all."""
    await play.ask(question(LONG, conversation=GROUP))
    await play.ask(question("другое", conversation=GROUP, asker=BORIS))
    await play.ask(question("конец", conversation=GROUP))
    assert len(play.model.asked) == 1
    await play.ask(question(LONG))
    play.answering.pastes.complete(HOME)
    await play.quiet()
    assert len(play.model.asked) == 2
    await play.ask(question("не конец"))
    assert len(play.model.open) == 2


async def test_a_paste_whose_beginning_is_gone_is_a_question_of_its_own(play: Stage) -> None:
    first = await play.ask(question(LONG))
    await play.store.turns.close(first.id, TurnState.DROPPED)
    rest = await play.ask(question("конец"))
    assert rest.id != first.id
    assert play.model.questions == ["конец"]


async def test_a_restart_waits_for_the_rest_of_a_paste(play: Stage) -> None:
    first = await play.ask(question(LONG))
    await play.restart()
    assert play.model.asked == []
    await play.ask(question("конец"))
    assert (await play.turn(first.id)).question.text == LONG + "конец"
    assert len(play.model.asked) == 1


async def test_a_chat_that_became_a_supergroup_keeps_its_work(play: Stage) -> None:
    moved = Conversation(-100500)
    await play.ask(question("раз", conversation=GROUP))
    waiting = await play.ask(question("два", conversation=GROUP))
    await play.ask(question("чужой"))
    await play.ask(question(LONG, conversation=Conversation(GROUP.chat_id, 7)))
    play.answering.moved(GROUP.chat_id, moved.chat_id)
    stopped = await play.answering.stopping.stop(moved, by=ANNA.id, admin=False, turn_id=waiting.id)
    assert isinstance(stopped, Stopped)
    assert [turn.id for turn in stopped.turns] == [waiting.id]
    await play.quiet()
    assert len(play.model.open) == 3


async def test_times_of_the_messages_count_not_of_their_arrival(tmp_path: Path) -> None:
    """A backlog of an hour delivered at once is no flood."""
    async with stage(tmp_path, limits=Limits(user_rate_per_min=1)) as play:
        for minute in range(5):
            await play.ask(question(sent_at=START, later_s=minute * 61.0))
