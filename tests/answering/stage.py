"""A stage for the use case: the real database; a model, a presenter and a clock that do as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.answering.answering import Answering, Limits
from bot.answering.outcomes import Accepted, Declined
from bot.answering.ports import Note, Observer, Prepares
from bot.answering.spending import Spending
from bot.core.model_request import ModelRequest, OnText, Progress, ReadText
from bot.core.tasks import shielded
from bot.core.unreachable import Unreachable
from bot.core.values import (
    Answer,
    ChatSettings,
    Conversation,
    Ending,
    Question,
    ShownPart,
    Turn,
    TurnState,
    Usage,
)
from bot.model import FailureKind, ModelFailure, ModelReply
from bot.store import Store
from tests.answering.meters import spending
from tests.answering.null_observer import NullObserver
from tests.answering.values import settings
from tests.clocks import ManualClock, settle
from tests.databases import database_in


@dataclass
class Asked:
    """One request that the model has not answered yet."""

    request: ModelRequest
    timeout_s: float
    reply: asyncio.Future[ModelReply]
    on_text: OnText | None = None
    progress: Progress | None = None
    aborted: bool = False


class PromptedModel:
    """Waits for the test's word on each request."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    async def ask(
        self,
        request: ModelRequest,
        *,
        timeout_s: float,
        on_text: OnText | None = None,
        progress: Progress | None = None,
    ) -> ModelReply:
        asked = Asked(request, timeout_s, asyncio.get_running_loop().create_future(), on_text, progress)
        self.asked.append(asked)
        try:
            return await asked.reply
        except asyncio.CancelledError:
            asked.aborted = True
            raise

    @property
    def open(self) -> list[Asked]:
        return [asked for asked in self.asked if not asked.reply.done() and not asked.aborted]

    @property
    def questions(self) -> list[str]:
        return [asked.request.question for asked in self.asked]

    def say(self, text: str = "ответ", *, ending: Ending = Ending.COMPLETED, input_tokens: int = 0) -> None:
        """Answers the oldest open request."""
        answer = Answer(text, ending, Usage(input_tokens, 5), "yandexgpt-lite")
        self.open[0].reply.set_result(ModelReply(answer, "c-1", "p-1", "t-1", 1.5))

    def fail(
        self, kind: FailureKind, *, retry_after_s: float | None = None, status: int | None = None
    ) -> None:
        """Fails the oldest open request."""
        failure = ModelFailure(
            kind, http_status=status, retry_after_s=retry_after_s, request_id="c-1", detail="why"
        )
        self.open[0].reply.set_exception(failure)


@dataclass
class Shown:
    """What a chat shows of one turn."""

    text: str = ""
    notes: tuple[str, ...] = ()
    failure: str = ""
    error_id: str = ""
    retry_in_s: float | None = None


