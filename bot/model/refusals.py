"""Asks without streaming, or without searching, where a model refuses it, and remembers that it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Literal

from bot.core.clock import Clock
from bot.core.model_request import Generation
from bot.model.results import FailureKind, ModelFailure, ModelReply

# Then it is tried again: the provider may have learnt it, or the operator given a role.
REMEMBERED_S = 3600.0

Feature = Literal["stream", "search"]
# In the order in which they are given up: the answer matters more than seeing it grow.
_REFUSED_BY: dict[Feature, frozenset[FailureKind]] = {
    "stream": frozenset({FailureKind.BAD_REQUEST, FailureKind.UNSUPPORTED}),
    "search": frozenset({FailureKind.BAD_REQUEST, FailureKind.FORBIDDEN, FailureKind.UNSUPPORTED}),
}


class Refusals:
    """Which model refuses what. A status names no parameter, so that leaving one out is what tells."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[tuple[str, Feature], float] = {}

    async def ask(
        self, wanted: Generation, send: Callable[[Generation], Awaitable[ModelReply]]
    ) -> ModelReply:
        """The reply to `wanted`, or to as much of it as is not refused. Raises the last ModelFailure."""
        generation = wanted
        for feature in _REFUSED_BY:
            if self._clock.monotonic() < self._until_s.get((wanted.model, feature), float("-inf")):
                generation = _without(generation, feature)
        left_out: Feature | None = None
        while True:
            try:
                reply = await send(generation)
            except ModelFailure as failure:
                left_out = self._refused(generation, failure)
                if left_out is None:
                    raise
                generation = _without(generation, left_out)
            else:
                break
        if left_out is not None:
            # Only the last one left out is known to be refused.
            self._until_s[wanted.model, left_out] = self._clock.monotonic() + REMEMBERED_S
        return replace(reply, search_refused=wanted.search and not generation.search)

    @staticmethod
    def _refused(generation: Generation, failure: ModelFailure) -> Feature | None:
        """What to leave out after this failure, if anything."""
        return next(
            (
                feature
                for feature, kinds in _REFUSED_BY.items()
                if getattr(generation, feature) and failure.kind in kinds
            ),
            None,
        )


def _without(generation: Generation, feature: Feature) -> Generation:
    return replace(generation, stream=False) if feature == "stream" else replace(generation, search=False)
