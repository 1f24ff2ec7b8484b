"""What is counted, for Prometheus: names and labels hold no id, no text and nothing that people choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from bot.core.values import Usage
from bot.money.billing import Charge
from bot.operating.health import Health
from bot.updates.polling import ALLOWED_UPDATES

if TYPE_CHECKING:
    from prometheus_client import Metric

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_MODEL_SECONDS: Final = (0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 45, 60, 90, 120)
_ANSWER_SECONDS: Final = (0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 180, 300, 600)
_WAIT_SECONDS: Final = (0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600)


class Metrics:
    """An `Observer` of the answering, and the counts of the other rooms. Each has a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=registry)
        counter = partial(Counter, registry=registry)
        gauge = partial(Gauge, registry=registry)
        histogram = partial(Histogram, registry=registry)
        self._updates = counter("bot_updates", "Updates written to the inbox, by kind", ["kind"])
        self._questions = counter("bot_questions", "Questions that ended, by outcome", ["outcome"])
        self._waiting = gauge("bot_questions_waiting", "Questions that wait for a slot")
        self._asking = gauge("bot_model_requests_active", "Requests to the model under way")
        self._slots = gauge("bot_model_slots", "Requests to the model allowed at a time")
        self._model_seconds = histogram(
            "bot_model_request_seconds",
            "One request to the model, by outcome",
            ["outcome"],
            buckets=_MODEL_SECONDS,
        )
        self._wait_seconds = histogram(
            "bot_question_wait_seconds", "From a question's acceptance to its slot", buckets=_WAIT_SECONDS
        )
        self._answer_seconds = histogram(
            "bot_answer_seconds",
            "From a question's slot to its end, delivery included",
            buckets=_ANSWER_SECONDS,
        )
        self._tokens = counter(
            "bot_tokens",
            "Tokens that were paid for, by kind; estimated where the provider counted none",
            ["kind"],
        )
        self._roubles = counter("bot_roubles", "What requests cost, by the price table, by kind", ["kind"])
        self._telegram = counter(
            "bot_telegram_requests",
            "Requests to Telegram, by method and what became of them",
            ["method", "outcome"],
        )

    # What answering tells

    def requested(self, *, model: str, outcome: str, duration_s: float) -> None:
        """The model's name is not a label: chats choose it."""
        del model
        self._model_seconds.labels(outcome).observe(duration_s)

    def closed(self, *, outcome: str, waited_s: float, answered_s: float | None, usage: Usage) -> None:
        """Tokens are counted with what they cost: those of failed requests too."""
        del usage
        self._questions.labels(outcome).inc()
        if answered_s is not None:
            self._wait_seconds.observe(waited_s)
            self._answer_seconds.observe(answered_s)

    def charged(self, charge: Charge) -> None:
        usage = charge.usage
        self._tokens.labels("input").inc(usage.input_tokens)
        self._tokens.labels("output").inc(usage.output_tokens)
        self._tokens.labels("cached").inc(usage.cached_tokens)
        self._tokens.labels("reasoning").inc(usage.reasoning_tokens)
        self._roubles.labels("tokens").inc(float(charge.tokens_rub))
        self._roubles.labels("search").inc(float(charge.search_rub))
        self._roubles.labels("speech").inc(float(charge.speech_rub))

    def queued(self, *, waiting: int, asking: int, slots: int) -> None:
        self._waiting.set(waiting)
        self._asking.set(asking)
        self._slots.set(slots)

    # What the others tell

    def received(self, updates: Iterable[dict[str, Any]]) -> None:
        """Updates that the inbox has now."""
        for update in updates:
            self._updates.labels(next((kind for kind in update if kind in ALLOWED_UPDATES), "other")).inc()

    def telegram(self, method: str, outcome: str) -> None:
        self._telegram.labels(method, outcome).inc()

    # What is read when it is asked for

    def watch_health(self, health: Health) -> None:
        self.registry.register(_HealthCollector(health))

    def watch_commits(self, commits: Callable[[], int]) -> None:
        self.registry.register(_CommitCollector(commits))

    def page(self) -> bytes:
        """In Prometheus's text format, of the type `CONTENT_TYPE`."""
        return generate_latest(self.registry)


class _HealthCollector:
    """One series a probe."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        failing = GaugeMetricFamily(
            "bot_failing", "1: the bot does not do its work, for this reason", labels=["probe"]
        )
        degraded = GaugeMetricFamily(
            "bot_degraded", "1: the bot works, but not as it should, for this reason", labels=["probe"]
        )
        verdict = self._health.verdict()
        for name in self._health.required:
            failing.add_metric([name], float(name in verdict.failing))
        for name in self._health.watched:
            degraded.add_metric([name], float(name in verdict.degraded))
        return iter((failing, degraded))


class _CommitCollector:
    def __init__(self, commits: Callable[[], int]) -> None:
        self._commits = commits

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily("bot_database_commits", "Transactions committed", value=self._commits())
