"""How much may still be spent: what was spent, set aside for questions under way, granted by operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.money.calendar import month_of

NOTHING: Final = Decimal(0)
LEVELS: Final = (100, 80)
"""Percents of the month's budget of which the operators are told, the highest first."""


class Scope(StrEnum):
    """Whose budget it is."""

    PERSON = "person"
    """A person's for a day, wherever they ask."""
    CHAT = "chat"
    """A chat's for a day, whoever asks there."""
    MONTH = "month"
    """The whole deployment's for a month."""


@dataclass(frozen=True, slots=True)
class Account:
    """What one budget is compared with."""

    scope: Scope
    id: int
    """Of the person or the chat; 0: the deployment."""
    since: date
    """The day, or the first one of the month."""


def accounts_of(person_id: int, chat_id: int, day: date) -> tuple[Account, ...]:
    """Those that a question is counted in, the narrowest first."""
    return (
        Account(Scope.PERSON, person_id, day),
        Account(Scope.CHAT, chat_id, day),
        Account(Scope.MONTH, 0, month_of(day)),
    )


@dataclass(slots=True)
class Balance:
    """What is known of an account."""

    spent: Decimal = NOTHING
    last_at: datetime | None = None
    """When the last of it was spent."""
    reserved: Decimal = NOTHING
    granted: Decimal = NOTHING
    """How far an operator lets it go today, whatever the budget says."""
    loaded: bool = False
    """Whether the first, second and last of these are what the ledger says."""


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Why no more may be asked now."""

    account: Account
    limit: Decimal
    since: datetime | None
    """When the last of it was spent; None: the rest is set aside for questions under way."""


@dataclass(frozen=True, slots=True, eq=False)
class Reservation:
    """An estimate set aside until what a question costs is known; each is one of its own."""

    amount: Decimal
    accounts: tuple[Account, ...]


@dataclass(slots=True)
class Budgets:
    """A small model without any clock or database: `load` tells it what the ledger says of an account.

    A budget is reached when spent and set aside are not less than it; so the last question may cost more
    than was left, but fifty at once can't each do so.
    """

    limits: Mapping[Scope, Decimal]
    """Only those that are limited."""
    _balances: dict[Account, Balance] = field(default_factory=dict)
    _reservations: set[Reservation] = field(default_factory=set)

    def is_known(self, account: Account) -> bool:
        balance = self._balances.get(account)
        return balance is not None and balance.loaded

    def load(self, account: Account, spent: Decimal, last_at: datetime | None, granted: Decimal) -> None:
        """What the ledger says; whatever is set aside stays so."""
        balance = self._balances.setdefault(account, Balance())
        balance.spent, balance.last_at, balance.granted, balance.loaded = spent, last_at, granted, True

    def spent(self, account: Account) -> Decimal:
        return self._balances[account].spent

    def ceiling(self, account: Account) -> Decimal | None:
        """How far a known account may go; None: there is no limit."""
        limit = self.limits.get(account.scope)
        return None if limit is None else max(limit, self._balances[account].granted)

    def exhausted(self, accounts: tuple[Account, ...]) -> Exhausted | None:
        """The first of these accounts that lets nothing through, each loaded before; None: ask.

        Whom an operator lets go on today may go on after the month's budget is spent, too.
        """
        for account in accounts:
            balance, limit = self._balances[account], self.ceiling(account)
            if limit is None or balance.spent + balance.reserved < limit:
                continue
            if account.scope is Scope.MONTH and any(map(self._has_grant_left, accounts)):
                continue
            return Exhausted(account, limit, balance.last_at if balance.spent >= limit else None)
        return None

    def reserve(self, accounts: tuple[Account, ...], amount: Decimal) -> Reservation:
        """Counts as spent until released."""
        for account in accounts:
            self._balances.setdefault(account, Balance()).reserved += amount
        reservation = Reservation(amount, accounts)
        self._reservations.add(reservation)
        return reservation

    def release(self, reservation: Reservation) -> None:
        """Once; nothing happens if it is released already."""
        if reservation not in self._reservations:
            return
        self._reservations.remove(reservation)
        for account in reservation.accounts:
            if account in self._balances:
                self._balances[account].reserved -= reservation.amount

    def spend(self, accounts: tuple[Account, ...], cost: Decimal, at: datetime) -> None:
        """What the ledger has now; an account that is not known is loaded with it when it is asked for."""
        for account in accounts:
            if self.is_known(account):
                balance = self._balances[account]
                balance.spent, balance.last_at = balance.spent + cost, at

    def grant(self, account: Account, up_to: Decimal) -> None:
        if self.is_known(account):
            self._balances[account].granted = up_to

    def level(self, account: Account) -> int:
        """The highest of `LEVELS` that was reached; 0: none, or no budget."""
        limit = self.limits.get(account.scope)
        if limit is None:
            return 0
        spent = self._balances[account].spent
        return next((percent for percent in LEVELS if spent * 100 >= limit * percent), 0)

    def forget_before(self, day: date) -> None:
        """Days and months that are over can't be spent from any more."""
        over = [
            account
            for account in self._balances
            if account.since < (month_of(day) if account.scope is Scope.MONTH else day)
        ]
        for account in over:
            del self._balances[account]

    def _has_grant_left(self, account: Account) -> bool:
        balance = self._balances[account]
        return balance.spent + balance.reserved < balance.granted
