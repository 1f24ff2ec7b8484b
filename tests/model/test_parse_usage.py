"""What a reply says that it used, in whatever form it says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.core.values import Ending, Usage
from tests.model.test_parse_response import NOT_TOLD, failure, read, reply, said


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
        (
            {"input_tokens": 10**12 - 1, "output_tokens": "9" * 12},
            Usage(10**12 - 1, 10**12 - 1),
        ),
        ({"input_tokens": 10**12, "output_tokens": "1" + "0" * 12, "total_tokens": 1}, NOT_TOLD),
    ],
    ids=["the chat API's names", "both names", "nothing used", "one count alone", "the most", "beyond it"],
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


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_a_failed_response_used_is_told(status: str) -> None:
    usage = {"input_tokens": 12, "output_tokens": 40}
    assert failure(json.dumps(reply(status=status, usage=usage)).encode()).usage == Usage(12, 40)
    assert failure(json.dumps(reply(status=status, usage=None)).encode()).usage is None
