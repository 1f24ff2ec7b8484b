"""What the bot says: one catalogue a language, a text by its id."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TypeAlias

from bot.texts.formatting import LANGUAGES, Compiler, Format, Scalar, TextError

__all__ = ["Catalogue", "TextError", "Texts", "Value"]

Value: TypeAlias = "str | int | float | datetime | timedelta"

# A message or a term: its first line and the indented or empty lines that follow.
_ENTRY = re.compile(r"^(-?[a-z][\w-]*) *=.*(?:\n(?:[ }].*)?)*", re.MULTILINE)

_UNITS = (("seconds", 1, 90), ("minutes", 60, 90 * 60), ("hours", 3600, 48 * 3600), ("days", 86400, math.inf))


class Texts:
    """The texts of one language: `texts("queue-place", place=3)`.

    A number is written as the language does it and chooses plural forms, a `datetime` becomes a date and a
    time in `zone`, a `timedelta` is rounded up ("5 секунд", "2 минуты"). A string stands as it is: what
    people wrote is passed only this way. Raises `TextError` for an unknown id and for a missing variable.
    """

    def __init__(self, language: str, source: str, zone: tzinfo = UTC) -> None:
        self.language = language
        self._zone = zone
        self._sources = {entry[1]: entry[0] for entry in _ENTRY.finditer(source)}
        self._messages: dict[str, Format] = {}
        self._compiler = Compiler(LANGUAGES[language], self._source)

    def __call__(self, text_id: str, /, **variables: Value) -> str:
        return self._message(text_id)({name: self._scalar(value) for name, value in variables.items()})

    def ids(self) -> Iterable[str]:
        return [text_id for text_id in self._sources if not text_id.startswith("-")]

    def _source(self, entry_id: str) -> str:
        try:
            return self._sources[entry_id]
        except KeyError:
            raise TextError(f"no text {entry_id} in {self.language}") from None

    def _message(self, text_id: str) -> Format:
        """Parsed when first used: a start needs few of them, and parsing all takes 0.1 s."""
        message = self._messages.get(text_id)
        if message is None:
            message = self._messages[text_id] = self._compiler.message(self._source(text_id))
        return message

    def _scalar(self, value: Value) -> Scalar:
        if isinstance(value, datetime):
            moment = value.astimezone(self._zone)
            return self(
                "moment",
                year=str(moment.year),
                month=moment.month,
                day=str(moment.day),
                time=f"{moment:%H:%M}",
                zone=_zone_name(moment),
            )
        if isinstance(value, timedelta):
            seconds = max(1, math.ceil(value.total_seconds()))
            unit, size = next((unit, size) for unit, size, limit in _UNITS if seconds < limit)
            return self("duration", unit=unit, count=math.ceil(seconds / size))
        return value


class Catalogue:
    """Every language's texts, with times in `zone`.

    `default` is the language of people whose own the bot does not speak.
    """

    def __init__(self, default: str, zone: tzinfo = UTC) -> None:
        folder = Path(__file__).parent
        self._texts: Mapping[str, Texts] = {
            language: Texts(language, (folder / f"{language}.ftl").read_text(encoding="utf-8"), zone)
            for language in LANGUAGES
        }
        self._default = default

    def __getitem__(self, language: str) -> Texts:
        return self._texts[language]

    def languages(self) -> Iterable[str]:
        return self._texts.keys()

    def for_language(self, *tags: str) -> Texts:
        """The texts for the first of these IETF tags that the bot speaks; an empty tag is passed over."""
        for tag in tags:
            texts = self._texts.get(tag.partition("-")[0].lower())
            if texts is not None:
                return texts
        return self._texts[self._default]


def _zone_name(moment: datetime) -> str:
    """`MSK`; for a zone whose abbreviation is only its offset, `GMT+5` or `GMT+5:30`."""
    name = moment.tzname() or ""
    if name.isalpha():
        return name
    hours, minutes = name[:3], name[3:]
    return f"GMT{hours[0]}{int(hours[1:])}{minutes and f':{minutes}'}"
