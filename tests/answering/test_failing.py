"""What goes wrong at the model: retries, deadlines, the circuit, quotas, and what is said about it."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.answering.answering import Limits
from bot.answering.asking.circuit import CircuitState
from bot.answering.asking.retrying import wait_s
from bot.answering.outcomes import Accepted, Failure, Reason
from bot.answering.ports import Note
from bot.core.unreachable import TopicGone
from bot.core.values import Conversation, TurnState, Usage
from bot.model import FailureKind
from bot.store import StoreUnavailable
from tests.answering.null_observer import NullObserver
from tests.answering.stage import Shown, Stage, declined, stage
from tests.answering.values import BORIS, GROUP, HOME, question
from tests.clocks import settle

NEVER_AGAIN = (
    FailureKind.BAD_REQUEST,
    FailureKind.UNAUTHORIZED,
    FailureKind.FORBIDDEN,
    FailureKind.UNSUPPORTED,
)


class Measures(NullObserver):
    """An observer that keeps everything."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, float]] = []
        self.ends: list[tuple[str, float, float | None, int]] = []
        self.queue: tuple[int, int, int] = (0, 0, 0)

    def requested(self, *, model: str, outcome: str, duration_s: float) -> None:
        assert model == "yandexgpt-lite"
        self.requests.append((outcome, duration_s))

    def closed(self, *, outcome: str, waited_s: float, answered_s: float | None, usage: Usage) -> None:
        self.ends.append((outcome, waited_s, answered_s, usage.output_tokens))

    def queued(self, *, waiting: int, asking: int, slots: int) -> None:
        self.queue = (waiting, asking, slots)


def circuit(play: Stage) -> CircuitState:
    return play.answering.circuit.state


@pytest.mark.parametrize("kind", NEVER_AGAIN)
async def test_what_would_only_fail_again_is_not_asked_again(play: Stage, kind: FailureKind) -> None:
    """One request; a line with an error id; the operator is told why."""
    turn = await play.ask(question())
    await play.fail(kind, status=400)
    await play.pass_s(30)
    assert len(play.model.asked) == 1
    shown = play.chat.shown[turn.id]
    assert (shown.failure, len(shown.error_id), shown.retry_in_s) == (kind, 8, None)
    assert play.chat.alerts == [(kind, "why")]
    closed = await play.turn(turn.id)
    assert (closed.state, closed.failure) == (TurnState.FAILED, kind)


@pytest.mark.parametrize(
    ("kind", "attempts"),
    [
        (FailureKind.SERVER_ERROR, 5),
        (FailureKind.UNAVAILABLE, 5),
        (FailureKind.TIMEOUT, 2),
        (FailureKind.BROKEN_REPLY, 2),
    ],
)
async def test_the_rest_is_asked_again_a_few_times_and_then_given_up(
    play: Stage, kind: FailureKind, attempts: int
) -> None:
    turn = await play.ask(question())
    for _ in range(attempts - 1):
        await play.fail(kind)
        assert play.model.open == []
        await play.pass_s(10)
    await play.fail(kind)
    assert len(play.model.asked) == attempts
    assert play.chat.shown[turn.id].failure == kind
    assert [alert for alert, _ in play.chat.alerts] == [kind] * (kind is FailureKind.UNAVAILABLE)


async def test_an_answer_after_failures_is_as_good_as_any(play: Stage) -> None:
    turn = await play.ask(question())
    for wait in (1.0, 1.5, 2.5):  # 1 s, 1.5 s, 2.25 s with the jitter at its most
        await play.fail(FailureKind.SERVER_ERROR)
        await play.pass_s(wait - 0.5)
        assert play.model.open == []
        await play.pass_s(0.5)
    await play.say("наконец")
    assert play.chat.shown[turn.id] == Shown("наконец")


