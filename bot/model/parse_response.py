"""Reads the body of a reply with HTTP 200 into an answer or a failure, whatever its shape."""

from __future__ import annotations

import json
from typing import Any

from bot.core.values import Answer, Ending, Usage
from bot.model.build_request import encodable
from bot.model.errors import error_of, is_too_long, kind_of_status
from bot.model.results import FailureKind, ModelFailure

# Enough to know a page by; cut to size only after the key has been taken out.
_START_BYTES = 2000
_COUNT_DIGITS = 12
# Statuses that a synchronous request has no business to end with.
_UNFINISHED = ("in_progress", "queued", "cancelled")
# Codes of OpenAI's `response.error`; any other is the server's trouble.
_FAILED_CODES = {"rate_limit_exceeded": FailureKind.QUOTA, "invalid_prompt": FailureKind.BAD_REQUEST}


def read_reply(content: bytes, model: str) -> Answer:
    """The answer in a Responses API body; `model` is what was asked, should the reply not name its own.

    The types of the provider's fields are not relied on: its own sample has `usage: null`, times in
    milliseconds and unknown fields. Raises ModelFailure, its `detail` not yet redacted.
    """
    body = read_json(content)
    if not isinstance(body, dict):
        raise _broken(f"a JSON {type(body).__name__} instead of an object", content)
    status = body.get("status")
    output = body.get("output")
    if status == "failed" or (body.get("error") and not output):
        raise _failed(body)
    if status in _UNFINISHED:
        raise _broken(f"status {status}", content, _used(body))
    if "output" not in body or not isinstance(output, list | None):
        raise _broken("no output list", content, _used(body))
    text, refused = _texts(output or [])
    named = body.get("model")
    return Answer(
        text,
        _ending(body, text, refused=refused),
        _usage(body.get("usage")),
        named if isinstance(named, str) and named else model,
    )


def read_json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:  # bytes that are not UTF-8 are a ValueError too
        raise _broken(type(error).__name__, content) from None


def _texts(output: list[Any]) -> tuple[str, bool]:
    """What the response says, as `output_text` of the SDK joins it, then any refusal's own words."""
    said: list[str] = []
    refusals: list[str] = []
    for item in output:
        parts = item.get("content") if isinstance(item, dict) and item.get("type") == "message" else None
        for part in parts if isinstance(parts, list) else ():
            if not isinstance(part, dict):
                continue
            if part.get("type") == "output_text":
                said.append(_text(part.get("text")))
            elif part.get("type") == "refusal":
                refusals.append(_text(part.get("refusal")))
    words = [words for words in ("".join(said), *refusals) if words.strip()]
    return encodable("\n\n".join(words)), bool(refusals)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _ending(body: dict[str, Any], text: str, *, refused: bool) -> Ending:
    details = body.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, dict) else None
    if refused or reason == "content_filter":
        return Ending.REFUSED
    if not text:
        return Ending.EMPTY
    return Ending.CUT if body.get("status") == "incomplete" or reason else Ending.COMPLETED


def _usage(usage: Any) -> Usage:
    """The counts under the Responses API's names, or the chat API's, which filtered replies have."""
    counts = usage if isinstance(usage, dict) else {}
    read = _count(counts, "input_tokens", "prompt_tokens")
    written = _count(counts, "output_tokens", "completion_tokens")
    read_details = counts.get("input_tokens_details") or counts.get("prompt_tokens_details")
    written_details = counts.get("output_tokens_details") or counts.get("completion_tokens_details")
    return Usage(
        read or 0,
        written or 0,
        _count(read_details, "cached_tokens") or 0,
        _count(written_details, "reasoning_tokens") or 0,
        reported=read is not None or written is not None,
    )


def _used(body: dict[str, Any]) -> Usage | None:
    """What a failed response says that it used; None where it says nothing."""
    usage = _usage(body.get("usage"))
    return usage if usage.reported else None


def _count(counts: Any, *names: str) -> int | None:
    """The first of these counts that is one; gRPC's JSON writes 64-bit integers as strings."""
    for name in names if isinstance(counts, dict) else ():
        value = counts.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) < _COUNT_DIGITS:
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_COUNT_DIGITS:
            return value
    return None


def _failed(body: dict[str, Any]) -> ModelFailure:
    code, message = error_of(body)
    if code.isdecimal() and len(code) == 3:
        kind = kind_of_status(int(code))
    else:
        kind = _FAILED_CODES.get(code, FailureKind.SERVER_ERROR)
    if is_too_long(code, message):
        kind = FailureKind.TOO_LONG
    detail = f"status failed: {code} {message}".rstrip()
    return ModelFailure(kind, http_status=200, detail=detail, usage=_used(body))


def _broken(what: str, content: bytes, usage: Usage | None = None) -> ModelFailure:
    start = content[:_START_BYTES].decode(errors="replace")
    return ModelFailure(FailureKind.BROKEN_REPLY, http_status=200, detail=f"{what}: {start!r}", usage=usage)
