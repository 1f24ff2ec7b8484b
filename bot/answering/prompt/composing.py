"""Composes the request: as much of the conversation as fits goes with the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.answering.ports import Prepared
from bot.answering.prompt import recalling, request, talk, window
from bot.core.model_request import ModelRequest
from bot.core.seams import join
from bot.core.values import Answer, ChatSettings, Exchange, Usage

MOST_OUTPUT_TOKENS: Final = 8000
ROOM_FOR_THOUGHT: Final = 4000
THOUGHT_TIMES: Final = 2


@dataclass(frozen=True, slots=True)
class Composed:
    """A request, and what is to be known of it when the reply is there."""

    request: ModelRequest
    left_out: bool
    """An older turn did not fit in it."""
    first_half: Answer | None = None
    """The answer that it carries on."""

    def so_far(self, text: str) -> str:
        """What is to be shown of the answer when the model has given so much."""
        return text if self.first_half is None else join(self.first_half.text, text)

    def whole(self, answer: Answer) -> Answer:
        """The answer as it is kept and shown: all of it, where the model has given the rest of one."""
        first = self.first_half
        if first is None:
            return answer
        sources = tuple(dict.fromkeys(first.sources + answer.sources))
        return replace(answer, text=self.so_far(answer.text), sources=sources)


def _longer(max_output_tokens: int) -> int:
    """Room for an answer beside the thoughts that took all of it."""
    return min(MOST_OUTPUT_TOKENS, max(ROOM_FOR_THOUGHT, THOUGHT_TIMES * max_output_tokens))


class Composer:
    """Learns from what the provider counts how many tokens a text is to each model."""

    def __init__(self, *, history_tokens: int, now: Callable[[], datetime]) -> None:
        """`now` tells the time in the deployment's zone."""
        self._history_tokens = history_tokens
        self._now = now
        self._tokens = window.TokenCount()

    def compose(
        self,
        prepared: Prepared,
        settings: ChatSettings,
        newest_first: Sequence[Exchange],
        *,
        first_half: Answer | None = None,
    ) -> Composed:
        """`first_half` is the answer that is to be carried on."""
        question = prepared.turn.question
        unfinished = "" if first_half is None else first_half.text
        if first_half is not None and first_half.only_thought:
            settings = replace(settings, max_output_tokens=_longer(settings.max_output_tokens))
        recap = question.talk_after is not None

        def framed(earlier: Exchange, document_units: int) -> Exchange:
            return request.framed(earlier, question, settings, document_units=document_units)

        def built(history: Sequence[Exchange]) -> ModelRequest:
            return request.build(
                question,
                settings,
                history,
                now=self._now(),
                unfinished_answer=unfinished,
                images=prepared.images,
                model=prepared.model,
            )

        def tokens(text: str) -> int:
            return self._tokens.of(whole.generation.model, text)

        bare = [framed(each, 0) for each in newest_first]
        whole = built(bare)
        budget = window.budget_tokens(
            history_tokens=self._history_tokens,
            max_output_tokens=settings.max_output_tokens,
            instructions_tokens=tokens(whole.instructions),
            question_tokens=tokens(whole.question) + tokens(unfinished),
        )
        per_unit = self._tokens.per_unit(whole.generation.model)
        earlier = [*zip(newest_first, bare, strict=True)]
        chosen = recalling.recalled(earlier, framed, budget, tokens, per_unit)
        composed = built(chosen.history)
        share = chosen.left_tokens if recap else min(chosen.left_tokens, self._history_tokens // talk.SHARE)
        heard = talk.told(prepared.talk, request.words_for(question, settings), self._now(), share, tokens)
        if recap:  # without it there is nothing to ask
            composed = replace(composed, question=replace(composed, talk=heard).asked)
        else:
            composed = replace(composed, talk=heard)
        return Composed(composed, chosen.left_out, first_half)

    def learn(self, asked: ModelRequest, usage: Usage) -> None:
        """What a request that was asked was counted as; pictures and found pages are no text of ours."""
        if asked.images or asked.generation.search:
            return
        self._tokens.learn(asked.generation.model, sum(map(window.units, asked.texts)), usage.input_tokens)
