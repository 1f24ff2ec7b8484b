"""An update without the parts of it that the library can't read: one field costs no question.

An older Bot API server leaves out what newer ones always send, a newer one may send what the library does not
expect; python-telegram-bot then refuses the whole update.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from inspect import Parameter, signature
from typing import Any, Final

import telegram
from telegram import TelegramObject, Update

from bot.core.values import is_private
from bot.markup import utf16_len

Json = dict[str, Any]

MESSAGES: Final = ("message", "edited_message")
AUTHORS: Final = ("from", "sender_chat")
_NEVER_EMPTY: Final = {"type", "file_id", "file_unique_id"}
_LATER: Final = {"persistent_id"}
"""Texts that the library wants though its signatures call them optional."""
_MARKED: Final = re.compile(r"(?<!\S)(/\w+(?:@\w+)?|@\w+)")


def salvaged(raw: Json) -> Json | None:
    """As much of an update as can be read; None where that is not who says what and where."""
    if _reads(Update, raw):
        return raw
    for kind in MESSAGES:
        if isinstance(raw.get(kind), dict):
            raw = raw | {kind: _with_what_is_plain(raw[kind])}
    found = _salvaged(Update, raw)
    if found is None or len(found) < 2:
        return None
    for kind in MESSAGES:
        if kind in found and any(who in raw[kind] and who not in found[kind] for who in AUTHORS):
            return None
    return found


def _salvaged(kind: type[TelegramObject], data: Json) -> Json | None:
    """The object without the parts that can't be read; None where what is left can't be read either."""
    if _reads(kind, data):
        return data
    hints: dict[str, Any] = {}
    for each in _family(kind):
        hints |= _hints(each)
    kept = {}
    for name, value in data.items():
        part = _part(hints.get("from_user" if name == "from" else name), value)
        if part is not None:
            kept[name] = part
    for more in ({}, *(_what_is_not_said(each) for each in _family(kind))):
        if _reads(kind, more | kept):
            return more | kept
    return None


def _part(hint: Any, value: Any) -> Any:
    """A field's value, as far as it can be read; None where nothing of it can."""
    kinds = _objects(hint)
    if not kinds:
        return value
    if isinstance(value, list) and any(typing.get_origin(each) is Sequence for each in _flat(hint)):
        return [part for each in value if (part := _part(hint, each)) is not None]
    return _salvaged(kinds[0], value) if isinstance(value, dict) else None


def _reads(kind: type[TelegramObject], data: Json) -> bool:
    try:
        return _is_whole(kind.de_json(data, None))
    except Exception:  # noqa: BLE001 - the edge: the library has no error of its own for what it can't read
        return False


def _is_whole(read: TelegramObject) -> bool:
    """Whether no object is missing that must be there: the library takes nothing for one."""
    kind: Any = type(read)
    for name, hint in _hints(kind).items():
        if not _objects(hint):
            continue
        value = getattr(read, name, None)
        if value is None and _parameters(kind)[name].default is Parameter.empty:
            return False
        parts = value if isinstance(value, tuple) else (value,)
        if not all(_is_whole(part) for part in parts if isinstance(part, TelegramObject)):
            return False
    return True


@cache
def _parameters(kind: Any) -> Mapping[str, Parameter]:
    return signature(kind.__init__).parameters


def _family(kind: type[TelegramObject]) -> Iterator[Any]:
    """The class and those below it: which of them an object is, the library decides by its fields."""
    yield kind
    for below in kind.__subclasses__():
        yield from _family(below)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind.__init__, {**vars(typing), **vars(telegram)})


@cache
def _what_is_not_said(kind: Any) -> Json:
    """A flag that an older server does not know is off, a text is empty."""
    absent: Json = {}
    for name, parameter in _parameters(kind).items():
        if bool in _flat(_hints(kind).get(name)):
            absent[name] = False
        elif name in _LATER or (
            parameter.annotation is str and parameter.default is Parameter.empty and name not in _NEVER_EMPTY
        ):
            absent[name] = ""
    return absent


def _objects(hint: Any) -> list[type[TelegramObject]]:
    return [kind for kind in _flat(hint) if isinstance(kind, type) and issubclass(kind, TelegramObject)]


def _flat(hint: Any) -> Iterator[Any]:
    """The types in a type."""
    yield hint
    for each in typing.get_args(hint):
        yield from _flat(each)


def _with_what_is_plain(message: Json) -> Json:
    """What a message does not say and Telegram's rules do: who speaks in a private chat, what a group is."""
    chat, reply = message.get("chat"), message.get("reply_to_message")
    if not isinstance(chat, dict) or not isinstance(chat.get("id"), int):
        return message
    private = is_private(chat["id"])
    chat = {"type": "private" if private else "supergroup"} | chat
    message = message | {"chat": chat}
    if isinstance(author := message.get("from"), dict):
        message["from"] = _with_what_its_name_says(author) | ({"id": chat["id"]} if private else {})
    if isinstance(speaker := message.get("sender_chat"), dict):
        message["sender_chat"] = {"type": "channel"} | speaker
    if isinstance(reply, dict):
        same = {"date": message.get("date")} | reply | {"chat": chat}
        message["reply_to_message"] = _with_what_is_plain(same)
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        if entities in message and not _are_whole(message[entities]):
            message[entities] = list(_marked(message.get(text)))
    return message


def _with_what_its_name_says(user: Json) -> Json:
    """Only bots may have a username that ends so."""
    return {"is_bot": str(user.get("username")).casefold().endswith("bot")} | user


def _are_whole(entities: Any) -> bool:
    kind = telegram.MessageEntity
    return isinstance(entities, list) and all(isinstance(e, dict) and _reads(kind, e) for e in entities)


def _marked(text: Any) -> Iterator[Json]:
    """Commands and mentions, which address the bot, found as Telegram finds them."""
    for found in _MARKED.finditer(text if isinstance(text, str) else ""):
        kind = "mention" if found[0].startswith("@") else "bot_command"
        yield {
            "type": kind,
            "offset": utf16_len(found.string[: found.start()]),
            "length": utf16_len(found[0]),
        }