async def test_each_wait_is_drawn_anew_from_nothing_to_its_whole(tmp_path: Path) -> None:
    ranges: list[tuple[float, float]] = []
    shares = [1.0, 0.0, 0.5]

    def draw(least: float, most: float) -> float:
        ranges.append((least, most))
        return shares[len(ranges) - 1]

    async with stage(tmp_path, draw=draw) as play:
        await play.ask(question())
        for wait_s in (1.0, 0.0, 1.125):  # of 1 s, 1.5 s, 2.25 s
            before_s = play.clock.monotonic()
            await play.fail(FailureKind.SERVER_ERROR)
            while not play.model.open:
                await play.clock.advance(0.125)
                await play.quiet()
            assert play.clock.monotonic() - before_s == wait_s
    assert ranges == [(0.0, 1.0)] * 3


async def test_retry_after_is_waited_out(play: Stage) -> None:
    await play.ask(question())
    await play.fail(FailureKind.QUOTA, retry_after_s=20.0)
    await play.pass_s(20.0)
    assert play.model.open == []
    await play.pass_s(1.0)
    assert len(play.model.open) == 1


async def test_retry_after_beyond_the_deadline_is_told_at_once(play: Stage) -> None:
    turn = await play.ask(question())
    await play.fail(FailureKind.QUOTA, retry_after_s=600.0)
    assert play.chat.shown[turn.id].failure == FailureKind.QUOTA
    assert play.chat.shown[turn.id].retry_in_s == 600.0


async def test_quota_lowers_the_slots_and_success_raises_them(tmp_path: Path) -> None:
    measures = Measures()
    async with stage(tmp_path, limits=Limits(model_concurrency=4), observer=measures) as play:
        for chat in range(4):
            await play.ask(question(conversation=Conversation(chat + 1)))
        assert measures.queue == (0, 4, 4)
        for _ in range(4):
            await play.fail(FailureKind.QUOTA)
        assert play.answering.scheduler.slots.limit == 2
        await play.pass_s(1.0)
        assert len(play.model.open) == 2
        await play.say()
        await play.say()
        assert play.answering.scheduler.slots.limit == 3
        assert [outcome for outcome, _ in measures.requests] == ["quota"] * 4 + ["answer"] * 2


async def test_back_off_does_not_keep_the_slot(tmp_path: Path) -> None:
    """While one waits to ask again, another is asked; the first comes back before those still waiting."""
    async with stage(tmp_path, limits=Limits(model_concurrency=1)) as play:
        await play.ask(question("первый", conversation=Conversation(1)))
        await play.ask(question("второй", conversation=Conversation(2)))
        await play.ask(question("третий", conversation=Conversation(3)))
        await play.fail(FailureKind.SERVER_ERROR)
        await play.pass_s(1.0)
        assert play.model.questions == ["первый", "второй"]
        await play.say()
        assert play.model.questions == ["первый", "второй", "первый"]


async def test_the_deadline_counts_from_the_slot_and_ends_everything(tmp_path: Path) -> None:
    limits = Limits(model_concurrency=1, answer_deadline_s=30.0, model_timeout_s=20.0)
    async with stage(tmp_path, limits=limits) as play:
        first = await play.ask(question("первый", conversation=Conversation(1)))
        second = await play.ask(question("второй", conversation=Conversation(2)))
        await play.pass_s(20.0)
        await play.fail(FailureKind.TIMEOUT)
        assert play.model.open[0].request.question == "второй"
        await play.pass_s(10.0)
        assert play.chat.shown == {
            first.id: Shown(failure=FailureKind.TIMEOUT, error_id=play.chat.shown[first.id].error_id)
        }
        await play.say("вовремя")
        assert play.chat.shown[second.id] == Shown("вовремя")


async def test_a_request_gets_no_more_time_than_is_left(tmp_path: Path) -> None:
    limits = Limits(answer_deadline_s=30.0, model_timeout_s=20.0)
    async with stage(tmp_path, limits=limits) as play:
        await play.ask(question())
        await play.pass_s(15.0)
        await play.fail(FailureKind.SERVER_ERROR)
        await play.pass_s(1.0)
        assert [asked.timeout_s for asked in play.model.asked] == [20.0, 14.0]


