"""Kinds of settings: how a value is parsed from what a person writes, checked, shown and kept."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

from bot.markup import utf16_len

if TYPE_CHECKING:
    from bot.texts import Texts

Value: TypeAlias = "float | int | str | bool | tuple[str, ...]"
Limits: TypeAlias = "Mapping[str, str | int | float]"

SHOWN_LENGTH = 300
"""UTF-16 code units of a long value that are shown beside other things."""


class BadValue(Exception):
    """Not a value of the setting; `text_id` and `variables` say what it takes."""

    def __init__(self, text_id: str, variables: Limits | None = None) -> None:
        super().__init__(text_id)
        self.text_id = text_id
        self.variables = variables or {}


class Kind(Protocol):
    """What a setting's values are."""

    __slots__ = ()

    def parse(self, written: str, known: Sequence[str] = (), /) -> Value:
        """The value that a person wrote; `known` are the models to choose from. Raises `BadValue`."""

    def decode(self, stored: object) -> Value:
        """The value from the database's JSON; raises `BadValue` for what is not one."""

    def show(self, value: Value, texts: Texts, /) -> str:
        """The value in words, for the people of the chat."""

    def limits(self) -> Limits:
        """The range, as variables of the texts."""

    def write(self, value: Value) -> str:
        """The value as a person would write it: `parse` gives it back."""
        return str(self.decode(value))


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number kept to two decimals; a decimal comma is a decimal point."""

    min: float
    max: float
    step: float
    """How far a press of a button goes."""

    _FORM: ClassVar = re.compile(r"\+?(?:[0-9]{1,20}(?:\.[0-9]{1,40})?|\.[0-9]{1,40})")

    def parse(self, written: str, _known: Sequence[str] = (), /) -> float:
        written = written.strip().replace(",", ".")
        number = Decimal(written) if self._FORM.fullmatch(written) else None
        if number is None or not self.min <= number <= self.max:  # before it is rounded: 1.001 is beyond 1
            raise BadValue("refused-number", self.limits())
        return float(round(number, 2))

    def decode(self, stored: object) -> float:
        if (
            isinstance(stored, bool)
            or not isinstance(stored, int | float)
            or not self.min <= stored <= self.max  # true of a NaN too
        ):
            raise BadValue("refused-number", self.limits())
        return float(stored)

    def steps(self, value: Value) -> tuple[float, ...]:
        """One step down and one up, as far as the range goes."""
        number = self.decode(value)
        down, up = max(self.min, number - self.step), min(self.max, number + self.step)
        return tuple(round(step, 2) for step in (down, up) if step != number)

    def show(self, value: Value, texts: Texts) -> str:
        return texts("value-number", value=self.decode(value))

    def limits(self) -> Limits:
        return {"min": self.min, "max": self.max}

    def write(self, value: Value) -> str:
        return f"{self.decode(value):g}"


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    """A whole number; thousands may be set apart by a space, as they are shown in Russian."""

    min: int
    max: int
    shown: str
    """Id of the text that shows it with its unit."""

    _FORM: ClassVar = re.compile(r"\+?(?:[0-9]{1,20}|[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}){1,5})")

    def parse(self, written: str, _known: Sequence[str] = (), /) -> int:
        if not self._FORM.fullmatch(written.strip()):
            raise BadValue("refused-whole", self.limits())
        return self.decode(int("".join(written.split())))

    def decode(self, stored: object) -> int:
        if isinstance(stored, bool) or not isinstance(stored, int) or not self.min <= stored <= self.max:
            raise BadValue("refused-whole", self.limits())
        return stored

    def show(self, value: Value, texts: Texts) -> str:
        return texts(self.shown, value=self.decode(value))

    def limits(self) -> Limits:
        return {"min": self.min, "max": self.max}


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few words, each with the other words that people use for it, in either language."""

    words: Mapping[str, frozenset[str]]
    text_prefix: str
    """`<prefix>-<word>` is the text that shows the word."""

    def parse(self, written: str, _known: Sequence[str] = (), /) -> str:
        spoken = " ".join(written.split()).casefold().replace("ё", "е")
        for value, others in self.words.items():
            if spoken == value or spoken in others:
                return value
        raise BadValue("refused-choice", self.limits())

    def decode(self, stored: object) -> str:
        if not isinstance(stored, str) or stored not in self.words:
            raise BadValue("refused-choice", self.limits())
        return stored

    def show(self, value: Value, texts: Texts) -> str:
        return texts(f"{self.text_prefix}-{value or 'auto'}")

    def limits(self) -> Limits:
        return {"choices": " | ".join(self.words)}


