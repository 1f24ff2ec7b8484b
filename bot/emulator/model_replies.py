"""Response bodies in the shape that the service's own documentation shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
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
    found: Sequence[str] = (),
) -> dict[str, Any]:
    """A response with one message. `incomplete` is the reason; without `usage` it is null, as in the
    documentation's sample, which also has bare UUIDs for ids, times in milliseconds and a field that
    OpenAI's API does not know. `found`: addresses that a search before it has found, as the provider gives
    them: no title, no place in the text.
    """
    content: list[dict[str, Any]] = []
    citations = [
        {"type": "url_citation", "url": url, "title": "", "start_index": 0, "end_index": 0} for url in found
    ]
    if text:
        content.append({"type": "output_text", "text": text, "annotations": citations, "logprobs": None})
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
        "output": [*([_search(request, found)] if found else []), *([message] if content else [])],
        "temperature": request.get("temperature"),
        "usage": _usage(request, text + refusal) if usage else None,
        "user": "",
        "valid": True,
    }


def filtered_body(request: dict[str, Any], words: str) -> dict[str, Any]:
    """What moderation makes of an answer: a refusal as plain text, counts of zero in the chat API's names."""
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    return {**response_body(request, words, incomplete="content_filter"), "usage": usage}


def overthought_body(request: dict[str, Any], thought: str) -> dict[str, Any]:
    """A reasoning model's response whose limit is spent before the first word."""
    limit = int(request.get("max_output_tokens") or 8000)
    body = with_reasoning(response_body(request, incomplete="max_output_tokens"), thought)
    details = {"reasoning_tokens": limit}
    counted = {**body["usage"], "output_tokens": limit, "output_tokens_details": details}
    return {**body, "usage": {**counted, "total_tokens": counted["input_tokens"] + limit}}


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


def _search(request: dict[str, Any], found: Sequence[str]) -> dict[str, Any]:
    sources = [{"type": "url", "url": url} for url in found]
    query = conversation(request["input"])[-1][1][:100]
    action = {"type": "search", "query": query, "sources": sources}
    return {"id": str(uuid4()), "type": "web_search_call", "status": "completed", "action": action}


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