@dataclass
class Chat:
    """A presenter that keeps what it shows in memory, and the parts in the database."""

    store: Store
    shown: dict[int, Shown] = field(default_factory=dict)
    answers: list[tuple[int, str]] = field(default_factory=list)
    apologies: list[int] = field(default_factory=list)
    notices: dict[int, list[int | None]] = field(default_factory=dict)
    dropped_notices: list[int] = field(default_factory=list)
    alerts: list[tuple[str, str]] = field(default_factory=list)
    over_ids: list[int] = field(default_factory=list)
    typing_now: set[int] = field(default_factory=set)
    growing: dict[int, str] = field(default_factory=dict)
    unfinished: set[int] = field(default_factory=set)
    """Turns whose messages stand unfinished."""
    settled: list[Turn] = field(default_factory=list)
    unreachable: set[int] = field(default_factory=set)
    broken: Exception | None = None
    """Raised by the next answer or apology."""
    sending: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared: an answer stays half sent."""
    noticing: asyncio.Event = field(default_factory=asyncio.Event)
    removing: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared: a notice that is to go stays."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    half: int | None = None
    """With `sending` cleared: how many characters are shown meanwhile."""

    def __post_init__(self) -> None:
        self.sending.set()
        self.noticing.set()
        self.removing.set()

    async def until(self, seen: Callable[[], bool]) -> None:
        """Waits for something to be shown."""
        while not seen():
            self.changed.clear()
            await self.changed.wait()

    def _reach(self, turn: Turn) -> None:
        if turn.question.conversation.chat_id in self.unreachable:
            raise Unreachable

    def _break(self) -> None:
        if self.broken is not None:
            error, self.broken = self.broken, None
            raise error

    async def answer(self, turn: Turn, *, notes: Sequence[Note] = ()) -> None:
        self._reach(turn)
        self._break()
        assert turn.answer is not None
        place = turn.first_id
        if not self.sending.is_set():
            if self.half is not None:
                self.shown[place] = Shown(turn.answer.text[: self.half])
            await self.sending.wait()
        await self.store.parts.record(turn.id, ShownPart(0, 9000 + place, turn.answer.text))
        self.shown[place] = Shown(turn.answer.text, tuple(notes))
        self.answers.append((turn.id, turn.answer.text))
        self.changed.set()

    async def shown_text(self, turn: Turn) -> str:
        return "" if turn.answer is None else self.shown.get(turn.first_id, Shown()).text

    async def unsettled(self, turn: Turn) -> bool:
        return turn.id in self.unfinished

    async def settle(self, turn: Turn) -> None:
        self.settled.append(turn)

    async def failure(self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None) -> None:
        self._reach(turn)
        self.shown[turn.id] = Shown(failure=kind, error_id=error_id, retry_in_s=retry_in_s)
        self.changed.set()
        await self.sending.wait()

    async def keep_previous_answer(
        self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None
    ) -> None:
        await self.answer(turn)
        place = turn.first_id
        self.shown[place] = Shown(self.shown[place].text, (), kind, error_id, retry_in_s)

    async def declined(self, turn: Turn, *, text_id: str, variables: Mapping[str, Any], retry: bool) -> None:
        del retry
        self._reach(turn)
        place = turn.first_id
        self.shown[place] = Shown("" if turn.answer is None else turn.answer.text, (text_id,), **variables)

    async def apology(self, turn: Turn) -> None:
        self._reach(turn)
        self._break()
        self.apologies.append(turn.id)

    async def notice(self, turn: Turn, *, place: int | None) -> None:
        self._reach(turn)
        await shielded(self._notice(turn, place))

    async def _notice(self, turn: Turn, place: int | None) -> None:
        await self.noticing.wait()
        self.notices.setdefault(turn.id, []).append(place)
        await self.store.turns.set_notice(turn.id, 5000 + turn.id)

    async def drop_notice(self, turn: Turn) -> None:
        self._reach(turn)
        assert turn.notice_id == 5000 + turn.id
        await self.removing.wait()
        self.dropped_notices.append(turn.id)
        await self.store.turns.set_notice(turn.id, None)

    @asynccontextmanager
    async def preview(self, turn: Turn, settings: ChatSettings) -> AsyncIterator[OnText | None]:
        del settings

        def show(read: ReadText) -> None:
            self.growing[turn.id] = read()

        try:
            yield show
        finally:
            self.growing.pop(turn.id, None)

    @asynccontextmanager
    async def typing(self, turn: Turn) -> AsyncIterator[None]:
        self.typing_now.add(turn.id)
        try:
            yield
        finally:
            self.typing_now.remove(turn.id)

    def turn_finished(self, turn: Turn) -> None:
        self.over_ids.append(turn.id)

    def alert(self, *, kind: str, detail: str) -> None:
        self.alerts.append((kind, detail))


@dataclass
class Stage:
    store: Store
    clock: ManualClock
    model: PromptedModel
    chat: Chat
    limits: Limits
    settings: ChatSettings
    observer: Observer
    draw: Callable[[float, float], float]
    preparers: Sequence[Prepares] = ()
    budgets: Mapping[str, str] = field(default_factory=dict)
    time_is_known: bool = True
    meter: Spending = field(init=False)
    answering: Answering = field(init=False)

    def __post_init__(self) -> None:
        self.meter = spending(self.store, self.clock, None, **self.budgets)
        self.answering = self.fresh()

    async def settings_for(self, _: Conversation) -> ChatSettings:
        return self.settings

    def fresh(self) -> Answering:
        return Answering(
            store=self.store,
            model=self.model,
            presenter=self.chat,
            settings_for=self.settings_for,
            clock=self.clock,
            limits=self.limits,
            observer=self.observer,
            draw=self.draw,
            preparers=self.preparers,
            meter=self.meter,
            time_is_known=lambda: self.time_is_known,
        )

    async def restart(self) -> None:
        """The process dies, and another starts on the same database."""
        await self.answering.close(0)
        self.model.asked.clear()
        self.answering = self.fresh()
        await self.answering.recovery.take_up()
        self.answering.begin()
        await self.quiet()

    async def ask(self, question: Question) -> Turn:
        """Submits a question that must be accepted, and lets it get where it can."""
        accepted = await self.answering.submit(question)
        assert isinstance(accepted, Accepted), accepted
        await self.quiet()
        return accepted.turn

    async def say(
        self, text: str = "ответ", *, ending: Ending = Ending.COMPLETED, input_tokens: int = 0
    ) -> None:
        self.model.say(text, ending=ending, input_tokens=input_tokens)
        await self.quiet()

    async def fail(
        self, kind: FailureKind, *, retry_after_s: float | None = None, status: int | None = None
    ) -> None:
        self.model.fail(kind, retry_after_s=retry_after_s, status=status)
        await self.quiet()

    async def quiet(self) -> None:
        """Lets everything happen that can happen without time passing."""
        for _ in range(8):
            await settle(10)
            await self.store.turns.set_notice(-1, None)

    async def pass_s(self, seconds: float) -> None:
        """Time passes, and what it sets off happens, half a second at a time."""
        while seconds > 0:
            await self.clock.advance(min(0.5, seconds))
            await self.quiet()
            seconds -= 0.5

    async def turn(self, turn_id: int) -> Turn:
        turn = await self.store.turns.get(turn_id)
        assert turn is not None
        return turn

    async def state(self, turn: Turn) -> TurnState:
        return (await self.turn(turn.id)).state


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    limits: Limits | None = None,
    chat_settings: ChatSettings | None = None,
    observer: Observer | None = None,
    pragmas: Mapping[str, int | str] | None = None,
    draw: Callable[[float, float], float] = max,
    preparers: Sequence[Prepares] = (),
    budgets: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    clock = ManualClock()
    store = Store.open(database_in(folder), clock=clock, pragmas=pragmas or {"synchronous": "OFF"})
    play = Stage(
        store,
        clock,
        PromptedModel(),
        Chat(store),
        limits or Limits(),
        chat_settings or settings(),
        observer or NullObserver(),
        draw,
        preparers,
        budgets or {},
    )
    await play.answering.recovery.take_up()
    play.answering.begin()
    try:
        yield play
    finally:
        play.chat.sending.set()
        await play.answering.close(0)
        await store.close()


def declined(result: Accepted | Declined) -> Declined:
    assert not isinstance(result, Accepted)
    return result
