"""The fair queue: order in a conversation, rounds over people, places, and taking turns out."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from bot.answering.scheduling.queue import FairQueue
from bot.core.values import Conversation

HOME = Conversation(1)
OTHER = Conversation(2)
ANNA, BORIS, STRANGER = 11, 12, 13

turns = st.lists(st.tuples(st.integers(1, 6).map(Conversation), st.integers(1, 4)), max_size=40)


def drain(queue: FairQueue) -> list[int]:
    order = []
    while (turn_id := queue.next()) is not None:
        order.append(turn_id)
        queue.done(turn_id)
    return order


def test_a_conversation_is_answered_one_at_a_time_and_in_order() -> None:
    """The second question waits for the first's end, though slots are free."""
    queue = FairQueue()
    queue.push(1, HOME, ANNA)
    queue.push(2, HOME, ANNA)
    assert queue.next() == 1
    assert queue.next() is None
    queue.done(1)
    assert queue.next() == 2
    assert len(queue) == 0


def test_another_conversation_does_not_wait_for_it() -> None:
    queue = FairQueue()
    queue.push(1, HOME, ANNA)
    queue.push(2, HOME, ANNA)
    queue.push(3, OTHER, BORIS)
    assert [queue.next(), queue.next(), queue.next()] == [1, 3, None]


def test_a_stranger_comes_next_when_a_person_floods_many_chats() -> None:
    queue = FairQueue()
    for number in range(50):
        queue.push(number, Conversation(100 + number), ANNA)
    assert queue.next() == 0
    queue.push(99, OTHER, STRANGER)
    queue.done(0)
    assert [queue.next(), queue.next()] == [99, 1]


def test_a_stranger_comes_before_the_second_message_of_a_group_that_floods() -> None:
    queue = FairQueue()
    for number in range(50):
        queue.push(number, HOME, 1000 + number)
    assert queue.next() == 0
    queue.push(99, OTHER, STRANGER)
    queue.done(0)
    assert queue.next() == 99


def test_two_who_flood_and_a_stranger() -> None:
    """The stranger does not wait for a second answer of anybody, whichever ends first."""
    queue = FairQueue()
    for number in range(20):
        queue.push(number, Conversation(100 + number), (ANNA, BORIS)[number % 2])
    assert [queue.next(), queue.next()] == [0, 1]
    queue.push(99, OTHER, STRANGER)
    queue.done(1)
    assert queue.next() == 99
    queue.done(0)
    assert [queue.next(), queue.next()] == [3, 2]


def test_a_person_s_conversations_take_turns() -> None:
    queue = FairQueue()
    for turn_id, conversation in enumerate((HOME, HOME, HOME, OTHER)):
        queue.push(turn_id, conversation, ANNA)
    assert drain(queue) == [0, 3, 1, 2]


def test_a_held_turn_blocks_its_lane_only() -> None:
    queue = FairQueue()
    queue.push(1, HOME, ANNA, held=True)
    queue.push(2, HOME, BORIS)
    queue.push(3, OTHER, STRANGER)
    assert [queue.next(), queue.next()] == [3, None]
    queue.release(1)
    queue.release(1)
    queue.release(77)
    queue.done(3)
    assert drain(queue) == [1, 2]


def test_only_a_turn_that_waits_is_held() -> None:
    """One behind keeps nobody before it, and one that is being answered goes on."""
    queue = FairQueue()
    queue.push(1, HOME, ANNA)
    queue.push(2, HOME, ANNA)
    queue.push(3, HOME, ANNA)
    queue.hold(3)
    assert queue.next() == 1
    queue.hold(1)
    queue.hold(2)
    queue.done(1)
    assert queue.next() is None
    queue.release(2)
    assert queue.next() == 2
    queue.done(2)
    assert queue.next() is None
    queue.release(3)
    assert queue.next() == 3


