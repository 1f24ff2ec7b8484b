"""Sorts what went wrong at the provider: the kind by HTTP status, and how long it asks to wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.http_date import http_date
from bot.model.results import FailureKind

LONGEST_WAIT_S = 24 * 3600.0

_KINDS = {
    401: FailureKind.UNAUTHORIZED,
    403: FailureKind.FORBIDDEN,
    408: FailureKind.TIMEOUT,
    413: FailureKind.TOO_LONG,
    429: FailureKind.QUOTA,
    501: FailureKind.UNSUPPORTED,
    502: FailureKind.UNAVAILABLE,
    503: FailureKind.UNAVAILABLE,
    504: FailureKind.UNAVAILABLE,
}

# A prompt that is too long is a 400 like any other, so this one kind is told by code and words. Each
# pattern names the input; a complaint about another parameter's size must stay a BAD_REQUEST.
_TOO_LONG_CODES = frozenset({"context_length_exceeded", "input_too_long", "prompt_too_long"})
_TOO_LONG = re.compile(
    r"""
    context[ _-](length|window|size)
    | (prompt|input|messages?|text|request|context)\b[^.]{0,60}\btoo\ (long|large|big)
    | \btoo\ (long|large|big)\ (a\ )?(prompt|input|text|context|request)
    | too\ many\ (input\ |prompt\ )?tokens
    | (input|prompt|context)[ _]tokens?\b[^.]{0,60}(no\ more\ than|exceed|maximum|limit|greater|less\ than)
    | exceed\w*\b[^.]{0,60}\b(context|input|prompt|number\ of\ tokens|token\ limit)
    | text\ length\ is\ \d+
    | (запрос|текст|промпт|контекст)\w*\b[^.]{0,60}(слишком\ (длин|больш|велик)|превыша)
    | слишком\ (длинн|больш)\w+\ (запрос|текст|промпт|контекст)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OUTPUT_LIMIT = re.compile(r"max_?(output_?|completion_?)?tokens", re.IGNORECASE)
_INPUT = re.compile(r"\b(context|input|prompt)\b", re.IGNORECASE)


def kind_of_status(status: int) -> FailureKind:
    """The kind that an HTTP status calls for; the message never decides."""
    if status in _KINDS:
        return _KINDS[status]
    if status >= 500:
        return FailureKind.SERVER_ERROR
    return FailureKind.BAD_REQUEST if status >= 400 else FailureKind.BROKEN_REPLY


def is_too_long(code: str, message: str) -> bool:
    if code.lower() in _TOO_LONG_CODES:
        return True
    if _OUTPUT_LIMIT.search(message) and not _INPUT.search(message):
        return False
    return bool(_TOO_LONG.search(message))


def is_bad_image(code: str) -> bool:
    """`invalid_image_format`, `image_too_large`, `unsupported_image_media_type` and the like."""
    return "image" in code.lower()


def error_of(body: Any) -> tuple[str, str]:
    """Code and message of an error body, in OpenAI's form or in gRPC's; empty where there is none.

    `{"error": {"message", "code"}}` or `{"error": {"grpcCode", "httpCode", "message", "httpStatus"}}`.
    """
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return "", error
    if not isinstance(error, dict):
        return "", ""
    code = error.get("code") or error.get("httpCode") or ""
    message = error.get("message") or ""
    return str(code), str(message)


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """The wait that the provider asks for: `retry-after-ms`, or `Retry-After` in seconds or as a date.

    None where it names none that a service can mean: no number, or more than a day.
    """
    seconds = _seconds(headers.get("retry-after-ms", ""), unit_s=0.001)
    if seconds is not None:
        return seconds
    value = headers.get("retry-after", "").strip()
    seconds = _seconds(value)
    return _until(value, now) if seconds is None else seconds


def _until(date: str, now: datetime) -> float | None:
    moment = http_date(date)
    if moment is None:
        return None
    seconds = max(0.0, (moment - now).total_seconds())
    return seconds if seconds <= LONGEST_WAIT_S else None


def _seconds(value: str, *, unit_s: float = 1.0) -> float | None:
    try:
        seconds = float(value) * unit_s
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_WAIT_S else None  # false of NaN too
