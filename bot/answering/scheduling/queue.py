"""Who is answered next: one turn at a time in a conversation; round-robin over people, then their chats."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from bot.core.values import Conversation


class _Entry(NamedTuple):
    turn_id: int
    asker_id: int


@dataclass(slots=True)
class _Lane:
    """One conversation's line, and the turn of it that is being answered."""

    line: deque[_Entry] = field(default_factory=deque)
    taken: _Entry | None = None


_Round: TypeAlias = "OrderedDict[int, OrderedDict[Conversation, None]]"
"""Askers in turn, each with the conversations in which they come next, in turn."""


class FairQueue:
    """Turns waiting for a slot.

    The head of each idle lane is ready. Ready heads are served round-robin over their askers, then over
    that asker's conversations. Those of whom nothing is being answered come first; who is being answered
    stands behind them, and joins the end of their round when that is over. So a stranger waits for one
    answer, whoever floods, and nobody waits for ever. Pure: ids in, ids out.
    """

    def __init__(self) -> None:
        self._lanes: dict[Conversation, _Lane] = {}
        self._lane_of: dict[int, Conversation] = {}
        self._first: _Round = OrderedDict()
        self._behind: _Round = OrderedDict()
        self._answered_now: Counter[int] = Counter()
        self._held: set[int] = set()
        self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def push(
        self,
        turn_id: int,
        conversation: Conversation,
        asker_id: int,
        *,
        first: bool = False,
        held: bool = False,
    ) -> None:
        """Puts a turn at its lane's end, or `first` in it; a `held` one blocks its lane until released."""
        lane = self._lanes.setdefault(conversation, _Lane())
        entry = _Entry(turn_id, asker_id)
        if first:
            self._unready(conversation)
            lane.line.appendleft(entry)
        else:
            lane.line.append(entry)
        self._lane_of[turn_id] = conversation
        self._waiting += 1
        if held:
            self._held.add(turn_id)
        self._ready(conversation)

    def hold(self, turn_id: int) -> None:
        """Blocks the lane of a waiting turn from there on, until released; nothing happens to a taken one."""
        lane = self._lanes[conversation := self._lane_of[turn_id]]
        if lane.taken is not None and lane.taken.turn_id == turn_id:
            return
        if lane.line[0].turn_id == turn_id:
            self._unready(conversation)
        self._held.add(turn_id)

    def release(self, turn_id: int) -> None:
        """Ends the hold on a turn; nothing happens to one that is not held."""
        if turn_id in self._held:
            self._held.remove(turn_id)
            self._ready(self._lane_of[turn_id])

    def next(self) -> int | None:
        """Takes the next ready turn; its lane is busy until `done`."""
        askers = self._first or self._behind
        if not askers:
            return None
        asker_id, conversations = askers.popitem(last=False)
        conversation, _ = conversations.popitem(last=False)
        if conversations:
            self._behind[asker_id] = conversations
        lane = self._lanes[conversation]
        lane.taken = lane.line.popleft()
        self._answered_now[asker_id] += 1
        self._waiting -= 1
        return lane.taken.turn_id

    def put_back(self, turn_id: int, *, held: bool = False) -> None:
        """A taken turn is the first of its lane again; one that waits stays where it is."""
        lane = self._lanes[conversation := self._lane_of[turn_id]]
        if (taken := lane.taken) is not None and taken.turn_id == turn_id:
            self.done(turn_id)
            self.push(turn_id, conversation, taken.asker_id, first=True, held=held)
        elif held:
            self.hold(turn_id)
        else:
            self.release(turn_id)

    def done(self, turn_id: int) -> None:
        """Frees the lane that a taken turn keeps busy."""
        conversation = self._lane_of.pop(turn_id)
        lane = self._lanes[conversation]
        assert lane.taken is not None  # noqa: S101 - the turn was given by next
        self._answered(lane.taken.asker_id)
        lane.taken = None
        self._settle(conversation)

    def remove(self, turn_id: int) -> bool:
        """Takes a waiting turn out of its lane; false if it is not waiting."""
        conversation = self._lane_of.get(turn_id)
        if conversation is None:
            return False
        lane = self._lanes[conversation]
        if lane.taken is not None and lane.taken.turn_id == turn_id:
            return False
        if lane.line[0].turn_id == turn_id:
            self._unready(conversation)
        lane.line = deque(entry for entry in lane.line if entry.turn_id != turn_id)
        del self._lane_of[turn_id]
        self._held.discard(turn_id)
        self._waiting -= 1
        self._settle(conversation)
        return True

    def places(self) -> dict[int, int]:
        """Each waiting turn's place, from 1: the order of service if nobody else came and one were served
        at a time.
        """
        future = FairQueue()
        future._lanes = {
            conversation: _Lane(deque(lane.line)) for conversation, lane in self._lanes.items() if lane.line
        }
        future._lane_of = dict(self._lane_of)
        future._waiting = self._waiting
        future._first, future._behind = _copy(self._first), _copy(self._behind)
        future._answered_now = Counter(self._answered_now)
        for lane in self._lanes.values():
            if lane.taken is not None:
                future._answered(lane.taken.asker_id)
        for conversation in future._lanes:
            future._ready(conversation)
        places: dict[int, int] = {}
        while (turn_id := future.next()) is not None:
            places[turn_id] = len(places) + 1
            future.done(turn_id)
        return places

    def _answered(self, asker_id: int) -> None:
        self._answered_now[asker_id] -= 1
        if self._answered_now[asker_id] == 0:
            del self._answered_now[asker_id]
            if asker_id in self._behind:
                self._first[asker_id] = self._behind.pop(asker_id)

    def _settle(self, conversation: Conversation) -> None:
        lane = self._lanes[conversation]
        if lane.line:
            self._ready(conversation)
        elif lane.taken is None:
            del self._lanes[conversation]

    def _ready(self, conversation: Conversation) -> None:
        lane = self._lanes[conversation]
        if lane.taken is None and lane.line and lane.line[0].turn_id not in self._held:
            asker_id = lane.line[0].asker_id
            self._round_of(asker_id).setdefault(asker_id, OrderedDict()).setdefault(conversation)

    def _unready(self, conversation: Conversation) -> None:
        lane = self._lanes[conversation]
        if not lane.line:
            return
        asker_id = lane.line[0].asker_id
        askers = self._round_of(asker_id)
        conversations = askers.get(asker_id)
        if conversations is not None and conversation in conversations:
            del conversations[conversation]
            if not conversations:
                del askers[asker_id]

    def _round_of(self, asker_id: int) -> _Round:
        return self._behind if asker_id in self._answered_now else self._first


def _copy(askers: _Round) -> _Round:
    return OrderedDict((asker_id, OrderedDict(lanes)) for asker_id, lanes in askers.items())
