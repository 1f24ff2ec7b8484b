"""Recognises a long paste that a Telegram client split into several messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.values import Conversation, Question
from bot.markup import utf16_len

FULL_UNITS = 4000
"""Clients cut at 4096 UTF-16 units, or a little before where a line or a word ends."""
CUT_UNITS = 4096
WITHIN_S = 2.0


@dataclass(slots=True)
class _Paste:
    turn_id: int
    last: Question


class Pastes:
    """The turns that may still go on: at most one a conversation, and only until anything else comes."""

    def __init__(self) -> None:
        self._open: dict[Conversation, _Paste] = {}

    def opens(self, turn_id: int, question: Question) -> bool:
        """Whether a turn just asked may go on in a next message; remembered if so."""
        if utf16_len(question.text) < FULL_UNITS:
            return False
        self._open[question.conversation] = _Paste(turn_id, question)
        return True

    def continued_by(self, question: Question) -> int | None:
        """The turn that a message goes on with, if it does."""
        paste = self._open.get(question.conversation)
        if paste is None or question.forwards or question.attachments:
            return None
        last = paste.last
        same = question.asker.id == last.asker.id and question.message_id > last.message_id
        apart_s = (question.sent_at - last.sent_at).total_seconds()
        # A client that splits a reply repeats the reply in each part, or only in the first.
        own_reply = question.replies_to is not None or question.quote is not None
        same_reply = (question.replies_to, question.quote) == (last.replies_to, last.quote)
        if same and 0 <= apart_s <= WITHIN_S and (same_reply or not own_reply):
            return paste.turn_id
        return None

    def glue(self, question: Question) -> str:
        """What stands between the part before and this one: nothing where a word may have been cut."""
        return "" if utf16_len(self._open[question.conversation].last.text) >= CUT_UNITS else "\n"

    def shut(self, conversation: Conversation) -> int | None:
        """Something else came, or the time is up: the turn that is complete now, if one was open."""
        paste = self._open.pop(conversation, None)
        return None if paste is None else paste.turn_id