async def test_a_model_that_never_returns_is_left_at_the_deadline(tmp_path: Path) -> None:
    """With every slot hung, the next question is answered all the same."""
    async with stage(tmp_path, limits=Limits(model_concurrency=2, answer_deadline_s=10.0)) as play:
        hung = [await play.ask(question(conversation=Conversation(chat))) for chat in (1, 2)]
        last = await play.ask(question("последний", conversation=Conversation(3)))
        await play.pass_s(10.0)
        assert [play.chat.shown[turn.id].failure for turn in hung] == [FailureKind.TIMEOUT] * 2
        assert [asked.aborted for asked in play.model.asked] == [True, True, False]
        await play.say("жив")
        assert play.chat.shown[last.id] == Shown("жив")
        assert circuit(play) is CircuitState.CLOSED


async def test_the_circuit_answers_at_once_then_probes_and_closes(play: Stage) -> None:
    first, *_ = [await play.ask(question(conversation=Conversation(chat))) for chat in (1, 2, 3)]
    for _ in range(3):
        await play.fail(FailureKind.UNAVAILABLE)
    await play.pass_s(6.0)
    assert play.chat.shown[first.id].failure == FailureKind.UNAVAILABLE
    second = await play.ask(question(conversation=Conversation(2)))
    assert play.chat.shown[second.id].failure == FailureKind.UNAVAILABLE
    assert play.chat.shown[second.id].retry_in_s == 9.0
    assert len(play.model.asked) == 3
    await play.pass_s(9.0)
    probe = await play.ask(question(conversation=Conversation(3)))
    refused = await play.ask(question(conversation=Conversation(4)))
    assert play.chat.shown[refused.id].failure == FailureKind.UNAVAILABLE
    await play.say("снова здесь")
    assert play.chat.shown[probe.id] == Shown("снова здесь")
    assert circuit(play) is CircuitState.CLOSED


async def test_a_stopped_probe_leaves_the_next_question_to_find_out(play: Stage) -> None:
    turn, *_ = [await play.ask(question(conversation=Conversation(chat))) for chat in (HOME.chat_id, 2, 3)]
    for _ in range(3):
        await play.fail(FailureKind.SERVER_ERROR)
    await play.pass_s(15.0)
    await play.answering.regeneration.retry(turn.id)
    await play.quiet()
    assert circuit(play) is CircuitState.PROBING
    await play.answering.stopping.stop(turn.question.conversation, by=turn.question.asker.id, admin=False)
    await play.ask(question())
    assert len(play.model.open) == 1


async def test_one_question_that_always_fails_keeps_nobody_out(play: Stage) -> None:
    """However often it is tried; nor does a 200 that says that it failed count against the provider."""
    for kind, status in ((FailureKind.UNAVAILABLE, 503), (FailureKind.SERVER_ERROR, 200)):
        turn = await play.ask(question("ядовитый", conversation=Conversation(1)))
        for number in range(10):
            await play.fail(kind, status=status)
            await play.pass_s(10.0)
            if number == 4:
                assert isinstance(await play.answering.regeneration.retry(turn.id), Accepted)
                await play.quiet()
        assert play.chat.shown[turn.id].failure == kind
        other = await play.ask(question(asker=BORIS))
        await play.say("ответ")
        assert play.chat.shown[other.id] == Shown("ответ")


async def test_replies_that_say_they_failed_never_open_the_circuit(play: Stage) -> None:
    for chat in range(5):
        await play.ask(question(conversation=Conversation(chat + 1)))
        await play.fail(FailureKind.SERVER_ERROR, status=200)
    assert circuit(play) is CircuitState.CLOSED


