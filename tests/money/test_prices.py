"""Prices as they are written, and what a request costs by them, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.values import Usage
from bot.money.prices import BUILT_IN, BadPrices, Prices, model_name, parse_models, roubles

PRICES = Prices(BUILT_IN, search=Decimal("0.915"), speech=Decimal("0.1626"))


@pytest.mark.parametrize(
    ("model", "usage", "rub"),
    [
        ("yandexgpt-lite", Usage(1000, 1000), "0.4"),
        ("yandexgpt-lite", Usage(1, 0), "0.0002"),
        ("yandexgpt-5.1", Usage(1234, 567, cached_tokens=1000), "1.4408"),
        ("aliceai-llm", Usage(1000, 1000), "1.7"),
        ("aliceai-llm-flash", Usage(1000, 10, cached_tokens=400), "0.072"),
        ("qwen3.6-35b-a3b", Usage(3, 1, cached_tokens=3, reasoning_tokens=1), "0.00045"),
        ("yandexgpt-lite", Usage(), "0"),
    ],
)
def test_a_request_costs_what_its_tokens_cost(model: str, usage: Usage, rub: str) -> None:
    assert PRICES.of(model).cost(usage) == Decimal(rub)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("yandexgpt-lite", "yandexgpt-lite"),
        ("gpt://b1gfolder/yandexgpt-lite/latest", "yandexgpt-lite"),
        ("gpt://b1gfolder/yandexgpt/rc", "yandexgpt/rc"),
        ("yandexgpt/latest", "yandexgpt"),
        ("gpt://b1gfolder/YandexGPT-5-Lite", "yandexgpt-5-lite"),
        ("gpt://b1gfolder/yandexgpt-lite/latest@tamr1abc", "yandexgpt-lite"),
        ("", ""),
    ],
)
def test_a_model_has_one_name_however_it_is_written(model: str, name: str) -> None:
    assert model_name(model) == name


def test_an_unknown_model_counts_as_the_dearest_known() -> None:
    assert not PRICES.knows("deepseek-v9")
    assert PRICES.dearest in {"yandexgpt", "yandexgpt-5-pro"}
    assert PRICES.of("deepseek-v9").cost(Usage(1000, 1000)) == Decimal("2.4")
    own = Prices(parse_models("huge=10/20"), PRICES.search, PRICES.speech)
    assert own.of("deepseek-v9").cost(Usage(1000, 1000)) == Decimal(30)


def test_own_prices_stand_over_the_built_in_ones() -> None:
    models = parse_models(" yandexgpt-lite = 0.3 / 0.6 , gpt://b1gfolder/mine/latest=1/2,")
    prices = Prices(models, PRICES.search, PRICES.speech)
    assert prices.of("yandexgpt-lite").cost(Usage(1000, 1000, cached_tokens=500)) == Decimal("0.9")
    assert prices.of("mine").cost(Usage(1000, 1000)) == Decimal(3)
    assert prices.of("aliceai-llm") == PRICES.of("aliceai-llm")
    assert parse_models("") == BUILT_IN


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("lite", "'lite' is not of the form name=IN/OUT"),
        ("=1/2", "'=1/2' is not of the form"),
        ("my model=1/2", "'my model=1/2' is not of the form"),
        ("lite=1", "the price of 'lite' is not a number"),
        ("lite=1/x", "the price of 'lite' is not a number"),
        ("lite=0,2/0,4", "the price of 'lite' is not a number"),
        ("lite=-1/2", "the price of 'lite' is not from 0 to 1000"),
        ("lite=nan/2", "the price of 'lite' is not from 0 to 1000"),
        ("lite=1/Infinity", "the price of 'lite' is not from 0 to 1000"),
        ("lite=1/1001", "the price of 'lite' is not from 0 to 1000"),
        ("lite=0.0000001/1", "the price of 'lite' has more than 6 decimals"),
        ("lite=1/2,gpt://folder/lite/latest=2/3", "'gpt://folder/lite/latest' has two prices"),
    ],
)
def test_a_wrong_price_is_named_with_what_is_wrong(written: str, fault: str) -> None:
    with pytest.raises(BadPrices) as refused:
        parse_models(written)
    assert str(refused.value).startswith(fault)


@pytest.mark.parametrize(
    ("seconds", "pieces"), [(0, 1), (1, 1), (15, 1), (16, 2), (30, 2), (31, 3), (3600, 240)]
)
def test_speech_is_paid_for_by_the_started_piece(seconds: int, pieces: int) -> None:
    assert PRICES.of_speech(seconds) == pieces * Decimal("0.1626")


@given(
    st.decimals(0, 1000, places=6),
    st.decimals(0, 1000, places=6),
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.data(),
)
def test_a_cost_is_a_whole_number_of_nanoroubles(
    price: Decimal, other: Decimal, given_tokens: int, made_tokens: int, data: st.DataObject
) -> None:
    (models,) = [parse_models(f"m={price:f}/{other:f}")]
    cached = data.draw(st.integers(0, given_tokens))
    cost = models["m"].cost(Usage(given_tokens, made_tokens, cached_tokens=cached))
    assert cost * 10**9 == int(cost * 10**9)
    assert (
        cost == (given_tokens * roubles(str(price), "in") + made_tokens * roubles(str(other), "out")) / 1000
    )