_ON = frozenset({"yes", "true", "1", "да", "вкл", "включить", "включено", "включены"})
_OFF = frozenset({"no", "false", "0", "нет", "выкл", "выключить", "выключено", "выключены"})


_SWITCH = Choice({"on": _ON, "off": _OFF}, "value")


@dataclass(frozen=True, slots=True)
class Switch(Kind):
    """On or off."""

    def parse(self, written: str, _known: Sequence[str] = (), /) -> bool:
        return _SWITCH.parse(written) == "on"

    def decode(self, stored: object) -> bool:
        if not isinstance(stored, bool):
            raise BadValue("refused-choice", self.limits())
        return stored

    def show(self, value: Value, texts: Texts) -> str:
        return _SWITCH.show(self.write(value), texts)

    def limits(self) -> Limits:
        return _SWITCH.limits()

    def write(self, value: Value) -> str:
        return "on" if self.decode(value) else "off"


@dataclass(frozen=True, slots=True)
class Prose(Kind):
    """A text, measured as Telegram measures: in UTF-16 code units."""

    max_length: int

    def parse(self, written: str, _known: Sequence[str] = (), /) -> str:
        if not written.strip():
            raise BadValue("refused-empty")
        return self.decode(written.strip())

    def decode(self, stored: object) -> str:
        """An empty text is a value too: no instructions at all, chosen as a role."""
        if not isinstance(stored, str):
            raise BadValue("refused-empty")
        length = utf16_len(stored)
        if length > self.max_length:
            raise BadValue("refused-length", {**self.limits(), "length": length})
        return stored

    def show(self, value: Value, texts: Texts) -> str:
        return shortened(str(value), SHOWN_LENGTH) or texts("value-none")

    def limits(self) -> Limits:
        return {"max": self.max_length}


@dataclass(frozen=True, slots=True)
class Words(Kind):
    """A few single words; none at all is a value too."""

    max_words: int
    min_length: int
    max_length: int

    _WORD: ClassVar = re.compile(r"\w+(?:-\w+)*")
    _NONE: ClassVar = _OFF | {"off", "none", "-"}

    def parse(self, written: str, _known: Sequence[str] = (), /) -> tuple[str, ...]:
        if written.strip().casefold() in self._NONE:
            return ()
        words = [word for word in re.split(r"[\s,;]+", written) if word]
        if not words:
            raise BadValue("refused-empty")
        once: dict[str, str] = {}
        for word in words:
            once.setdefault(word.casefold(), word)
        return self.decode(tuple(once.values()))

    def decode(self, stored: object) -> tuple[str, ...]:
        if (
            not isinstance(stored, list | tuple)
            or len(stored) > self.max_words
            or not all(isinstance(word, str) and self._fits(word) for word in stored)
        ):
            raise BadValue("refused-words", self.limits())
        return tuple(stored)

    def _fits(self, word: str) -> bool:
        return self.min_length <= len(word) <= self.max_length and self._WORD.fullmatch(word) is not None

    def show(self, value: Value, texts: Texts) -> str:
        return ", ".join(self.decode(value)) or texts("value-none")

    def limits(self) -> Limits:
        return {"count": self.max_words, "min": self.min_length, "max": self.max_length}

    def write(self, value: Value) -> str:
        return " ".join(self.decode(value)) or "-"


@dataclass(frozen=True, slots=True)
class ModelName(Kind):
    """A model's name or its whole URI, one of the known ones where they are known."""

    max_length: int = 200

    _FORM: ClassVar = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@-]*")

    def parse(self, written: str, known: Sequence[str] = (), /) -> str:
        name = self.decode(written.strip())
        same = {other.casefold(): other for other in known}
        if not known or name.casefold() in same:
            return same.get(name.casefold(), name)
        near = difflib.get_close_matches(name.casefold(), same, n=3, cutoff=0.4)
        unknown = {"model": shortened(name, 64)}
        if not near:
            raise BadValue("refused-model-unlike", unknown)
        raise BadValue("refused-model", unknown | {"nearest": ", ".join(same[other] for other in near)})

    def decode(self, stored: object) -> str:
        if not isinstance(stored, str) or len(stored) > self.max_length or not self._FORM.fullmatch(stored):
            raise BadValue("refused-model-name", self.limits())
        return stored

    def show(self, value: Value, _texts: Texts, /) -> str:
        return str(value)

    def limits(self) -> Limits:
        return {"max": self.max_length}


def shortened(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer than so many UTF-16 code units."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * length:
        return text
    return units[: 2 * (length - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
