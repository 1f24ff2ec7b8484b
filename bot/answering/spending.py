"""What was spent and what may still be: asked before a question is taken, told when its cost is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from bot.answering import estimating
from bot.answering.outcomes import Declined, Reason
from bot.answering.ports import Observer
from bot.core.clock import Clock
from bot.core.model_request import ModelRequest
from bot.core.values import ChatSettings, Question, Usage
from bot.money.billing import Billing, Charge
from bot.money.budgets import NOTHING, Account, Budgets, Exhausted, Reservation, Scope, accounts_of
from bot.money.prices import SPEECH_PIECE_S
from bot.store import Store, Whose


class WatchesBudgets(Protocol):
    """Who tells the operators. Both return at once."""

    def spent(self) -> None:
        """More was."""

    def exhausted(self, exhausted: Exhausted) -> None:
        """A question was declined, the budget being spent."""


class Spending:
    """Without budgets nothing is asked and nothing set aside; what is paid is written down all the same."""

    def __init__(
        self,
        *,
        store: Store,
        billing: Billing,
        limits: Mapping[Scope, Decimal],
        clock: Clock,
        observer: Observer,
        vision_model: str | None = None,
    ) -> None:
        """`vision_model` is what questions with pictures are asked of."""
        self.billing = billing
        self.limits = limits
        self._store = store
        self._clock = clock
        self._observer = observer
        self._vision_model = vision_model
        self._watcher: WatchesBudgets | None = None
        self._budgets = Budgets(limits)
        self._version = 0
        """Of the ledger: what was read before it changed is not the sum any more."""

    def watch(self, watcher: WatchesBudgets) -> None:
        """Has it told from now on."""
        self._watcher = watcher

    async def admit(self, question: Question, settings: ChatSettings) -> Declined | Reservation | None:
        """Why a question may not be asked for its cost; else the estimate that is set aside for it."""
        if not self.limits:
            return None
        now, accounts = await self._today(question)
        exhausted = self._budgets.exhausted(accounts)
        if exhausted is not None:
            if exhausted.since is not None and self._watcher is not None:
                self._watcher.exhausted(exhausted)
            until = self._until(exhausted, now)
            return Declined(Reason.BUDGET, (until - now).total_seconds(), exhausted, until)
        return self.reserve(question, settings)

    def reserve(self, question: Question, settings: ChatSettings) -> Reservation | None:
        """Sets an estimate aside, whatever the budgets say: what the last run left is answered."""
        if not self.limits:
            return None
        quotes = (question.quote, *question.forwards)
        sent = [settings.instructions, question.text, *(quote.text for quote in quotes if quote is not None)]
        pictures = estimating.pictures(question)
        documents_tokens = estimating.document_tokens(question, settings)
        amount = self.billing.estimate(
            model=(self._vision_model if pictures else None) or settings.model,
            sent="".join(sent),
            max_output_tokens=settings.max_output_tokens,
            attached_tokens=pictures * estimating.PICTURE_TOKENS + documents_tokens,
            searches=int(settings.search),
            speech_s=estimating.speech_s(question),
        )
        day = self.billing.calendar.day(self._clock.now())
        accounts = accounts_of(question.asker.id, question.conversation.chat_id, day)
        return self._budgets.reserve(accounts, amount)

    def revise(self, reservation: Reservation | None, request: ModelRequest) -> Reservation | None:
        """Sets aside what the request may cost in place of what was thought when the question came."""
        if reservation is None:
            return None
        generation = request.generation
        amount = self.billing.estimate(
            model=generation.model,
            sent="".join(request.texts),
            max_output_tokens=generation.max_output_tokens,
            attached_tokens=len(request.images) * estimating.PICTURE_TOKENS,
            searches=int(generation.search),
        )
        self._budgets.release(reservation)
        return self._budgets.reserve(reservation.accounts, amount)

    def release(self, reservation: Reservation | None) -> None:
        """The question came to its end, or is asked no more."""
        if reservation is not None:
            self._budgets.release(reservation)

    def charge(
        self, question: Question, request: ModelRequest, usage: Usage, *, answer: str = "", first: bool
    ) -> Sequence[Charge]:
        """For a request that was made; the `first` one of a question counts as the question."""
        charge = self.billing.request(
            question,
            self._clock.now(),
            model=request.generation.model,
            usage=usage,
            sent="".join(request.texts),
            answer=answer,
        )
        return [replace(charge, question=first)]

    def hear(self, question: Question, *, pieces: int) -> Sequence[Charge]:
        """For so many started pieces of speech."""
        return [self.billing.speech(question, self._clock.now(), seconds=pieces * SPEECH_PIECE_S)]

    def written(self, charges: Sequence[Charge]) -> None:
        """The ledger has them now."""
        self._version += 1
        for charge in charges:
            accounts = accounts_of(charge.payer.id, charge.chat_id, charge.day)
            self._budgets.spend(accounts, charge.rub, charge.at)
            self._observer.charged(charge)
        if charges and self._watcher is not None:
            self._watcher.spent()

    async def month(self) -> tuple[Account, int]:
        """The account of this month, and the highest of the levels worth telling that it has reached."""
        day = self.billing.calendar.day(self._clock.now())
        month = accounts_of(0, 0, day)[-1]
        await self._load((month,), day)
        return month, self._budgets.level(month)

    async def balance(self, account: Account) -> tuple[Decimal, Decimal | None]:
        """Of an account of today: what was spent, and how far it may go; None: there is no limit."""
        day = self.billing.calendar.day(self._clock.now())
        self._budgets.forget_before(day)
        await self._load((account,), day)
        return self._budgets.spent(account), self._budgets.ceiling(account)

    async def grant(self, account: Account, more: Decimal) -> bool:
        """Lets a person or a chat spend so much more today; False: what they were given is not used up."""
        spent, _ = await self.balance(account)
        used = max(spent, self.limits.get(account.scope, NOTHING))
        if await self._store.limits.granted(account.scope, account.id, account.since) > used:
            return False
        await self._store.limits.grant(account.scope, account.id, account.since, used + more)
        self._budgets.grant(account, used + more)
        return True

    async def _today(self, question: Question) -> tuple[datetime, tuple[Account, ...]]:
        """The time, and the question's accounts of that day, all of them known."""
        while True:
            now = self._clock.now()
            day = self.billing.calendar.day(now)
            self._budgets.forget_before(day)
            accounts = accounts_of(question.asker.id, question.conversation.chat_id, day)
            await self._load(accounts, day)
            if all(map(self._budgets.is_known, accounts)):
                return now, accounts
            # It was midnight meanwhile, and the day before is forgotten.

    async def _load(self, accounts: Sequence[Account], day: date) -> None:
        for account in accounts:
            while not self._budgets.is_known(account):
                version = self._version
                spent = await self._store.ledger.spent(_whose(account, day))
                granted = await self._store.limits.granted(account.scope, account.id, account.since)
                if version == self._version:
                    self._budgets.load(account, spent.rub, spent.last_at, granted)

    def _until(self, exhausted: Exhausted, now: datetime) -> datetime:
        month = exhausted.account.scope is Scope.MONTH
        calendar = self.billing.calendar
        return calendar.next_month(now) if month else calendar.next_day(now)


def _whose(account: Account, today: date) -> Whose:
    return Whose(
        account.since,
        today,
        person_id=account.id if account.scope is Scope.PERSON else None,
        chat_id=account.id if account.scope is Scope.CHAT else None,
    )
