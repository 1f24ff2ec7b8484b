"""Roubles as people read them, and what operators are told of budgets that are spent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from bot.money.budgets import Account, Scope
from bot.screens.callbacks import Grant, encode
from bot.screens.views import Button, View
from bot.texts import Texts
from bot.texts.formatting import LANGUAGES

_KOPECK: Final = Decimal("0.01")
LABEL: Final = 20
"""Characters of a name on a button."""


def rub(amount: Decimal, texts: Texts) -> str:
    """`61` or `61,50`: a plain number, without thousands apart; whatever costs anything is not nothing."""
    rounded = amount.quantize(_KOPECK, ROUND_HALF_UP)
    if amount and not rounded:
        rounded = _KOPECK
    if rounded == rounded.to_integral_value():
        return f"{rounded:.0f}"
    return f"{rounded:f}".replace(".", LANGUAGES[texts.language].decimal_mark)


def exhausted_notice(
    account: Account, name: str, texts: Texts, *, spent: Decimal, limit: Decimal, more: Decimal
) -> View:
    """For operators: who has spent a day's budget, and a button that gives them more for today."""
    who = texts("access-who", name=name or texts("nameless"), id=str(account.id))
    said = texts(
        "budget-notice-day",
        scope=account.scope.value,
        who=who,
        spent=rub(spent, texts),
        limit=rub(limit, texts),
    )
    button = Button(texts("button-grant", amount=rub(more, texts)), encode(grant_of(account, more)))
    return View(said, ((button,),))


def month_notice(texts: Texts, *, percent: int, spent: Decimal, limit: Decimal, until: datetime) -> str:
    """For operators: how much of the month's budget is spent; all of it, what that means."""
    return texts(
        "budget-notice-month",
        level="spent" if percent >= 100 else "near",
        percent=percent,
        spent=rub(spent, texts),
        limit=rub(limit, texts),
        until=until,
    )


def grant_buttons(
    spenders: Sequence[tuple[Account, str]], texts: Texts, *, more: Callable[[Scope], Decimal]
) -> tuple[tuple[Button, ...], ...]:
    """One for each person and chat that may be let go on today."""
    return tuple(
        (
            Button(
                texts(
                    "button-grant-name",
                    scope=account.scope.value,
                    amount=rub(more(account.scope), texts),
                    name=(name or str(account.id))[:LABEL],
                ),
                encode(grant_of(account, more(account.scope))),
            ),
        )
        for account, name in spenders
    )


def grant_of(account: Account, more: Decimal) -> Grant:
    return Grant(account.scope.value, account.id, int(more.scaleb(9)))
