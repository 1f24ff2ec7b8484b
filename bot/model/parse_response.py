"""Reads the body of a reply with HTTP 200 into an answer or a failure, whatever its shape."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.core.values import Answer, Ending, Usage
from bot.model.build_request import encodable
from bot.model.errors import error_of, is_too_long, kind_of_status
from bot.model.parse_sources import cited
from bot.model.results import FailureKind, ModelFailure
from bot.model.visible_text import visible_text

_COUNT_DIGITS = 12
# Statuses that a synchronous request has no business to end with.
_UNFINISHED = ("in_progress", "queued", "cancelled")
# Codes of OpenAI's `response.error`; any other is the server's trouble.
_FAILED_CODES = {"rate_limit_exceeded": FailureKind.QUOTA, "invalid_prompt": FailureKind.BAD_REQUEST}


def answer_of(body: Any, model: str) -> Answer:
    """The answer in a Responses API body; `model` is what was asked, should the reply not name its own.

    The types of the provider's fields are not relied on: its own sample has `usage: null`, times in
    milliseconds and unknown fields. Raises ModelFailure, its `detail` not yet redacted.
    """
    if not isinstance(body, dict):
        raise broken(f"a JSON {type(body).__name__} instead of an object", body)
    status = body.get("status")
    output = body.get("output")
    if status == "failed" or (body.get("error") and not output):
        raise failed(body)
    if status in _UNFINISHED:
        raise broken(f"status {status}", body, _used(body))
    if "output" not in body or not isinstance(output, list | None):
        raise broken("no output list", body, _used(body))
    parts = _parts(output)
    text, refused = _texts(parts)
    cut = _cut_by(body)
    usage = _usage(body)
    if not text and not refused and cut and not usage.reasoning_tokens:
        # Whatever was counted went on thought: nothing else was written.
        usage = replace(usage, reasoning_tokens=usage.output_tokens)
    named = body.get("model")
    return Answer(
        text,
        _ending(cut, text, refused=refused),
        usage,
        named if isinstance(named, str) and named else model,
        cited(parts),
    )


def read_json(content: bytes | str) -> Any:
    """Raises ModelFailure, of kind BROKEN_REPLY, with what is no JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:  # bytes that are not UTF-8 are a ValueError too
        raise broken(type(error).__name__, content) from None


def failed(body: dict[str, Any]) -> ModelFailure:
    """The failure that a response of status `failed`, or an error in its place, stands for."""
    code, message = error_of(body)
    if code.isdecimal() and len(code) == 3:
        kind = kind_of_status(int(code))
    else:
        kind = _FAILED_CODES.get(code, FailureKind.SERVER_ERROR)
    if is_too_long(code, message):
        kind = FailureKind.TOO_LONG
    detail = f"status failed: {code} {message}".rstrip()
    return ModelFailure(kind, http_status=200, detail=detail, usage=_used(body))


def broken(what: str, content: Any, usage: Usage | None = None) -> ModelFailure:
    """The failure of a reply that is no response; `content` is what came, as bytes, text or JSON.

    All of it: it is cut to size only after the key has been taken out.
    """
    if isinstance(content, bytes):
        content = content.decode(errors="replace")
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return ModelFailure(FailureKind.BROKEN_REPLY, http_status=200, detail=f"{what}: {text!r}", usage=usage)


def _parts(output: list[Any] | None) -> list[dict[str, Any]]:
    """The content parts of all messages, in order."""
    parts: list[dict[str, Any]] = []
    for item in output or ():
        content = item.get("content") if isinstance(item, dict) and item.get("type") == "message" else None
        parts += [part for part in (content if isinstance(content, list) else ()) if isinstance(part, dict)]
    return parts


def _texts(parts: list[dict[str, Any]]) -> tuple[str, bool]:
    """What the response says, as `output_text` of the SDK joins it, then any refusal's own words."""
    said = "".join(_text(part.get("text")) for part in parts if part.get("type") == "output_text")
    refusals = [_text(part.get("refusal")) for part in parts if part.get("type") == "refusal"]
    words = [words for words in (visible_text(said), *refusals) if words.strip()]
    return encodable("\n\n".join(words)), bool(refusals)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _cut_by(body: dict[str, Any]) -> str:
    """Why the answer is incomplete; empty where it is not."""
    details = body.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, dict) else None
    if reason:
        return str(reason)
    return "unknown" if body.get("status") == "incomplete" else ""


def _ending(cut: str, text: str, *, refused: bool) -> Ending:
    if refused or cut == "content_filter":
        return Ending.REFUSED
    if not text:
        return Ending.EMPTY
    return Ending.CUT if cut else Ending.COMPLETED


def _usage(body: dict[str, Any]) -> Usage:
    """What was counted, under the Responses API's names or the chat API's, which filtered replies have."""
    usage = body.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    read = _count(counts, "input_tokens", "prompt_tokens")
    written = _count(counts, "output_tokens", "completion_tokens")
    read_details = counts.get("input_tokens_details") or counts.get("prompt_tokens_details")
    written_details = counts.get("output_tokens_details") or counts.get("completion_tokens_details")
    output = body.get("output")
    return Usage(
        read or 0,
        written or 0,
        _count(read_details, "cached_tokens") or 0,
        _count(written_details, "reasoning_tokens") or 0,
        searches=sum(
            isinstance(item, dict) and item.get("type") == "web_search_call"
            for item in (output if isinstance(output, list) else ())
        ),
        reported=read is not None or written is not None,
    )


def _used(body: dict[str, Any]) -> Usage | None:
    """What a failed response says that it used; None where it says nothing."""
    usage = _usage(body)
    return usage if usage.reported or usage.searches else None


def _count(counts: Any, *names: str) -> int | None:
    """The first of these counts that is one; gRPC's JSON writes 64-bit integers as strings."""
    for name in names if isinstance(counts, dict) else ():
        value = counts.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) <= _COUNT_DIGITS:
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_COUNT_DIGITS:
            return value
    return None