async def test_a_probe_of_one_person_does_not_keep_the_others_out(play: Stage) -> None:
    """Neither while it hangs nor when it has failed."""
    for chat in (1, 2, 3):
        await play.ask(question(conversation=Conversation(chat)))
        await play.fail(FailureKind.UNAVAILABLE)
    await play.pass_s(15.0)
    hangs = await play.ask(question("ядовитый", conversation=Conversation(4)))
    assert circuit(play) is CircuitState.PROBING
    other = await play.ask(question("чужой", asker=BORIS))
    assert [asked.request.question for asked in play.model.open] == ["ядовитый", "чужой"]
    await play.fail(FailureKind.UNAVAILABLE)
    assert play.chat.shown.get(hangs.id, Shown()).text == ""
    await play.say("ответ")
    assert play.chat.shown[other.id] == Shown("ответ")
    assert circuit(play) is CircuitState.CLOSED


async def test_a_history_too_long_is_left_out_and_said(play: Stage) -> None:
    """The question is asked once more, and only once."""
    for number in range(3):
        await play.ask(question(f"{number}"))
        await play.say()
    turn = await play.ask(question("вопрос"))
    await play.fail(FailureKind.TOO_LONG)
    await play.say("короче")
    assert [len(asked.request.history) for asked in play.model.asked[3:]] == [3, 0]
    assert play.chat.shown[turn.id] == Shown("короче", (Note.TRIMMED,))


async def test_a_question_too_long_by_itself_has_its_own_word(play: Stage) -> None:
    await play.ask(question("раз"))
    await play.say()
    turn = await play.ask(question("два"))
    await play.fail(FailureKind.TOO_LONG)
    await play.fail(FailureKind.TOO_LONG)
    assert play.chat.shown[turn.id].failure == Failure.QUESTION_TOO_LONG
    assert len(play.model.asked) == 3


async def test_retry_asks_the_same_question_once(play: Stage) -> None:
    """A double press does nothing more; the failure's line becomes the answer."""
    turn = await play.ask(question("вопрос"))
    await play.fail(FailureKind.UNSUPPORTED)
    assert isinstance(await play.answering.regeneration.retry(turn.id), Accepted)
    assert declined(await play.answering.regeneration.retry(turn.id)).reason is Reason.REPEATED
    await play.quiet()
    assert declined(await play.answering.regeneration.retry(turn.id)).reason is Reason.REPEATED
    assert play.model.questions == ["вопрос", "вопрос"]
    await play.say("ответ")
    assert play.chat.shown[turn.id] == Shown("ответ")
    assert declined(await play.answering.regeneration.retry(turn.id)).reason is Reason.REPEATED
    assert declined(await play.answering.regeneration.retry(4444)).reason is Reason.REPEATED


async def test_no_question_is_asked_whose_answer_could_not_be_kept(tmp_path: Path) -> None:
    async with stage(tmp_path, pragmas={"busy_timeout": 1}) as play:
        play.answering.pause()
        await play.ask(question("вопрос"))
        with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                await play.store.inbox.accept([(1, "{}")])
            play.answering.begin()
            await settle(10)
            assert play.model.asked == []
        await play.store.inbox.accept([(1, "{}")])
        await play.pass_s(2)
        assert play.model.questions == ["вопрос"]


async def test_retries_count_as_questions(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=Limits(user_rate_per_min=1)) as play:
        turn = await play.ask(question())
        await play.fail(FailureKind.UNSUPPORTED)
        assert declined(await play.answering.regeneration.retry(turn.id)).reason is Reason.PERSON_RATE


