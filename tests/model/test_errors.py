"""How errors are sorted, and how long the provider asks to wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.errors import is_too_long, retry_after_s
from bot.model.results import FailureKind, ModelFailure

NOW = datetime(2026, 10, 21, 7, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 -0000"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 10:29:00 +0300"}, 60.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:00:00 GMT"}, 0.0),
        ({"retry-after": ""}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e999"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": "86400"}, 86400.0),
        ({"retry-after": "86401"}, None),
        ({"retry-after": "1000000000"}, None),
        ({"retry-after": "9" * 5000}, None),
        ({"retry-after-ms": "9e300"}, None),
        ({"retry-after-ms": "9e300", "retry-after": "9"}, 9.0),
        ({"retry-after": "Wed, 21 Oct 9999 07:28:30 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 +99999999999999999999"}, None),
        ({"retry-after": "Wed, 21 Oct 99999999999999999999 07:28:30 GMT"}, None),
        ({"retry-after": "Thu, 22 Oct 2026 07:00:00 GMT"}, 84720.0),
        ({"retry-after": "Thu, 22 Oct 2026 07:28:00 GMT"}, 86400.0),
        ({"retry-after": "Thu, 22 Oct 2026 07:28:01 GMT"}, None),
        ({"retry-after": "Wed, 99 Oct 2026 07:28:30 GMT"}, None),
    ],
)
def test_the_wait(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers, NOW) == wait_s


@pytest.mark.parametrize(
    "message",
    [
        "number of input tokens must be no more than 32000, got 33117",
        "Error: text length is 120000, which is outside the range (0, 100000]",
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        "The prompt is too long: 40000 tokens > 32768 maximum",
        "Prompt too long",
        "Input is too large for this model",
        "Request exceeds the context window of the model",
        "too many tokens in the request",
        "input tokens + max_output_tokens exceed the limit of 32768",
        "Запрос слишком длинный",
        "Слишком длинный текст",
        "Длина контекста: текст запроса превышает допустимую",
    ],
)
def test_too_long(message: str) -> None:
    assert is_too_long("", message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Failed to parse model URI: yandexgpt-lite",
        "temperature must be in range [0, 1], got 1.5",
        "max_output_tokens must be no more than 8000",
        "max_tokens exceeds the token limit of the model",
        "Specified folder ID 'a' does not match with service account folder ID 'b'",
        "Unsupported parameter: metadata",
        "Model gpt://a/b is not found",
        "response_id is too long",
    ],
)
def test_not_too_long(message: str) -> None:
    assert not is_too_long("invalid_request", message)


def test_too_long_by_code() -> None:
    assert is_too_long("context_length_exceeded", "")


def test_a_failure_shows_its_kind_and_nothing_else() -> None:
    failure = ModelFailure(FailureKind.QUOTA, http_status=429, request_id="r", detail="the provider's words")
    assert str(failure) == "quota (HTTP 429)"
    assert str(ModelFailure(FailureKind.TIMEOUT)) == "timeout"
    assert "words" not in repr(failure)
