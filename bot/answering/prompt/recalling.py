"""Chooses the earlier turns that go along, with as much of their documents as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bot.answering.prompt import window
from bot.answering.prompt.request import document_units_of, documents_of
from bot.core.values import Exchange

DOCUMENTS_IN_HISTORY: Final = 9000
"""Letters of all documents together, at the most."""


def recalled(
    newest_first: Sequence[tuple[Exchange, Exchange]],
    frame: Callable[[Exchange, int], Exchange],
    budget: int,
    tokens: Callable[[str], int],
    tokens_per_unit: float,
) -> window.Window:
    """The unbroken run of newest turns that costs at most `budget` tokens; a turn is whole or absent.

    Each comes with what it is with none of its documents; `frame` sets it with so many units of them, the
    newest ones first. They get what the turn itself leaves: for their length none is left out.
    """
    chosen: list[Exchange] = []
    left_units = DOCUMENTS_IN_HISTORY
    for each, without in newest_first[: window.HISTORY_TURNS]:
        framed = without
        if documents := documents_of(each):
            room = int((budget - window.cost(without, tokens)) / tokens_per_unit)
            share = max(0, min(left_units, room))
            framed = frame(each, share)
            left_units -= min(share, sum(document_units_of(document.text) for document in documents))
        needed = window.cost(framed, tokens)
        if needed > budget:
            break
        budget -= needed
        chosen.append(framed)
    return window.Window(tuple(reversed(chosen)), len(chosen) < len(newest_first), budget)
