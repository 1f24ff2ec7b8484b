"""The arithmetic of what may be sent, at the very moments at which it changes."""

from __future__ import annotations

from bot.delivery.budgets import ChatBudget, Window


def test_a_window_is_full_until_its_first_one_is_a_span_old() -> None:
    window = Window(2, 3.0)
    window.take(10.0)
    assert window.delay_s(10.0) == 0
    window.take(11.0)
    assert [window.delay_s(now_s) for now_s in (11.0, 12.5, 13.0, 20.0)] == [2.0, 0.5, 0.0, 0.0]
    window.take(13.0)
    assert window.delay_s(13.0) == 1.0, "of the two newest alone"


def test_what_is_spared_is_left_for_others() -> None:
    window = Window(3, 3.0)
    assert window.delay_s(10.0, spare=1) == 0
    window.take(10.0)
    assert window.delay_s(10.0, spare=1) == 0
    window.take(11.0)
    assert (window.delay_s(11.0, spare=1), window.delay_s(11.0)) == (2.0, 0.0)


def test_a_window_is_as_good_as_new_when_its_last_one_is_a_span_old() -> None:
    window = Window(2, 3.0)
    assert window.idle(0.0)
    window.take(10.0)
    window.take(11.0)
    assert [window.idle(now_s) for now_s in (11.0, 13.9, 14.0, 14.1)] == [False, False, True, True]


def test_a_group_is_not_forgotten_before_its_minute_is_over() -> None:
    private, group = ChatBudget(group=False), ChatBudget(group=True)
    for budget in (private, group):
        assert budget.idle(10.0)
        budget.take(10.0)
    assert [private.idle(now_s) for now_s in (12.9, 13.0)] == [False, True]
    assert [group.idle(now_s) for now_s in (13.0, 69.9, 70.0)] == [False, False, True]
