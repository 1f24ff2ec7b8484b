"""What one request to the model carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.core.values import Exchange

ReadText: TypeAlias = "Callable[[], str]"
"""Gives as much of an answer as there is by now."""
OnText: TypeAlias = "Callable[[ReadText], None]"
"""Is called when there is more of an answer than was read."""


@dataclass(slots=True)
class Progress:
    """How far a request has come: whoever gives it up, or sees it fail, looks there for what it may cost."""

    may_cost: bool = False
    """The provider has it and has not refused it: it may bill what no reply tells of."""
    said: list[str] = field(default_factory=list)
    """The pieces of the answer that have come."""


@dataclass(frozen=True, slots=True)
class Generation:
    """How the model is to answer: the settings that a chat may choose, as the request carries them."""

    model: str
    temperature: float
    max_output_tokens: int
    stream: bool = False
    """The answer is told while it grows."""
    search: bool = False
    """The model may look things up on the web."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture for the model to look at. Its repr holds no data."""

    mime_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """Everything that one request to the model carries."""

    generation: Generation
    instructions: str
    question: str
    history: Sequence[Exchange] = ()
    """Oldest first."""
    unfinished_answer: str = ""
    """Continue: the text of the answer to `question` so far, to be carried on from its last character."""
    images: tuple[Image, ...] = ()
    """Shown beside `question`."""
    talk: str = ""
    """What people in the group said before: it may go along, and stands above the question."""

    @property
    def asked(self) -> str:
        """The last thing that the user says: the question with the talk above it."""
        return f"{self.talk}\n\n{self.question}" if self.talk else self.question

    @property
    def texts(self) -> list[str]:
        """All its words, those of the history too: they are read, and paid for, anew each time."""
        earlier = [part for each in self.history for part in (each.question, each.answer)]
        return [self.instructions, self.asked, self.unfinished_answer, *earlier]
