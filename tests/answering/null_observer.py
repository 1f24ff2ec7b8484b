"""An observer that notes nothing."""

from __future__ import annotations

from bot.core.values import Usage
from bot.money.billing import Charge


class NullObserver:
    def requested(self, *, model: str, outcome: str, duration_s: float) -> None:
        pass

    def closed(self, *, outcome: str, waited_s: float, answered_s: float | None, usage: Usage) -> None:
        pass

    def queued(self, *, waiting: int, asking: int, slots: int) -> None:
        pass

    def charged(self, charge: Charge) -> None:
        pass
