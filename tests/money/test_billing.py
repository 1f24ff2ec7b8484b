"""What a request is charged, whatever its reply says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.core.values import Conversation, Person, Question, Usage
from bot.money.billing import MOST_TOKENS, Billing
from bot.money.calendar import Calendar
from bot.money.prices import BUILT_IN, Prices

PRICES = Prices(BUILT_IN, search=Decimal("0.915"), speech=Decimal("0.1626"))
BILLING = Billing(PRICES, Calendar(ZoneInfo("Europe/Moscow")))
AT = datetime(2026, 11, 27, 22, 30, tzinfo=UTC)
QUESTION = Question(
    update_id=1,
    conversation=Conversation(-5, 3),
    message_id=10,
    asker=Person(7, "Анна"),
    text="Почему?",
    sent_at=AT,
    private=False,
    chat_title="Дом",
)


def test_a_charge_names_who_asked_where_and_on_which_day_there() -> None:
    charge = BILLING.request(QUESTION, AT, model="yandexgpt-lite", usage=Usage(1, 1))
    assert (charge.payer.id, charge.chat_id, charge.chat_title) == (7, -5, "Дом")
    assert (charge.at, charge.day) == (AT, date(2026, 11, 28))


def test_tokens_and_searches_are_charged_apart() -> None:
    usage = Usage(1000, 500, searches=2)
    charge = BILLING.request(QUESTION, AT, model="gpt://b1g/yandexgpt-5.1/latest", usage=usage)
    assert (charge.model, charge.estimated) == ("yandexgpt-5.1", False)
    assert (charge.tokens_rub, charge.search_rub) == (Decimal("1.2"), Decimal("1.83"))
    assert charge.rub == Decimal("3.03")


def test_what_the_provider_does_not_count_is_estimated_and_marked() -> None:
    unknown = Usage(searches=1, reported=False)
    charge = BILLING.request(
        QUESTION, AT, model="yandexgpt-lite", usage=unknown, sent="слово" * 60, answer="да" * 15
    )
    assert (charge.usage.input_tokens, charge.usage.output_tokens) == (100, 10)
    assert charge.estimated
    assert charge.rub == Decimal("0.022") + Decimal("0.915")


def test_counts_that_make_no_sense_break_nothing() -> None:
    odd = Usage(-5, 10**30, cached_tokens=10**9, reasoning_tokens=-1, searches=-2)
    charge = BILLING.request(QUESTION, AT, model="yandexgpt-lite", usage=odd)
    assert (charge.usage.input_tokens, charge.usage.cached_tokens) == (0, 0)
    assert charge.usage.output_tokens == MOST_TOKENS
    assert charge.rub == PRICES.of("yandexgpt-lite").output * MOST_TOKENS / 1000
    cached = BILLING.request(QUESTION, AT, model="aliceai-llm-flash", usage=Usage(100, 0, cached_tokens=500))
    assert cached.rub == Decimal("0.0025")


def test_speech_is_charged_without_a_model() -> None:
    charge = BILLING.speech(QUESTION, AT, seconds=31)
    assert (charge.model, charge.speech_s, charge.rub) == ("", 31, Decimal("0.4878"))


def test_an_estimate_is_near_the_longest_answer() -> None:
    guess = BILLING.estimate(model="yandexgpt-lite", sent="в" * 300, max_output_tokens=1500)
    assert guess == Decimal("0.32")
    search = BILLING.estimate(model="yandexgpt-lite", sent="", max_output_tokens=0, searches=1)
    assert search == Decimal("0.915")
