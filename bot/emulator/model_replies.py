"""Response bodies in the shape that the service's own documentation shows."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from bot.emulator.model_rules import conversation, tokens_of


def response_body(
    request: dict[str, Any],
    text: str = "",
    *,
    refusal: str = "",
    incomplete: str = "",
    usage: bool = True,
) -> dict[str, Any]:
    """A response with one message. `incomplete` is the reason; without `usage` it is null, as in the
    documentation's sample, which also has bare UUIDs for ids, times in milliseconds and a field that
    OpenAI's API does not know.
    """
    content: list[dict[str, Any]] = []
    if text:
        content.append({"type": "output_text", "text": text, "annotations": [], "logprobs": None})
    if refusal:
        content.append({"type": "refusal", "refusal": refusal})
    status = "incomplete" if incomplete else "completed"
    message = {
        "id": str(uuid4()),
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": content,
    }
    return {
        "id": str(uuid4()),
        "object": "response",
        "created_at": time.time_ns() // 1_000_000,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": incomplete} if incomplete else None,
        "instructions": request.get("instructions"),
        "max_output_tokens": request.get("max_output_tokens"),
        "model": request["model"],
        "output": [message] if content else [],
        "temperature": request.get("temperature"),
        "usage": _usage(request, text + refusal) if usage else None,
        "user": "",
        "valid": True,
    }


def with_reasoning(body: dict[str, Any], text: str) -> dict[str, Any]:
    """`body` with a reasoning item before its message, as reasoning models give it."""
    item = {
        "id": str(uuid4()),
        "type": "reasoning",
        "summary": [],
        "content": [{"type": "reasoning_text", "text": text}],
    }
    return {**body, "output": [item, *body["output"]]}


def model_list(folder: str, names: tuple[str, ...]) -> dict[str, Any]:
    """What `GET /v1/models` gives: model URIs of the folder, embeddings among them."""
    uris = [f"gpt://{folder}/{name}/latest" for name in names] + [f"emb://{folder}/text-search-doc/latest"]
    return {
        "object": "list",
        "data": [{"id": uri, "object": "model", "created": 0, "owned_by": "yandex"} for uri in uris],
    }


def _usage(request: dict[str, Any], answer: str) -> dict[str, Any]:
    asked = "".join(text for _, text in conversation(request["input"])) + (request.get("instructions") or "")
    read, written = tokens_of(asked), tokens_of(answer)
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }
