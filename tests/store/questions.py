"""Questions and answers to keep."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.core.values import Answer, Conversation, Ending, Person, Question, Turn, TurnState, Usage
from bot.store import Store
from bot.store.overrides import Overrides

ANNA = Person(7, "Anna", "ru")
BORIS = Person(8, "Boris")
PRIVATE = Conversation(7)
TOPIC = Conversation(-100, 5)

_numbers = itertools.count(1)


def question(text: str = "Why?", **changes: Any) -> Question:
    """A question in Anna's private chat, from an update and a message of its own."""
    number = next(_numbers)
    plain = Question(
        update_id=number,
        conversation=PRIVATE,
        message_id=1000 + number,
        asker=ANNA,
        text=text,
        sent_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        private=True,
    )
    return replace(plain, **changes)


def answer(text: str = "Because.", ending: Ending = Ending.COMPLETED) -> Answer:
    return Answer(text, ending, Usage(10, 20, 3, 4), "yandexgpt-lite")


async def answered(store: Store, turn: Turn | None, text: str = "Because.") -> Turn:
    """Takes a turn from waiting to done."""
    assert turn is not None
    assert await store.turns.save_answer(turn.id, answer(text))
    assert await store.turns.close(turn.id, TurnState.DONE)
    done = await store.turns.get(turn.id)
    assert done is not None
    return done


async def overrides_of(store: Store, conversation: Conversation) -> Overrides:
    """As they are stored: the same object until some are changed."""
    return await store.settings.read(conversation, _as_stored)


def _as_stored(_conversation: Conversation, overrides: Overrides) -> Overrides:
    return overrides
