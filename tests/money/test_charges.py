"""What a request is charged, whatever its reply says of it."""

from __future__ import annotations

from decimal import Decimal

from bot.core.values import Person, Usage
from bot.money.charges import MOST_TOKENS, charge_for, charge_for_speech, estimate
from bot.money.prices import BUILT_IN, Prices

PRICES = Prices(BUILT_IN, search=Decimal("0.915"), speech=Decimal("0.1626"))
ANNA = Person(7, "Анна")


def test_tokens_and_searches_are_charged_apart() -> None:
    charge = charge_for(PRICES, ANNA, -5, "gpt://b1g/yandexgpt-5.1/latest", Usage(1000, 500, searches=2))
    assert (charge.model, charge.estimated) == ("yandexgpt-5.1", False)
    assert (charge.tokens_rub, charge.search_rub, charge.rub) == (
        Decimal("1.2"),
        Decimal("1.83"),
        Decimal("3.03"),
    )


def test_what_the_provider_does_not_count_is_estimated_and_marked() -> None:
    unknown = Usage(searches=1, reported=False)
    charge = charge_for(PRICES, ANNA, 7, "yandexgpt-lite", unknown, sent="слово" * 60, answer="да" * 15)
    assert (charge.usage.input_tokens, charge.usage.output_tokens) == (100, 10)
    assert charge.estimated
    assert charge.rub == Decimal("0.022") + Decimal("0.915")


def test_counts_that_make_no_sense_break_nothing() -> None:
    odd = Usage(-5, 10**30, cached_tokens=10**9, reasoning_tokens=-1, searches=-2)
    charge = charge_for(PRICES, ANNA, 7, "yandexgpt-lite", odd)
    assert (charge.usage.input_tokens, charge.usage.cached_tokens) == (0, 0)
    assert charge.usage.output_tokens == MOST_TOKENS
    assert charge.rub == PRICES.of("yandexgpt-lite").output * MOST_TOKENS / 1000
    cached = charge_for(PRICES, ANNA, 7, "aliceai-llm-flash", Usage(100, 0, cached_tokens=500))
    assert cached.rub == Decimal("0.0025")


def test_speech_is_charged_without_a_model() -> None:
    charge = charge_for_speech(PRICES, ANNA, 7, 31)
    assert (charge.model, charge.speech_s, charge.rub) == ("", 31, Decimal("0.4878"))


def test_an_estimate_is_near_the_longest_answer() -> None:
    guess = estimate(PRICES, "yandexgpt-lite", "в" * 300, max_output_tokens=1500)
    assert guess == Decimal("0.32")
    assert estimate(PRICES, "yandexgpt-lite", "", max_output_tokens=0, searches=1) == Decimal("0.915")
