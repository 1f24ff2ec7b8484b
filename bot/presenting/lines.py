"""The bot's own lines below an answer, or in place of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from textwrap import shorten
from typing import Final

from bot.answering.ports import Note
from bot.core.values import Ending, Turn, TurnState
from bot.presenting.contents import shares_read
from bot.texts import Texts

FIRST_WORDS: Final = 48
_NOTES: Final = {
    Note.LEFT_OUT: "note-left-out",
    Note.TRIMMED: "note-trimmed",
    Note.NOT_SEARCHED: "note-not-searched",
}


def standing_lines(turn: Turn, earlier: Turn | None, texts: Texts) -> list[str]:
    """What is said below an answer as long as it stands; `earlier` is the one that it goes back to."""
    lines = []
    if turn.answer is not None and turn.answer.ending is Ending.CUT:
        stopped = turn.state is TurnState.STOPPED
        lines.append(texts("answer-stopped-mark") if stopped else texts("answer-cut"))
    if earlier is not None and earlier.answer is not None:
        words = shorten(earlier.answer.text, FIRST_WORDS, placeholder="…")
        lines.append(texts("note-branch", words=words))
    return [*lines, *shares_read(turn.question, texts)]


def note_lines(notes: Sequence[Note], texts: Texts) -> list[str]:
    return [texts(_NOTES[note]) for note in notes]


def failure_line(texts: Texts, kind: str, error_id: str, retry_in_s: float | None) -> str:
    """Why there is no answer, and when it is worth asking again."""
    line = texts(f"failure-{kind.replace('_', '-')}", error=error_id)
    return texts("failure-wait", failure=line, wait=timedelta(seconds=retry_in_s)) if retry_in_s else line
