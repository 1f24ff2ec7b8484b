"""Budgets and what is set aside, beside a model that adds everything up anew each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.money.budgets import NOTHING, Account, Budgets, Reservation, Scope, accounts_of
from bot.money.calendar import month_of

DAY = date(2026, 11, 30)
AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
PEOPLE, CHATS = st.sampled_from((1, 2)), st.sampled_from((-1, 1))
AMOUNTS = st.decimals(Decimal("0.01"), 30, places=2)


def known(budgets: Budgets, *accounts: Account) -> tuple[Account, ...]:
    for account in accounts:
        if not budgets.is_known(account):
            budgets.load(account, NOTHING, None, NOTHING)
    return accounts


def test_a_budget_is_reached_when_as_much_is_spent() -> None:
    budgets = Budgets({Scope.PERSON: Decimal(10)})
    accounts = known(budgets, *accounts_of(1, 1, DAY))
    budgets.spend(accounts, Decimal("9.999999"), AT)
    assert budgets.exhausted(accounts) is None
    budgets.spend(accounts, Decimal("0.000001"), AT)
    exhausted = budgets.exhausted(accounts)
    assert exhausted is not None
    assert (exhausted.account.scope, exhausted.limit, exhausted.since) == (Scope.PERSON, Decimal(10), AT)


def test_what_is_set_aside_counts_until_it_is_released() -> None:
    budgets = Budgets({Scope.CHAT: Decimal(10)})
    accounts = known(budgets, *accounts_of(1, -5, DAY))
    reserved = budgets.reserve(accounts, Decimal(10))
    exhausted = budgets.exhausted(accounts)
    assert exhausted is not None
    assert exhausted.since is None
    budgets.release(reserved)
    assert budgets.exhausted(accounts) is None


def test_fifty_at_once_are_let_in_only_as_far_as_their_estimates_go() -> None:
    budgets = Budgets({Scope.PERSON: Decimal(1)})
    accounts = known(budgets, *accounts_of(1, 1, DAY))
    taken = 0
    for _ in range(50):
        if budgets.exhausted(accounts) is None:
            budgets.reserve(accounts, Decimal("0.3"))
            taken += 1
    assert taken == 4


def test_a_grant_lets_one_person_go_on_today_even_past_the_months_budget() -> None:
    budgets = Budgets({Scope.PERSON: Decimal(10), Scope.MONTH: Decimal(15)})
    anna, boris = known(budgets, *accounts_of(1, 1, DAY)), known(budgets, *accounts_of(2, 2, DAY))
    budgets.spend(anna, Decimal(15), AT)
    assert budgets.exhausted(boris) is not None
    budgets.grant(anna[0], Decimal(20))
    assert budgets.exhausted(anna) is None
    assert budgets.exhausted(boris) is not None
    budgets.spend(anna, Decimal(5), AT)
    exhausted = budgets.exhausted(anna)
    assert exhausted is not None
    assert exhausted.limit == 20


def test_the_levels_of_a_month_are_told_by_the_highest_reached() -> None:
    budgets = Budgets({Scope.MONTH: Decimal(100)})
    month = Account(Scope.MONTH, 0, month_of(DAY))
    known(budgets, month)
    levels = []
    for amount in ("79.999", "0.001", "19", "1", "5"):
        budgets.spend((month,), Decimal(amount), AT)
        levels.append(budgets.level(month))
    assert levels == [0, 80, 80, 100, 100]
    unlimited = Budgets({})
    known(unlimited, month)
    assert unlimited.level(month) == 0


def test_what_is_over_is_forgotten_and_the_month_is_not_over_with_the_day() -> None:
    budgets = Budgets({})
    accounts = known(budgets, *accounts_of(1, 1, DAY - timedelta(days=1)))
    budgets.forget_before(DAY)
    assert [budgets.is_known(account) for account in accounts] == [False, False, True]
    budgets.forget_before(DAY + timedelta(days=1))
    assert not budgets.is_known(accounts[2])


@dataclass
class Spending:
    """A row of the model's ledger."""

    accounts: tuple[Account, ...]
    rub: Decimal


