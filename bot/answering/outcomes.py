"""What can come of a question, and of asking for one to be taken or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.core.values import Turn
    from bot.money.budgets import Exhausted


class Failure(StrEnum):
    """Kinds of failure that are not the model's (those are `bot.model.FailureKind`)."""

    QUESTION_TOO_LONG = "question_too_long"
    """Even without any history."""
    INTERNAL = "internal"
    """A fault of the bot; the log has it under the error id."""


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
