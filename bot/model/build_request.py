"""Builds the body of a request to the Responses API."""

from __future__ import annotations

import base64
import re
from typing import Any

from bot.core.model_request import Image, ModelRequest

CONTINUE_RU = "Продолжи свой ответ ровно с того места, где он оборвался: без повторов и без вступления."
CONTINUE_EN = "Continue your answer exactly where it broke off: repeat nothing and add no introduction."


MOST_SEARCHES = 3
"""Of one answer; each is paid for."""


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
    if generation.stream:
        body["stream"] = True
    if generation.search:
        # No `tool_choice`: the provider documents none for this tool. The model decides whether to search.
        body |= {"tools": [{"type": "web_search"}], "max_tool_calls": MOST_SEARCHES}
    if request.instructions:
        body["instructions"] = encodable(request.instructions)
    return body


def encodable(text: str) -> str:
    """`text` with each lone surrogate replaced: JSON lets them in, UTF-8 does not let them out."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _input(request: ModelRequest) -> str | list[dict[str, Any]]:
    if not request.history and not request.unfinished_answer and not request.images:
        return encodable(request.asked)
    items = []
    for exchange in request.history:
        items += [_item("user", exchange.question), _item("assistant", exchange.answer)]
    items.append(_item("user", request.asked))
    items[-1]["content"] += [_picture(image) for image in request.images]
    if request.unfinished_answer:
        russian = re.search("[а-яё]", request.question + request.unfinished_answer, re.IGNORECASE)
        items.append(_item("assistant", request.unfinished_answer))
        items.append(_item("user", CONTINUE_RU if russian else CONTINUE_EN))
    return items


def _item(role: str, text: str) -> dict[str, Any]:
    part = "input_text" if role == "user" else "output_text"
    return {"type": "message", "role": role, "content": [{"type": part, "text": encodable(text)}]}


def _picture(image: Image) -> dict[str, Any]:
    """A picture as the only documented form has it: within the request, in Base64."""
    data = base64.b64encode(image.data).decode()
    return {"type": "input_image", "detail": "auto", "image_url": f"data:{image.mime_type};base64,{data}"}
