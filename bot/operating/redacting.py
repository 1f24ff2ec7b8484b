"""Blots secrets out of whatever is to be printed: the words of foreign exceptions may quote them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST: Final = 4
"""What is shorter is no secret, and would be found in the middle of words."""


class Redactor:
    """`redact(text)` without any of the secrets, in whatever way they are written there."""

    def __init__(self, secrets: Iterable[str]) -> None:
        written = {way for secret in secrets if len(secret) >= SHORTEST for way in _ways(secret)}
        longest_first = sorted(written, key=len, reverse=True)
        # In any case: python-telegram-bot tells what Telegram says in small letters.
        self._any = re.compile("|".join(map(re.escape, longest_first)) or "(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        return self._any.sub("***", text)


def _ways(secret: str) -> set[str]:
    """As it is; in a `repr`; in JSON, with other alphabets than Latin and without."""
    in_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True)}
    return {secret, repr(secret)[1:-1], ascii(secret)[1:-1], *in_json}
