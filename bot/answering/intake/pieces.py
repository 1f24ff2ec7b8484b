"""What makes one question of several messages: how each stands to the others, and what they are together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bot.core.values import Question

WITHIN_S: Final = 2.0
"""Between a comment and what is forwarded with it, by the dates of the messages, which are whole seconds."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How a message stands to those around it. The default is an ordinary question."""

    album: str = ""
    """Telegram's `media_group_id`: the same in each message of an album, which has no count and no end."""
    forwarded: bool = False
    addressed: bool = True
    """It speaks to the bot; else it is heard only where it belongs to what does."""
    asks: bool = True
    """It is a question by itself."""
    calls: bool = False
    """It speaks to the bot and says nothing else: what is forwarded next may be the question."""


ALONE = Relation()


def together(question: Question, piece: Question) -> Question:
    """The question with one more message of it; its files are in the order of their messages.

    In private the message with the words is the question's: it is the one that is edited.
    """
    quote = question.quote or (None if piece.quote in question.forwards else piece.quote)
    spoken = bool(piece.text) and not question.text and piece.private
    files = dict.fromkeys(question.attachments)
    known = {(each.message_id, each.file_unique_id) for each in files}
    files |= dict.fromkeys(
        each for each in piece.attachments if (each.message_id, each.file_unique_id) not in known
    )
    return replace(
        question,
        message_id=piece.message_id if spoken else question.message_id,
        text="\n".join(text for text in (question.text, piece.text) if text),
        quote=quote,
        forwards=question.forwards + piece.forwards,
        attachments=tuple(sorted(files, key=lambda each: (each.quoted, each.message_id))),
    )


def is_lone_forward(question: Question) -> bool:
    """Whether it is what somebody else said, without a word of the asker's own."""
    if question.text or question.quote is not None:
        return False
    carried = [each for each in question.attachments if each.message_id == question.message_id]
    return all(each.quoted for each in carried) and bool(question.forwards or carried)


def is_album(question: Question) -> bool:
    return any(each.album for each in question.attachments)
