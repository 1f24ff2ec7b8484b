"""/usage: sums of what was asked and what it cost; nobody's questions, in a group nothing of elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from telegram import MessageEntity

from bot.handlers.messages import Messages, Said
from bot.handlers.services import Services
from bot.markup import utf16_len
from bot.money.budgets import Account, accounts_of
from bot.money.calendar import month_of, week_of
from bot.screens import usage as screens
from bot.store import Whose
from bot.texts import Texts

DEAREST: Final = 10
CHART_DAYS: Final = 14


class Usage:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._ledger = services.store.ledger

    async def command(self, said: Said) -> None:
        texts, person = said.texts, said.person
        if not said.private:
            await self._group(said)
            return
        today = self._today()
        own = accounts_of(person.id, said.message.chat.id, today)
        summary = await self._summary("usage-own", Whose(today, today, person_id=person.id), own[:2], texts)
        if person.id not in self._services.settings.admin_users:
            await said.say(summary)
            return
        before = f"{summary}\n\n{await self._all(today, own[2:], texts)}\n\n{texts('usage-chart')}\n"
        chart = screens.chart(await self._days(today), texts)
        after = await self._dearest(today, texts)
        pre = MessageEntity(MessageEntity.PRE, utf16_len(before), utf16_len(chart))
        await said.message.reply_text(f"{before}{chart}\n\n{after}", entities=[pre])

    async def _group(self, said: Said) -> None:
        """For its administrators, and of this group alone."""
        if not await self._services.admins.wrote(said.message):
            await said.reply("usage-admins-only")
            return
        today, chat_id = self._today(), said.message.chat.id
        whose = Whose(today, today, chat_id=chat_id)
        accounts = accounts_of(0, chat_id, today)[1:2]
        await said.say(await self._summary("usage-chat", whose, accounts, said.texts))

    async def _summary(
        self,
        heading: str,
        today: Whose,
        daily: Sequence[Account],
        texts: Texts,
        monthly: Sequence[Account] = (),
    ) -> str:
        """Today, this week, this month; the limits are those of these accounts."""
        periods = []
        for name, first, accounts in (
            ("usage-today", today.last, daily),
            ("usage-week", week_of(today.last), ()),
            ("usage-month", month_of(today.last), monthly),
        ):
            whose = Whose(first, today.last, today.person_id, today.chat_id)
            spent, limit = await self._ledger.spent(whose), await self._limit(accounts)
            periods.append(screens.Period(texts(name), spent, limit))
        return screens.summary(heading, periods, texts)

    async def _limit(self, accounts: Sequence[Account]) -> Decimal | None:
        """The lowest of them."""
        ceilings = [(await self._services.spending.balance(account))[1] for account in accounts]
        return min((ceiling for ceiling in ceilings if ceiling is not None), default=None)

    async def _all(self, today: date, monthly: Sequence[Account], texts: Texts) -> str:
        said = await self._summary("usage-all", Whose(today, today), (), texts, monthly=monthly)
        month = await self._ledger.spent(Whose(month_of(today), today))
        return f"{said}\n{screens.shares(month, texts)}"

    async def _days(self, today: date) -> dict[date, Decimal]:
        first = today - timedelta(days=CHART_DAYS - 1)
        spent = await self._ledger.by_day(Whose(first, today))
        days = [first + timedelta(days=n) for n in range(CHART_DAYS)]
        return {day: spent.get(day, Decimal(0)) for day in days}

    async def _dearest(self, today: date, texts: Texts) -> str:
        month = Whose(month_of(today), today)
        people = await self._ledger.dearest_people(month, limit=DEAREST)
        chats = await self._ledger.dearest_chats(month, limit=DEAREST)
        lists = {"usage-people": people, "usage-chats": chats}
        return "\n\n".join(screens.dearest(heading, rows, texts) for heading, rows in lists.items() if rows)

    def _today(self) -> date:
        return self._services.spending.billing.calendar.day(self._services.clock.now())


def register(services: Services, messages: Messages) -> None:
    messages.on_command("usage", Usage(services).command)
