"""Blots secrets out of whatever is to be printed: the words of foreign exceptions may quote them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 4
"""What is shorter would be found in the middle of words. A password as short is known by its place in a URL,
or by the user's name before it.
"""
_IN_URL: Final = re.compile(r"(?<=://)([^\s/:@'\"]*:)[^\s/]+(?=@)")
"""`user:` and a password, which may hold anything but what ends a URL's authority."""

_IN_QUERY: Final = re.compile(r"((?:ssl)?password=)[^&\s\"\\]+", re.IGNORECASE)
"""As a parameter of a database's URL, or of its connection; what would end a string of JSON is left."""


class Redactor:
    """`redact(text)` without any of the secrets, in whatever way they are written there."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = [secret for secret in secrets if len(secret) >= SHORTEST or _is_pair(secret)]
        written = {way for secret in known for way in _ways(secret)}
        longest_first = sorted(written, key=len, reverse=True)
        # In any case: python-telegram-bot tells what Telegram says in small letters.
        self._any = re.compile("|".join(map(re.escape, longest_first)) or "(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        known = self._any.sub("***", text)
        return _IN_QUERY.sub(r"\1***", _IN_URL.sub(r"\1***", known))


def _is_pair(secret: str) -> bool:
    """A user's name and a password."""
    return all(secret.partition(":"))


def _ways(secret: str) -> set[str]:
    """As it is; in a `repr`; in JSON, with other alphabets than Latin and without."""
    in_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True)}
    return {secret, repr(secret)[1:-1], ascii(secret)[1:-1], *in_json}
