"""What the Responses API refuses, and in which words."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNSUPPORTED = ("metadata", "truncation", "safety_identifier", "prompt_cache_key", "service_tier")
KNOWN = frozenset({
    "model", "input", "instructions", "temperature", "top_p", "top_logprobs", "max_output_tokens", "store",
    "previous_response_id", "conversation", "background", "stream", "text", "tools", "tool_choice", "prompt",
    "parallel_tool_calls", "reasoning", "include", "max_tool_calls",
})  # fmt: skip
_PART_OF_ROLE = {
    "user": "input_text",
    "system": "input_text",
    "developer": "input_text",
    "assistant": "output_text",
}
_URI = re.compile(r"gpt://(?P<folder>[\w-]+)/(?P<model>[\w.-]+)(/[\w.-]+)?")
CANNOT_STREAM = "Streaming is not supported by this model"
CANNOT_SEARCH = "Permission denied: web_search"
_TEXT_ONLY = ("yandexgpt", "aliceai")
_DATA_URL = re.compile(r"data:image/(?P<kind>jpeg|png|webp);base64,(?P<data>[A-Za-z0-9+/=]+)")
# About what a token of Russian text is; the stand-in has no tokenizer.
CHARACTERS_PER_TOKEN = 3


class Refusal(Exception):
    """An HTTP error, in OpenAI's form of error body."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        }


@dataclass(frozen=True, slots=True)
class Rules:
    """What one service accepts. Empty `api_key` and `folder`: any, as long as there is one."""

    api_key: str = ""
    folder: str = ""
    models: tuple[str, ...] = ()
    """Model names that exist; empty: all do."""
    context_tokens: int = 32_000
    streams: bool = True
    searches: bool = True
    """False: the folder may not use the tool."""

    def check_headers(self, headers: Mapping[str, str]) -> str:
        """The folder of the project; raises Refusal 401 for the key, 400 for the folder."""
        scheme, _, key = headers.get("Authorization", "").partition(" ")
        if scheme not in {"Bearer", "Api-Key"} or not key or (self.api_key and key != self.api_key):
            raise Refusal(401, "Unknown api key", "invalid_api_key")
        project = headers.get("OpenAI-Project", "")
        if not project or (self.folder and project != self.folder):
            raise Refusal(
                400, f"Specified folder ID '{project}' does not match with service account folder ID"
            )
        return project

    def check_body(self, body: Any, project: str) -> None:
        """Raises Refusal 400 for the first thing that the service would not take."""
        if not isinstance(body, dict):
            raise Refusal(400, "Request body must be a JSON object")
        for name in body:
            if name in UNSUPPORTED or name not in KNOWN:
                raise Refusal(400, f"Unsupported parameter: {name}", "unsupported_parameter")
        self._check_model(body.get("model"), project)
        _check_number(body, "temperature", 0, 1)
        _check_number(body, "top_p", 0, 1)
        _check_count(body, "max_output_tokens")
        _check_count(body, "max_tool_calls")
        self._check_stream(body.get("stream", False))
        self._check_tools(body)
        if not isinstance(body.get("instructions", ""), str):
            raise Refusal(400, "instructions must be a string")
        turns = conversation(body.get("input"))
        if pictures(body["input"]) and body["model"].split("/")[3].startswith(_TEXT_ONLY):
            raise Refusal(400, f"Model {body['model']} does not support images")
        tokens = tokens_of("".join(text for _, text in turns) + body.get("instructions", ""))
        if tokens > self.context_tokens:
            raise Refusal(
                400, f"number of input tokens must be no more than {self.context_tokens}, got {tokens}"
            )

    def _check_stream(self, stream: Any) -> None:
        if not isinstance(stream, bool):
            raise Refusal(400, "stream must be a boolean")
        if stream and not self.streams:
            raise Refusal(400, CANNOT_STREAM)

    def _check_tools(self, body: dict[str, Any]) -> None:
        tools = body.get("tools", [])
        if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
            raise Refusal(400, "tools must be a list of objects")
        for tool in tools:
            if tool.get("type") != "web_search" or tool.keys() - {"type", "search_context_size", "filters"}:
                raise Refusal(400, f"unknown tool: {tool}")
        if body.get("tool_choice", "auto") != "auto":
            raise Refusal(400, "tool_choice is not supported for web_search")
        if tools and not self.searches:
            raise Refusal(403, CANNOT_SEARCH)

    def _check_model(self, model: Any, project: str) -> None:
        match = _URI.fullmatch(model) if isinstance(model, str) else None
        if match is None:
            raise Refusal(400, f"Failed to parse model URI: {model}")
        if match["folder"] != project:
            raise Refusal(400, f"Model folder '{match['folder']}' does not match with project '{project}'")
        if self.models and match["model"] not in self.models:
            raise Refusal(400, f"Model {model} is not found", "model_not_found")


def conversation(value: Any) -> list[tuple[str, str]]:
    """`input` as (role, text) pairs; raises Refusal 400 where an item is not in the documented form."""
    if isinstance(value, str):
        if not value:
            raise Refusal(400, "input must not be empty")
        return [("user", value)]
    if not isinstance(value, list) or not value:
        raise Refusal(400, "input must be a string or a list of items")
    return [_turn(item) for item in value]


def pictures(value: Any) -> list[str]:
    """What is seen of the pictures in the last message of `input`: «JPEG 640×480» each."""
    last = value[-1] if isinstance(value, list) else {}
    return [seen(part) for part in last.get("content", ()) if part.get("type") == "input_image"]


def seen(part: dict[str, Any]) -> str:
    """Kind and size of an `input_image` part's picture; raises Refusal 400 for what is no picture."""
    from PIL import Image  # noqa: PLC0415  # only who sends pictures pays for it

    url = part.get("image_url")
    match = _DATA_URL.fullmatch(url) if isinstance(url, str) else None
    if match is None or part.get("detail") not in {"auto", "low", "high"}:
        raise Refusal(400, "input_image needs a detail, and a data: URL in Base64", "invalid_base64_image")
    try:
        with Image.open(io.BytesIO(base64.b64decode(match["data"], validate=True))) as picture:
            kind, (width, height) = picture.format or "", picture.size
    except (ValueError, OSError):
        raise Refusal(400, "The image can't be read", "invalid_image_format") from None
    if kind.lower() != match["kind"]:
        raise Refusal(400, f"The image is no {match['kind']}", "unsupported_image_media_type")
    return f"{kind} {width}×{height}"


def tokens_of(text: str) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def _turn(item: Any) -> tuple[str, str]:
    if not isinstance(item, dict) or item.get("type") != "message":
        raise Refusal(400, "input items must be messages")
    role = item.get("role")
    content = item.get("content")
    if role not in _PART_OF_ROLE or not isinstance(content, list) or not content:
        raise Refusal(400, "a message needs a role and a list of content parts")
    texts = []
    for part in content:
        wanted = _PART_OF_ROLE[role]
        if role == "user" and isinstance(part, dict) and part.get("type") == "input_image":
            seen(part)
            continue
        if not isinstance(part, dict) or part.get("type") != wanted or not isinstance(part.get("text"), str):
            raise Refusal(400, f"content of role {role} must be of type {wanted}")
        texts.append(part["text"])
    return role, "".join(texts)


def _check_count(body: dict[str, Any], name: str) -> None:
    value = body.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise Refusal(400, f"{name} must be a positive integer")


def _check_number(body: dict[str, Any], name: str, low: float, high: float) -> None:
    value = body.get(name)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Refusal(400, f"{name} must be in range [{low}, {high}], got {value}")
