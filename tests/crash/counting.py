"""What a run of crashes came to: what was lost, done twice or left over, from the wire and the database."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.emulator.wire import Call
from bot.store import Store, Whose
from tests.crash.killing import Lives
from tests.crash.talking import PIECE, Asked, Key, Oracle, People

NRUB_A_TOKEN = 200_000
"""Of YandexGPT Lite: 0.20 roubles for 1000 tokens, in or out, in nanoroubles."""

STOP = "Остановить"
_WRITTEN_DOWN_S = 1.0
"""By then what was sent is in the database, with what else a busy machine has to do."""
Ask = Callable[[str], list[Any]]
"""The rows of a query."""
Piece = tuple[int, ...]
"""Question, edition, generation, paragraph."""


@dataclass
class Wire:
    """Watches the Bot API's calls, and tells the killer where they are."""

    killer: Lives
    people: People
    lives: dict[int, int] = field(default_factory=dict)
    """By the call's number, the life that made it."""
    came_s: dict[int, float] = field(default_factory=dict)

    async def before(self, call: Call) -> None:
        self.lives[call.number], self.came_s[call.number] = self.killer.life, time.monotonic()
        if call.method == "getMe":
            await self.killer.at("start-up")
        elif call.method == "getUpdates":
            await self.killer.at("any-time")
        elif _grows(call):
            await self.killer.at("growing-before")
        elif call.method.startswith("edit"):
            await self.killer.at("edit-before")
        elif pieces := _pieces(call):
            await self.killer.at("send-before")
            if len(pieces) < self.people.questions[pieces[0][0]].paragraphs:
                await self.killer.at("between-parts")

    async def after(self, call: Call) -> None:
        if call.method == "getUpdates" and call.result:
            await self.killer.at("updates-left")
        elif _grows(call):
            await self.killer.at("growing-after")
            await self.killer.at("growing-replied")
        elif call.method.startswith("edit"):
            await self.killer.at("edit-after")
        elif _pieces(call):
            await self.killer.at("send-after")
            await self.killer.at("send-replied")


@dataclass
class Report:
    """A run's figures. `faults` names what must not be."""

    seed: int
    kills: int
    by_point: dict[str, int]
    points_missed: int
    questions: int
    edits: int
    answers_generated: int
    parts_sent: int
    unanswered: int = 0
    generated_not_delivered: int = 0
    generated_twice: int = 0
    """All of them while the model's request, or the write of its reply, was under way at a kill."""
    longest_reply_unsaved_ms: int = 0
    """Between the model's reply and the kill, of those generated again."""
    generated_twice_without_cause: int = 0
    parts_repeated: int = 0
    """All of them under way at a kill."""
    longest_part_unrecorded_ms: int = 0
    """Between a part's arrival at Telegram and the kill, of those repeated."""
    parts_repeated_without_cause: int = 0
    replies_too_late: int = 0
    """By the bot's log, of Telegram's to answers: they are sent once more, and are not counted above. None,
    unless the machine has so much else to do that a reply takes 10 s."""
    still_growing: int = 0
    """Messages with Stop under them at the end, but for those that were on their way at a kill."""
    left_over_messages: int = 0
    """Neither a part of the answer nor a repeated one: they should have been edited or removed."""
    updates_not_done: int = 0
    turns_not_done: int = 0
    charges: int = 0
    unpaid: int = 0
    """Answers in the database without a row of the ledger."""
    paid_without_cause: int = 0
    """Rows beyond the replies that the model gave (an estimate: beyond the requests that it got), or whose
    roubles are not those of their tokens.
    """
    spent: str = ""
    """Roubles, by the rows of the ledger."""
    sums_differ: int = 0
    """Sums by which budgets and /usage go that are not those of the rows."""
    integrity: str = "ok"
    takeovers_s: list[float] = field(default_factory=list)
    """From each end of a process to the next part of an answer."""
    seconds: float = 0.0

    def faults(self) -> list[str]:
        names = (
            "unanswered",
            "generated_not_delivered",
            "generated_twice_without_cause",
            "parts_repeated_without_cause",
            "still_growing",
            "updates_not_done",
            "turns_not_done",
            "unpaid",
            "paid_without_cause",
            "sums_differ",
        )
        found = [f"{name}: {getattr(self, name)}" for name in names if getattr(self, name)]
        return found if self.integrity == "ok" else [*found, f"integrity: {self.integrity}"]


