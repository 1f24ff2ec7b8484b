"""Numbers that people meet: waits, limits, and how much goes along with a question."""

from __future__ import annotations

from bot.answering import answering, estimating, gathering, notices, recovery, regeneration
from bot.answering.asking import retrying
from bot.answering.intake import admission, loose_pieces, pastes, pieces, rates
from bot.answering.prompt import composing, recalling, request, talk, window
from tests.numbers import numbers


def test_when_whoever_waits_is_told() -> None:
    names = ("IN_QUEUE_S", "BEING_ANSWERED_S", "EDIT_EVERY_S", "REMOVED_WITHIN_S", "MOST_A_LOOK")
    assert numbers(notices, *names) == [5, 15, 5, 2, 10]


def test_how_long_and_how_often_the_model_is_asked() -> None:
    assert numbers(retrying, "FIRST_WAIT_S", "GROWTH", "LONGEST_WAIT_S", "LEAST_TIME_S") == [1, 1.5, 10, 1]
    assert numbers(recovery, "MAX_TRIES") == [3]
    assert numbers(answering, "EXPIRE_AFTER_S") == [6 * 3600]


def test_what_is_taken_as_one_question() -> None:
    assert numbers(pastes, "FULL_UNITS", "CUT_UNITS", "WITHIN_S") == [4000, 4096, 2]
    assert numbers(loose_pieces, "KEPT_S") + numbers(pieces, "WITHIN_S") == [15, 2]
    assert numbers(gathering, "ONE_MORE_S") + numbers(regeneration, "EDITABLE_S") == [1, 600]


def test_how_much_is_taken() -> None:
    assert numbers(rates, "WINDOW_S", "CHAT_SHARE") + numbers(admission, "TYPICAL_ANSWER_S") == [60, 3, 5]
    assert numbers(estimating, "LONGEST_SPEECH_S", "MOST_PICTURES", "PICTURE_TOKENS") == [600, 10, 2500]


def test_how_much_goes_along() -> None:
    assert numbers(window, "HISTORY_TURNS", "CONTEXT_TOKENS", "MESSAGE_TOKENS") == [50, 32_000, 8]
    assert numbers(window, "WORST_TOKENS_PER_UNIT") == [1 / 1.5]
    assert numbers(talk, "SHARE", "MESSAGE_CHARACTERS") + numbers(request, "NAME_CHARACTERS") == [2, 1000, 64]
    assert numbers(recalling, "DOCUMENTS_IN_HISTORY") == [9000]
    assert numbers(composing, "MOST_OUTPUT_TOKENS", "ROOM_FOR_THOUGHT", "THOUGHT_TIMES") == [8000, 4000, 2]
