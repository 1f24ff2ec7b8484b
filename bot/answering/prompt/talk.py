"""The room's talk as the model is told it: who said what and when, each line marked as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.answering.prompt.request import CUT_MARK, QUOTE_MARK, name
from bot.core.values import TalkMessage

SHARE: Final = 2
"""The talk takes at most one half of what earlier turns may, and only what they leave."""
MESSAGE_CHARACTERS: Final = 1000
"""Of one message: a long one is cut, so that it does not crowd out what the others said."""


def told(
    messages: Sequence[TalkMessage],
    words: Mapping[str, str],
    now: datetime,
    budget: int,
    tokens: Callable[[str], int],
) -> str:
    """The newest of the messages that cost at most `budget` tokens, oldest first; empty where none do.

    `now` is in the zone in which times are told.
    """
    heading = words["talk"]
    budget -= tokens(heading)
    chosen: list[str] = []
    for message in reversed(messages):
        lines = _lines(message, words, now)
        budget -= tokens(lines)
        if budget < 0:
            break
        chosen.append(lines)
    return "\n".join([heading, *reversed(chosen)]) if chosen else ""


def _lines(message: TalkMessage, words: Mapping[str, str], now: datetime) -> str:
    """Each line with the mark, the time and the author: what a message says in its second line can't look
    like a message of somebody else.
    """
    said_at = message.said_at.astimezone(now.tzinfo)
    when = f"{said_at:%H:%M}" if said_at.date() == now.date() else f"{said_at:%d.%m.%Y %H:%M}"
    start = f"{QUOTE_MARK}{', '.join(part for part in (when, _author(message, words)) if part)}: "
    text = message.text
    if len(text) > MESSAGE_CHARACTERS:
        text = f"{text[:MESSAGE_CHARACTERS]} {CUT_MARK}"
    return "\n".join(start + line for line in text.splitlines())


def _author(message: TalkMessage, words: Mapping[str, str]) -> str:
    author, origin = name(message.author.name), name(message.origin)
    if origin:
        return words["talk-forward"].format(author=author, origin=origin)
    return f"«{author}»" if author else ""