class Counting:
    """Fills a report from what was seen."""

    def __init__(self, people: People, oracle: Oracle, wire: Wire, calls: list[Call]) -> None:
        self._people = people
        self._oracle = oracle
        self._wire = wire
        self._killed_s = {kill.life: kill.at_s for kill in wire.killer.kills}
        self._parts = [call for call in calls if call.ok and _pieces(call)]
        self._sends = [call for call in calls if call.ok and call.method == "sendMessage"]
        self._shown = {
            _piece(found)
            for asking in people.questions.values()
            for message in asking.chat.messages
            for found in PIECE.findall(message.text)
        }

    def report(self, seed: int, seconds: float) -> Report:
        kills = self._wire.killer.kills
        report = Report(
            seed=seed,
            kills=len(kills),
            by_point=dict(Counter(kill.point for kill in kills)),
            points_missed=self._wire.killer.missed,
            questions=len(self._people.questions),
            edits=sum(asking.edition for asking in self._people.questions.values()),
            answers_generated=sum(asked.replied_s is not None for asked in self._oracle.asked),
            parts_sent=len(self._parts),
            unanswered=len(self._people.unanswered()),
            seconds=round(seconds, 1),
        )
        self._count_generations(report)
        repeated = self._count_repeats(report)
        self._count_left_over(report, repeated)
        report.takeovers_s = self._takeovers_s()
        return report

    def _takeovers_s(self) -> list[float]:
        firsts: dict[int, float] = {}
        for call in self._parts:
            firsts.setdefault(self._wire.lives[call.number], self._wire.came_s[call.number])
        kills = self._wire.killer.kills
        return [round(firsts[kill.life + 1] - kill.at_s, 3) for kill in kills if kill.life + 1 in firsts]

    def _count_generations(self, report: Report) -> None:
        asked: defaultdict[Key, list[Asked]] = defaultdict(list)
        for one in self._oracle.asked:
            asked[one.key].append(one)
        shown_s: defaultdict[Piece, list[float]] = defaultdict(list)
        for call in self._parts:
            if not _grows(call):
                shown_s[_pieces(call)[0][:3]].append(self._wire.came_s[call.number])
        for key, times in asked.items():
            for generation, (first, again) in enumerate(pairwise(times), start=1):
                # What is shown before the reply is whole grows; nobody has it yet.
                whole_s = again.arrived_s if first.replied_s is None else first.replied_s
                was_shown = any(whole_s < s < again.arrived_s for s in shown_s[*key, generation])
                if first.life == again.life or was_shown:
                    report.generated_twice_without_cause += 1
                    continue
                report.generated_twice += 1
                if first.replied_s is not None:
                    unsaved_ms = round((self._killed_s[first.life] - first.replied_s) * 1000)
                    report.longest_reply_unsaved_ms = max(report.longest_reply_unsaved_ms, unsaved_ms)

    def _count_repeats(self, report: Report) -> set[Piece]:
        """The pieces that stand twice, or in vain, because their send was under way at a kill."""
        last_of_life: dict[tuple[int, int], int] = {}
        sent: defaultdict[tuple[int, str], list[Call]] = defaultdict(list)
        for call in self._parts:
            if call.method == "sendMessage":
                chat_id = int(call.params["chat_id"])
                last_of_life[self._wire.lives[call.number], chat_id] = call.number
                sent[chat_id, call.params["text"]].append(call)
        in_flight: set[Piece] = set()
        for (life, _), number in last_of_life.items():
            if life in self._killed_s:
                in_flight.update(_pieces(self._call(number)))
        for (chat_id, _), calls in sent.items():
            for first, again in pairwise(calls):
                life = self._wire.lives[first.number]
                if life == self._wire.lives[again.number] or last_of_life[life, chat_id] != first.number:
                    report.parts_repeated_without_cause += 1
                    continue
                report.parts_repeated += 1
                unrecorded_ms = round((self._killed_s[life] - self._wire.came_s[first.number]) * 1000)
                report.longest_part_unrecorded_ms = max(report.longest_part_unrecorded_ms, unrecorded_ms)
        return in_flight

    def _call(self, number: int) -> Call:
        return next(call for call in self._parts if call.number == number)

    def _sent_last(self) -> set[tuple[int, int]]:
        """Chat and message of what was sent just before a kill: who sent it may not know of it."""
        last: dict[tuple[int, int], tuple[int, int]] = {}
        for call in self._sends:
            life, chat_id = self._wire.lives[call.number], int(call.params["chat_id"])
            killed_s = self._killed_s.get(life, float("inf"))
            if killed_s - self._wire.came_s[call.number] < _WRITTEN_DOWN_S:
                last[life, chat_id] = chat_id, call.result["message_id"]
        return set(last.values())

    def _count_left_over(self, report: Report, in_flight: set[Piece]) -> None:
        latest = {asking.number: asking.edition for asking in self._people.questions.values()}
        sent_last = self._sent_last()
        for chat in {id(asking.chat): asking.chat for asking in self._people.questions.values()}.values():
            for message in chat.messages:
                pieces = [_piece(found) for found in PIECE.findall(message.text)]
                ours = message.json.get("from", {}).get("is_bot", False)
                stale = [piece for piece in pieces if latest[piece[0]] != piece[1] and piece not in in_flight]
                growing = STOP in [button["text"] for button in message.buttons]
                unknown = in_flight.intersection(pieces) or (
                    not pieces and (chat.id, message.id) in sent_last
                )
                report.still_growing += growing and not unknown
                report.left_over_messages += ours and (not pieces or bool(stale))

    def read_log(self, path: Path, report: Report) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        late = [line for line in lines if line.endswith("reason=FateUnknownInTime]")]
        report.replies_too_late = sum("kind=FINAL" in line for line in late)
        beyond = report.parts_repeated_without_cause - report.replies_too_late
        report.parts_repeated_without_cause = max(0, beyond)
        left = sum("a notice is left" in line and "reason=NotShown" in line for line in lines)
        report.still_growing = max(0, report.still_growing - left)

    def read_database(self, ask: Ask, report: Report) -> None:
        report.updates_not_done = ask("SELECT count(*) FROM inbox WHERE state <> 'done'")[0][0]
        report.turns_not_done = ask("SELECT count(*) FROM turns WHERE state <> 'done'")[0][0]
        for (text,) in ask("SELECT answer_text FROM turns WHERE answer_text IS NOT NULL"):
            generated = {_piece(found) for found in PIECE.findall(text)}
            report.generated_not_delivered += not generated <= self._shown
        report.unpaid = ask(
            "SELECT count(*) FROM turns WHERE answer_text IS NOT NULL"
            " AND id NOT IN (SELECT turn_id FROM ledger WHERE turn_id IS NOT NULL)"
        )[0][0]

    def read_integrity(self, ask: Ask, report: Report) -> None:
        """Of an SQLite file; a server sees to it."""
        report.integrity = str(ask("PRAGMA integrity_check")[0][0])
        if ask("PRAGMA foreign_key_check"):
            report.integrity = "a foreign key leads nowhere"

    async def read_ledger(self, store: Store, ask: Ask, report: Report) -> None:
        """Each row against its tokens, and the sums that the store gives against the rows."""
        rows = ask(
            "SELECT person_id, estimated, input_tokens + output_tokens,"
            " tokens_nrub + search_nrub + speech_nrub FROM ledger"
        )
        report.charges = len(rows)
        counted = sum(not estimated for _, estimated, *_ in rows)
        report.paid_without_cause = max(0, counted - report.answers_generated)
        report.paid_without_cause += max(0, len(rows) - len(self._oracle.asked))
        report.paid_without_cause += sum(nrub != tokens * NRUB_A_TOKEN for *_, tokens, nrub in rows)
        whole = Decimal(sum(nrub for *_, nrub in rows)).scaleb(-9)
        report.spent = f"{whole:f}"
        ever = Whose(date(2000, 1, 1), date(2100, 1, 1))
        report.sums_differ = int((await store.ledger.spent(ever)).rub != whole)
        report.sums_differ += sum((await store.ledger.by_day(ever)).values(), Decimal(0)) != whole
        for person_id in {row[0] for row in rows}:
            own = Decimal(sum(nrub for person, *_, nrub in rows if person == person_id)).scaleb(-9)
            report.sums_differ += (await store.ledger.spent(replace(ever, person_id=person_id))).rub != own


def _pieces(call: Call) -> list[Piece]:
    if call.method not in {"sendMessage", "editMessageText"}:
        return []
    return [_piece(found) for found in PIECE.findall(call.params["text"])]


def _grows(call: Call) -> bool:
    """Whether it shows an answer that is not whole yet."""
    return STOP in json.dumps(call.params.get("reply_markup", ""), ensure_ascii=False)


def _piece(found: tuple[str, ...]) -> Piece:
    return tuple(map(int, found))