@dataclass
class Plain:
    """What is on the disk, and what is under way; nothing is remembered of sums."""

    limits: dict[Scope, Decimal]
    rows: list[Spending] = field(default_factory=list)
    grants: dict[Account, Decimal] = field(default_factory=dict)
    under_way: list[Reservation] = field(default_factory=list)

    def spent(self, account: Account) -> Decimal:
        return sum((row.rub for row in self.rows if account in row.accounts), NOTHING)

    def counted(self, account: Account) -> Decimal:
        return self.spent(account) + sum(
            (held.amount for held in self.under_way if account in held.accounts), NOTHING
        )

    def lets_in(self, accounts: tuple[Account, ...]) -> bool:
        person, chat, month = (
            account.scope not in self.limits
            or self.counted(account) < max(self.limits[account.scope], self.grants.get(account, NOTHING))
            for account in accounts
        )
        granted = any(self.counted(account) < self.grants.get(account, NOTHING) for account in accounts)
        return person and chat and (month or granted)


class BudgetsAgainstTheModel(RuleBasedStateMachine):
    """Questions come, cost something or nothing, days pass, operators grant, and the process is killed."""

    @initialize(
        limits=st.fixed_dictionaries(
            {}, optional=dict.fromkeys(Scope, st.sampled_from((Decimal(20), Decimal(50))))
        )
    )
    def begin(self, limits: dict[Scope, Decimal]) -> None:
        self.day, self.plain, self.budgets = DAY, Plain(limits), Budgets(limits)

    def loaded(self, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
        for account in accounts:
            if not self.budgets.is_known(account):
                granted = self.plain.grants.get(account, NOTHING)
                self.budgets.load(account, self.plain.spent(account), AT, granted)
        return accounts

    @rule(person=PEOPLE, chat=CHATS, estimate=AMOUNTS)
    def ask(self, person: int, chat: int, estimate: Decimal) -> None:
        accounts = self.loaded(accounts_of(person, chat, self.day))
        exhausted = self.budgets.exhausted(accounts)
        assert (exhausted is None) == self.plain.lets_in(accounts)
        if exhausted is None:
            self.plain.under_way.append(self.budgets.reserve(accounts, estimate))
        else:
            assert self.plain.counted(exhausted.account) >= exhausted.limit
            assert (exhausted.since is None) == (self.plain.spent(exhausted.account) < exhausted.limit)

    @rule(person=PEOPLE, chat=CHATS, estimate=AMOUNTS)
    def take_up_unasked(self, person: int, chat: int, estimate: Decimal) -> None:
        """What the last life left is answered whatever the budgets say, and counts."""
        self.plain.under_way.append(self.budgets.reserve(accounts_of(person, chat, self.day), estimate))

    @rule(cost=st.one_of(st.just(NOTHING), AMOUNTS), data=st.data())
    def end(self, cost: Decimal, data: st.DataObject) -> None:
        if not self.plain.under_way:
            return
        held = data.draw(st.sampled_from(self.plain.under_way))
        self.plain.under_way.remove(held)
        accounts = accounts_of(held.accounts[0].id, held.accounts[1].id, self.day)
        if cost:
            self.plain.rows.append(Spending(accounts, cost))
            self.budgets.spend(accounts, cost, AT)
        self.budgets.release(held)

    @rule(person=PEOPLE, chat=CHATS, amount=AMOUNTS, data=st.data())
    def grant(self, person: int, chat: int, amount: Decimal, data: st.DataObject) -> None:
        account = data.draw(st.sampled_from(accounts_of(person, chat, self.day)[:2]))
        self.plain.grants[account] = self.plain.spent(account) + amount
        self.budgets.grant(account, self.plain.grants[account])

    @rule()
    def kill(self) -> None:
        self.plain.under_way = []
        self.budgets = Budgets(self.plain.limits)

    @rule(days=st.integers(1, 3))
    def pass_days(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.budgets.forget_before(self.day)

    @invariant()
    def what_is_known_is_what_the_rows_sum_up_to(self) -> None:
        if not hasattr(self, "plain"):
            return
        for person in (1, 2):
            for chat in (-1, 1):
                for account in accounts_of(person, chat, self.day):
                    if self.budgets.is_known(account):
                        assert self.budgets.spent(account) == self.plain.spent(account)


TestBudgetsAgainstTheModel = BudgetsAgainstTheModel.TestCase
TestBudgetsAgainstTheModel.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
