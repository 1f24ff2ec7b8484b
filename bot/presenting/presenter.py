"""Turns as people see them: answers, failures and notices, in their language, shown by `delivery`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import repeat, takewhile
from typing import Any

from bot.answering.ports import Note
from bot.core.clock import Clock
from bot.core.model_request import OnText
from bot.core.tasks import shielded
from bot.core.values import Answer, ChatSettings, ShownPart, Turn
from bot.delivery.fingerprints import fingerprint, without_keyboard
from bot.delivery.flood import Priority
from bot.delivery.posting import Content
from bot.delivery.refusals import FilesRefused
from bot.delivery.sending import Sender
from bot.delivery.standing_in import StandIn
from bot.markup import Text
from bot.options.preferences import Preferences
from bot.presenting.alerts import Alerts
from bot.presenting.answer_buttons import AnswerButtons
from bot.presenting.contents import characters, contents_of, heard, standing_text, with_lines
from bot.presenting.lines import failure_line, note_lines, standing_lines
from bot.presenting.live import LiveAnswers
from bot.presenting.muting import Muting
from bot.presenting.reaching import Reach, destination_of
from bot.presenting.reactions import Reactions
from bot.presenting.stand_ins import StandIns
from bot.screens.callbacks import Retry, Stop, encode
from bot.screens.keyboards import Keyboard, inline_keyboard
from bot.screens.views import Button
from bot.store import Store
from bot.store.chat_moves import Moves
from bot.store.retrying import retry_write, retry_write_to_the_end
from bot.texts import Texts


class TelegramPresenter:
    """The `Presenter` that answering asks for."""

    def __init__(
        self,
        *,
        sender: Sender,
        store: Store,
        preferences: Preferences,
        alerts: Alerts,
        moves: Moves,
        reactions: Reactions,
        muting: Muting,
        clock: Clock,
    ) -> None:
        self._sender = sender
        self._store = store
        self._preferences = preferences
        self._alerts = alerts
        self._reach = Reach(sender, moves, muting)
        self._reactions = reactions
        self._clock = clock
        self.live = LiveAnswers(sender, store)
        self.buttons = AnswerButtons(sender, store, preferences)
        self._stand_ins = StandIns()
        self._marked: set[int] = set()

    async def answer(self, turn: Turn, *, notes: Sequence[Note] = ()) -> None:
        texts = await self._texts(turn)
        await self._answer(turn, texts, note_lines(notes, texts))

    async def show_again(self, turn: Turn, message_id: int) -> None:
        """Puts an answer in the place of its stand-in, this message; one more of those goes."""
        self._stand_ins.arrived(turn.id, message_id)
        await self.answer(turn)
        if message_id not in {part.message_id for part in await self._store.parts.shown(turn.id)}:
            surplus = [ShownPart(0, message_id, "")]

            async def shown() -> list[ShownPart]:
                return surplus

            await self._reach.show(
                turn, [], shown=shown, record=_forget, unrecord=_forget, priority=Priority.TIDYING
            )

    @asynccontextmanager
    async def preview(self, turn: Turn, settings: ChatSettings) -> AsyncIterator[OnText | None]:
        """None where the chat does not want it."""
        if not settings.live:
            yield None
            return
        texts = await self._texts(turn)
        async with self.live.grow(
            turn, destination_of(turn), heard(turn.question, texts), inline_keyboard(_stop(turn, texts))
        ) as tell:
            yield tell

    async def declined(self, turn: Turn, *, text_id: str, variables: Mapping[str, Any], retry: bool) -> None:
        texts = await self._texts(turn)
        line = texts(text_id, **variables)
        if turn.answer is None:
            await self._show(turn, texts, [Text(line)], _retry(turn, texts) if retry else [])
        else:
            await self._answer(turn, texts, [line])

    async def keep_previous_answer(
        self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None
    ) -> None:
        texts = await self._texts(turn)
        line = texts("answer-stays", failure=failure_line(texts, kind, error_id, retry_in_s))
        await self._answer(turn, texts, [line])

    async def _answer(self, turn: Turn, texts: Texts, more: Sequence[str]) -> None:
        if turn.answer is None:
            raise ValueError(f"turn {turn.id} has no answer to show")
        earlier = await self._store.turns.gone_back_to(turn) if turn.question.private else None
        lines = [*standing_lines(turn, earlier, texts), *more]
        rows = await self.buttons.rows(turn, turn.answer, texts)
        files = self.live.takes_files(turn)
        try:
            await self._show_answer(turn, turn.answer, texts, lines, rows, files=files)
        except FilesRefused:
            await self._show_answer(turn, turn.answer, texts, lines, rows, files=False)
        if rows:
            self.buttons.shown(turn)

    async def _show_answer(
        self,
        turn: Turn,
        answer: Answer,
        texts: Texts,
        lines: Sequence[str],
        rows: Keyboard,
        *,
        files: bool,
    ) -> None:
        contents = contents_of(answer, texts, files=files)
        chars = characters(contents)
        with self._stand_ins.of(turn, texts) as stand_in:
            await self._show(turn, texts, with_lines(contents, lines), rows, stand_in=stand_in, chars=chars)

    async def shown_text(self, turn: Turn) -> str:
        """By what is recorded of the parts, each only when it stands, or what has grown."""
        growing = self.live.text(turn)
        if turn.answer is None:
            return growing
        parts = await self._store.parts.shown(turn.id)
        standing = [*takewhile(lambda chars: chars is not None, (part.answer_chars for part in parts))]
        chars = standing[-1] if standing else 0
        recorded = standing_text(turn.answer, await self._texts(turn), chars) if chars else ""
        return max(recorded, growing if turn.answer.text.startswith(growing) else "", key=len)

    async def unsettled(self, turn: Turn) -> bool:
        return await self.live.keep(turn)

    async def settle(self, turn: Turn) -> None:
        texts = await self._texts(turn)
        if turn.answer is None or not turn.answer.text:
            await self._show(turn, texts, [Text(texts("answer-stopped-mark"))], [])
        else:
            await self._answer(turn, texts, [])
        self.live.release(turn)

    async def failure(self, turn: Turn, *, kind: str, error_id: str, retry_in_s: float | None) -> None:
        texts = await self._texts(turn)
        line = failure_line(texts, kind, error_id, retry_in_s)
        await self._show(turn, texts, [Text(line)], _retry(turn, texts))

    async def apology(self, turn: Turn) -> None:
        texts = await self._texts(turn)
        await self._show(turn, texts, [Text(texts("answer-expired"))], [])

    async def notice(self, turn: Turn, *, place: int | None) -> None:
        texts = await self._texts(turn)
        line = texts("queue-answering") if place is None else texts("queue-place", place=place)

        async def record(part: ShownPart) -> None:
            if part.message_id != turn.notice_id:
                # However long the database is away: whoever takes the notice away asks there where it is.
                await retry_write_to_the_end(
                    self._clock, lambda: shielded(self._store.turns.set_notice(turn.id, part.message_id))
                )

        await self._reach.show(
            turn,
            [Text(line)],
            keyboard=inline_keyboard(_stop(turn, texts)),
            shown=partial(_notice, turn),
            record=record,
            unrecord=_forget,
            priority=Priority.INTERIM,
        )

    async def drop_notice(self, turn: Turn) -> None:
        if turn.notice_id is not None:
            await self._reach.show(turn, [], shown=partial(_notice, turn), record=_forget, unrecord=_forget)
            await self._store.turns.set_notice(turn.id, None)

    @asynccontextmanager
    async def typing(self, turn: Turn) -> AsyncIterator[None]:
        grows = partial(self.live.grows, turn)
        async with self._sender.typing(destination_of(turn), unless=grows):
            yield

    async def accepted(self, turn: Turn) -> None:
        """The buttons of the answer before leave; in a group a reaction comes, where the chat wants it."""
        self.buttons.accepted(turn)
        where, message_id = turn.question.conversation, turn.question.message_id
        if not turn.question.private and (await self._preferences.settings(where)).reactions:
            self._marked.add(turn.id)
            self._reactions.show(where.chat_id, message_id)

    def remember(self, turns: Iterable[Turn]) -> None:
        """Questions of the last run: they may have a reaction, and buttons above them that have not left."""
        for turn in turns:
            self.buttons.accepted(turn)
            if not turn.question.private:
                self._marked.add(turn.id)

    def turn_finished(self, turn: Turn) -> None:
        self.live.over(turn)
        if turn.id in self._marked:
            self._marked.discard(turn.id)
            self._reactions.take_away(turn.question.conversation.chat_id, turn.question.message_id)

    def alert(self, *, kind: str, detail: str) -> None:
        self._alerts.tell(kind=kind, detail=detail)

    async def _show(
        self,
        turn: Turn,
        texts: Texts,
        contents: Sequence[Content],
        buttons: Keyboard,
        *,
        stand_in: StandIn | None = None,
        chars: Sequence[int] = (),
    ) -> None:
        """Until what stands in the chat for this turn is just this; what stands already is left alone.

        `chars` are the `characters` of the answer that the contents begin with.
        """
        before = heard(turn.question, texts)
        contents = [*before, *contents]
        counts = _counted(contents, [*(0 for _ in before), *chars] if chars else ())

        # Written again and again while the database can't be used: else the message would be sent again.
        async def record(part: ShownPart) -> None:
            part = replace(part, answer_chars=counts.get((part.n, without_keyboard(part.fingerprint))))
            await retry_write(self._clock, lambda: shielded(self._store.parts.record(turn.id, part)))

        async def shown() -> list[ShownPart]:
            """What is to be left alone is noted to be of this answer now."""
            parts = await self.live.parts(turn)
            for part in parts:
                chars = counts.get((part.n, without_keyboard(part.fingerprint)))
                if chars is not None and chars != part.answer_chars:
                    await record(part)
            return parts

        async def unrecord(n: int) -> None:
            await retry_write(self._clock, lambda: shielded(self._store.parts.unrecord(turn.id, n)))

        await self.live.settle(turn)
        async with self.buttons.lock(turn):
            await self._reach.show(
                turn,
                contents,
                keyboard=inline_keyboard(buttons),
                shown=shown,
                record=record,
                unrecord=unrecord,
                stand_in=stand_in,
            )

    async def _texts(self, turn: Turn) -> Texts:
        question = turn.question
        return await self._preferences.texts(question.conversation, question.asker.language)


def _counted(contents: Sequence[Content], chars: Sequence[int]) -> dict[tuple[int, str], int]:
    """By number and fingerprint of a part, how many characters of the answer stand with it."""
    if not chars:
        return {}
    with_lines_below = [*chars, *repeat(chars[-1], len(contents) - len(chars))]
    counted = zip(contents, with_lines_below, strict=True)
    return {(n, fingerprint(content, None)): count for n, (content, count) in enumerate(counted)}


def _retry(turn: Turn, texts: Texts) -> Keyboard:
    return [[Button(texts("button-retry"), encode(Retry(turn.id)))]]


def _stop(turn: Turn, texts: Texts) -> Keyboard:
    return [[Button(texts("button-stop"), encode(Stop(turn.id)))]]


async def _notice(turn: Turn) -> list[ShownPart]:
    """What it shows is not kept: any text will do, so that it is edited."""
    if turn.notice_id is None:
        return []
    return [ShownPart(0, turn.notice_id, fingerprint(Text(""), None))]


async def _forget(_part: object) -> None:
    """For messages that are not to be shown again."""
