"""Whether a message speaks to the bot, and what is left of it without the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import MessageEntity

from bot.core.values import Attachment, Quote
from bot.handlers.attachments import attachments_of
from bot.handlers.entities import as_markdown, cut
from bot.handlers.incoming import (
    entities_of,
    forward_of,
    forwarded_attachments,
    has_attachment,
    is_forward,
    is_private,
    own_message_replied_to,
    quote_of,
    quoted_attachments,
    words,
)
from bot.markup import utf16_len

if TYPE_CHECKING:
    from telegram import Message, User

ASK: Final = "ask"
_AFTER_A_NAME: Final = re.compile(r"(?:,+|[,:;.!?\-–—]+(?=\s|$))\s*")
"""What stands between a name and what is said to it; not the sign of a number, nor the dot of a file."""


@dataclass(frozen=True, slots=True)
class Command:
    """The command that a message begins with."""

    name: str
    """In small letters, without slash and addressee."""
    mine: bool
    """Whether it is meant for this bot, or for any."""
    named: bool
    """Whether it names this bot: no other one will answer it."""
    length: int
    """In UTF-16 code units, from the start of the text."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message meant for the bot, its command, mention or wake word taken away. `text` may be empty."""

    text: str
    quote: Quote | None = None
    replies_to: int | None = None
    forwards: tuple[Quote, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    """Of the message itself, then of the one that it replies to."""
    blind: bool = False
    """It carries something that the bot does not take in: its words alone would be a blind question."""

    @property
    def asks(self) -> bool:
        return not self.blind and not self.calls

    @property
    def calls(self) -> bool:
        """Whether it says nothing but who is meant."""
        return not (self.blind or self.text or self.forwards or self.quote is not None or self.attachments)


def command_of(message: Message, me: User) -> Command | None:
    """In a text or a caption; what is forwarded is somebody else's, and commands nothing."""
    if is_forward(message):
        return None
    first = next(
        (e for e in entities_of(message) if e.type == MessageEntity.BOT_COMMAND and e.offset == 0), None
    )
    if first is None:
        return None
    name, _, addressee = cut(_encoded(message), 0, first.length)[1:].partition("@")
    named = addressee.lower() == (me.username or "").lower()
    return Command(name.lower(), named or not addressee, named, first.length)


def addressed(
    message: Message, me: User, *, wake_words: Sequence[str] = (), unseen: str = ""
) -> Addressed | None:
    """What a message asks of the bot, or None where it does not speak to it.

    A forward says nothing of its own: in a private chat its words are a quotation, elsewhere it is not spoken
    to the bot. `unseen` tells the model of an attachment that it is not shown.
    """
    if is_forward(message):
        return forwarded(message, unseen=unseen) if is_private(message) else None
    command = command_of(message, me)
    if command is not None and not (command.mine and command.name == ASK):
        return None
    replies_to = own_message_replied_to(message, me)
    spans = [(0, command.length)] if command is not None else []
    spans += _mentions(message, me)
    if spans or replies_to is not None or is_private(message):
        text = _without(message, spans)
    else:
        woken = _after_wake_word(message, wake_words)
        if woken is None:
            return None
        text = woken
    own = attachments_of(message, album=message.media_group_id or "")
    return Addressed(
        text,
        quote_of(message, me, unseen=unseen),
        replies_to,
        attachments=own + quoted_attachments(message, me),
        blind=has_attachment(message) and not own,
    )


def forwarded(message: Message, *, unseen: str = "") -> Addressed:
    """What a forward carries, whether or not it is spoken to the bot."""
    words_of_it = forward_of(message, unseen=unseen)
    forwards = (words_of_it,) if words_of_it is not None else ()
    return Addressed("", forwards=forwards, attachments=forwarded_attachments(message))


def _encoded(message: Message) -> bytes:
    """As Telegram counts: two bytes a UTF-16 code unit."""
    return words(message).encode("utf-16-le", "surrogatepass")


def _mentions(message: Message, me: User) -> list[tuple[int, int]]:
    """Where the bot is named. Only entities count: the same letters inside a word or a link do not."""
    encoded = _encoded(message)
    handle = f"@{me.username}".lower()
    found: list[tuple[int, int]] = []
    for entity in entities_of(message):
        start, end = entity.offset, entity.offset + entity.length
        named = entity.type == MessageEntity.MENTION and cut(encoded, start, end).lower() == handle
        linked = entity.type == MessageEntity.TEXT_MENTION and entity.user is not None
        if named or (linked and entity.user is not None and entity.user.id == me.id):
            found.append((start, end))
    return found


def _without(message: Message, spans: Iterable[tuple[int, int]]) -> str:
    """As Markdown without these spans, and without the punctuation that went with one at its start."""
    raw, entities = words(message), entities_of(message)
    text, at = "", 0
    for start, end in sorted(spans):
        text = _joined(text, as_markdown(raw, entities, at, start)) if start > at else text
        at = max(at, end)
    rest = as_markdown(raw, entities, at)
    if not text.strip() and at:
        return _after_name(rest)
    return _joined(text, rest).strip()


def _joined(before: str, after: str) -> str:
    """Without the two spaces that would be left where a word between them was."""
    return before + (after.removeprefix(" ") if before[-1:].isspace() else after)


def wake_word(text: str, wake_words: Sequence[str]) -> str:
    """The wake word that a text begins with, as it stands there with the space before it; empty: none."""
    found = (re.match(rf"\s*{re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in wake_words)
    return next((each[0] for each in found if each is not None), "")


def _after_wake_word(message: Message, wake_words: Sequence[str]) -> str | None:
    word = wake_word(words(message), wake_words)
    if not word:
        return None
    return _after_name(as_markdown(words(message), entities_of(message), utf16_len(word)))


def _after_name(text: str) -> str:
    text = text.strip()
    found = _AFTER_A_NAME.match(text)
    return text[found.end() :] if found is not None else text
