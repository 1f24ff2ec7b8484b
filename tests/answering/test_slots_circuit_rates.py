"""The three limits: slots that follow the quota, the circuit, and the rates of people and chats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from bot.answering.asking.circuit import Circuit, CircuitState
from bot.answering.intake.rates import CHAT_SHARE, Rates, TooMany
from bot.answering.scheduling.slots import Slots

STEPS = st.lists(st.sampled_from(("take", "back", "overloaded", "succeeded")), max_size=200)


class Hand:
    """A clock's hand, moved by the test."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


def test_a_burst_of_429_halves_once() -> None:
    """Ten requests refused together are one message from the provider, not ten."""
    slots = Slots(10)
    epochs = [slots.take() for _ in range(10)]
    assert not slots.free
    for epoch in epochs:
        slots.overloaded(epoch)
        slots.give_back()
    assert (slots.limit, slots.in_use) == (5, 0)
    slots.overloaded(slots.take())
    assert slots.limit == 2
    for _ in range(2):
        slots.overloaded(slots.take())
    assert slots.limit == 1


def test_it_grows_by_one_after_as_many_successes_as_slots() -> None:
    slots = Slots(4)
    slots.overloaded(slots.take())
    limits = []
    for _ in range(6):
        slots.succeeded()
        limits.append(slots.limit)
    assert limits == [2, 3, 3, 3, 4, 4]


@trials(deadline=None)
@given(STEPS, st.integers(1, 16))
def test_slots_stay_between_one_and_the_most(steps: list[str], most: int) -> None:
    slots = Slots(most)
    epochs: list[int] = []
    for step in steps:
        if step == "take" and slots.free:
            epochs.append(slots.take())
        elif step == "back" and epochs:
            epochs.pop()
            slots.give_back()
        elif step == "overloaded" and epochs:
            slots.overloaded(epochs[0])
        elif step == "succeeded":
            slots.succeeded()
        assert 1 <= slots.limit <= most
        assert slots.in_use == len(epochs)


ANNA, BORIS, CARL = 1, 2, 3


def opened(hand: Hand, *, open_s: float = 15.0) -> Circuit:
    """A circuit that three questions of Anna's have opened."""
    circuit = Circuit(hand, open_s=open_s)
    for question_id in (101, 102, 103):
        assert circuit.admit(ANNA)
        circuit.failed(question_id, ANNA)
    return circuit


def test_the_circuit_opens_probes_and_closes() -> None:
    """Three questions that failed in a row open it; after 15 s each person may find out, for all."""
    hand = Hand()
    circuit = Circuit(hand)
    for question_id in (101, 102):
        circuit.failed(question_id, ANNA)
    assert (circuit.state, circuit.retry_in_s(BORIS)) == (CircuitState.CLOSED, 0.0)
    assert circuit.admit(BORIS)
    circuit.failed(103, BORIS)
    assert (circuit.state, circuit.retry_in_s(ANNA)) == (CircuitState.OPEN, 15.0)
    assert not circuit.admit(ANNA)
    hand.at_s = 15.0
    assert circuit.admit(ANNA)
    assert circuit.state is CircuitState.PROBING
    assert not circuit.admit(ANNA)
    circuit.replied()
    assert (circuit.state, circuit.retry_in_s(ANNA)) == (CircuitState.CLOSED, 0.0)
    assert circuit.admit(ANNA)


def test_one_question_that_always_fails_never_opens_it() -> None:
    circuit = Circuit(Hand())
    for _ in range(50):
        assert circuit.admit(ANNA)
        circuit.failed(101, ANNA)
    assert circuit.state is CircuitState.CLOSED
    assert circuit.admit(BORIS)


def test_failures_of_another_minute_are_not_in_a_row() -> None:
    hand = Hand()
    circuit = Circuit(hand)
    for question_id in range(50):
        circuit.failed(question_id, ANNA)
        hand.at_s += 31.0
    assert circuit.state is CircuitState.CLOSED


