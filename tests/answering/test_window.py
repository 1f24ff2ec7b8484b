"""The window: never over the budget, newest first, whole turns; and the count of tokens that learns."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from bot.answering.prompt.recalling import recalled
from bot.answering.prompt.window import (
    CONTEXT_TOKENS,
    MESSAGE_TOKENS,
    TokenCount,
    Window,
    budget_tokens,
    document_units,
    units,
)
from bot.core.values import Exchange

MODEL = "yandexgpt-lite"
exchanges = st.lists(st.builds(Exchange, st.text(max_size=300), st.text(max_size=300)), max_size=20)


def cost(text: str) -> int:
    return TokenCount().of(MODEL, text)


def choose(newest_first: list[Exchange], budget: int) -> Window:
    """Of turns without documents."""
    return recalled([(each, each) for each in newest_first], lambda each, _: each, budget, cost, 1.0)


@trials(deadline=None)
@given(exchanges, st.integers(0, 2000))
def test_the_window_is_within_the_budget_and_a_whole_run_of_the_newest(
    newest_first: list[Exchange], budget: int
) -> None:
    """Every pair is whole, in order, with no gap; one more would not have fitted."""
    window = choose(newest_first, budget)
    spent = [cost(item.question) + cost(item.answer) + 2 * MESSAGE_TOKENS for item in newest_first]
    kept = len(window.history)
    assert list(window.history) == newest_first[:kept][::-1]
    assert sum(spent[:kept]) <= budget
    assert window.left_out == (kept < len(newest_first))
    if window.left_out:
        assert sum(spent[: kept + 1]) > budget


@trials(deadline=None)
@given(st.integers(0, 64_000), st.integers(1, 8000), st.integers(0, 40_000), st.integers(0, 40_000))
def test_the_budget_leaves_room_for_the_answer(
    history: int, answer: int, instructions: int, question: int
) -> None:
    budget = budget_tokens(
        history_tokens=history,
        max_output_tokens=answer,
        instructions_tokens=instructions,
        question_tokens=question,
    )
    assert 0 <= budget <= history
    assert budget == 0 or budget + answer + instructions + question <= CONTEXT_TOKENS


def test_a_question_with_nothing_before_it_leaves_nothing_out() -> None:
    assert not choose([], 0).left_out


@trials(deadline=None)
@given(st.text(max_size=200))
def test_a_strange_script_counts_by_its_bytes(text: str) -> None:
    """Unknown scripts and emoji may cost a token a byte; Russian and Latin letters count once."""
    assert len(text) <= units(text) <= len(text.encode("utf-8", "surrogatepass"))


def test_units_of_each_kind() -> None:
    words = ["привет", "hello", "naïve ½", "γειά", "日本", "😀", "«…»", "բարև", "\ud800", "\u04ff\u0500"]
    assert [units(word) for word in words] == [6, 5, 7, 4, 6, 4, 5, 8, 3, 3]


@trials(deadline=None)
@given(st.lists(st.tuples(st.integers(500, 20_000), st.floats(0.15, 0.66)), min_size=1, max_size=30))
def test_the_estimate_covers_what_the_worst_text_seen_last_cost(seen: list[tuple[int, float]]) -> None:
    """After any reports within the documented worst case, the last text would not be under-counted."""
    count = TokenCount()
    for sent, rate in seen:
        tokens = math.floor(sent * rate)
        count.learn(MODEL, sent, tokens)
        assert count.of(MODEL, "я" * sent) >= tokens


def test_it_learns_a_low_rate_slowly_and_a_high_one_at_once() -> None:
    count = TokenCount()
    assert count.of(MODEL, "я" * 300) == 200
    for _ in range(60):
        count.learn(MODEL, 3000, 1000)
    assert 120 <= count.of(MODEL, "я" * 300) <= 121
    count.learn(MODEL, 3000, 3000)
    assert count.of(MODEL, "я" * 300) == 360
    assert count.of("another", "я" * 300) == 200


def test_it_believes_no_more_than_six_letters_to_a_token() -> None:
    count = TokenCount()
    for _ in range(200):
        count.learn(MODEL, 6000, 1)
    assert 100 <= count.of(MODEL, "я" * 600) <= 101


def test_a_short_request_or_no_usage_teaches_nothing() -> None:
    count = TokenCount()
    count.learn(MODEL, 499, 490)
    count.learn(MODEL, 5000, 0)
    assert count.of(MODEL, "я" * 3) == 2


@pytest.mark.parametrize(("answer", "units_of_documents"), [(1000, 42_750), (28_832, 1002), (31_999, 1000)])
def test_documents_get_what_the_answer_leaves_and_never_nothing(answer: int, units_of_documents: int) -> None:
    assert document_units(answer) == units_of_documents


def test_a_turn_that_takes_all_the_room_there_is_goes_along() -> None:
    turn = Exchange("я" * 30, "я" * 30)
    needed = 2 * cost(turn.question) + 2 * MESSAGE_TOKENS
    assert choose([turn], needed).history == (turn,)
    assert choose([turn], needed - 1).history == ()


def test_a_request_of_five_hundred_letters_is_learned_from_and_none_shorter() -> None:
    count = TokenCount()
    before = count.per_unit(MODEL)
    count.learn(MODEL, 499, 100)
    assert count.per_unit(MODEL) == before
    count.learn(MODEL, 500, 100)
    assert count.per_unit(MODEL) < before
