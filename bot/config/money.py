"""Variables of what requests cost, and how much may be spent."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import BaseSettings

from bot.config.kinds import variable
from bot.money.budgets import Scope
from bot.money.prices import BUILT_IN, Prices, parse_models, roubles

_MOST_BUDGET_RUB: Final = 100_000_000


def _models(value: str) -> str:
    parse_models(value)
    return value


def _price(value: Any) -> Decimal:
    return roubles(str(value), "it")


def _budget(value: Any) -> Decimal:
    return roubles(str(value), "it", most=_MOST_BUDGET_RUB)


Price = Annotated[Decimal, BeforeValidator(_price)]
Budget = Annotated[Decimal, BeforeValidator(_budget)]
_BUDGET_TAKES: Final = "roubles, from 0 to 100000000"


class MoneySettings(BaseSettings):
    model_prices: Annotated[str, AfterValidator(_models)] | None = variable(
        None,
        takes="name=IN/OUT, roubles for 1000 tokens, separated by commas",
        example="yandexgpt-lite=0.20/0.20,my-model=0.50/1.20",
        about="prices of models over the built-in ones, name=IN/OUT in roubles for 1000 tokens",
    )
    search_price_rub: Price = variable(
        Decimal("0.915"), takes="roubles, from 0 to 1000", example="0.915", about="price of one web search"
    )
    speech_price_rub: Price = variable(
        Decimal("0.1626"),
        takes="roubles, from 0 to 1000",
        example="0.1626",
        about="price of a started 15 seconds of speech",
    )
    budget_user_day_rub: Budget = variable(
        Decimal(0), takes=_BUDGET_TAKES, example="50", about="what one person may spend a day; 0: no limit"
    )
    budget_chat_day_rub: Budget = variable(
        Decimal(0), takes=_BUDGET_TAKES, example="200", about="what one chat may spend a day; 0: no limit"
    )
    budget_month_rub: Budget = variable(
        Decimal(0), takes=_BUDGET_TAKES, example="3000", about="what all may spend a month; 0: no limit"
    )

    def prices(self) -> Prices:
        models = parse_models(self.model_prices) if self.model_prices else BUILT_IN
        return Prices(models, self.search_price_rub, self.speech_price_rub)

    def budgets(self) -> dict[Scope, Decimal]:
        """Those that are set."""
        budgets = {
            Scope.PERSON: self.budget_user_day_rub,
            Scope.CHAT: self.budget_chat_day_rub,
            Scope.MONTH: self.budget_month_rub,
        }
        return {scope: amount for scope, amount in budgets.items() if amount}
