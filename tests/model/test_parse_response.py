"""Every shape of reply that the service is known, or feared, to give with HTTP 200."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.values import Answer, Ending, Usage
from bot.model.parse_response import read_reply
from bot.model.results import FailureKind, ModelFailure

ASKED = "yandexgpt-lite"
NOT_TOLD = Usage(reported=False)


def said(*texts: str, **fields: Any) -> dict[str, Any]:
    """One message item."""
    content = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    return {"type": "message", "role": "assistant", "status": "completed", "content": content, **fields}


def reply(*output: Any, **fields: Any) -> dict[str, Any]:
    return {"id": "1", "object": "response", "status": "completed", "output": list(output), **fields}


def read(body: Any) -> Answer:
    return read_reply(json.dumps(body).encode(), ASKED)


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


def test_usage() -> None:
    usage = {
        "input_tokens": 12,
        "input_tokens_details": {"cached_tokens": 3},
        "output_tokens": "40",
        "output_tokens_details": {"reasoning_tokens": 5},
        "total_tokens": 52,
    }
    assert read(reply(said("a"), usage=usage)).usage == Usage(12, 40, 3, 5)


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (
            {
                "prompt_tokens": 12,
                "completion_tokens": 40,
                "prompt_tokens_details": {"cached_tokens": 3},
                "completion_tokens_details": {"reasoning_tokens": 5},
            },
            Usage(12, 40, 3, 5),
        ),
        ({"input_tokens": None, "prompt_tokens": "7"}, Usage(7)),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, Usage()),
        ({"output_tokens": 5}, Usage(0, 5)),
    ],
    ids=["the chat API's names", "both names", "nothing used", "one count alone"],
)
def test_usage_in_other_forms(usage: Any, counted: Usage) -> None:
    assert read(reply(said("a"), usage=usage)).usage == counted


@pytest.mark.parametrize(
    "usage",
    [
        None,
        [],
        "12",
        {},
        {"input_tokens": None, "input_tokens_details": None},
        {"input_tokens": -1, "output_tokens": True},
        {
            "input_tokens": 1.5,
            "output_tokens": "many",
            "output_tokens_details": {"reasoning_tokens": "9" * 5000},
        },
    ],
)
def test_usage_that_says_nothing(usage: Any) -> None:
    assert read(reply(said("a"), usage=usage)).usage == NOT_TOLD


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


@pytest.mark.parametrize(
    ("output", "searches"),
    [
        ([said("b")], 0),
        ([{"type": "web_search_call"}, {"type": "web_search_call", "status": "completed"}, said("b")], 2),
        ([{"type": "file_search_call"}, None, "web_search_call"], 0),
    ],
)
def test_searches_are_counted(output: list[Any], searches: int) -> None:
    """In answers, and in what failed: each is paid for, whether or not tokens are told."""
    usage = {"input_tokens": 3}
    assert read(reply(*output, usage=usage)).usage == Usage(3, searches=searches)
    told = failure(json.dumps(reply(*output, status="failed")).encode()).usage
    assert (told.searches if told else 0) == searches


@pytest.mark.parametrize(
    ("usage", "fields", "only_thought"),
    [
        ({"output_tokens": 9, "output_tokens_details": {"reasoning_tokens": 9}}, {}, True),
        ({"output_tokens": 9}, {"incomplete_details": {"reason": "max_output_tokens"}}, True),
        ({"output_tokens": 9}, {}, False),
        (None, {"incomplete_details": {"reason": "max_output_tokens"}}, False),
    ],
    ids=["told", "told by the limit", "not told", "nothing counted"],
)
def test_a_limit_spent_on_thought(usage: Any, fields: dict[str, Any], only_thought: bool) -> None:
    answer = read(reply({"type": "reasoning", "content": []}, usage=usage, **fields))
    assert (answer.ending, answer.only_thought) == (Ending.EMPTY, only_thought)


def test_thought_beside_a_text_is_no_fault() -> None:
    usage = {"output_tokens": 9, "output_tokens_details": {"reasoning_tokens": 8}}
    assert not read(reply(said("a"), usage=usage)).only_thought


def test_thoughts_within_the_text_are_taken_out() -> None:
    answer = read(reply(said("<think>Хм.</think>\n\nДа."), status="completed"))
    assert (answer.text, answer.ending) == ("Да.", Ending.COMPLETED)
    limit = {"reason": "max_output_tokens"}
    cut = read(reply(said("<think>Хм."), incomplete_details=limit, usage={"output_tokens": 9}))
    assert (cut.text, cut.ending, cut.only_thought) == ("", Ending.EMPTY, True)


@pytest.mark.parametrize("status", [None, 3, "done"])
def test_an_unknown_status_with_a_text_is_an_answer(status: Any) -> None:
    assert read(reply(said("a"), status=status)).ending is Ending.COMPLETED


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "server_error", "message": "oops"}, FailureKind.SERVER_ERROR),
        ({"code": "rate_limit_exceeded", "message": "slow down"}, FailureKind.QUOTA),
        ({"code": "invalid_prompt", "message": "no"}, FailureKind.BAD_REQUEST),
        ({"code": "context_length_exceeded", "message": ""}, FailureKind.TOO_LONG),
        ({"grpcCode": 14, "httpCode": 503, "message": "unavailable"}, FailureKind.UNAVAILABLE),
        ("broken", FailureKind.SERVER_ERROR),
        (None, FailureKind.SERVER_ERROR),
        ([], FailureKind.SERVER_ERROR),
    ],
)
def test_failed(error: Any, kind: FailureKind) -> None:
    told = failure(json.dumps(reply(status="failed", error=error)).encode())
    assert (told.kind, told.http_status) == (kind, 200)


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_a_failed_response_used_is_told(status: str) -> None:
    usage = {"input_tokens": 12, "output_tokens": 40}
    assert failure(json.dumps(reply(status=status, usage=usage)).encode()).usage == Usage(12, 40)
    assert failure(json.dumps(reply(status=status, usage=None)).encode()).usage is None


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
