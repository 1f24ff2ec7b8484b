"""What answering asks of others: who shows turns, who asks the model, who takes the measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.core.model_request import Image, ModelRequest, OnText, Progress
from bot.core.values import ChatSettings, Exchange, TalkMessage, Turn, Usage
from bot.model import ModelReply
from bot.money.billing import Charge


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
    NOT_SEARCHED = "not_searched"
    """The model, or the folder, refused to search; said to a conversation once, or seldom."""


class Presenter(Protocol):
    """Shows turns in their chats. All may raise `StoreUnavailable`, and what sends `Unreachable`,
    `NotShown` and `Refused`.
    """

    async def answer(self, turn: Turn, *, notes: Sequence[Note] = ()) -> None:
        """Sends, edits or skips parts until what is shown equals `turn.answer`; may be called again."""

    async def shown_text(self, turn: Turn) -> str:
        """The text of the answer's parts that are shown so far, or of an answer that still grows."""

    async def unsettled(self, turn: Turn) -> bool:
        """Whether its messages stand unfinished: an answer that was growing, an edit cut off. If so, `settle`
        finds them even when the turn is over or forgotten.
        """

    async def settle(self, turn: Turn) -> None:
        """Makes what is `unsettled` into the answer, or into a word that it was stopped."""

    def preview(self, turn: Turn, settings: ChatSettings) -> AbstractAsyncContextManager[OnText | None]:
        """While entered, shows the answer as it grows; None: it is not to be shown."""

    async def failure(self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None) -> None:
        """One line with a Retry button, shown as the turn's first part."""

    async def declined(self, turn: Turn, *, text_id: str, variables: Mapping[str, Any], retry: bool) -> None:
        """One line why the question is not asked; below the answer, where the turn has one.

        `retry`: with a button, where it may be possible later.
        """

    async def keep_previous_answer(
        self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None
    ) -> None:
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

    def turn_finished(self, turn: Turn) -> None:
        """The turn has come to its end, whichever; returns at once."""

    def alert(self, *, kind: str, detail: str) -> None:
        """Tells each operator, at most once an hour a kind; returns at once."""


class AsksModel(Protocol):
    """The part of `bot.model.Model` that is needed here."""

    async def ask(
        self,
        request: ModelRequest,
        *,
        timeout_s: float,
        on_text: OnText | None = None,
        progress: Progress | None = None,
    ) -> ModelReply:
        """Raises `bot.model.ModelFailure`. `on_text` is told while the text grows; `progress` is kept up."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A turn whose question is ready to be asked, and what goes to the model beside its words."""

    turn: Turn
    """With the question as it is to be asked and remembered: what was heard, what was read."""
    images: tuple[Image, ...] = ()
    model: str | None = None
    """The model to be asked in place of the chat's."""
    talk: tuple[TalkMessage, ...] = ()
    """What people said in the group before, oldest first: as much of it as fits goes along."""

    def followed_by(self, more: Prepared) -> Prepared:
        """Together with what another preparer made of it."""
        images, talk = self.images + more.images, self.talk + more.talk
        return Prepared(more.turn, images, more.model or self.model, talk)


class NotPrepared(Exception):
    """The question can't be asked: the text of this id is shown as the turn's end, and no model is asked."""

    def __init__(self, text_id: str, *, passing: bool = False, **variables: Any) -> None:
        """`passing`: the same may be possible a little later."""
        super().__init__(text_id)
        self.text_id = text_id
        self.passing = passing
        self.variables = variables


class Prepares(Protocol):
    """Fetches or reads what a question needs before the model is asked.

    Each in its turn is given what the one before made of the question, which is kept when all are done. No
    slot is held meanwhile where anything is attached, here or in the turns before.
    """

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        """`newest_first` is the conversation so far. Raises `NotPrepared`.

        Runs in the turn's own time, and once more after a killed process.
        """


class Observer(Protocol):
    """Where measurements go."""

    def requested(self, *, model: str, outcome: str, duration_s: float) -> None:
        """One request to the model: `answer`, or a `FailureKind`."""

    def closed(self, *, outcome: str, waited_s: float, answered_s: float | None, usage: Usage) -> None:
        """One turn: how it ended, the seconds it waited for its slot, and from there to its end; None: it
        ended without having had one.
        """

    def queued(self, *, waiting: int, asking: int, slots: int) -> None:
        """The queue's length, the requests under way and how many there may be."""

    def charged(self, charge: Charge) -> None:
        """One request that is paid for."""
