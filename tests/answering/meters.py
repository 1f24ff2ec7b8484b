"""A meter with budgets, prices and a question to ask it about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.answering.spending import Spending
from bot.core.clock import Clock
from bot.core.model_request import Generation, ModelRequest
from bot.core.values import Conversation, Person, Question
from bot.money.billing import Billing
from bot.money.budgets import Exhausted, Scope
from bot.money.calendar import Calendar
from bot.money.prices import BUILT_IN, Prices
from bot.options import BUILT_IN as SETTINGS
from bot.store import Store
from tests.answering.null_observer import NullObserver
from tests.store.questions import ANNA, PRIVATE, question

PRICES = Prices(BUILT_IN, search=Decimal("0.915"), speech=Decimal("0.1626"))
BILLING = Billing(PRICES, Calendar(ZoneInfo("Europe/Moscow")))
REQUEST = ModelRequest(Generation("yandexgpt-lite", 0.8, 1500), "Отвечай.", "Почему?")
CHAT = replace(SETTINGS, model="yandexgpt-lite", max_output_tokens=1500, instructions="")
VISION = "qwen3.6-35b-a3b"
ESTIMATE = Decimal("0.3002")
"""Of a question of four characters."""


@dataclass
class Watcher:
    """Hears what the operators would be told."""

    spendings: int = 0
    exhausted_budgets: list[Exhausted] = field(default_factory=list)

    def spent(self) -> None:
        self.spendings += 1

    def exhausted(self, exhausted: Exhausted) -> None:
        self.exhausted_budgets.append(exhausted)


def spending(store: Store, clock: Clock, watcher: Watcher | None = None, **limits: str) -> Spending:
    """With budgets by the names of their scopes."""
    budgets = {Scope(name): Decimal(amount) for name, amount in limits.items()}
    meter = Spending(
        store=store,
        billing=BILLING,
        limits=budgets,
        clock=clock,
        observer=NullObserver(),
        vision_model=VISION,
    )
    if watcher is not None:
        meter.watch(watcher)
    return meter


def asked(asker: Person = ANNA, conversation: Conversation = PRIVATE) -> Question:
    return question("Why?", asker=asker, conversation=conversation)
