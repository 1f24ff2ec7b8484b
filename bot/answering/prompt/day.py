"""The day and the hour, as the model is told them: else it believes that it is the year of its training."""

from __future__ import annotations

from datetime import datetime
from typing import Final

_WEEKDAYS: Final = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: Final = {
    "ru": (
        *("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября"),
        *("ноября", "декабря"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
        *("November", "December"),
    ),
}
_LINE: Final = {
    "ru": "Сейчас {weekday}, {day} {month} {year} года ({iso}), {hour} ч с минутами, часовой пояс {zone}.",
    "en": "It is {weekday}, {day} {month} {year} ({iso}), some minutes past {hour}:00, time zone {zone}.",
}


def day_line(now: datetime, language: str) -> str:
    """`now` is in the deployment's zone; `language` is `ru` or `en`.

    The hour is whole, so that within it two requests begin alike and the provider's cache of prompts serves.
    """
    return _LINE[language].format(
        weekday=_WEEKDAYS[language][now.weekday()],
        day=now.day,
        month=_MONTHS[language][now.month - 1],
        year=now.year,
        iso=f"{now:%Y-%m-%d}",
        hour=now.hour,
        zone=f"{now.tzinfo} (UTC{now:%z})",
    )
