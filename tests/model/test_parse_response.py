"""Every shape of reply that the service is known, or feared, to give with HTTP 200."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.values import Answer, Ending, Usage
from bot.model.parse_response import answer_of, read_json
from bot.model.results import FailureKind, ModelFailure

ASKED = "yandexgpt-lite"
NOT_TOLD = Usage(reported=False)


def said(*texts: str, **fields: Any) -> dict[str, Any]:
    """One message item."""
    content = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    return {"type": "message", "role": "assistant", "status": "completed", "content": content, **fields}


def reply(*output: Any, **fields: Any) -> dict[str, Any]:
    return {"id": "1", "object": "response", "status": "completed", "output": list(output), **fields}


def read_reply(content: bytes, model: str = ASKED) -> Answer:
    return answer_of(read_json(content), model)


def read(body: Any) -> Answer:
    return read_reply(json.dumps(body).encode())


def failure(content: bytes) -> ModelFailure:
    with pytest.raises(ModelFailure) as caught:
        read_reply(content, ASKED)
    return caught.value


def test_the_documentations_own_sample() -> None:
    """Null usage, created_at in milliseconds, bare UUIDs, an unknown field, a call_id equal to the name."""
    body = {
        "id": "0b94d7a2-9cb9-4f3c-a5f5-6d6bb3b0c7a1",
        "created_at": 1764000000123,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": None,
        "model": "gpt://b1g/yandexgpt-lite/latest",
        "object": "response",
        "output": [
            {"type": "function_call", "call_id": "search", "name": "search", "arguments": "{}"},
            said("Здравствуйте!", id="5f3", valid=True),
        ],
        "status": "completed",
        "usage": None,
        "valid": True,
    }
    assert read(body) == Answer(
        "Здравствуйте!", Ending.COMPLETED, NOT_TOLD, "gpt://b1g/yandexgpt-lite/latest"
    )


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ([{"type": "reasoning", "content": [{"type": "reasoning_text", "text": "hm"}]}, said("b")], "b"),
        ([{"type": "web_search_call", "status": "completed"}, said("b")], "b"),
        ([{"type": "from_the_future", "content": [{"type": "output_text", "text": "x"}]}, said("b")], "b"),
        ([None, 1, "x", [], said("b")], "b"),
        ([said("a", "b"), said("c")], "abc"),
        ([{"type": "message", "content": None}, said("b")], "b"),
        ([{"type": "message", "content": "b"}, said("c")], "c"),
        (
            [
                {
                    "type": "message",
                    "content": [None, {"type": "output_audio"}, {"type": "output_text", "text": "b"}],
                }
            ],
            "b",
        ),
        ([{"type": "message", "content": [{"type": "output_text", "text": None}]}, said("b")], "b"),
        ([said("  b\n")], "  b\n"),
        ([said("Я не могу обсуждать эту тему…")], "Я не могу обсуждать эту тему…"),
    ],
)
def test_the_text_is_found(output: list[Any], text: str) -> None:
    """Reasoning first, tool calls, unknown items and parts, nulls; a refusal in plain text is a text."""
    answer = read(reply(*output))
    assert replace(answer, usage=NOT_TOLD) == Answer(text, Ending.COMPLETED, NOT_TOLD, ASKED)
    assert not answer.usage.reported


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (reply({"type": "message", "content": [{"type": "refusal", "refusal": "Нет."}]}), "Нет."),
        (reply({"type": "message", "content": [{"type": "refusal", "refusal": None}]}), ""),
        (
            reply(
                {
                    "type": "message",
                    "content": [*said("Начну.")["content"], {"type": "refusal", "refusal": "Нет."}],
                }
            ),
            "Начну.\n\nНет.",
        ),
        (reply(status="incomplete", incomplete_details={"reason": "content_filter"}), ""),
        (reply(said("Ну"), status="incomplete", incomplete_details={"reason": "content_filter"}), "Ну"),
    ],
)
def test_refusals(body: dict[str, Any], text: str) -> None:
    answer = read(body)
    assert (answer.text, answer.ending) == (text, Ending.REFUSED)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
        {"status": "incomplete", "incomplete_details": None},
        {"status": "incomplete", "incomplete_details": {"reason": "something_new"}},
        {"status": "completed", "incomplete_details": {"reason": "max_output_tokens"}},
    ],
)
def test_cut(fields: dict[str, Any]) -> None:
    answer = read(reply(said("Первое, втор"), **fields))
    assert (answer.text, answer.ending) == ("Первое, втор", Ending.CUT)


@pytest.mark.parametrize(
    "body",
    [
        reply(),
        reply(said("")),
        reply(said(" \n")),
        reply({"type": "reasoning", "content": []}),
        {**reply(), "output": None},
        reply(status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
    ],
)
def test_empty(body: dict[str, Any]) -> None:
    """Cut before the first word is empty too: there is nothing to carry on."""
    answer = read(body)
    assert (answer.text, answer.ending) == ("", Ending.EMPTY)


@pytest.mark.parametrize("status", [None, 3, "done"])
def test_an_unknown_status_with_a_text_is_an_answer(status: Any) -> None:
    assert read(reply(said("a"), status=status)).ending is Ending.COMPLETED


@pytest.mark.parametrize(
    ("named", "model"), [(None, ASKED), ("", ASKED), (7, ASKED), ("gpt://f/m", "gpt://f/m")]
)
def test_the_model_that_answered(named: Any, model: str) -> None:
    """As the reply names it; where it does not, the one that was asked."""
    assert read(reply(said("a"), model=named)).model == model


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "server_error", "message": "oops"}, FailureKind.SERVER_ERROR),
        ({"code": "rate_limit_exceeded", "message": "slow down"}, FailureKind.QUOTA),
        ({"code": "invalid_prompt", "message": "no"}, FailureKind.BAD_REQUEST),
        ({"code": "context_length_exceeded", "message": ""}, FailureKind.TOO_LONG),
        ({"grpcCode": 14, "httpCode": 503, "message": "unavailable"}, FailureKind.UNAVAILABLE),
        ({"code": 14, "message": "unavailable"}, FailureKind.SERVER_ERROR),
        ("broken", FailureKind.SERVER_ERROR),
        (None, FailureKind.SERVER_ERROR),
        ([], FailureKind.SERVER_ERROR),
    ],
)
def test_failed(error: Any, kind: FailureKind) -> None:
    told = failure(json.dumps(reply(status="failed", error=error)).encode())
    assert (told.kind, told.http_status) == (kind, 200)


def test_an_error_body_with_status_200() -> None:
    body = {"error": {"grpcCode": 8, "httpCode": 429, "message": "quota", "httpStatus": "Too Many Requests"}}
    told = failure(json.dumps(body).encode())
    assert told.kind is FailureKind.QUOTA
    assert "quota" in told.detail


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html><html><body>proxy</body></html>",
        b'{"output": [',
        b"\xff\xfe\xfa",
        b"[" * 100_000,
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"status": "completed"}',
        b'{"output": "text"}',
        b'{"output": {"text": "a"}}',
        b'{"status": "in_progress", "output": []}',
        b'{"status": "queued", "output": null}',
        b'{"status": "cancelled", "output": []}',
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
)
def test_broken(content: bytes) -> None:
    assert failure(content).kind is FailureKind.BROKEN_REPLY


def test_the_start_of_what_is_broken_is_for_the_log() -> None:
    assert "<html>" in failure(b"<html>proxy</html>").detail


def test_half_an_emoji_is_replaced() -> None:
    """A lone surrogate can be neither stored nor sent."""
    assert (
        read_reply(
            rb'{"output": [{"type": "message", "content": [{"type": "output_text", "text": "a\ud83d"}]}]}',
            ASKED,
        ).text
        == "a\ufffd"
    )


def test_cited_pages_are_sources() -> None:
    """In the provider's own shape: the URL alone, without a scheme, its indices zero."""
    citation = {"type": "url_citation", "url": "www.rbc.ru", "title": "", "start_index": 0, "end_index": 0}
    message = said("Курс — 80 ₽.")
    message["content"][0]["annotations"] = [citation, {**citation, "url": "https://www.rbc.ru/"}]
    assert read(reply(message)).sources == ("https://www.rbc.ru",)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "output",
                    "type",
                    "content",
                    "text",
                    "status",
                    "usage",
                    "error",
                    "refusal",
                    "code",
                    "annotations",
                    "url",
                ]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(ANY_JSON)
def test_nothing_else_comes_out(body: Any) -> None:
    """Whatever the JSON: an answer, or a named failure."""
    try:
        outcome: Answer | FailureKind = read(body)
    except ModelFailure as told:
        outcome = told.kind
    assert isinstance(outcome, Answer | FailureKind)
