"""What can come of a question, and of the wish to have one answered or stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.values import Turn
from bot.model import ModelFailure
from bot.money.budgets import Exhausted


class Outcome(StrEnum):
    """How a turn ended, for the log and the count; a failed one's is the kind of its failure."""

    ANSWERED = "answered"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    """By /new, by an edit of its question, or with its chat."""
    FORGOTTEN = "forgotten"
    EXPIRED = "expired"
    """Too old for an answer when the bot came to it."""
    GIVEN_UP = "given_up"
    """Its answer has ended the process too often."""
    UNREACHABLE = "unreachable"
    DECLINED = "declined"
    """Its attachment could not be taken in: nothing was asked of the model."""
    CLOSED_BEFORE = "closed before"
    """The database says that it is over: another process has ended it."""


class Failure(StrEnum):
    """Kinds of failure that are not the model's (those are `bot.model.FailureKind`)."""

    QUESTION_TOO_LONG = "question_too_long"
    """Even without any history."""
    INTERNAL = "internal"
    """A fault of the bot; the log has it under the error id."""


class NotAnswered(Exception):
    """The question has no answer; `last` is the model's last failure, if it was asked at all."""

    def __init__(
        self, kind: str, *, last: ModelFailure | None = None, retry_in_s: float | None = None
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        """A `Failure` or a `bot.model.FailureKind`."""
        self.last = last
        self.retry_in_s = retry_in_s


class ClosedBefore(Exception):
    """The turn is over in the database already: nothing is to be asked, kept or shown."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The turn is in the database and will be answered."""

    turn: Turn


class Reason(StrEnum):
    """Why a question is not taken."""

    PERSON_RATE = "person_rate"
    CHAT_RATE = "chat_rate"
    QUEUE_FULL = "queue_full"
    BUDGET = "budget"
    """What it may cost is more than may be spent now."""
    NO_QUESTION = "no_question"
    """It asks nothing by itself, and belongs to nothing that does."""
    INCOMPLETE = "incomplete"
    """Likewise, but what comes next may make it part of a question."""
    REPEATED = "repeated"
    """Nothing to do: the update was taken before, the button was pressed twice, the edit is too late."""


@dataclass(frozen=True, slots=True)
class Declined:
    reason: Reason
    retry_in_s: float = 0.0
    exhausted: Exhausted | None = None
    """Which budget, where that is the reason."""
    until: datetime | None = None
    """When it begins anew."""


@dataclass(frozen=True, slots=True)
class Stopped:
    turns: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class NotYours:
    """What is being answered was asked by somebody else, and the one who stops is no admin."""


@dataclass(frozen=True, slots=True)
class NothingToStop:
    pass
