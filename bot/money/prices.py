"""Roubles for tokens, searches and speech: the provider's published prices, and the operator's over them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from bot.core.values import Usage

AS_OF: Final = date(2026, 10, 3)
"""When the built-in prices were last read on the provider's pages; with VAT."""
SPEECH_PIECE_S: Final = 15
"""Speech is paid for by the started piece of so many seconds."""
MOST_RUB: Final = 1000
DECIMALS: Final = 6
"""With so many in a price of 1000 tokens, each token costs a whole number of nanoroubles."""
_NAME: Final = re.compile(r"[A-Za-z0-9_.:/@-]{1,200}")


class BadPrices(ValueError):
    """The prices can't be read; says which of them and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Price:
    """Roubles for 1000 tokens of a model."""

    input: Decimal
    cached: Decimal
    """For that part of the input which the provider had at hand from a request before."""
    output: Decimal
    """Reasoning is output too."""

    def cost(self, usage: Usage) -> Decimal:
        """Exact roubles for the tokens."""
        fresh = usage.input_tokens - usage.cached_tokens
        thousands = fresh * self.input + usage.cached_tokens * self.cached + usage.output_tokens * self.output
        return thousands.scaleb(-3)


def _price(given: str, made: str, cached: str = "") -> Price:
    return Price(Decimal(given), Decimal(cached or given), Decimal(made))


_LITE, _PRO, _PRO_5_1 = _price("0.20", "0.20"), _price("1.20", "1.20"), _price("0.80", "0.80")
BUILT_IN: Final[Mapping[str, Price]] = {
    "yandexgpt-lite": _LITE,
    "yandexgpt-5-lite": _LITE,
    "yandexgpt": _PRO,
    "yandexgpt-5-pro": _PRO,
    "yandexgpt/rc": _PRO_5_1,
    "yandexgpt-5.1": _PRO_5_1,
    "aliceai-llm": _price("0.50", "1.20"),
    "aliceai-llm-flash": _price("0.10", "0.20", cached="0.025"),
    "deepseek-v4-flash": _price("0.30", "0.50", cached="0.075"),
    "qwen3.6-35b-a3b": _price("0.20", "0.30", cached="0.05"),
    "qwen3-235b-a22b-fp8": _price("0.50", "0.50"),
    "gpt-oss-120b": _price("0.30", "0.30"),
    "gpt-oss-20b": _price("0.10", "0.10"),
}


@dataclass(frozen=True, slots=True)
class Prices:
    """All that costs. A model without a price counts as the dearest known, so that a budget still holds."""

    models: Mapping[str, Price]
    search: Decimal
    """Roubles for one."""
    speech: Decimal
    """Roubles for a started piece of `SPEECH_PIECE_S`."""

    def knows(self, model: str) -> bool:
        return model_name(model) in self.models

    @property
    def dearest(self) -> str:
        """The name of the model that costs most."""
        return max(self.models, key=lambda name: self.models[name].input + self.models[name].output)

    def of(self, model: str) -> Price:
        return self.models.get(model_name(model)) or self.models[self.dearest]

    def of_speech(self, seconds: int) -> Decimal:
        """A piece that is begun counts whole, the shortest recording as one."""
        return max(1, -(-seconds // SPEECH_PIECE_S)) * self.speech


def model_name(model: str) -> str:
    """A model as the table names it, from a name or a URI: `gpt://<folder>/<name>[/latest][@<tuning>]`."""
    scheme, _, path = model.rpartition("://")
    name = path.partition("/")[2] if scheme else path
    return name.partition("@")[0].removesuffix("/latest").lower()


def parse_models(written: str) -> Mapping[str, Price]:
    """`name=IN/OUT,…`, roubles for 1000 tokens, over the built-in ones. Raises `BadPrices`.

    What the operator names has one price for all its input, cached or not: so the count is never too low.
    """
    own: dict[str, Price] = {}
    for entry in filter(None, map(str.strip, written.split(","))):
        name, _, amounts = (piece.strip() for piece in entry.rpartition("="))
        given, _, made = amounts.partition("/")
        if not _NAME.fullmatch(name):
            raise BadPrices(f"{entry[:60]!r} is not of the form name=IN/OUT")
        if model_name(name) in own:
            raise BadPrices(f"{name!r} has two prices")
        own[model_name(name)] = Price(
            *(roubles(piece, f"the price of {name!r}") for piece in (given, given, made))
        )
    return {**BUILT_IN, **own}


def roubles(written: str, what: str, *, most: int = MOST_RUB, decimals: int = DECIMALS) -> Decimal:
    """An amount as people write it. Raises `BadPrices`, which begins with `what`."""
    try:
        amount = Decimal(written.strip())
    except InvalidOperation:
        raise BadPrices(f"{what} is not a number") from None
    if not amount.is_finite() or not 0 <= amount <= most:
        raise BadPrices(f"{what} is not from 0 to {most}")
    if amount != round(amount, decimals):
        raise BadPrices(f"{what} has more than {decimals} decimals")
    return amount
