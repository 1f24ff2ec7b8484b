"""How many questions a person and a chat may ask in a minute."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW_S = 60.0
CHAT_SHARE = 3
"""A group may ask as much as this many busy people: one member alone can never use up its share."""
_SWEEP_EVERY = 1000


@dataclass(frozen=True, slots=True)
class TooMany:
    """A refusal: whose limit it is, and when the next question is welcome."""

    chat: bool
    retry_in_s: float


class Rates:
    """A sliding window over the times at which questions were sent.

    The times are the messages' own, so that a backlog delivered at once is not mistaken for a flood.
    """

    def __init__(self, person_per_min: int) -> None:
        self._person_limit = person_per_min
        self._sent: dict[tuple[str, int], deque[float]] = {}
        self._calls = 0

    def __len__(self) -> int:
        """The people and groups that are counted."""
        return len(self._sent)

    def refuse(self, *, person_id: int, group_id: int | None, at_s: float) -> TooMany | None:
        """None counts the question in; a refusal counts nothing. A limit of 0 is no limit."""
        if self._person_limit == 0:
            return None
        self._sweep(at_s)
        person = self._window("person", person_id, at_s)
        if len(person) >= self._person_limit:
            return TooMany(chat=False, retry_in_s=_left_s(person[-self._person_limit], at_s))
        if group_id is not None:
            group = self._window("group", group_id, at_s)
            limit = self._person_limit * CHAT_SHARE
            if len(group) >= limit:
                return TooMany(chat=True, retry_in_s=_left_s(group[-limit], at_s))
            group.append(at_s)
        person.append(at_s)
        return None

    def take_back(self, *, person_id: int, group_id: int | None, at_s: float) -> None:
        """As if a question that was counted in had not been asked."""
        for kind, id_ in (("person", person_id), ("group", group_id)):
            sent = self._sent.get((kind, id_ or 0), deque())
            if at_s in sent:
                sent.remove(at_s)

    def _window(self, kind: str, id_: int, at_s: float) -> deque[float]:
        sent = self._sent.setdefault((kind, id_), deque())
        while sent and sent[0] <= at_s - WINDOW_S:
            sent.popleft()
        return sent

    def _sweep(self, at_s: float) -> None:
        self._calls += 1
        if self._calls % _SWEEP_EVERY == 0:
            self._sent = {
                key: sent for key, sent in self._sent.items() if sent and sent[-1] > at_s - WINDOW_S
            }


def _left_s(sent_s: float, at_s: float) -> float:
    """Until what was sent then is out of the window; no longer than that for a message that comes late."""
    return min(WINDOW_S, sent_s + WINDOW_S - at_s)
