"""Builds the body of a request to the Responses API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.core.values import ModelRequest

CONTINUE_RU = "Продолжи свой ответ ровно с того места, где он оборвался: без повторов и без вступления."
CONTINUE_EN = "Continue your answer exactly where it broke off: repeat nothing and add no introduction."


def model_uri(model: str, folder: str) -> str:
    return model if "://" in model else f"gpt://{folder}/{model}"


def request_body(request: ModelRequest, folder: str) -> dict[str, Any]:
    """The parameters that the service documents, and no other: it refuses some of OpenAI's."""
    generation = request.generation
    body: dict[str, Any] = {
        "model": model_uri(generation.model, folder),
        "input": _input(request),
        "temperature": generation.temperature,
        "max_output_tokens": generation.max_output_tokens,
        "store": False,
    }
    if request.instructions:
        body["instructions"] = encodable(request.instructions)
    return body


def encodable(text: str) -> str:
    """`text` with each lone surrogate replaced: JSON lets them in, UTF-8 does not let them out."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _input(request: ModelRequest) -> str | list[dict[str, Any]]:
    if not request.history and not request.unfinished_answer:
        return encodable(request.question)
    items = []
    for exchange in request.history:
        items += [_item("user", exchange.question), _item("assistant", exchange.answer)]
    items.append(_item("user", request.question))
    if request.unfinished_answer:
        russian = re.search("[а-яё]", request.question + request.unfinished_answer, re.IGNORECASE)
        items.append(_item("assistant", request.unfinished_answer))
        items.append(_item("user", CONTINUE_RU if russian else CONTINUE_EN))
    return items


def _item(role: str, text: str) -> dict[str, Any]:
    part = "input_text" if role == "user" else "output_text"
    return {"type": "message", "role": role, "content": [{"type": part, "text": encodable(text)}]}
