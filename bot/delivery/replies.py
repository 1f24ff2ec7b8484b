"""Whether it is Telegram that speaks, and with numbers that can be meant."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any, Final

from bot.core.http_date import http_date

LONGEST_WAIT_S: Final = 86_400
ERROR_FIELDS: Final = frozenset({"error_code", "description", "parameters"})


def as_telegram(status: int, payload: bytes) -> bytes | None:
    """The reply to a call, for python-telegram-bot to read; None where something else has answered.

    Telegram's is a JSON object with `ok`, and with a result or what tells of an error
    (https://core.telegram.org/bots/api#making-requests). Proxies, captive portals and web servers before it
    speak HTML, or JSON of their own. Parameters that make no sense are taken out: the library would raise
    what is no error of Telegram's.
    """
    try:
        reply = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(reply, dict) or reply.get("ok") is not (status < 300):
        return None
    if reply["ok"]:
        return payload if "result" in reply else None
    if ERROR_FIELDS.isdisjoint(reply) or not isinstance(reply.get("description", ""), str):
        return None
    given = reply.get("parameters")
    if given is None:
        return payload
    parameters = _sensible(given)
    return payload if parameters == given else json.dumps(reply | {"parameters": parameters}).encode()


def date_of(header: str, method: str, payload: bytes) -> datetime | None:
    """What Telegram's clock said as it replied, by the reply's `Date`.

    A Bot API server of one's own sends none: there it is the date of the message just sent.
    """
    try:
        if header:
            return http_date(header)
        if method.startswith("send"):
            return datetime.fromtimestamp(json.loads(payload)["result"]["date"], UTC)
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        pass
    return None


def _sensible(parameters: Any) -> dict[str, int]:
    """The two that there are, where they are numbers; a wait is a second at least, and a day at most."""
    kept: dict[str, int] = {}
    if isinstance(parameters, dict):
        chat_id, wait_s = parameters.get("migrate_to_chat_id"), parameters.get("retry_after")
        if isinstance(chat_id, int) and not isinstance(chat_id, bool):
            kept["migrate_to_chat_id"] = chat_id
        if isinstance(wait_s, int | float) and not isinstance(wait_s, bool) and wait_s > 0:
            kept["retry_after"] = math.ceil(min(wait_s, LONGEST_WAIT_S))
    return kept
