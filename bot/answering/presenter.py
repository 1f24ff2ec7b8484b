"""What answering asks of the rooms above it, and what it says back to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from bot.core.values import Turn, Usage


class Unreachable(Exception):
    """The chat is gone: the bot was blocked, kicked, or the chat deleted."""


class TopicGone(Unreachable):
    """Only the topic is gone, and nothing may be said beside it: the chat's other topics go on."""


class NotShown(Exception):
    """Telegram does not take it now. The same call again carries on."""


class Refused(Exception):
    """Telegram does not take just this, and would not later."""


class Note(StrEnum):
    """One line that goes with an answer."""

    LEFT_OUT = "left_out"
    """Older turns no longer fit; said once in a conversation, with /new as the way to start clean."""
    TRIMMED = "trimmed"
    """The model refused so much history: the question was asked once more, without any."""


class Failure(StrEnum):
    """Kinds of failure that are not the model's (those are `bot.model.FailureKind`)."""

    QUESTION_TOO_LONG = "question_too_long"
    """Even without any history."""
    INTERNAL = "internal"
    """A fault of the bot; the log has it under the error id."""


class Presenter(Protocol):
    """Shows turns in their chats. Every method may raise `Unreachable`, `NotShown` and `Refused`."""

    async def answer(self, turn: Turn, *, notes: Sequence[Note] = ()) -> None:
        """Sends, edits or skips parts until what is shown equals `turn.answer`; may be called again."""

    async def shown_text(self, turn: Turn) -> str:
        """The text of the answer's parts that are shown so far."""

    async def failure(self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None) -> None:
        """One line with a Retry button, shown as the turn's first part."""

    async def stays(self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None) -> None:
        """The answer as it is and under it why there is no other, or no rest of it."""

    async def apology(self, turn: Turn) -> None:
        """The question was too old when the bot came back."""

    async def notice(self, turn: Turn, *, place: int | None) -> None:
        """The waiting notice with Stop, its id kept as the turn's `notice_id`; where there is one, edits it.

        `place` None: it is being answered now. Cancelled, it either shows nothing, or has kept the id.
        """

    async def drop_notice(self, turn: Turn) -> None:
        """Removes the notice of `turn.notice_id`, and the id."""

    def typing(self, turn: Turn) -> AbstractAsyncContextManager[None]:
        """Shows typing while it is entered."""

    def over(self, turn: Turn) -> None:
        """The turn has come to its end, whichever; returns at once."""

    def alert(self, *, kind: str, detail: str) -> None:
        """Tells each operator, at most once an hour a kind; returns at once."""


class Observer(Protocol):
    """Where measurements go."""

    def requested(self, *, model: str, outcome: str, duration_s: float) -> None:
        """One request to the model: `answer`, or a `FailureKind`."""

    def closed(self, *, outcome: str, waited_s: float, answered_s: float, usage: Usage) -> None:
        """One turn: how it ended, the seconds it waited for its slot, and from there to its end."""

    def queued(self, *, waiting: int, asking: int, slots: int) -> None:
        """The queue's length, the requests under way and how many there may be."""


class Unobserved:
    """An observer that looks away."""

    def requested(self, *, model: str, outcome: str, duration_s: float) -> None:
        pass

    def closed(self, *, outcome: str, waited_s: float, answered_s: float, usage: Usage) -> None:
        pass

    def queued(self, *, waiting: int, asking: int, slots: int) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The turn is in the database and will be answered."""

    turn: Turn


class Reason(StrEnum):
    """Why a question is not taken."""

    PERSON_RATE = "person_rate"
    CHAT_RATE = "chat_rate"
    QUEUE_FULL = "queue_full"
    REPEATED = "repeated"
    """Nothing to do: the update was taken before, the button was pressed twice, the edit is too late."""


@dataclass(frozen=True, slots=True)
class Declined:
    reason: Reason
    retry_in_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Stopped:
    turns: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class NotYours:
    """What is being answered was asked by somebody else, and the one who stops is no admin."""


@dataclass(frozen=True, slots=True)
class NothingToStop:
    pass
