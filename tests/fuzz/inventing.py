"""Random updates that keep to the Bot API's schema, as python-telegram-bot's classes declare it."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import telegram
from telegram import (
    Chat,
    MessageEntity,
    TelegramObject,
    Update,
    User,
)

Json = dict[str, Any]

DEEPEST: Final = 3
WORDS: Final = (
    "", " ", "why?", "👩‍🚀 в космосе", "🇷🇺", "e\u0301", "\u202eобратно", "@", "/", "\n\n", "0,5", "reset",
    "длинно " * 700, "#тег", "<b>", "«»", "\x00", "x" * 64,
)  # fmt: skip
SELDOM: Final = 0.03
OFTEN: Final = {
    "from_user": 0.9,
    "text": 0.6,
    "caption": 0.1,
    "entities": 0.4,
    "caption_entities": 0.2,
    "reply_to_message": 0.15,
    "language_code": 0.7,
    "username": 0.5,
    "title": 0.8,
    "message": 0.8,
    "data": 0.8,
}
"""How likely optional fields of some names are."""
ONLY_TRUE: Final = (
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
)
"""The library gives these to every message; Telegram only where they are true."""
NEW_KIND: Final = "brand_new_kind"


class Field(typing.NamedTuple):
    name: str
    hints: tuple[Any, ...]
    optional: bool


def fields_of(cls: type[TelegramObject]) -> tuple[Field, ...]:
    """What a class is made of; optional fields of types that it does not name are left out."""
    found = []
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        hints = tuple(h for h in _alternatives(parameter.annotation) if h is not types.NoneType)
        optional = parameter.default is not inspect.Parameter.empty
        if name not in {"self", "api_kwargs"} and hints and all(map(_is_known, hints)):
            found.append(Field(name, hints, optional))
    return tuple(found)


def _alternatives(hint: Any) -> tuple[Any, ...]:
    """The types that a hint allows, names looked up among the library's; None for what is unknown."""
    if isinstance(hint, typing.ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        parts = [part.strip() for part in hint.split("|")]
        return tuple(types.NoneType if part == "None" else getattr(telegram, part, None) for part in parts)
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return tuple(found for part in typing.get_args(hint) for found in _alternatives(part))
    if typing.get_origin(hint) is Sequence:
        return tuple(types.GenericAlias(Sequence, found) for found in _alternatives(*typing.get_args(hint)))
    return (hint,)


def _is_known(hint: Any) -> bool:
    if typing.get_origin(hint) is Sequence:
        return all(map(_is_known, typing.get_args(hint)))
    return isinstance(hint, type) and (
        hint in {str, int, bool, float, datetime, timedelta} or issubclass(hint, TelegramObject)
    )


def kinds_of(cls: type[TelegramObject]) -> tuple[type[TelegramObject], ...]:
    """A class, or what it can be where it only stands for others: ChatMember, MessageOrigin."""
    below = [
        kind
        for sub in cls.__subclasses__()
        if sub.__module__.startswith("telegram._")
        for kind in kinds_of(sub)
    ]
    return tuple(below) or (cls,)


class Inventor:
    """Users and chats are often the given ones, so that what happens hangs together."""

    def __init__(self, random: Random, users: Sequence[Json], chats: Sequence[Json]) -> None:
        self._random = random
        self._users = users
        self._chats = chats
        self._fields: dict[str, tuple[Field, ...]] = {}
        self._classes: dict[str, tuple[type[TelegramObject], ...]] = {}
        self._kinds = [field for field in fields_of(Update) if field.optional]

    def update(self, update_id: int) -> Json:
        """Of any kind; some with fields and values that nobody has heard of."""
        kind = self._random.choice(self._kinds)
        update = self.json(kind.hints[0])
        if self._random.random() < 0.2:
            self._make_new(update)
        name = NEW_KIND if self._random.random() < 0.02 else kind.name
        return {"update_id": update_id, name: update}

    def json(self, cls: type[TelegramObject]) -> Json:
        made: Json = self._made(cls, 0).to_dict()
        for held in _dicts(made):
            for name in [name for name in ONLY_TRUE if held.get(name) is False]:
                del held[name]
        return made

    def _made(self, cls: type[TelegramObject], depth: int) -> TelegramObject:
        if cls is User and self._random.random() < 0.7:
            return User.de_json(dict(self._random.choice(self._users)), None)
        if cls is Chat and self._random.random() < 0.7:
            return Chat.de_json(dict(self._random.choice(self._chats)), None)
        cls = self._random.choice(self._kinds_of(cls))
        chosen = [field for field in self._fields_of(cls) if not field.optional or self._wants(field, depth)]
        try:
            return cls(**self._given(chosen, depth))
        except TypeError:  # later additions are optional in the constructor's form only
            return cls(**self._given(self._fields_of(cls), depth))

    def _fields_of(self, cls: type[TelegramObject]) -> tuple[Field, ...]:
        if cls.__name__ not in self._fields:
            self._fields[cls.__name__] = fields_of(cls)
        return self._fields[cls.__name__]

    def _kinds_of(self, cls: type[TelegramObject]) -> tuple[type[TelegramObject], ...]:
        if cls.__name__ not in self._classes:
            self._classes[cls.__name__] = kinds_of(cls)
        return self._classes[cls.__name__]

    def _wants(self, field: Field, depth: int) -> bool:
        return depth < DEEPEST and self._random.random() < OFTEN.get(field.name, SELDOM)

    def _given(self, chosen: Sequence[Field], depth: int) -> Json:
        return {
            field.name: self._value(field.name, self._random.choice(field.hints), depth + 1)
            for field in chosen
        }

    def _value(self, name: str, hint: Any, depth: int) -> Any:
        random = self._random
        if typing.get_origin(hint) is Sequence:
            (item,) = typing.get_args(hint)
            return [self._value(name, item, depth) for _ in range(random.choice((1, 1, 3)))]
        if issubclass(hint, TelegramObject):
            return self._made(hint, depth)
        plain: dict[type, Callable[[], Any]] = {
            bool: lambda: random.random() < 0.5,
            float: lambda: random.uniform(-90, 90),
            datetime: lambda: datetime.fromtimestamp(random.choice((0, 1, random.randrange(2**31))), UTC),
            timedelta: lambda: timedelta(seconds=random.randrange(10**5)),
            int: lambda: self._number(name),
            str: lambda: self._word(name),
        }
        return plain[hint]()

    def _number(self, name: str) -> int:
        random = self._random
        if name in {"offset", "length", "width", "height", "duration", "position"}:
            return random.randrange(40)
        if name.endswith("chat_id") or name == "id":
            return random.choice((1, -1)) * random.randrange(1, 2**52)
        return random.choice((0, 1, random.randrange(2**31 - 1)))

    def _word(self, name: str) -> str:
        random = self._random
        if name == "type":
            return random.choice((*MessageEntity.ALL_TYPES, "private", "group", "supergroup", "channel"))
        if name.endswith("id"):
            return str(random.getrandbits(62))
        if name == "language_code":
            return random.choice(("ru", "en", "zh-hans", "pt-br"))
        return random.choice(WORDS)

    def _make_new(self, within: Json) -> None:
        """Somewhere in there: an unknown field, or an unknown value where Telegram has a list of them."""
        holders = [within, *(held for held in _dicts(within) if held is not within)]
        holder = self._random.choice(holders)
        choices = [name for name in ("type", "status", "source") if isinstance(holder.get(name), str)]
        if choices and self._random.random() < 0.5:
            holder[self._random.choice(choices)] = "brand_new"
        else:
            holder["brand_new_field"] = self._random.choice((1, "new", None, [1], {"new": {"id": 1}}))


def _dicts(value: Any) -> list[Json]:
    if isinstance(value, dict):
        return [value, *(found for held in value.values() for found in _dicts(held))]
    if isinstance(value, list | tuple):
        return [found for held in value for found in _dicts(held)]
    return []
