"""How much of a conversation goes with a question: the newest turns that fit a cautious count of tokens."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from bot.core.values import Exchange

HISTORY_TURNS = 50
"""The most turns that go with a question; one more that is known of is one left out."""
CONTEXT_TOKENS = 32_000
"""The smallest context among the provider's models: question, history and answer share it."""
MESSAGE_TOKENS = 8
"""What the frame of one message costs, over its text."""
WORST_TOKENS_PER_UNIT = 1 / 1.5
"""Russian is about 3 characters a token, at worst 1.5."""
_BESIDE_DOCUMENTS = 2500
"""Tokens for the instructions, the question, and a little of what was said before."""
_LEAST_OF_DOCUMENTS = 1000
_LEAST_TOKENS_PER_UNIT = 1 / 6
_CAUTION = 1.2
_FORGETTING = 0.1
_WELL_KNOWN = bytes(range(0xC2, 0xD4))
"""The first of the two bytes of each letter from U+0080 to U+04FF: Latin, Greek, Cyrillic."""
_ENOUGH_UNITS = 500
"""Shorter requests say more about the frame than about the text."""


def units(text: str) -> int:
    """Letters of the scripts that tokenizers here know well count once; others by their UTF-8 bytes, which
    no byte-pair vocabulary exceeds.
    """
    return len(text.encode("utf-8", "surrogatepass").translate(None, _WELL_KNOWN))


class TokenCount:
    """Estimates tokens, learning each model's rate from the `usage` that comes back.

    It believes a higher rate than expected at once and a lower one slowly, and adds a fifth for caution.
    """

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}

    def of(self, model: str, text: str) -> int:
        return math.ceil(units(text) * self.per_unit(model))

    def per_unit(self, model: str) -> float:
        return self._rates.get(model, WORST_TOKENS_PER_UNIT)

    def learn(self, model: str, sent_units: int, input_tokens: int) -> None:
        """From what a request of so many units was counted as; a short one tells little."""
        if sent_units < _ENOUGH_UNITS or input_tokens <= 0:
            return
        seen = max(_LEAST_TOKENS_PER_UNIT, _CAUTION * input_tokens / sent_units)
        rate = self._rates.get(model, WORST_TOKENS_PER_UNIT)
        self._rates[model] = max(seen, rate + _FORGETTING * (seen - rate))


@dataclass(frozen=True, slots=True)
class Window:
    """The chosen history, oldest first, and whether an older turn did not fit."""

    history: tuple[Exchange, ...]
    left_out: bool
    left_tokens: int
    """Of the budget."""


def document_units(max_output_tokens: int) -> int:
    """How much of documents fits the smallest context beside the answer, in letters that count once."""
    tokens = CONTEXT_TOKENS - max_output_tokens - _BESIDE_DOCUMENTS
    return max(_LEAST_OF_DOCUMENTS, int(tokens / WORST_TOKENS_PER_UNIT))


def budget_tokens(
    *, history_tokens: int, max_output_tokens: int, instructions_tokens: int, question_tokens: int
) -> int:
    """What earlier turns may take: within the setting, which covers the instructions too, and leaving room
    in the model's context for the question and the answer.
    """
    room = CONTEXT_TOKENS - max_output_tokens - question_tokens
    return max(0, min(history_tokens, room) - instructions_tokens)


def cost(exchange: Exchange, tokens: Callable[[str], int]) -> int:
    """Of one turn, in tokens."""
    return tokens(exchange.question) + tokens(exchange.answer) + 2 * MESSAGE_TOKENS
