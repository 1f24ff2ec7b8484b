"""The running bot: its rooms built, started and stopped in order. The one composition root."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.answering.answering import Answering, Limits
from bot.answering.spending import Spending
from bot.core.values import Question, Turn
from bot.delivery.flood import FloodControl
from bot.delivery.redrawing import Redraws
from bot.handlers.access import Access
from bot.handlers.access_requests import AccessRequests
from bot.handlers.allowed import Allowed
from bot.handlers.authority import Admins
from bot.handlers.registration import build_application, register_commands, register_handlers
from bot.handlers.services import Services
from bot.handlers.unreadable import UnreadableUpdates
from bot.money.billing import Billing
from bot.money.calendar import Calendar
from bot.operating.health import Health
from bot.operating.probes import health_of
from bot.operating.telegram_bot import build_bot
from bot.operating.upkeep import Job, adding_up, purging, purging_talk, run_periodically
from bot.options.roles import Roles
from bot.preparing import Preparing
from bot.presenting import Presenting
from bot.presenting.budget_notices import BudgetNotices
from bot.store import Store, StoreLost
from bot.updates.polling import ALLOWED_UPDATES, Poller
from bot.updates.receiving import Receiver
from bot.updates.webhook import reach_telegram, register_until_done

if TYPE_CHECKING:
    from bot.config.settings import Settings
    from bot.operating.process import Process

log = logging.getLogger(__name__)

RECEIVER_GRACE_S: Final = 2.0
LAST_SENDS_S: Final = 1.0
"""For what is on its way to Telegram when the grace is over: cut off, it might come twice."""
HANDED_OVER_S: Final = 0.7
LEAVE_EVERY: Final = timedelta(hours=1)
PASS_ON_EVERY: Final = timedelta(hours=1)
"""How long a request waits that no operator could be told of."""


class Service:
    """`start`, `run` until it is cancelled or Telegram refuses, `stop`: each once, in this order."""

    def __init__(self, settings: Settings, process: Process, store: Store) -> None:
        self._settings = settings
        self._process = process
        self._clock = clock = process.clock
        self.store = store
        self.metrics, self.web = process.metrics, process.web
        self._flood = FloodControl(per_s=settings.telegram_rate_per_s, clock=clock)
        self.bot, polls = build_bot(
            settings,
            self._flood,
            count=self.metrics.telegram,
            on_date=clock.observe,
            gate=self.store.fence.passed,
        )
        self._application = build_application(self.bot)
        self._presenting = Presenting(settings, bot=self.bot, store=self.store, clock=clock)
        self._spending = self._meter()
        self._budget_notices = BudgetNotices(
            operators=self._presenting.operators, spending=self._spending, store=self.store, clock=clock
        )
        self._spending.watch(self._budget_notices)
        self._preparing = self._preparers()
        self.answering = self._answering()
        self._allowed = Allowed(
            users=settings.allowed_users,
            chats=settings.allowed_chats,
            admins=settings.admin_users,
            store=self.store,
        )
        self.receiver = self._receiver()
        self._access = self._entrance()
        self._presenting.moves.listeners += [self.answering.moved, self._allowed.moved]
        self.poller = Poller(self.bot, polls, self.receiver.accept, clock)
        self._started = False
        process.commits = lambda: self.store.database.commits
        process.health.become(self._health())

    def _meter(self) -> Spending:
        return Spending(
            store=self.store,
            billing=Billing(self._settings.prices(), Calendar(self._settings.time_zone)),
            limits=self._settings.budgets(),
            clock=self._clock,
            observer=self.metrics,
            vision_model=self._settings.yandex_cloud_vision_model,
        )

    def _preparers(self) -> Preparing:
        return Preparing(
            self._settings,
            tokens=self._process.tokens,
            bot=self.bot,
            store=self.store,
            clock=self._clock,
            alerts=self._presenting.alerts,
            billed=self._billed,
        )

    def _answering(self) -> Answering:
        return Answering(
            store=self.store,
            model=self._process.model,
            presenter=self._presenting.presenter,
            settings_for=self._presenting.preferences.settings,
            clock=self._clock,
            limits=self._limits(),
            observer=self.metrics,
            meter=self._spending,
            preparers=self._preparing.steps,
            time_is_known=lambda: self._clock.known,
        )

    def _limits(self) -> Limits:
        settings = self._settings
        return Limits(
            model_concurrency=settings.model_concurrency,
            model_timeout_s=settings.model_timeout_s,
            answer_deadline_s=settings.answer_deadline_s,
            queue_limit=settings.queue_limit,
            history_tokens=settings.history_tokens,
            user_rate_per_min=settings.user_rate_per_min,
            zone=settings.time_zone,
        )

    def _receiver(self) -> Receiver:
        unreadable = UnreadableUpdates(
            bot=self.bot,
            allowed=self._allowed,
            preferences=self._presenting.preferences,
        )
        return Receiver(
            self._application,
            self.store,
            self._clock,
            moved=self._presenting.moves.moved,
            muted=self._presenting.muting.note,
            given_up=unreadable.tell,
            count=self.metrics.received,
            shared=self._settings.webhook_url is not None,
        )

    def _entrance(self) -> Access:
        """Without a list, or with nobody to ask, or where it is switched off, nobody can ask to be let in."""
        wanted = self._settings.access_requests and self._settings.admin_users and not self._allowed.everyone
        requests = AccessRequests(
            bot=self.bot,
            store=self.store,
            clock=self._clock,
            allowed=self._allowed,
            operators=self._presenting.operators,
            preferences=self._presenting.preferences,
            take_up=self.receiver.take_up,
        )
        return Access(
            allowed=self._allowed,
            requests=requests if wanted else None,
            bot=self.bot,
            store=self.store,
            moves=self._presenting.moves,
            clock=self._clock,
        )

    async def start(self) -> None:
        """Takes up what the last run left. Raises `TelegramRefused`.

        A Telegram out of reach is waited for.
        """
        self.store.fence.watch()
        await reach_telegram(self._application, self._clock, polling=self._settings.webhook_url is None)
        services = Services(
            settings=self._settings,
            clock=self._clock,
            bot=self.bot,
            me=self.bot.bot,
            store=self.store,
            model=self._process.model,
            answering=self.answering,
            presenter=self._presenting.presenter,
            redraws=Redraws(self.bot),
            preferences=self._presenting.preferences,
            catalogue=self._presenting.catalogue,
            admins=Admins(self.bot, self._clock),
            access=self._access,
            moves=self._presenting.moves,
            muting=self._presenting.muting,
            roles=Roles(self._settings.roles_file),
            spending=self._spending,
        )
        register_handlers(self._application, services)
        await self._allowed.load()
        self._presenting.presenter.remember(await self.store.turns.unfinished())
        await self.answering.recovery.take_up()
        await self.receiver.resume()
        self.answering.begin()
        self._budget_notices.spent()  # what was spent in the last run may be still to be told
        self._started = True
        self._process.take_updates(self.receiver.accept)
        log.info("the bot @%s is running", self.bot.username)

    async def run(self, *, when_warm: Callable[[], object] = lambda: None) -> None:
        """Takes updates until another process is active, which `StoreLost` tells; raises `TelegramRefused` or
        `WebhookRefused`.

        `when_warm` is called once all that the first answer needs is loaded.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._receive())
            tasks.create_task(register_commands(self.bot, self._presenting.catalogue, self._letting_in()))
            tasks.create_task(self._warm(when_warm))
            tasks.create_task(run_periodically(self._jobs(), self._clock))
            tasks.create_task(self._end_when_lost())

    def _letting_in(self) -> Sequence[int]:
        """Who has the command for it."""
        return [] if self._access.requests is None else list(self._access.requests.operators)

    async def _warm(self, when_warm: Callable[[], object]) -> None:
        await self._process.warm()
        when_warm()

    async def _end_when_lost(self) -> None:
        await self.store.fence.lost()
        raise StoreLost(self.store.database.where, "another process is active")

    async def stop(self, grace_s: float) -> None:
        """Gives what is in progress `grace_s`; the rest is in the database for the next start."""
        await self._stop(grace_s, RECEIVER_GRACE_S, LAST_SENDS_S if grace_s else 0)

    async def hand_over(self) -> None:
        """`stop` for a process that waits: what is being sent is seen through, the rest is the other's."""
        await self._stop(0, HANDED_OVER_S / 3, HANDED_OVER_S / 3)

    async def _stop(self, grace_s: float, handlers_s: float, sends_s: float) -> None:
        self.answering.pause()
        await asyncio.gather(
            self.receiver.close(handlers_s),
            self.answering.runner.finish(grace_s, self._flood.held_s),
        )
        self._flood.stop()
        await self.answering.close(sends_s)
        await self._preparing.close()
        await self._presenting.close()
        await self._budget_notices.close()
        if self._access.requests is not None:
            await self._access.requests.close()
        await self.store.close()
        await self._application.shutdown()
        await self.bot.shutdown()  # the application does not, where Telegram was never reached

    async def _billed(self, turn: Turn, pieces: int, heard: Question | None) -> None:
        await self.answering.paying.pay(turn, self._spending.hear(turn.question, pieces=pieces), heard)

    def _jobs(self) -> list[Job]:
        requests = self._access.requests
        asking = [Job("pass on requests", PASS_ON_EVERY, requests.pass_on_owed)] if requests else []
        return [
            *asking,
            purging(self.store, self._clock, retention_days=self._settings.history_retention_days),
            purging_talk(self.store, self._clock),
            adding_up(self.store, self._clock, self._spending.billing.calendar),
            Job("leave groups not allowed", LEAVE_EVERY, self._access.leave_refused),
        ]

    async def _receive(self) -> None:
        url, secret = self._settings.webhook_url, self._settings.webhook_secret
        if url is None or secret is None:
            # While this process is the active one: a poll of its own would end that of the next.
            while not await self.store.fence.keep(self.poller.run()):
                await self.store.fence.passed()
            return
        await register_until_done(
            self.bot,
            self._clock,
            url=url,
            secret=secret.get_secret_value(),
            allowed_updates=ALLOWED_UPDATES,
        )
        # The web server takes them, and those of processes that stand by.
        async for _ in self.store.inbox.heard():
            await self.receiver.take_posted()

    def _health(self) -> Health:
        return health_of(
            started=lambda: self._started,
            poller=None if self._settings.webhook_url else self.poller,
            store=self.store,
            model=self._process.model,
            answering=self.answering,
            threads=self._settings.model_concurrency,
            time=self._clock,
        )
