"""What a refusal of Telegram's means for the message at hand, and the named ends of trying to show it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from telegram.error import BadRequest, Forbidden


class Migrated(Exception):
    """The group is a supergroup now, and everything kept under its old id belongs to the new one."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__(f"the chat is {new_chat_id} now")
        self.new_chat_id = new_chat_id


class FilesRefused(Exception):
    """The chat takes the bot's texts, but no files of its: what is in them can be sent as text."""


class Meaning(Enum):
    """Why a request was a bad one, as far as something can be done about it."""

    SAME_ALREADY = auto()
    NOT_EDITABLE = auto()
    NO_REPLY_TARGET = auto()
    NO_TOPIC = auto()
    NO_FILES = auto()
    MUTED = auto()
    NO_CHAT = auto()
    TOO_LATE = auto()
    """For the answer to a button press."""
    OTHER = auto()
    """Entities that Telegram can't parse, most likely: there is no list of its words for that."""


# From tdlib/telegram-bot-api (Client.cpp) and tdlib/td; those with underscores are Telegram's servers' own.
_WORDS = {
    Meaning.SAME_ALREADY: ("message is not modified",),
    Meaning.NOT_EDITABLE: (
        "message to edit not found",
        "message can't be edited",
        "message_id_invalid",
        "there is no text in the message to edit",
        "there is no caption in the message to edit",
        "there is no media in the message to edit",
    ),
    Meaning.NO_REPLY_TARGET: (
        "message to be replied not found",
        "message to reply not found",
        "replied message not found",
        "reply_message_id_invalid",
    ),
    Meaning.NO_TOPIC: (
        "message thread not found",
        "topic_closed",
        "topic_deleted",
        "topic_id_invalid",
    ),
    # Before what says the same of the whole chat.
    Meaning.NO_FILES: (
        "not enough rights to send documents",
        "have no rights to send documents",
        "chat_send_docs_forbidden",
    ),
    Meaning.TOO_LATE: ("query is too old",),
    Meaning.MUTED: (
        "chat_write_forbidden",
        "chat_restricted",
        "chat_send_plain_forbidden",
        "not enough rights to send",
        "have no rights to send",
        "have no write access to the chat",
        "need administrator rights in the channel chat",
    ),
    Meaning.NO_CHAT: (
        "chat not found",
        "peer_id_invalid",
        "user is deactivated",
        "group chat was deactivated",
    ),
}


def meaning(refusal: BadRequest | Forbidden) -> Meaning:
    """By the words, which python-telegram-bot gives with capitals of its own."""
    said = refusal.message.casefold()
    for meant, words in _WORDS.items():
        if any(word in said for word in words):
            return meant
    return Meaning.OTHER
