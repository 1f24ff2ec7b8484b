"""What people said in the group before a question goes along with it, where the bot may listen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.answering.ports import NotPrepared, Prepared
from bot.store import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.clock import Clock
    from bot.core.values import ChatSettings, Exchange, TalkMessage, Turn
    from bot.store import Store

_LOOK_AGAIN_S: Final = 1.0


class Overhearing:
    """Nothing is looked up where the bot does not listen."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        """The talk. Raises `NotPrepared` for a recap of nothing."""
        del newest_first
        talk = await self._talk(turn) if settings.listen and not turn.question.private else []
        if turn.question.talk_after is not None and not talk:
            raise NotPrepared("recap-nothing")
        return Prepared(turn, talk=tuple(talk))

    async def _talk(self, turn: Turn) -> list[TalkMessage]:
        while True:
            try:
                return await self._store.talk.before(turn)
            except StoreUnavailable:
                await self._clock.sleep(_LOOK_AGAIN_S)