async def test_a_fault_of_our_own_becomes_a_failed_turn(
    play: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the error id, the type and the place, and nothing that people wrote."""
    play.chat.broken = ValueError("секрет пользователя")
    turn = await play.ask(question("личное"))
    with caplog.at_level(logging.INFO, logger="bot.answering"):
        await play.say("тайный ответ")
    shown = play.chat.shown[turn.id]
    assert shown.failure == Failure.INTERNAL
    assert await play.state(turn) is TurnState.FAILED
    assert play.chat.alerts == [(Failure.INTERNAL, shown.error_id)]
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.__dict__["error_id"] == shown.error_id
    assert record.__dict__["error"] == "builtins.ValueError"
    assert "raise error" in record.__dict__["traceback"]
    assert not [word for word in ("секрет", "личное", "тайный") if word in str(record.__dict__)]
    await play.ask(question("дальше"))
    assert len(play.model.open) == 1


async def test_each_answer_is_one_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    measures = Measures()
    async with stage(tmp_path, observer=measures) as play:
        turn = await play.ask(question("личное"))
        with caplog.at_level(logging.INFO, logger="bot.answering"):
            await play.pass_s(3.0)
            await play.say("тайный ответ")
        [record] = caplog.records
        line = record.__dict__
        assert line["message"] == "turn ended"
        told = {
            "turn_id": turn.id,
            "update_id": turn.question.update_id,
            "outcome": "answered",
            "waited_s": 0.0,
            "answered_s": 3.0,
            "asked_s": 3.0,
            "attempts": 1,
            "request_id": "c-1",
            "provider_request_id": "p-1",
            "server_trace_id": "t-1",
            "output_tokens": 5,
        }
        assert {name: line[name] for name in told} == told
        assert not [word for word in ("личное", "тайный") if word in str(line)]
        assert measures.ends == [("answered", 0.0, 3.0, 5)]
        assert measures.requests == [("answer", 3.0)]


async def test_a_chat_that_is_gone_is_left_quietly(play: Stage) -> None:
    """Its other work is dropped too; other chats go on."""
    first = await play.ask(question("раз", conversation=GROUP))
    second = await play.ask(question("два", conversation=GROUP))
    topic = await play.ask(question("три", conversation=Conversation(GROUP.chat_id, 7)))
    other = await play.ask(question("чужой"))
    play.chat.unreachable.add(GROUP.chat_id)
    await play.say()
    states = [await play.state(turn) for turn in (first, second, topic, other)]
    assert states == [TurnState.DROPPED] * 3 + [TurnState.WAITING]
    assert play.chat.shown == {}


async def test_where_only_the_topic_is_gone_the_chats_other_topics_go_on(play: Stage) -> None:
    gone = await play.ask(question("раз", conversation=Conversation(GROUP.chat_id, 7)))
    other = await play.ask(question("два", conversation=Conversation(GROUP.chat_id, 8)))
    play.chat.broken = TopicGone()
    await play.say()
    assert [await play.state(turn) for turn in (gone, other)] == [TurnState.DROPPED, TurnState.WAITING]


@pytest.mark.parametrize("jitter", [0.1, 0.5, 1.0])
def test_waits_grow_and_end(jitter: float) -> None:
    """1 s, 1.5 times more each time, at most 10 s; never a second spent in vain at the deadline."""
    waits = [
        wait_s(FailureKind.QUOTA, attempts=n, retry_after_s=None, left_s=60.0, jitter=jitter)
        for n in range(1, 11)
    ]
    assert waits[-1] is None
    grown = [wait for wait in waits if wait is not None]
    assert len(grown) == 9
    assert grown == sorted(grown)
    assert (grown[0], grown[1], grown[-1]) == pytest.approx((jitter, 1.5 * jitter, 10.0 * jitter))
    assert wait_s(FailureKind.QUOTA, attempts=1, retry_after_s=None, left_s=1.0, jitter=jitter) is None
    assert wait_s(FailureKind.BAD_REQUEST, attempts=1, retry_after_s=1.0, left_s=60, jitter=jitter) is None


@pytest.mark.parametrize(("left_s", "wait"), [(2.0, 1.0), (1.99, None)])
def test_a_request_that_is_left_just_a_second_is_still_made(left_s: float, wait: float | None) -> None:
    assert wait_s(FailureKind.QUOTA, attempts=1, retry_after_s=None, left_s=left_s, jitter=1.0) == wait