@pytest.mark.parametrize(("apart_s", "state"), [(30.0, CircuitState.OPEN), (30.1, CircuitState.CLOSED)])
def test_failures_within_a_minute_are_in_a_row(apart_s: float, state: CircuitState) -> None:
    hand = Hand()
    circuit = Circuit(hand)
    for question_id in range(3):
        circuit.failed(question_id, ANNA)
        hand.at_s += apart_s
    hand.at_s -= apart_s
    assert circuit.state is state


def test_a_failed_probe_keeps_only_the_one_who_made_it_out() -> None:
    """For another while; the others have a probe of their own, whatever becomes of this one."""
    hand = Hand()
    circuit = opened(hand, open_s=10.0)
    hand.at_s = 12.0
    assert circuit.admit(ANNA)
    circuit.failed(101, ANNA)
    assert (circuit.state, circuit.retry_in_s(ANNA)) == (CircuitState.OPEN, 10.0)
    assert circuit.retry_in_s(BORIS) == 0.0
    hand.at_s = 13.0
    assert not circuit.admit(ANNA)
    assert circuit.admit(BORIS)
    assert circuit.admit(CARL)
    circuit.failed(104, BORIS)
    assert circuit.state is CircuitState.PROBING
    circuit.replied()
    assert circuit.admit(ANNA)


def test_a_thousand_who_wait_are_ten_probes_at_a_time() -> None:
    """However many ask; and whoever was among the ten leaves the next ten to others."""
    hand = Hand()
    circuit = opened(hand, open_s=10.0)
    hand.at_s = 10.0
    probed = []
    for person in range(1000):
        hand.at_s += 0.1
        if circuit.admit(person):
            probed.append(round(hand.at_s))
            circuit.failed(2000 + person, person)
    hundreds = [sum(1 for at_s in probed if n <= at_s < n + 10) for n in range(10, 110, 10)]
    assert all(8 <= probes <= 11 for probes in hundreds)
    assert 0.0 < circuit.retry_in_s(5000) <= 10.0
    circuit.replied()
    assert all(circuit.admit(person) for person in range(1000))


def test_after_ten_probes_the_next_waits_for_the_first_of_them_to_count_no_more() -> None:
    hand = Hand()
    circuit = opened(hand, open_s=10.0)
    for person in range(10, 20):
        hand.at_s = float(person)
        assert circuit.admit(person)
    assert circuit.retry_in_s(30) == 1.0
    hand.at_s = 20.0
    assert circuit.admit(30)


@pytest.mark.parametrize("ends", ["stopped", "never"])
def test_probes_that_hang_keep_the_others_out_no_longer_than_others(ends: str) -> None:
    hand = Hand()
    circuit = opened(hand, open_s=10.0)
    hand.at_s = 10.0
    assert all(circuit.admit(person) for person in range(10))
    assert circuit.retry_in_s(11) == 10.0
    hand.at_s = 19.0 if ends == "stopped" else 20.0
    assert circuit.admit(11) is (ends == "never")
    for person in range(10):
        circuit.unsure(person)
    assert circuit.admit(12)


def test_a_probe_that_was_stopped_leaves_the_way_to_the_next() -> None:
    hand = Hand()
    circuit = opened(hand, open_s=10.0)
    hand.at_s = 10.0
    assert circuit.admit(ANNA)
    circuit.unsure(ANNA)
    assert circuit.state is CircuitState.OPEN
    assert circuit.admit(ANNA)


def test_what_began_before_it_opened_lets_no_second_probe_through() -> None:
    """However it ends; only a reply of the provider's closes the circuit."""
    hand = Hand()
    circuit = Circuit(hand, threshold=1, open_s=10.0)
    assert all(circuit.admit(person) for person in (ANNA, BORIS, CARL))
    circuit.failed(101, ANNA)
    hand.at_s = 10.0
    assert circuit.admit(ANNA)
    circuit.unsure(BORIS)
    assert not circuit.admit(ANNA)
    circuit.failed(103, CARL)
    assert circuit.state is CircuitState.PROBING
    assert not circuit.admit(ANNA)
    circuit.replied()
    assert circuit.admit(ANNA)
    assert circuit.admit(ANNA)