def test_a_restarted_turn_goes_first_in_its_lane() -> None:
    queue = FairQueue()
    queue.push(1, HOME, ANNA)
    queue.push(2, HOME, BORIS)
    assert queue.next() == 1
    queue.done(1)
    queue.push(1, HOME, ANNA, first=True)
    assert drain(queue) == [1, 2]


def test_taking_a_turn_out() -> None:
    """A waiting one leaves without a trace; one being answered or unknown is not there to take out."""
    queue = FairQueue()
    queue.push(1, HOME, ANNA)
    queue.push(2, HOME, BORIS, held=True)
    queue.push(3, HOME, ANNA)
    assert queue.next() == 1
    assert [queue.remove(1), queue.remove(2), queue.remove(2)] == [False, True, False]
    queue.done(1)
    assert drain(queue) == [3]
    assert queue.remove(3) is False


def test_taking_out_the_only_turn_leaves_nothing_ready() -> None:
    queue = FairQueue()
    queue.push(1, HOME, ANNA)
    queue.push(2, OTHER, ANNA)
    assert queue.remove(1)
    assert drain(queue) == [2]


@trials(deadline=None)
@given(turns, st.booleans())
def test_places_are_the_order_of_service(asked: list[tuple[Conversation, int]], one_begun: bool) -> None:
    """With nobody new and one slot, each turn is served in the place it was told."""
    queue = FairQueue()
    for turn_id, (conversation, asker_id) in enumerate(asked):
        queue.push(turn_id, conversation, asker_id)
    begun = queue.next() if one_begun else None
    places = queue.places()
    if begun is not None:
        queue.done(begun)
    order = drain(queue)
    assert places == {turn_id: place for place, turn_id in enumerate(order, start=1)}
    assert len(order) == len(asked) - (begun is not None)


@trials(deadline=None)
@given(turns, st.data())
def test_whatever_happens_each_turn_is_served_once_and_lanes_keep_their_order(
    asked: list[tuple[Conversation, int]], data: st.DataObject
) -> None:
    """Random pushes, services, ends and removals: one at a time a lane, in order, nobody lost."""
    queue = FairQueue()
    lane_of = dict(enumerate(conversation for conversation, _ in asked))
    coming = [(turn_id, *who) for turn_id, who in enumerate(asked)]
    busy: dict[Conversation, int] = {}
    served: defaultdict[Conversation, list[int]] = defaultdict(list)
    removed: set[int] = set()
    while coming or len(queue) or busy:
        step = data.draw(st.sampled_from(("push", "next", "done", "remove")))
        if step == "push" and coming:
            turn_id, conversation, asker_id = coming.pop(0)
            queue.push(turn_id, conversation, asker_id)
        elif step == "remove" and asked and queue.remove(victim := data.draw(st.sampled_from(list(lane_of)))):
            removed.add(victim)
        elif step == "done" and busy:
            conversation = data.draw(st.sampled_from(sorted(busy)))
            queue.done(busy.pop(conversation))
        elif (following := queue.next()) is not None:
            assert lane_of[following] not in busy
            busy[lane_of[following]] = following
            served[lane_of[following]].append(following)
        elif busy:
            queue.done(busy.pop(min(busy)))
        elif coming:
            turn_id, conversation, asker_id = coming.pop(0)
            queue.push(turn_id, conversation, asker_id)
    for line in served.values():
        assert line == sorted(line)
    assert {turn_id for line in served.values() for turn_id in line} == set(lane_of) - removed


@trials(deadline=None)
@given(st.integers(1, 6), st.integers(1, 20))
def test_a_stranger_waits_for_one_round_at_most(people: int, each: int) -> None:
    """However much the others wait for, a newcomer is served after at most one turn of each of them."""
    queue = FairQueue()
    for person in range(people):
        for number in range(each):
            queue.push(person * 100 + number, Conversation(person * 100 + number), person)
    queue.push(9999, Conversation(9999), 9999)
    assert queue.places()[9999] <= people + 1
