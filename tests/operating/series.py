"""The names of all that is counted, as queries spell them."""

from __future__ import annotations

from bot.operating.metrics import Metrics

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}


def names_of(metrics: Metrics) -> set[str]:
    """A labelled series is known before its first count."""
    return {
        metric.name + suffix
        for metric in metrics.registry.collect()
        for suffix in _SUFFIXES.get(metric.type, ("",))
    }