def test_a_reply_between_failures_keeps_it_closed() -> None:
    circuit = Circuit(Hand(), threshold=2)
    circuit.failed(101, ANNA)
    circuit.replied()
    circuit.failed(102, ANNA)
    assert circuit.state is CircuitState.CLOSED


def test_a_person_is_told_when_to_come_back() -> None:
    rates = Rates(2)
    assert rates.refuse(person_id=1, group_id=None, at_s=0.0) is None
    assert rates.refuse(person_id=1, group_id=None, at_s=10.0) is None
    assert rates.refuse(person_id=1, group_id=None, at_s=20.0) == TooMany(chat=False, retry_in_s=40.0)
    assert rates.refuse(person_id=2, group_id=None, at_s=20.0) is None
    assert rates.refuse(person_id=1, group_id=None, at_s=60.0) is None


def test_what_is_taken_back_was_not_asked() -> None:
    rates = Rates(1)
    for _ in range(3):
        assert rates.refuse(person_id=1, group_id=-5, at_s=0.0) is None
        rates.take_back(person_id=1, group_id=-5, at_s=0.0)
    assert rates.refuse(person_id=1, group_id=None, at_s=0.0) is None
    rates.take_back(person_id=2, group_id=None, at_s=0.0)
    assert rates.refuse(person_id=1, group_id=None, at_s=0.0) is not None


def test_one_member_cannot_use_up_a_group_s_share() -> None:
    """A member is refused as a person long before the group is; the others still get theirs."""
    rates = Rates(2)
    asked = [
        (person, rates.refuse(person_id=person, group_id=-5, at_s=0.0)) for person in (1, 1, 1, 2, 2, 3, 3)
    ]
    assert [person for person, refused in asked if refused is None] == [1, 1, 2, 2, 3, 3]
    assert asked[2] == (1, TooMany(chat=False, retry_in_s=60.0))
    assert rates.refuse(person_id=4, group_id=-5, at_s=30.0) == TooMany(chat=True, retry_in_s=30.0)
    assert rates.refuse(person_id=4, group_id=-6, at_s=30.0) is None


def test_no_limit_is_no_limit() -> None:
    rates = Rates(0)
    assert [rates.refuse(person_id=1, group_id=2, at_s=0.0) for _ in range(500)] == [None] * 500


@trials(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 30)), max_size=120), st.integers(1, 5))
def test_no_minute_holds_more_than_the_limits(steps: list[tuple[int, float]], limit: int) -> None:
    rates = Rates(limit)
    at_s, passed = 0.0, []
    for person, pause_s in steps:
        at_s += pause_s
        if rates.refuse(person_id=person, group_id=9, at_s=at_s) is None:
            passed.append((person, at_s))
    for _, end_s in passed:
        minute = [person for person, sent_s in passed if end_s - 60.0 < sent_s <= end_s]
        assert len(minute) <= limit * CHAT_SHARE
        assert all(minute.count(person) <= limit for person in range(4))


def test_what_was_asked_a_minute_ago_is_forgotten() -> None:
    rates = Rates(1)
    for person in range(999):
        rates.refuse(person_id=person, group_id=None, at_s=40.0 if person else 40.5)
    rates.refuse(person_id=5000, group_id=None, at_s=100.0)
    assert len(rates) == 2


def test_those_gone_quiet_are_forgotten() -> None:
    """A thousand people who each wrote once do not stay in memory."""
    rates = Rates(1)
    for person in range(999):
        rates.refuse(person_id=person, group_id=None, at_s=0.0)
    rates.refuse(person_id=5000, group_id=None, at_s=100.0)
    assert len(rates) == 1


def test_nobody_waits_longer_than_the_window_however_old_a_message_is() -> None:
    """One that comes late, or from a clock that was set back, is refused for a minute, not for days."""
    rates = Rates(1)
    assert rates.refuse(person_id=1, group_id=None, at_s=1_000_000) is None
    refused = rates.refuse(person_id=1, group_id=None, at_s=1_000)
    assert refused == TooMany(chat=False, retry_in_s=60)
