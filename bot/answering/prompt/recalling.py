"""Sets earlier turns as the model is shown them: their documents go along as far as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.answering.prompt import window
from bot.answering.prompt.request import document_units_of, documents_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.core.values import Exchange

DOCUMENTS_IN_HISTORY: Final = 9000
"""Letters of all documents together, at the most."""


def recalled(
    newest_first: Iterable[tuple[Exchange, Exchange]],
    frame: Callable[[Exchange, int], Exchange],
    budget: int,
    tokens: Callable[[str], int],
    tokens_per_unit: float,
) -> list[Exchange]:
    """Each turn as `frame` sets it with so many units of its documents, the newest ones first. It comes with
    what that is with none of them.

    A turn's documents get what the turn itself leaves of the budget: for their length none is left out.
    """
    found: list[Exchange] = []
    left_units = DOCUMENTS_IN_HISTORY
    for each, without in newest_first:
        framed = without
        if documents := documents_of(each):
            room = int((budget - window.cost(without, tokens)) / tokens_per_unit)
            share = max(0, min(left_units, room))
            framed = frame(each, share)
            left_units -= min(share, sum(document_units_of(document.text) for document in documents))
        budget -= window.cost(framed, tokens)
        found.append(framed)
    return found
