"""What the Responses API refuses, and in which words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        limit = body.get("max_output_tokens")
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
            raise Refusal(400, "max_output_tokens must be a positive integer")
        if not isinstance(body.get("instructions", ""), str):
            raise Refusal(400, "instructions must be a string")
        turns = conversation(body.get("input"))
        tokens = tokens_of("".join(text for _, text in turns) + body.get("instructions", ""))
        if tokens > self.context_tokens:
            raise Refusal(
                400, f"number of input tokens must be no more than {self.context_tokens}, got {tokens}"
            )

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
        if not isinstance(part, dict) or part.get("type") != wanted or not isinstance(part.get("text"), str):
            raise Refusal(400, f"content of role {role} must be of type {wanted}")
        texts.append(part["text"])
    return role, "".join(texts)


def _check_number(body: dict[str, Any], name: str, low: float, high: float) -> None:
    value = body.get(name)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Refusal(400, f"{name} must be in range [{low}, {high}], got {value}")
