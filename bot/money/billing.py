"""What one request cost: a line of the ledger before it is written, and the guess made before it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from bot.core.values import Person, Question, Usage
from bot.money.budgets import NOTHING
from bot.money.calendar import Calendar
from bot.money.prices import Prices, model_name

CHARS_A_TOKEN: Final = 3
"""About what a token of Russian holds."""
MOST_TOKENS: Final = 10_000_000
"""Ten times the largest context: a request is not believed to have used more, whatever its reply says."""
MOST_SEARCHES: Final = 1000


@dataclass(frozen=True, slots=True)
class Charge:
    """One request that is paid for, without any text. All of it is exact."""

    payer: Person
    """Who asked."""
    chat_id: int
    chat_title: str
    at: datetime
    day: date
    """In the zone of the deployment, as it was then."""
    model: str = ""
    """Empty: speech was heard."""
    usage: Usage = field(default_factory=Usage)
    speech_s: int = 0
    tokens_rub: Decimal = NOTHING
    search_rub: Decimal = NOTHING
    speech_rub: Decimal = NOTHING
    estimated: bool = False
    """The provider told no usage: these are guesses."""
    question: bool = False
    """The first charge of a question; its retries and what else it takes are further ones."""

    @property
    def rub(self) -> Decimal:
        return self.tokens_rub + self.search_rub + self.speech_rub


@dataclass(frozen=True, slots=True)
class Billing:
    """Makes charges, by these prices and in the days of this calendar."""

    prices: Prices
    calendar: Calendar

    def request(
        self, question: Question, at: datetime, *, model: str, usage: Usage, sent: str = "", answer: str = ""
    ) -> Charge:
        """For a request to the model. What the provider did not count is estimated from the texts."""
        counted = usage
        if not usage.reported:
            counted = replace(usage, input_tokens=tokens_of(sent), output_tokens=tokens_of(answer))
        counted = _within_reason(counted)
        return replace(
            self._charge(question, at),
            model=model_name(model),
            usage=counted,
            tokens_rub=self.prices.of(model).cost(counted),
            search_rub=counted.searches * self.prices.search,
            estimated=not usage.reported,
        )

    def speech(self, question: Question, at: datetime, *, seconds: int) -> Charge:
        """For a recording that was sent to be heard."""
        charge = self._charge(question, at)
        return replace(charge, speech_s=max(1, seconds), speech_rub=self.prices.of_speech(seconds))

    def estimate(
        self,
        *,
        model: str,
        sent: str,
        max_output_tokens: int,
        attached_tokens: int = 0,
        searches: int = 0,
        speech_s: int = 0,
    ) -> Decimal:
        """What a question may cost, about; set aside until it is known. Its history counts once the request
        is known, and before that only the pictures that are shown again.
        """
        usage = Usage(tokens_of(sent) + attached_tokens, max_output_tokens)
        speech = self.prices.of_speech(speech_s) if speech_s else NOTHING
        return self.prices.of(model).cost(usage) + searches * self.prices.search + speech

    def _charge(self, question: Question, at: datetime) -> Charge:
        chat_id, day = question.conversation.chat_id, self.calendar.day(at)
        return Charge(question.asker, chat_id, question.chat_title, at, day)


def tokens_of(text: str) -> int:
    """A guess."""
    return -(-len(text) // CHARS_A_TOKEN)


def _within_reason(usage: Usage) -> Usage:
    """As much of it as can be true: a reply may hold any numbers."""
    given = _at_most(usage.input_tokens, MOST_TOKENS)
    return replace(
        usage,
        input_tokens=given,
        output_tokens=_at_most(usage.output_tokens, MOST_TOKENS),
        cached_tokens=_at_most(usage.cached_tokens, given),
        reasoning_tokens=_at_most(usage.reasoning_tokens, MOST_TOKENS),
        searches=_at_most(usage.searches, MOST_SEARCHES),
    )


def _at_most(count: int, most: int) -> int:
    return min(max(count, 0), most)
