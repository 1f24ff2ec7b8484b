"""Callback data: what goes in comes out, what was forged does not, and everything fits."""

from __future__ import annotations

from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.values import Conversation
from bot.options import OPTIONS
from bot.options.kinds import Choice, Switch
from bot.screens.callbacks import (
    MAX_BYTES,
    Again,
    AskValue,
    Callback,
    CancelPrompt,
    CloseMenu,
    Continue,
    Flip,
    Forget,
    Keep,
    OpenPage,
    PickModel,
    ResetOption,
    Retry,
    SetOption,
    Stop,
    decode,
    decode_start,
    encode,
    encode_start,
    prompt_under,
)

T = TypeVar("T", bound=Callback)

LONG = st.integers(-(2**63), 2**63 - 1)
TURNS = st.integers(0, 2**63 - 1)
PLACES = st.builds(Conversation, LONG, st.integers(0, 2**63 - 1))
NAMES = st.sampled_from(sorted(OPTIONS))
PAGES = st.sampled_from(["main", "group", *OPTIONS])
CALLBACKS: st.SearchStrategy[Callback] = st.one_of(
    st.builds(OpenPage, PLACES, PAGES, st.integers(0, 999)),
    st.builds(SetOption, PLACES, st.just("temperature"), st.sampled_from(["0", "0.25", "1"])),
    st.builds(SetOption, PLACES, st.just("max_output_tokens"), st.integers(1, 8000).map(str)),
    st.builds(PickModel, PLACES, st.from_regex(r"\A[0-9a-f]{8}\Z")),
    st.builds(ResetOption, PLACES, NAMES),
    st.builds(AskValue, PLACES, NAMES),
    st.builds(CancelPrompt, PLACES, NAMES),
    st.builds(CloseMenu, PLACES),
    *(st.builds(kind, TURNS) for kind in (Stop, Retry, Continue, Again, Flip)),
    st.builds(Forget, PLACES, st.integers(-(2**52), 2**52), st.sampled_from(["own", "all"])),
    st.builds(Keep, PLACES, st.integers(-(2**52), 2**52)),
)


@given(CALLBACKS)
def test_what_goes_in_comes_out_within_64_bytes(callback: Callback) -> None:
    data = encode(callback)
    assert decode(data) == callback
    assert 1 <= len(data.encode()) <= MAX_BYTES


def test_every_choice_fits_in_the_largest_conversation() -> None:
    place = Conversation(-(2**63), 2**63 - 1)
    for option in OPTIONS.values():
        if isinstance(option.kind, Choice | Switch):
            for word in str(option.kind.limits()["choices"]).split(" | "):
                callback = SetOption(place, option.name, word)
                assert decode(encode(callback)) == callback


@given(st.text() | st.from_regex(r"\A1[psmracxSRCAFfk](:[0-9a-z.-]{0,20}){0,5}\Z"))
def test_forged_data_is_nothing_or_exactly_what_it_says(data: str) -> None:
    callback = decode(data)
    if callback is not None:
        assert encode(callback) == data


@given(CALLBACKS, st.integers(0, 63), st.characters())
def test_damaged_data_never_breaks(callback: Callback, at: int, character: str) -> None:
    data = encode(callback)
    damaged = data[:at] + character + data[at + 1 :]
    found = decode(damaged)
    if found is not None:
        assert encode(found) == damaged


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "1",
        "p:1:0:main:0",
        "0p:1:0:main:0",
        "2S:1",
        "11S:1",
        "1S",
        "1S:",
        "1S:01",
        "1S:-0",
        "1S:+1",
        "1S: 1",
        "1S:1_0",
        "1S:G",
        "1S:٣",
        "1S:1:2",
        "1S:ffffffffffffffff",
        "1p:1:0::0",
        "1p:1:0:main",
        "1p:1",
        "1p:1:0:" + "m" * 60 + ":0",
        "1s:1:0:temperature:\ud800",
        "menu|temperature|0.3",
    ],
)
def test_old_foreign_and_broken_data_is_nothing(data: str) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    "callback",
    [
        SetOption(Conversation(1), "model", "gpt://folder/a-model-with-a-long-name"),
        SetOption(Conversation(1), "temperature", "a:b"),
        OpenPage(Conversation(-(2**63), 2**63 - 1), "max_output_tokens", 2**40),
        Stop(2**63),
    ],
)
def test_what_does_not_fit_is_refused_when_the_button_is_made(callback: Callback) -> None:
    with pytest.raises(ValueError, match="not callback data"):
        encode(callback)


@given(PLACES)
def test_a_link_to_private_settings_carries_the_conversation(place: Conversation) -> None:
    parameter = encode_start(place)
    assert decode_start(parameter) == place
    assert len(parameter) <= 64
    assert set(parameter) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")


@pytest.mark.parametrize("parameter", ["", "settings", "settings_1", "settings_x_0", "ref_1_2"])
def test_another_start_parameter_is_no_conversation(parameter: str) -> None:
    assert decode_start(parameter) is None


def test_a_prompt_is_known_by_its_keyboard() -> None:
    place = Conversation(-100, 7)
    cancel = CancelPrompt(place, "instructions")
    assert prompt_under(["nonsense", encode(cancel)]) == cancel
    assert prompt_under([encode(AskValue(place, "instructions")), ""]) is None
