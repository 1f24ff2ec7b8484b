"""A turn under way, and all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.answering.outcomes import Outcome
from bot.answering.ports import Note
from bot.answering.scheduling.scheduler import SlotLease
from bot.core.values import Turn, Usage
from bot.money.billing import Charge
from bot.money.budgets import Reservation

UNSEEN = -1


@dataclass(slots=True)
class Notice:
    """What a turn's waiting notice says."""

    place: int | None = UNSEEN
    """A place in the queue, or None for being answered; `UNSEEN` while there is no notice."""
    shown_s: float = 0.0
    showing: asyncio.Task[None] | None = None


@dataclass(slots=True)
class Interruption:
    """A turn's task hands the turn over to whoever interrupts it, and waits until they are done with it."""

    handed_over: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    done: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True, eq=False)
class ActiveTurn:
    """One turn from its admission to its end: it is one task, whether it waits or is being answered."""

    turn: Turn
    """As whoever ends it needs to know it; its notice's id may be newer in the database."""
    since_s: float
    """Since when it waits, by the clock."""
    lease: SlotLease | None = None
    """Its place and its claim on a slot; None for what is only told of: it waits for nobody."""
    notice: Notice | None = None
    """None once there is to be none any more."""
    began_s: float | None = None
    """When it had its first slot."""
    notes: list[Note] = field(default_factory=list)
    delivering: bool = False
    """What came of it is being shown: people may see it before it is written down."""
    outcome: Outcome | str = ""
    """How it ended: an `Outcome`, or the kind of its failure. Empty: it has not ended."""
    usage: Usage | None = None
    reservation: Reservation | None = None
    """What is set aside for it until it ends."""
    charges: Sequence[Charge] = ()
    """What its reply costs, until that is written down."""
    charged: bool = False
    """Some request for it was paid for: what follows is the same question."""
    fields: dict[str, object] = field(default_factory=dict)
    """What the log will say of it. No texts."""
    task: asyncio.Task[None] = field(init=False)
    """There as soon as it is under way."""
    stepped: bool = False
    """Its task has taken its first step: one cancelled before that never takes it."""
    interruption: Interruption | None = None
    renewed: Turn | None = None
    """It is not over, but begins anew as this."""
    held: bool = False
    """It then waits to be released: more of its question may come."""

    @property
    def slot(self) -> SlotLease:
        """The lease of one that is to be answered."""
        assert self.lease is not None  # noqa: S101 - whoever waits has one
        return self.lease

    @property
    def waits(self) -> bool:
        """Whether it has not had a slot yet."""
        return self.lease is not None and self.lease.waits

    def is_of(self, turn: Turn) -> bool:
        """Whether it is some version of the same answer."""
        return self.turn.first_id == turn.first_id


class ActiveTurns:
    """Every turn in here is unfinished in the database too: the next start finds what this one leaves."""

    def __init__(self) -> None:
        self._by_id: dict[int, ActiveTurn] = {}

    def __iter__(self) -> Iterator[ActiveTurn]:
        """In the order they came."""
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, turn_id: int) -> ActiveTurn | None:
        return self._by_id.get(turn_id)

    def add(self, active: ActiveTurn) -> None:
        """One that begins anew takes its own old place."""
        self._by_id[active.turn.id] = active

    def remove(self, active: ActiveTurn) -> None:
        if self._by_id.get(active.turn.id) is active:
            del self._by_id[active.turn.id]

    def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """The chat has another id now. The lanes stay as they are: only order matters there."""
        for active in self._by_id.values():
            active.turn = _moved(active.turn, old_chat_id, new_chat_id)


def _moved(turn: Turn, old_chat_id: int, new_chat_id: int) -> Turn:
    conversation = turn.question.conversation
    if conversation.chat_id != old_chat_id:
        return turn
    # The messages stay in the old chat: none of their ids means anything in the new one.
    question = replace(turn.question, conversation=replace(conversation, chat_id=new_chat_id), message_id=0)
    return replace(turn, question=question, notice_id=None)
