"""What the bot's buttons carry: typed, versioned, at most 64 bytes, and trusted for nothing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, get_args

from bot.core.values import Conversation

MAX_BYTES = 64
"""Telegram's limit for `callback_data`."""

VERSION = "1"
"""Raised when the meaning of a button changes: older buttons are then out of date."""

_NUMBER = re.compile(r"-?[0-9a-f]{1,16}")
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,20}")


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Shows a page of the settings menu; `number` counts the sheets of a long list from 0."""

    tag: ClassVar = "p"
    place: Conversation
    page: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class SetOption:
    """Sets an option to a value as `Option.write` gives it."""

    tag: ClassVar = "s"
    place: Conversation
    option: str
    value: str


@dataclass(frozen=True, slots=True)
class PickModel:
    """Sets the model; its name may be long, so a digest finds it in the list."""

    tag: ClassVar = "m"
    place: Conversation
    digest: str


@dataclass(frozen=True, slots=True)
class ResetOption:
    """Takes back an option's own value."""

    tag: ClassVar = "r"
    place: Conversation
    option: str


@dataclass(frozen=True, slots=True)
class AskValue:
    """Shows the prompt for an option's value."""

    tag: ClassVar = "a"
    place: Conversation
    option: str


@dataclass(frozen=True, slots=True)
class CancelPrompt:
    """Leaves the prompt. Its being under a message tells that a reply to that message is the value."""

    tag: ClassVar = "c"
    place: Conversation
    option: str


@dataclass(frozen=True, slots=True)
class CloseMenu:
    tag: ClassVar = "x"
    place: Conversation


@dataclass(frozen=True, slots=True)
class OpenRoles:
    tag: ClassVar = "o"
    place: Conversation


@dataclass(frozen=True, slots=True)
class ShowRole:
    """Shows what a role says."""

    tag: ClassVar = "w"
    place: Conversation
    role: str


@dataclass(frozen=True, slots=True)
class TakeRole:
    """Sets the instructions to a role's."""

    tag: ClassVar = "t"
    place: Conversation
    role: str


@dataclass(frozen=True, slots=True)
class Stop:
    tag: ClassVar = "S"
    turn_id: int


@dataclass(frozen=True, slots=True)
class Retry:
    tag: ClassVar = "R"
    turn_id: int


@dataclass(frozen=True, slots=True)
class Continue:
    tag: ClassVar = "C"
    turn_id: int


@dataclass(frozen=True, slots=True)
class Again:
    """Asks for another version of an answer."""

    tag: ClassVar = "A"
    turn_id: int


@dataclass(frozen=True, slots=True)
class Flip:
    """Shows and chooses a version: `turn_id` is the turn to be shown."""

    tag: ClassVar = "F"
    turn_id: int


@dataclass(frozen=True, slots=True)
class ShowAgain:
    """Shows an answer in place of the short message that stands in for it."""

    tag: ClassVar = "W"
    turn_id: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Confirms /forget of the person who sent it: `scope` is `own` or `all`."""

    tag: ClassVar = "f"
    place: Conversation
    asker_id: int
    scope: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Thinks better of /forget."""

    tag: ClassVar = "k"
    place: Conversation
    asker_id: int


@dataclass(frozen=True, slots=True)
class Decide:
    """An operator lets somebody in, or refuses; `page` says where the button stands, `start` of a list."""

    tag: ClassVar = "D"
    visitor_id: int
    verdict: str
    page: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class ListAccess:
    """Shows operators a page of who was let in, who waits, or who was refused."""

    tag: ClassVar = "L"
    page: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """An operator lets a person or a chat spend so much more today."""

    tag: ClassVar = "G"
    scope: str
    id: int
    nanoroubles: int


Callback: TypeAlias = (
    OpenPage
    | SetOption
    | PickModel
    | ResetOption
    | AskValue
    | CancelPrompt
    | CloseMenu
    | OpenRoles
    | ShowRole
    | TakeRole
    | Stop
    | Retry
    | Continue
    | Again
    | Flip
    | ShowAgain
    | Forget
    | Keep
    | Decide
    | ListAccess
    | Grant
)

_BY_TAG: Mapping[str, type[Any]] = {kind.tag: kind for kind in get_args(Callback)}


def encode(callback: Callback) -> str:
    """`callback_data` for a button. Raises `ValueError` for what does not fit in it."""
    pieces = [f"{VERSION}{callback.tag}"]
    for field in dataclasses.fields(callback):
        value = getattr(callback, field.name)
        if isinstance(value, Conversation):
            pieces += [f"{value.chat_id:x}", f"{value.thread_id:x}"]
        elif isinstance(value, int):
            pieces.append(f"{value:x}")
        else:
            pieces.append(value)
    data = ":".join(pieces)
    if len(data.encode()) > MAX_BYTES or decode(data) != callback:
        raise ValueError(f"not callback data: {data!r}")
    return data


def decode(data: str) -> Callback | None:
    """What a button carries; None for an older version's button, and for anything forged or broken."""
    head, *pieces = data.split(":")
    kind = _BY_TAG.get(head.removeprefix(VERSION))
    if kind is None or head != f"{VERSION}{kind.tag}" or len(data.encode(errors="replace")) > MAX_BYTES:
        return None
    values: list[object] = []
    for field in dataclasses.fields(kind):
        match field.type:
            case "Conversation":
                chat_id, thread_id = (_number(pieces) for _ in range(2))
                if chat_id is None or thread_id is None:
                    return None
                values.append(Conversation(chat_id, thread_id))
            case "int":
                values.append(_number(pieces))
            case _:
                values.append(_word(pieces))
    return None if pieces or None in values else kind(*values)


def _number(pieces: list[str]) -> int | None:
    """The next piece as a 64-bit number in the one form in which it is written."""
    if not pieces or not _NUMBER.fullmatch(pieces[0]):
        return None
    number = int(piece := pieces.pop(0), 16)
    return number if f"{number:x}" == piece and -(2**63) <= number < 2**63 else None


def _word(pieces: list[str]) -> str | None:
    return pieces.pop(0) if pieces and _WORD.fullmatch(pieces[0]) else None


_START = "settings"


def encode_start(place: Conversation) -> str:
    """The parameter of a `t.me/<bot>?start=` link that opens a conversation's settings in private."""
    return f"{_START}_{place.chat_id:x}_{place.thread_id:x}"


def decode_start(parameter: str) -> Conversation | None:
    """The conversation of such a link; None for any other parameter."""
    head, *pieces = parameter.split("_")
    if head != _START or len(pieces) != 2:
        return None
    chat_id, thread_id = _number(pieces), _number(pieces)
    if chat_id is None or thread_id is None:
        return None
    return Conversation(chat_id, thread_id)


def prompt_under(keyboard: Iterable[str]) -> CancelPrompt | None:
    """What a reply to the message with this keyboard's callback data gives a value for, if anything."""
    return next((found for data in keyboard if isinstance(found := decode(data), CancelPrompt)), None)
