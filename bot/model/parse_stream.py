"""Reads a stream of the Responses API's events into the response that its final event carries."""

from __future__ import annotations

from typing import Any

import httpx2

from bot.model.abort_handle import AbortHandle
from bot.model.live_text import LiveText
from bot.model.parse_response import broken, failed, read_json

_FINAL = frozenset({"response.completed", "response.incomplete", "response.failed"})
_ENDED = frozenset({"completed", "incomplete", "failed"})


def final_response(response: httpx2.Response, live: LiveText, handle: AbortHandle, limit: int) -> Any:
    """The body of the whole response, as `answer_of` takes it; what grows meanwhile goes to `live`.

    Raises ModelFailure for `error` and for a stream without a final event, httpx2's errors for a broken one.
    """
    final: dict[str, Any] | None = None
    done: list[Any] = []
    try:
        # To its very end, past the final event: only then can the connection serve the next question.
        for event in httpx2.EventSource(response, max_event_size=limit):
            live.begin()
            if final is None and event.data != "[DONE]":
                final = _read(event, live, done)
                if final is not None:
                    live.finish(handle)
    except httpx2.HTTPError:
        if final is None:
            raise
    if final is None:
        raise broken("the stream ended without a final event", "")
    return final


def _read(event: httpx2.ServerSentEvent, live: LiveText, done: list[Any]) -> dict[str, Any] | None:
    """The whole response where this is the final event.

    Events of unknown types are ignored: the provider's own sample has one that its reference lacks.
    """
    body = read_json(event.data)
    if not isinstance(body, dict):
        raise broken("an event that is no object", event.data)
    kind = body.get("type") or event.event
    if kind == "response.output_text.delta":
        live.add(_delta(body))
    elif kind == "response.refusal.delta":
        live.refuse(_delta(body))
    elif kind == "response.output_item.done":
        done.append(body.get("item"))
    elif kind in _FINAL:
        return _whole(kind, body, done)
    elif kind == "error" or body.get("error"):
        raise failed(body if isinstance(body.get("error"), dict) else {"error": body})
    return None


def _whole(kind: str, event: dict[str, Any], done: list[Any]) -> dict[str, Any]:
    """The event's response, with the output that was told item by item where it is left out of it."""
    response = event.get("response")
    if not isinstance(response, dict):
        raise broken(f"{kind} without a response", "")
    whole = dict(response)
    if whole.get("status") not in _ENDED:
        whole["status"] = kind.removeprefix("response.")
    if not whole.get("output"):
        whole["output"] = done
    return whole


def _delta(event: dict[str, Any]) -> str:
    delta = event.get("delta")
    return delta if isinstance(delta, str) else ""
