"""What people said in the group before a question goes along with it, where the bot may listen."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.ports import NotPrepared, Prepared
from bot.core.clock import Clock
from bot.core.values import ChatSettings, Exchange, TalkMessage, Turn
from bot.store import Store
from bot.store.retrying import retry_write


class Overhearing:
    """Nothing is looked up where the bot does not listen."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        """The talk. Raises `NotPrepared` for a recap of nothing."""
        del newest_first
        talk: list[TalkMessage] = []
        if settings.listen and not turn.question.private:
            talk = await retry_write(self._clock, lambda: self._store.talk.before(turn))
        if turn.question.talk_after is not None and not talk:
            raise NotPrepared("recap-nothing")
        return Prepared(turn, talk=tuple(talk))
