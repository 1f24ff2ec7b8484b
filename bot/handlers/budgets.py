"""A button under a notice of a spent budget lets a person or a chat go on today."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from bot.money.budgets import Account, Scope
from bot.screens.callbacks import Grant

if TYPE_CHECKING:
    from bot.handlers.presses import Press, Presses
    from bot.handlers.services import Services


async def grant(services: Services, press: Press, button: Grant) -> None:
    """One effect until it is used up, whoever presses and however often."""
    if press.user.id not in services.settings.admin_users:
        await press.answer("toast-operators-only")
        return
    if button.scope not in {Scope.PERSON, Scope.CHAT} or button.nanoroubles <= 0:
        await press.answer("toast-stale")
        return
    today = services.spending.billing.calendar.day(services.clock.now())
    account = Account(Scope(button.scope), button.id, today)
    granted = await services.spending.grant(account, Decimal(button.nanoroubles).scaleb(-9))
    await press.answer("toast-granted" if granted else "toast-granted-before")


def register(services: Services, presses: Presses) -> None:
    presses.on(Grant, partial(grant, services))
